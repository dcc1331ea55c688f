"""The options that reports share, and where a report goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from filature.errors import CommandError
from filature.session import Session

if TYPE_CHECKING:
    from report.render import Format, Style

TEMPLATES = "report_templates"
F = TypeVar("F", bound=Callable[..., object])

lang_option = click.option("--lang", type=click.Choice(["fr", "en"]), help="Language of the fixed words.")
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["html", "md", "json"]),
    help="A page, Markdown or JSON; left out, the ending of FILE says, else a page.",
)
date_option = click.option(
    "--date",
    metavar="DAY",
    help="The day that the report bears, as 2021-05-04; today if left out, or that of SOURCE_DATE_EPOCH. The same "
    "archive, configuration and day give the same bytes.",
)
output_option = click.option(
    "--output", "-o", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", help="Write here; - is stdout."
)
since_option = click.option(
    "--since",
    metavar="DATE",
    help="Only what was published from here on: 2021, 2021-05, 2021-05-04, or 30d for so many days before the report's "
    "day.",
)
until_option = click.option("--until", metavar="DATE", help="Only what was published up to here, this day included.")
author_option = click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="Only this author: @handle or name."
)
source_option = click.option(
    "--source", "sources", multiple=True, metavar="NAME", help="Only this source of config.toml."
)


def style_options(command: F) -> F:
    """--lang, --format, --date: what `style` takes."""
    for option in (date_option, format_option, lang_option):
        command = option(command)
    return command


def scope_options(command: F) -> F:
    """--since, --until, --author, --source: which documents count."""
    for option in (source_option, author_option, until_option, since_option):
        command = option(command)
    return command


def style(
    session: Session, lang: str | None, format_: Format | None, date: str | None, output: Path | None = None
) -> Style:
    """How the report is to be written: options first, then config.toml. Raises CommandError."""
    from report.render import FORMATS, Style

    ending = output.suffix.lstrip(".").lower() if output else ""
    named: Format | None = next((form for form in FORMATS if form == ending), None)
    if ending not in ("", "htm") and not (named or format_):
        raise CommandError(f"{output}: no report is written as {ending}; name it .html, .md or .json, or give --format")
    templates = templates_folder(session)
    return Style(
        lang=lang or session.config.report.lang,
        format=format_ or named or "html",
        date=_day(date),
        templates=templates if templates.is_dir() else None,
    )


def chosen_lang(session: Session, style: Style) -> str | None:
    """The language where it is not that of config.toml: such a report has files of its own."""
    return None if style.lang == session.config.report.lang else style.lang


def templates_folder(session: Session) -> Path:
    """Where the user's own templates are looked for."""
    return session.config.report.templates or (session.config_path or Path()).parent / TEMPLATES


def _day(given: str | None) -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given:
            return datetime.strptime(given, "%Y-%m-%d").date().isoformat()
        return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now().astimezone()).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        what = f"--date {given}" if given else f"SOURCE_DATE_EPOCH={epoch}"
        raise CommandError(f"{what}: no day; write it as 2021-05-04 (SOURCE_DATE_EPOCH: seconds since 1970)") from error
