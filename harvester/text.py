"""Text as a person reads it: line breaks of every alphabet made one, titles, identities of texts without address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Literal

# Line separators that str.splitlines() obeys and that most programs do not show.
ODD_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
TITLE_LENGTH = 120
# The sign comes first and looks back from behind itself: an expression that begins so is searched ten times faster.
_MENTION = re.compile(r"@(?<![\w@./]@)(\w{1,15})(?![\w@])", re.A)
_HASHTAG = re.compile(r"#(?<![\w&/#]#)(\w*[^\W\d_]\w*)")


def with_plain_breaks(text: str) -> str:
    """The text with `\\n` as its only line break."""
    return ODD_BREAKS.sub("\n", text)


def squeezed(text: str) -> str:
    """The text with each run of white space as one space, none at the ends."""
    return " ".join(text.split())


def shortened(line: str, length: int = TITLE_LENGTH) -> str:
    """A line of at most `length` characters, cut between words with an ellipsis."""
    line = squeezed(line)
    if len(line) <= length:
        return line
    cut = line[:length]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut[:-1]).rstrip(" ,;:.") + "…"


def title_of(text: str) -> str | None:
    """The first line of a text that holds a letter, shortened: what stands for the title a thread does not have."""
    for line in text.split("\n"):
        if any(map(str.isalpha, line)):
            return shortened(line)
    return None


def whole_number(text: str, digits: int = 18) -> int | None:
    """The number that a text of ASCII digits alone is, None for any other text and for one of more `digits`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def capture_address(text: str) -> str:
    """The identity of a text that came without an address: the same words give the same one, whatever their spacing."""
    return f"capture:{hashlib.sha256(squeezed(text).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def names_in(text: str) -> Iterator[tuple[Literal["mention", "hashtag"], re.Match[str]]]:
    """The @handles, then the #hashtags of a text (group 1: without the sign); not those of e-mails and addresses."""
    yield from (("mention", match) for match in _MENTION.finditer(text))
    yield from (("hashtag", match) for match in _HASHTAG.finditer(text))
