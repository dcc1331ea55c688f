"""`filature report claims`: what was asserted, by whom and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.commands.reports.limited import asked_at, deliver, file_name, limit_option, most
from filature.commands.reports.options import chosen_lang, output_option, scope_options, style, style_options
from filature.output import json_option
from filature.session import Session, command_options

if TYPE_CHECKING:
    from report.render import Format


@click.command(short_help="What is asserted, by whom, and when.")
@scope_options
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only claims about this topic.")
@limit_option
@output_option
@style_options
@json_option
@command_options
def claims(
    session: Session,
    since: str | None,
    until: str | None,
    authors: tuple[str, ...],
    sources: tuple[str, ...],
    topics: tuple[str, ...],
    limit: int,
    output: Path | None,
    lang: str | None,
    format_: Format | None,
    date: str | None,
    as_json: bool,
) -> None:
    """Write the claims of a period, whatever their topic: wrong sums first, then those most worth checking.

    Each has its amounts, who says it, what its sums give, a link that opens its page at the words, a copy in the
    Wayback Machine, and the archived text around.

    \b
    Examples:
        filature report claims --since 2w
        filature report claims --author @arnaudbontemps --topic externalisation --format md -o -
    """
    from db.archive import Archive
    from report.claims import read_claims
    from report.limits import limits

    chosen = style(session, lang, format_, date, output)
    with Archive.open(session.archive, readonly=True) as archive:
        within = limits(
            archive, asked_at(date, chosen), since=since, until=until, author=authors, source=sources, topic=topics
        )
        report = read_claims(archive, within, chosen, most=most(limit))
    name = file_name(
        "claims", since=since, until=until, by=authors, source=sources, topic=topics, lang=chosen_lang(session, chosen)
    )
    deliver(session, name, report, chosen, output, as_json=as_json)
