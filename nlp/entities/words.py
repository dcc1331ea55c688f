"""The words by which rules know a name: `nlp/lexicons/name_words.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from nlp.lexicon import FOLDER


@dataclass(frozen=True, slots=True)
class NameWords:
    """One set a list of the file; what each is for is told there."""

    titles: frozenset[str]
    functions: frozenset[str]
    openers: frozenset[str]
    bodies: frozenset[str]
    rank: frozenset[str]
    ranked: frozenset[str]
    unions: frozenset[str]
    branches: frozenset[str]
    territories: frozenset[str]
    corporate: frozenset[str]
    named_things: frozenset[str]
    listed_bodies: frozenset[str]
    rivers: frozenset[str]
    houses: frozenset[str]
    spots: frozenset[str]
    schemes: frozenset[str]
    laws: frozenset[str]
    codes: frozenset[str]
    sayings: frozenset[str]
    kinds: frozenset[str]
    handle_parts: frozenset[str]
    after_numbers: frozenset[str]
    first_names: frozenset[str]
    handle_heads: frozenset[str]
    conditions: frozenset[str]
    other_states: frozenset[str]


@cache
def name_words() -> NameWords:
    """The lists, read once a process."""
    lists = tomllib.loads((FOLDER / "name_words.toml").read_text(encoding="utf-8"))
    return NameWords(**{name: frozenset(words) for name, words in lists.items()})
