"""`filature digest`: what changed, as plain text for a mail."""

from __future__ import annotations

from dataclasses import replace

import click

from filature.commands.reports.limited import arrival_options, asked_at, since_the_last
from filature.commands.reports.options import date_option, lang_option, style
from filature.session import Session, command_options


@click.command(short_help="Print what changed, as text for a mail; nothing when nothing did.")
@arrival_options
@lang_option
@date_option
@command_options
def digest(
    session: Session,
    since: str | None,
    authors: tuple[str, ...],
    sources: tuple[str, ...],
    lang: str | None,
    date: str | None,
) -> None:
    """Print what came into the archive, was edited and went, new wrong sums, the strongest claims and the sources that
    fail: plain text of 72 columns, for a mail. Prints nothing when nothing is new: pipe it to `mail -E`, which sends no
    empty mail.

    Without --since: since the last digest that was asked for without limits.

    \b
    Examples:
        filature digest --since 7d
        filature digest --author @arnaudbontemps --since 2w --lang en
    """
    from db.changes import last_report
    from report.digest import COMMAND
    from report.digest import digest as write_digest
    from report.limits import limits

    chosen = style(session, lang, None, date)
    with since_the_last(session, COMMAND, counts=not (since or authors or sources)) as (archive, _):
        within = limits(archive, asked_at(date, chosen), since=since, author=authors, source=sources)
        if not since:
            last = archive.read(last_report, COMMAND)
            within = replace(within, since=last or "", chosen=replace(within.chosen, since=last))
        click.echo(write_digest(archive, within, chosen), nl=False)
