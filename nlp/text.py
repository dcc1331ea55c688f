"""Characters of social and institutional French: look-alikes made one, and the parts that are not prose.

Everything speaks in code points of the text it was given: a `Range` is a half-open `(start, end)`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Range = tuple[int, int]

# Each maps to exactly one character, so that offsets survive. Line separators become newlines.
LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
        ),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2212\u00ad\ufe63\uff0d", "-"),
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\u200b\u2060\ufeff", " "),
        "\uff05": "%",
    }
)
REPLACED = tuple((chr(code), plain) for code, plain in LOOK_ALIKES.items())
COMPOSABLE = re.compile(r".[\u0300-\u036f]+", re.DOTALL)

URL = re.compile(
    r"""(?<![\w@.-])(?:
        (?:https?://|www\.)[^\s<>"«»“”…]+
      | [\w-]+(?:\.[\w-]+)*\.(?:fr|com|org|net|eu|info|news|media|social)(?![\w-]|\.\w)(?:/[^\s<>"«»“”…]*)?
      | [\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/[^\s<>"«»“”…]+
    )…?""",
    re.VERBOSE,
)
URL_TAIL = ".,;:!?'’)]*"
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
HANDLE = re.compile(r"(?<![\w@.+-])@\w{1,30}(?:@[\w-]{1,64}(?:\.[\w-]{1,64})+|\.bsky\.social)?")
HASHTAG = re.compile(r"(?<![&/#])#(?=\d*[^\W\d])\w+")
# Joined emoji are one; a skin tone or a variation selector belongs to what it follows.
EMOJI_BASE = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B05-\u2B55\u2934\u2935\u231A-\u23FF\u25B6\u25C0\u203C\u2049\u3030]"
EMOJI_ONE = rf"(?:[0-9#*]\uFE0F?\u20E3|[\u2190-\u21FF\u2139]\uFE0F|{EMOJI_BASE}(?:[\uFE0F\U0001F3FB-\U0001F3FF])*)"
EMOJI = re.compile(rf"{EMOJI_ONE}(?:\u200D?{EMOJI_ONE})*\u200D?")
# Most texts have neither: to see that costs a hundredth of looking for them.
ADDRESS_SIGN = re.compile(r"//|www\.|\.[\w-]")
EMOJI_SIGN = re.compile(r"[\u203C-\U0001FAFF]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text with one spelling for each look-alike, and the way back to the offsets of the original."""

    text: str
    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def original(self, position: int) -> int:
        """The offset in the original text of a position of `text`."""
        before = bisect_right(self.starts, position)
        return position + self.shifts[before - 1] if before else position


def straighten(text: str) -> str:
    """`text` with plain spaces, apostrophes, double quotes and hyphens: same length, same offsets."""
    # One pass for each character: most are rare, and a search for what is not there takes no time.
    for look_alike, plain in REPLACED:
        text = text.replace(look_alike, plain)
    return text


def normalise(text: str) -> Normalised:
    """`text` straightened and with combining accents composed; `Normalised.original` gives offsets back."""
    straight = straighten(text)
    if straight.isascii() or unicodedata.is_normalized("NFC", straight):
        return Normalised(straight)
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = done = 0
    for match in COMPOSABLE.finditer(straight):
        composed = unicodedata.normalize("NFC", match.group())
        parts += (straight[done : match.start()], composed)
        length += match.start() - done + len(composed)
        done = match.end()
        if done - length != (shifts[-1] if shifts else 0):
            starts.append(length)
            shifts.append(done - length)
    parts.append(straight[done:])
    return Normalised("".join(parts), tuple(starts), tuple(shifts))


def find_urls(text: str) -> tuple[Range, ...]:
    """Addresses, with or without a scheme, and e-mail addresses; an ellipsis that cuts an address is part of it."""
    found = [match.span() for match in EMAIL.finditer(text)] if "@" in text else []
    if not ADDRESS_SIGN.search(text):
        return tuple(found)
    for match in URL.finditer(text):
        start, end = match.span()
        address = match.group()
        if not address.endswith("…"):
            end = start + len(_without_tail(address))
        found.append((start, end))
    return _without_overlaps(found)


def find_handles(text: str) -> tuple[Range, ...]:
    """@names, sign included (X, Mastodon with its server, Bluesky)."""
    return tuple(match.span() for match in HANDLE.finditer(text)) if "@" in text else ()


def find_hashtags(text: str) -> tuple[Range, ...]:
    """#words, sign included, also where they are glued to the word before; not those inside addresses."""
    if "#" not in text:
        return ()
    urls = find_urls(text)
    spans = (match.span() for match in HASHTAG.finditer(text))
    return tuple(span for span in spans if not is_inside(span[0], urls))


def find_emoji(text: str) -> tuple[Range, ...]:
    """Runs of emoji that touch each other, keycaps and pictographic arrows included."""
    return tuple(match.span() for match in EMOJI.finditer(text)) if EMOJI_SIGN.search(text) else ()


def is_inside(position: int, ranges: tuple[Range, ...]) -> bool:
    """Whether `position` falls in one of `ranges`, which are sorted and do not overlap."""
    before = bisect_right(ranges, (position, len(ranges) and ranges[-1][1] + 1))
    return before > 0 and ranges[before - 1][0] <= position < ranges[before - 1][1]


def blank(text: str, ranges: Iterable[Range], by: str = " ") -> str:
    """`text` with each range overwritten by the character `by`: same length, same offsets."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(ranges):
        if end > done:
            parts += (text[done:start], by * (end - max(start, done)))
            done = end
    parts.append(text[done:])
    return "".join(parts)


def _without_tail(address: str) -> str:
    """An address without the punctuation of the sentence round it; a balanced closing parenthesis stays."""
    unbalanced = address.count(")") - address.count("(")
    end = len(address)
    while end and address[end - 1] in URL_TAIL:
        if address[end - 1] == ")":
            if unbalanced <= 0:
                break
            unbalanced -= 1
        end -= 1
    return address[:end]


def _without_overlaps(ranges: list[Range]) -> tuple[Range, ...]:
    kept: list[Range] = []
    for span in sorted(ranges):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)
