"""`filature harvest`: ask the sites, keep what they answer."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError, Status
from filature.output import counted, json_option, print_json, print_table, progress, summary
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.records import Source, Target
    from harvester.run import HarvestCounts

WORDS = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "not_modified": "not modified",
    "gone": "gone",
    "refused": "refused",
    "failed": "failed",
}


@click.command(short_help="Fetch what is new from the sources.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many addresses.")
@click.option("--dry-run", is_flag=True, help="List what would be asked first, and ask nothing.")
@json_option
@command_options
def harvest(session: Session, sources: tuple[str, ...], limit: int | None, dry_run: bool, as_json: bool) -> None:
    """Fetch new and changed documents from all sources, or from the SOURCEs named: names of config.toml, or addresses
    and @authors that were added.

    A run that was interrupted goes on where it stopped. Sites are asked one page at a time, at the pace of
    [harvest] pause_seconds, hosts side by side.

    \b
    Examples:
        filature harvest
        filature harvest bontemps --limit 20
        filature harvest --dry-run
    """
    from filature.wiring import sources_of

    configured = sources_of(session.config, session.config_path.name if session.config_path else "config.toml")
    names = [source.id for source in configured]
    chosen = choose(sources, names, added_sources(session) if set(sources) - set(names) else [])
    if dry_run:
        _show(planned(session, chosen, configured, limit), as_json)
        return
    if not configured and not session.archive.exists():
        raise CommandError(
            "nothing to harvest: no source in config.toml, and no archive here with addresses that wait; name sources"
            " there, or put an address in the queue with `filature add`"
        )
    if not session.config.harvest.contact:
        session.note("[harvest] contact is not set: tell sites where they can reach you")
    counts = run_harvest(session, chosen, configured, limit)
    if as_json:
        print_json(counts.as_dict())
    else:
        session.say(report_line(counts))
    finish(session, counts)


def choose(names: Sequence[str], configured: Sequence[str], added: Sequence[str]) -> frozenset[str] | None:
    """The ids of the sources named; None for all. Those that came by `filature add` answer to what was added."""
    return frozenset(_chosen(name, configured, added) for name in names) or None


def _chosen(name: str, configured: Sequence[str], added: Sequence[str]) -> str:
    from harvester.addresses import recognise
    from harvester.sites import READERS

    if name in configured:
        return name
    lead = recognise(name, READERS)
    if lead and lead.url in added:
        return lead.url
    known = list(dict.fromkeys([*configured, *added]))
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"sources: {', '.join(known) or 'none'}"
    raise CommandError(f"no source {name!r}; {hint}")


def added_sources(session: Session) -> list[str]:
    """The ids of all sources that the archive knows."""
    from db.archive import Archive

    if not session.archive.exists():
        return []
    with Archive.open(session.archive, readonly=True) as archive:
        return [source.id for source in archive.status(limit=1).sources]


def run_harvest(
    session: Session, chosen: frozenset[str] | None, configured: Sequence[Source], limit: int | None
) -> HarvestCounts:
    """One harvest, recorded in the archive, with a progress bar for whoever watches."""
    from db.archive import Archive
    from filature.wiring import harvest_settings, recorded
    from harvester.fetch import Client
    from harvester.run import harvest as harvest_run
    from harvester.sites import READERS

    with (
        Archive.open(session.archive) as archive,
        recorded(archive, "harvest") as run,
        Client(harvest_settings(session.config.harvest)) as client,
        progress(session, "harvest") as step,
    ):
        archive.sync_sources(source for source in configured if chosen is None or source.id in chosen)
        chosen = chosen or followed(archive, configured)
        counts = harvest_run(
            archive,
            READERS,
            client,
            run_id=run.id,
            sources=chosen,
            limit=limit,
            progress=lambda target, so_far: step(target.url),
        )
        run.counts = counts.as_dict()
        run.status = "interrupted" if counts.interrupted else "some failed" if counts.failed else "ok"
    return counts


def followed(archive: Archive, configured: Sequence[Source]) -> frozenset[str] | None:
    """The ids to harvest when none is named: None for all. A source taken out of config.toml rests, kept as it is."""
    known = {source.id for source in archive.status(limit=1).sources}
    # What came by `filature add` has its address for a name, which no name of config.toml can be.
    dropped = {name for name in known if "://" not in name} - {source.id for source in configured}
    by_hand = ""
    return frozenset((known - dropped) | {by_hand}) if dropped else None


def planned(
    session: Session, chosen: frozenset[str] | None, configured: Sequence[Source], limit: int | None
) -> list[Target]:
    """What a harvest would ask first: the sources, which are asked at every run, then what is due."""
    from db.archive import Archive
    from db.records import Target
    from harvester.run import plan

    first = [
        Target(url=source.url, kind=source.kind, source=source.id)
        for source in configured
        if chosen is None or source.id in chosen
    ]
    urls = {target.url for target in first}
    if session.archive.exists():
        with Archive.open(session.archive, readonly=True) as archive:
            chosen = chosen or followed(archive, configured)
            first += [target for target in plan(archive, sources=chosen, limit=limit) if target.url not in urls]
    return first[:limit]


def report_line(counts: HarvestCounts) -> str:
    """`14 new, 1 changed; 20 pages, 31 requests, 4 addresses found`."""
    found = f", {counted(counts.targets_added, 'address')} found" if counts.targets_added else ""
    asked = f"{counted(counts.pages, 'page')}, {counted(counts.requests, 'request')}"
    return f"{summary(counts.as_dict(), WORDS)}; {asked}{found}"


def finish(session: Session, counts: HarvestCounts) -> None:
    """End the command with the status that its counts call for."""
    if counts.interrupted:
        raise KeyboardInterrupt
    if counts.failed:
        click.echo(f"filature: {counts.failed} failed; `filature status` says which and why", err=True)
        click.get_current_context().exit(Status.SOME_FAILED)


def _show(targets: Sequence[Target], as_json: bool) -> None:
    if as_json:
        print_json([{"url": target.url, "kind": target.kind, "source": target.source} for target in targets])
    elif targets:
        print_table(("source", "kind", "address"), ((t.source, t.kind, t.url) for t in targets))
    else:
        click.echo("nothing is due: no [[sources]] in the configuration, and nothing waits in the archive")
