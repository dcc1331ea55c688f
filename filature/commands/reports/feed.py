"""`filature report feed`: an Atom feed of what comes into the archive."""

from __future__ import annotations

from pathlib import Path

import click

from filature.commands.reports.limited import arrival_options, asked_at, most
from filature.commands.reports.options import date_option, lang_option, output_option, style
from filature.session import Session, command_options


@click.command(short_help="An Atom feed of new documents and claims.")
@arrival_options
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Entries; 0 for all.")
@output_option
@lang_option
@date_option
@command_options
def feed(
    session: Session,
    since: str | None,
    authors: tuple[str, ...],
    sources: tuple[str, ...],
    limit: int,
    output: Path | None,
    lang: str | None,
    date: str | None,
) -> None:
    """Write an Atom feed of what came in the last 30 days, newest first: documents, their edits and disappearances,
    and claims worth checking. Without -o it is feed.xml in the folder of reports.

    An entry keeps its id for ever; a document that is edited or goes comes up again.

    \b
    Examples:
        filature report feed
        filature report feed --since 7d --author @arnaudbontemps -o bontemps.xml
    """
    from db.archive import Archive
    from report.feed import feed as write_feed
    from report.limits import limits
    from report.render import write

    chosen = style(session, lang, None, date)
    with Archive.open(session.archive, readonly=True) as archive:
        within = limits(archive, asked_at(date, chosen), since=since or "30d", author=authors, source=sources)
        text = write_feed(archive, within, chosen, most=most(limit))
    if output is not None and str(output) == "-":
        click.echo(text, nl=False)
    else:
        session.say(f"{write(output or session.config.report.folder / 'feed.xml', text)} written")
