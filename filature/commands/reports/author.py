"""`filature report author`: what one author writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.commands.reports.limited import asked_at, deliver, file_name, limit_option, most
from filature.commands.reports.options import (
    chosen_lang,
    output_option,
    since_option,
    source_option,
    style,
    style_options,
    until_option,
)
from filature.output import json_option
from filature.session import Session, command_options

if TYPE_CHECKING:
    from report.render import Format


@click.command(short_help="What one author writes.")
@click.argument("handle")
@since_option
@until_option
@source_option
@limit_option
@output_option
@style_options
@json_option
@command_options
def author(
    session: Session,
    handle: str,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    limit: int,
    output: Path | None,
    lang: str | None,
    format_: Format | None,
    date: str | None,
    as_json: bool,
) -> None:
    """Write what HANDLE (@name on X, or the name of who has none) asserts, writes about, changed and took down.

    \b
    Examples:
        filature report author @arnaudbontemps
        filature report author "Une lectrice" --since 2021 --lang en -o author.html
    """
    from db.archive import Archive
    from report.author import read_author
    from report.limits import limits

    chosen = style(session, lang, format_, date, output)
    with Archive.open(session.archive, readonly=True) as archive:
        within = limits(archive, asked_at(date, chosen), since=since, until=until, source=sources)
        report = read_author(archive, handle, within, chosen, most=most(limit))
    name = file_name(
        "author", of=report.byline, since=since, until=until, source=sources, lang=chosen_lang(session, chosen)
    )
    deliver(session, name, report, chosen, output, as_json=as_json)
