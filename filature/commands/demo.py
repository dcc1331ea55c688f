"""`filature demo`: the whole job on a small invented web on this machine."""

from __future__ import annotations

import dataclasses
import logging
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import counted, typed
from filature.screen import wrapped
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.status import Status

# A word of the reason that is kept with an address, and what it means.
WHY = {
    "robots.txt": "closed by robots.txt",
    "challenge": "behind a challenge that no program may pass",
    "login": "behind a login",
    "404": "removed since the first visit",
}
# What a demo wrote into its folder, a name a line: the next one replaces that and nothing else.
WROTE = ".filature-demo"


@click.command(short_help="Try the whole job on an invented web, offline.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the demo's archive and reports go; what an earlier demo wrote is replaced.",
)
@command_options
def demo(session: Session, folder: Path) -> None:
    """Harvest, mine and report on invented threads and blogs, without a network, into ./demo.

    Invented authors on four small sites of this machine; config.toml and the network are left alone.

    \b
    Example:
        filature demo
    """
    from filature.config import parse_config
    from filature.demo import DemoSite

    if session.names_archive:
        raise CommandError("a demo makes an archive of its own: leave out --archive, and choose where with --folder")
    start_anew(folder)
    if not session.verbose:
        logging.getLogger("harvester").setLevel(logging.ERROR)  # what fails there is meant to, and told at the end
    with DemoSite() as site:
        config = dataclasses.replace(parse_config(site.config(folder)), archive=folder / "demo.db")
        session = session.using(config)
        click.echo("An invented web on this machine: threads, a WordPress blog, a Mediapart-like club, a SPIP site.")
        _harvest(session, "first visit")
        site.advance()
        _harvest(session, "second visit")
    _mine(session)
    page = _report(session, folder / WROTE)
    _say_what_happened(config.archive)
    _say_what_next(config.archive, page)


def start_anew(folder: Path) -> None:
    """Make the folder ready: what an earlier demo wrote there goes. Raises CommandError where it was no demo."""
    wrote = folder / WROTE
    if not wrote.exists():
        theirs = next((path for path in (folder / "demo.db", folder / "reports") if path.exists()), None)
        if theirs is not None:
            raise CommandError(f"{theirs}: not known as a demo's, so it is kept; give another folder with --folder")
        folder.mkdir(parents=True, exist_ok=True)
    else:
        for line in wrote.read_text(encoding="utf-8").splitlines():
            (folder / "reports" / Path(line).name).unlink(missing_ok=True)
    for ending in ("", "-wal", "-shm", ".lock"):
        (folder / f"demo.db{ending}").unlink(missing_ok=True)
    wrote.write_text("", encoding="utf-8")  # before the rest: a demo that is stopped can be begun anew


def _harvest(session: Session, when: str) -> None:
    from filature.commands.harvest import report_line, run_harvest
    from filature.wiring import sources_of

    counts = run_harvest(session, None, sources_of(session.config), None)
    click.echo(wrapped(f"harvest, {when + ':':14} {report_line(counts)}", "  ", " " * 24))
    if counts.interrupted:
        raise KeyboardInterrupt


def _mine(session: Session) -> None:
    from filature.commands.mine import report_line, run_mine

    click.echo(wrapped(f"{'mine:':23} {report_line(run_mine(session))}", "  ", " " * 24))


def _report(session: Session, wrote: Path) -> Path:
    from filature.commands.reports.options import style
    from filature.commands.reports.topics import write
    from report.topics import Selection

    files = write(session, Selection(), style(session, None, None, None))
    wrote.write_text("".join(f"{file.name}\n" for file in files), encoding="utf-8")
    click.echo(f"  {'report topics:':23} {files[-2]}, index of reports {files[-1]}")
    return files[-2]


def _say_what_happened(path: Path) -> None:
    from db.archive import Archive

    with Archive.open(path, readonly=True) as archive:
        found = archive.status(limit=1000)
    click.echo("\n" + wrapped(f"Not read: {unread(found)}.", hang="  "))
    click.echo(
        f"Kept all the same: {counted(found.tables['versions'], 'earlier version')} of texts that changed, "
        f"{counted(found.gone_count, 'document')} removed from the site."
    )


def unread(found: Status) -> str:
    """`2 closed by robots.txt, 1 behind a login`: the addresses that could not be read, by reason."""
    reasons = Counter(
        next((means for word, means in WHY.items() if word in target.last_error), target.last_error)
        for target in found.failed
    )
    # By number, then by name: which host answers first is chance.
    told = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {reason}" for reason, number in told) or "nothing"


def _say_what_next(archive: Path, page: Path) -> None:
    program = typed()
    click.echo(
        f"""
Why, and what waits:  {program} status --archive {archive}
Open the report:      {page.absolute().as_uri()}
Browse and ask SQL:   {program} serve --archive {archive} --open
Search:               {program} search --archive {archive} aide medicale"""
    )
