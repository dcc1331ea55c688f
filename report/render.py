"""From a report's facts to a text: HTML for people, Markdown to paste, JSON for programs. The same facts in each.

A report is a frozen dataclass with an `about`; its page is `templates/<kind>.html`, its Markdown `templates/<kind>.md`,
and its JSON the dataclass itself, field by field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

from report import html, markdown
from report.words import Words

Format = Literal["html", "md", "json"]
FORMATS: tuple[Format, ...] = ("html", "md", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a report is written: language, format, the day it bears (ISO), and the folder of the user's own templates."""

    lang: str = "fr"
    format: Format = "html"
    date: str
    templates: Path | None = None

    @property
    def words(self) -> Words:
        return Words(self.lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What every report says of itself, in the language of the report.

    `kind` names its templates; `scope` says in words what it was limited to, "" for nothing; `numbers` are what an
    index of reports shows of it, by a key of words.toml.
    """

    kind: str
    title: str
    lang: str
    date: str
    scope: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)


class Report(Protocol):
    """Any dataclass that says what it is."""

    @property
    def about(self) -> About: ...


def render(report: Report, style: Style) -> str:
    """The whole text of a report, the same bytes for the same facts and style. Raises OwnTemplateError."""
    if style.format == "json":
        # What a lone surrogate of a text stands for cannot be written as UTF-8: escaped, it stays what it was.
        text = json.dumps({"filature": version("filature"), **_mapping(report)}, ensure_ascii=False, indent=1)
        return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
    values = {"report": report, "about": report.about}
    if style.format == "md":
        return markdown.render(f"{report.about.kind}.md", style.words, values, style.templates)
    return html.render(f"{report.about.kind}.html", style.words, values, style.templates)


def write(path: Path, text: str) -> Path:
    """Write a report whole or not at all: who reads it meanwhile has the one before. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        error.filename = str(path)  # what was asked for, not what it goes by until it is whole
        raise
    return path


def _mapping(value: object) -> dict[str, object]:
    assert is_dataclass(value)
    # Not dataclasses.asdict: it copies every text first.
    return {part.name: _plain(getattr(value, part.name)) for part in fields(value) if part.repr}


def _plain(value: object) -> object:
    if is_dataclass(value):
        return _mapping(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value
