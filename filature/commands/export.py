"""`filature export`: what the archive holds, for other programs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from filature.errors import CommandError
from filature.output import counted, json_option, print_json
from filature.session import Session, command_options

KINDS = {"response": "answer", "revisit": "revisit", "request": "request", "resource": "file"}


@click.group(short_help="Give what is held to other programs: WARC.")
def export() -> None:
    """Write what the archive holds in the formats of other programs.

    \b
    Example:
        filature export warc
    """


@export.command(short_help="Every answer as a WARC file, for pywb, warcio, SolrWayback...")
@click.option("--run", "runs", type=click.IntRange(min=1), multiple=True, help="Only this run; may be repeated.")
@click.option(
    "--since",
    metavar="DATE",
    help="Only what came at this time (UTC) or later: 7d, 2w, 2026-01-31, 2026-01-31T08:00:00.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("filature.warc.gz"),
    show_default=True,
    metavar="FILE",
    help="The file to write, replaced when it is there; compressed when its name ends in .gz.",
)
@json_option
@command_options
def warc(session: Session, runs: tuple[int, ...], since: str | None, output: Path, as_json: bool) -> None:
    """Write every answer that sites gave, robots.txt and redirects too, to a standard WARC 1.1 file: what pywb replays
    and other archives take in. Bytes that came twice, and pages that had not changed, are revisit records; a run's
    file holds the pages that its answers say are unchanged. The same archive gives the same file.

    `filature status` numbers the runs.

    \b
    Examples:
        filature export warc
        filature export warc --run 12 -o run-12.warc.gz
        filature export warc --since 2026-11-01 -o november.warc.gz
    """
    counts = write_warc(session, output, runs, _moment(since) if since else None)
    if as_json:
        print_json({"file": str(output), "bytes": output.stat().st_size, **counts})
        return
    told = [counted(counts[kind], noun) for kind, noun in KINDS.items() if counts.get(kind)]
    left = f"; {counted(counts['unanswered'], 'request')} without an answer left out" if counts["unanswered"] else ""
    session.say(f"{output}: {', '.join(told)}{left}")


def _moment(text: str) -> datetime:
    """The time meant, with the words that reports take too. Raises DateError."""
    from db.clock import now
    from report.limits import moment

    try:
        at = datetime.fromisoformat(text) if "T" in text else datetime.fromisoformat(moment(text, now()))
    except ValueError as error:
        from report.errors import DateError

        raise DateError(text) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def write_warc(
    session: Session, output: Path, runs: tuple[int, ...] = (), since: datetime | None = None
) -> Mapping[str, int]:
    """Export to `output`, whole or not at all; how many records of each type it has. CommandError for nothing."""
    from db.archive import Archive
    from db.errors import explaining
    from db.exchanges import fetches_to_export, last_answer_at
    from filature import __version__
    from harvester.schedule import timestamp
    from harvester.warc.export import About, write

    harvest = session.config.harvest
    at = timestamp(since.astimezone(UTC)) if since else None
    part = output.with_name(f"{output.name}.part")
    with Archive.open(session.archive, readonly=True) as archive:
        last = archive.read(last_answer_at, runs or None, at)
        if last is None:
            raise CommandError(f"{session.archive}: no answer to export there; `filature status` lists the runs")
        about = About(software=f"filature/{__version__}", at=last, operator=harvest.contact)
        try:
            with explaining(archive.path), part.open("wb") as out:
                kept = archive.read(fetches_to_export, runs or None, at)
                counts = write(out, kept, about, mirrors=harvest.mirrors, compressed=output.suffix == ".gz")
            os.replace(part, output)
        finally:
            part.unlink(missing_ok=True)
    return counts
