"""`lexicons/amounts.toml` as pieces of regular expressions."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).resolve().parents[1] / "lexicons" / "amounts.toml"


def any_of(section: str, key: str) -> str:
    """A group that matches any word of a list, the longest first, whole words only; `*` stands for any ending."""
    return one_of(words(section, key))


def one_of(entries: tuple[str, ...]) -> str:
    """A group that matches any of `entries`: see `any_of`."""
    return f"(?:{'|'.join(map(_piece, sorted(entries, key=len, reverse=True)))})"


def none_before(section: str, key: str) -> str:
    """Matches where no word of a list, and the space after it, stands before."""
    return "".join(rf"(?<!\b{re.escape(word)} )" for word in words(section, key))


def words(section: str, key: str) -> tuple[str, ...]:
    """One list of the lexicon, as written."""
    return tuple(_lexicon()[section][key])


def _piece(entry: str) -> str:
    start = r"\b" if entry[0].isalnum() else ""
    end = r"\b" if entry[-1].isalnum() else ""
    return start + re.escape(entry).replace(r"\*", r"\w*") + end


@cache
def _lexicon() -> dict[str, Any]:
    with LEXICON.open("rb") as file:
        return tomllib.load(file)
