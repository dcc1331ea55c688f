"""Lines that sites put round a text: `furniture.toml`, and how a line is compared with it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FEMININE = re.compile(r"(?<=\w)[·•.\-(](?:e|ne|le|trice|rice|euse|ère)\)?(?:[·•.\-]?s)?(?!\w)")
_MARKDOWN = re.compile(r"^[#>*_\s]+|[*_\s]+$|!?\[([^\]]*)\]\([^)]*\)")
LONGEST_LINE = 1000
"""Characters of a line that are compared: no furniture is longer, with the address that it may lead to."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """Lines of furniture, all folded; tuples are beginnings of lines, sets are whole lines."""

    thread_ends: tuple[str, ...]
    thread_lines: tuple[str, ...]
    header: frozenset[str]
    header_begins: tuple[str, ...]
    notices: frozenset[str]
    last: frozenset[str]


@lru_cache(maxsize=1)
def furniture() -> Furniture:
    """What `furniture.toml` says."""
    told = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text(encoding="utf-8"))
    thread, page = told["thread"], told["page"]
    return Furniture(
        thread_ends=tuple(map(folded, thread["ends"])),
        thread_lines=tuple(map(folded, thread["lines"])),
        header=frozenset(map(folded, thread["header"])),
        header_begins=tuple(map(folded, thread["header_begins"])),
        notices=frozenset(map(folded, page["notices"])),
        last=frozenset(map(folded, page["last"])),
    )


def folded(line: str) -> str:
    """A line to compare: no accents, capitals, markdown, feminine endings; one kind of apostrophe."""
    line = line[:LONGEST_LINE]
    if not line.strip(" •"):
        return line.strip()
    line = _MARKDOWN.sub(r"\1", line.strip()).replace("’", "'")
    plain = unicodedata.normalize("NFD", _FEMININE.sub("", line.casefold()))
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())
