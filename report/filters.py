"""What templates ask of a value, in HTML and in Markdown alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from db.reading import TopicDocument
from report.fragments import is_web, source_link, wayback_link
from report.text import clean, one_line
from report.words import Words

OPENING = 90


def heading(document: TopicDocument, words: Words) -> str:
    """The title, or the first words of what has none."""
    return one_line(document.title or document.opening, OPENING) or words("untitled")


FILTERS: Mapping[str, Callable[..., object]] = {
    "is_web": is_web,
    "opened_at": source_link,
    "wayback": wayback_link,
    "one_line": one_line,
    "clean": clean,
    "heading": heading,
}
