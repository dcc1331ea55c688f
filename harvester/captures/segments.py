"""Where tweets may begin and end in a text that does not tell.

In a text copied from an unrolled page one newline means either a new tweet or a line break in a tweet; a blank line
is always inside a tweet. What is found are candidates: numbered `<document>#1`, never given ids of tweets.
"""

from __future__ import annotations

import re

from db.records import Post
from harvester.captures.names import display_addresses

LIMIT = 280  # characters of a tweet before 2023; longer ones exist since, and then the limit tells nothing
SHORT_LINK = 23  # what any address counts for
_BLANK = re.compile(r"\n[^\S\n]*\n")
_LINE = re.compile(r"[^\n]+")
_ENDS = re.compile(r"(?:[⤵👇⬇⏬🧵]\ufe0f?[🏻-🏿]?|\(?\b\d{1,3}/(?:\d{1,3}|[XxNn?])?\)?)[\s.)]*$")
_BEGINS = re.compile(r"\(?\d{1,3}/(?!\d{2,4}\b)(?:\d{1,3}|[XxNn])?[).\s]|🧵\s?\d|\d{1,3}[).](?:-|\s)")
_IN_LIST = re.compile(r"\s*(?:[-–—•►➡✅▶*]|\d{1,2}[.)])")


def segments(text: str) -> list[tuple[int, int]]:
    """Candidate tweets of a text, as ranges without outer white space."""
    merged: list[tuple[int, int]] = []
    for start, end in _units(text):
        if merged and not _parted(text, merged[-1], (start, end)):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The blocks of a text that blank lines part."""
    spans, at = [], 0
    for match in [*_BLANK.finditer(text), None]:
        end = match.start() if match else len(text)
        spans.append(_stripped(text, at, end))
        at = match.end() if match else end
    return [span for span in spans if span[0] < span[1]]


def placed(text: str, spans: list[tuple[int, int]], url: str) -> tuple[Post, ...]:
    """Posts for ranges of a text, numbered from 1."""
    return tuple(
        Post(id=f"{url}#{number}", text=text[start:end], start=start, end=end)
        for number, (start, end) in enumerate(spans, 1)
    )


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _units(text: str) -> list[tuple[int, int]]:
    """Runs of lines that blank lines tie together: no tweet ends inside one."""
    units: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        start, end = _stripped(text, match.start(), match.end())
        if start >= end:
            continue
        if units and text.count("\n", units[-1][1], start) > 1:
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    return units


def _parted(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a tweet likely ends between two neighbours: a mark says so, or one tweet could not hold both."""
    last_line = text[before[0] : before[1]].rsplit("\n", 1)[-1].strip()
    words = text[slice(*after)]
    if _ENDS.search(last_line) or [last_line] == display_addresses(last_line):
        return True
    if _BEGINS.match(words) and not (last_line.endswith(":") or _IN_LIST.match(last_line)):
        return True
    return _length(text[before[0] : after[1]]) > LIMIT


def _length(text: str) -> int:
    addresses = display_addresses(text)
    wide = sum(ord(char) > 0xFFFF for char in text)
    return len(text) + wide - sum(len(shown) - SHORT_LINK for shown in addresses)
