"""`filature report topics`: what is said about each topic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.commands.reports.options import chosen_lang, output_option, scope_options, style, style_options
from filature.output import json_option, print_json, written
from filature.session import Session, command_options

if TYPE_CHECKING:
    from report.render import Format, Style
    from report.topics import Selection


@click.command(short_help="What is said of each topic.")
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@scope_options
@output_option
@style_options
@json_option
@command_options
def topics(
    session: Session,
    topics: tuple[str, ...],
    since: str | None,
    until: str | None,
    authors: tuple[str, ...],
    sources: tuple[str, ...],
    output: Path | None,
    lang: str | None,
    format_: Format | None,
    date: str | None,
    as_json: bool,
) -> None:
    """Write what is said about each TOPIC (all of config.toml when none is named): one file, to read without a network.

    The numbers at a glance, wrong sums first, then the strongest claims with their amounts, who says them,
    similar ones elsewhere, amounts side by side, quotations, names, documents, what is gone. Each claim has a link that
    opens its page at the words, and its archived copies.

    Without -o it goes into the folder of config.toml: topics-<date>.html to cite, topics.html for the newest, and
    index.html with all reports there. With -o FILE only that file is written. --json prints what was written where.

    \b
    Examples:
        filature report topics
        filature report topics externalisation sante_ars --since 30d -o outsourcing.html
        filature report topics --author @arnaudbontemps --lang en --format md -o - | less
    """
    from report.topics import Selection

    asked = Selection(topics=topics, since=since, until=until, authors=authors, sources=sources)
    chosen = style(session, lang, format_, date, output)
    if output is not None and str(output) == "-":
        click.echo(text(session, asked, chosen), nl=False)
        return
    files = write(session, asked, chosen, output)
    if as_json:
        print_json([str(file) for file in files])
    else:
        session.say(written(files))


def text(session: Session, asked: Selection, chosen: Style) -> str:
    """The report, as it would be written."""
    from db.archive import Archive
    from report.render import render
    from report.topics import topics_report

    with Archive.open(session.archive, readonly=True) as archive:
        return render(topics_report(archive, asked, chosen), chosen)


def write(session: Session, asked: Selection, chosen: Style, output: Path | None = None) -> list[Path]:
    """Write the report to a file, or into the folder of reports; the files written, its index last."""
    from db.archive import Archive
    from report.render import render
    from report.render import write as write_text
    from report.shelf import shelve
    from report.topics import file_name, topics_report

    with Archive.open(session.archive, readonly=True) as archive:
        report = topics_report(archive, asked, chosen)
    if output is not None:
        return [write_text(output, render(report, chosen))]
    name = file_name(asked, chosen_lang(session, chosen))
    return shelve(session.config.report.folder, name, report, chosen)
