"""Markdown that says what the archive says: whatever a text holds, it stays text (CommonMark and GitHub's)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from report.filters import FILTERS
from report.fragments import is_web
from report.templating import environment, rendered
from report.text import one_line
from report.words import Words

_SYNTAX = re.compile(r"([\\`*_\[\]<>|~$#!])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AT_LINE_START = re.compile(r"^(\d+)([.)])|^([-+=])")
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;=~-._"
# GitHub makes links of bare addresses too.
_AUTOLINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*(?=:[^\s])|www(?=\.))")


class Markdown(str):
    """Text that is Markdown already: our own words, links that `link` made."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """One line of a text of the archive, none of whose characters means anything to Markdown."""
    line = _SYNTAX.sub(r"\\\1", one_line(text))
    line = _ENTITY.sub(r"\\&", line)
    line = _AT_LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", line)
    return Markdown(_AUTOLINK.sub(r"\g<0>\\", line))


def link(text: str, url: str | None) -> Markdown:
    """`[text](<url>)` for addresses of the web; the text alone for all others."""
    shown = text if isinstance(text, Markdown) else escape(text)
    if not is_web(url):
        return Markdown(shown)
    # Percent-encoded, nothing can end the address before its time; what was encoded stays so.
    return Markdown(f"[{shown}](<{quote(str(url), safe=_IN_ADDRESSES)}>)")


def render(template: str, words: Words, values: Mapping[str, object], templates: Path | None = None) -> str:
    """The Markdown that `template` makes of these values. Raises OwnTemplateError."""
    made = rendered(_environment(templates), template, {"t": _Own(words), **values}, templates)
    return re.sub(r"\n{3,}", "\n\n", made).strip() + "\n"


class _Own:
    """The words of a language as Markdown: they are ours, nothing in them wants escaping."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.lang = words.lang

    def __call__(self, key: str, **values: object) -> Markdown:
        return Markdown(self._words(key, **{name: _finalize(value) for name, value in values.items()}))

    def __getattr__(self, name: str) -> object:
        form = getattr(self._words, name)
        return lambda *args: Markdown(form(*args))


def _finalize(value: object) -> object:
    return escape(value) if isinstance(value, str) and not isinstance(value, Markdown) else value


@cache
def _environment(templates: Path | None) -> Environment:
    made = environment(templates, autoescape=False, finalize=_finalize)
    made.filters.update(FILTERS, link=link, md=Markdown)
    return made
