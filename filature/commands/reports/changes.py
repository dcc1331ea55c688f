"""`filature report changes`: what is new, edited and gone since the last report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.commands.reports.limited import (
    arrival_options,
    asked_at,
    day_began,
    deliver,
    file_name,
    limit_option,
    most,
    since_the_last,
)
from filature.commands.reports.options import chosen_lang, output_option, style, style_options
from filature.output import json_option, print_json
from filature.session import Session, command_options

if TYPE_CHECKING:
    from report.render import Format


@click.command(short_help="What is new, edited and gone since the last report.")
@arrival_options
@limit_option
@output_option
@style_options
@json_option
@command_options
def changes(
    session: Session,
    since: str | None,
    authors: tuple[str, ...],
    sources: tuple[str, ...],
    limit: int,
    output: Path | None,
    lang: str | None,
    format_: Format | None,
    date: str | None,
    as_json: bool,
) -> None:
    """Write what came into the archive since the last `report changes`: documents, edits with the words taken out and
    put in, documents gone from their site and the answer that shows it, wrong sums, claims.

    With --since, --author or --source it is a look back, and does not count as the last report; nor does a report of
    an archive that may not be written to. A page in the folder of reports tells of its whole day: written again on the
    same day, it goes back to the last report of a day before. Nothing is written when nothing is new.

    \b
    Examples:
        filature report changes
        filature report changes --since 7d --lang en -o week.html
    """
    from db.changes import last_report
    from report.changes import COMMAND, read_changes
    from report.limits import limits

    chosen = style(session, lang, format_, date, output)
    counts = not (since or authors or sources)
    with since_the_last(session, COMMAND, counts=counts) as (archive, run):
        within = limits(archive, asked_at(date, chosen), since=since, author=authors, source=sources)
        if not since:
            last = archive.read(last_report, COMMAND, *([] if output else [day_began(chosen.date)]))
            within = replace(within, since=last or "", chosen=replace(within.chosen, since=last))
        report = read_changes(archive, within, chosen, most=most(limit))
        if since:  # what tells it from the reports of every day in the index
            report = replace(report, about=replace(report.about, scope=within.said(chosen.words)))
        if report.is_empty and output is None and as_json:
            print_json([])
        elif report.is_empty and output is None:
            session.say(f"nothing new{f' since {report.since[:16]}' if report.since else ''}")
        else:
            name = file_name("changes", since=since, by=authors, source=sources, lang=chosen_lang(session, chosen))
            deliver(session, name, report, chosen, output, as_json=as_json)
        if run is not None:
            run.counts.update(report.about.numbers)
