"""What commands share whose reports have limits: their options, the moment they are asked at, where the report goes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.commands.reports.options import F, author_option, source_option
from filature.output import print_json, written
from filature.session import Session

if TYPE_CHECKING:
    from db.archive import Archive
    from filature.wiring import Run
    from report.render import Report, Style

limit_option = click.option(
    "--limit", type=click.IntRange(min=0), default=200, show_default=True, help="Rows of each list; 0 for all."
)


def arrival_options(command: F) -> F:
    """--since, --author, --source: of what came into the archive, whenever it was published."""
    since = click.option("--since", metavar="DATE", help="What came from here on: 7d, 2w, 2026-01-31.")
    for option in (source_option, author_option, since):
        command = option(command)
    return command


def most(limit: int) -> int | None:
    """The number of rows that --limit means; None for all."""
    return limit or None


def asked_at(date: str | None, style: Style) -> str:
    """The ISO time that `7d` counts back from: now, or the end of the day that was given for the report."""
    from db.clock import now

    return f"{style.date}T23:59:59.999Z" if date or os.environ.get("SOURCE_DATE_EPOCH") else now()


def day_began(day: str) -> str:
    """When a day began where we are, as the archive writes times."""
    from db.clock import timestamp

    return timestamp(datetime.fromisoformat(day).astimezone())


def file_name(kind: str, **given: str | Sequence[str] | None) -> str:
    """A name for the files of a report with these limits, the same whenever the same is asked for."""
    from report.shelf import named

    return named([kind], given)


@contextmanager
def since_the_last(session: Session, command: str, *, counts: bool) -> Iterator[tuple[Archive, Run | None]]:
    """The archive, held for `command` and the run noted, so that the next report begins where this one ends.

    Open to read only, and None for the run, when the report does not count, and where nothing may be written: then
    a note says so.
    """
    from db.archive import Archive
    from db.errors import ArchiveError
    from filature.wiring import recorded

    with ExitStack() as stack:
        run = None
        try:
            # Opening to write would make an archive where there is none.
            if counts and session.archive.exists():
                with ExitStack() as trying:
                    archive = trying.enter_context(Archive.open(session.archive))
                    run = trying.enter_context(recorded(archive, command))
                    stack.push(trying.pop_all())
        except ArchiveError as error:
            session.note(f"{error} (so the next `filature {command}` will tell the same again)")
        if run is None:
            archive = stack.enter_context(Archive.open(session.archive, readonly=True))
        yield archive, run


def deliver(
    session: Session, name: str, report: Report, style: Style, output: Path | None, *, as_json: bool = False
) -> None:
    """Print the report, write it to a file, or put it into the folder of reports; say where it is."""
    from report.render import render, write
    from report.shelf import shelve

    if output is not None and str(output) == "-":
        click.echo(render(report, style), nl=False)
        return
    if output is not None:
        files = [write(output, render(report, style))]
    else:
        files = shelve(session.config.report.folder, name, report, style)
    if as_json:
        print_json([str(file) for file in files])
    else:
        session.say(written(files))
