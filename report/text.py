"""Texts of the archive on their way into a report: what could disturb the page around them is taken out."""

from __future__ import annotations

import re
import unicodedata

# Marks that turn the direction of what follows: in a name or a title they would reverse the words of the page.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[ \t-\r\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` without characters that no page may hold (control characters, lone surrogates)."""
    return _UNPRINTABLE.sub("", text).encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, longest: int | None = None) -> str:
    """`text` on one line, without marks of direction; cut at a word when longer than `longest` characters."""
    # Not str.split: it would make plain spaces of those that keep a number together.
    line = clean(_TURNS.sub("", _BREAKS.sub(" ", text))).strip()
    if longest is None or len(line) <= longest:
        return line
    cut = line[:longest]
    # A word that fills the line alone is cut within.
    kept = cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut
    return f"{kept.rstrip(' .…,;:')}…"


def typeset(text: str) -> str:
    """Our own French as printers set it: no mark of ours stands alone at the start or the end of a line."""
    text = re.sub(r" (?=[;!?%€»])", "\u202f", text)
    return re.sub(r"« ", "«\u202f", re.sub(r" :(?!\S)", "\xa0:", text)).replace("'", "’")


def bare(text: str) -> str:
    """`text` in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
