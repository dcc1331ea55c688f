"""Which way a sentence goes: up or down, opened or closed. The words are read from `lexicons/directions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np

WITHIN = 5  # words from "ne" to "pas": "n'ont donc toujours pas"

Side = tuple[int, int]
"""An axis, and which end of it."""


@dataclass(frozen=True, slots=True)
class Direction:
    """The sides that a sentence takes, and those whose words it denies."""

    sides: frozenset[Side]
    denied: frozenset[Side]


def direction(words: Sequence[str]) -> Direction:
    """The direction of a sentence, given as folded words. Of an axis it takes one side or, with words of both, none."""
    at = _denied(words)
    plain = _sides(word for place, word in enumerate(words) if place not in at)
    return Direction(
        sides=frozenset((axis, side) for axis, side in plain if (axis, 1 - side) not in plain),
        denied=_sides(words[place] for place in at),
    )


def opposite(told: Sequence[Direction]) -> np.ndarray:
    """For each pair, whether they take different sides of an axis, or one takes the side that the other denies."""
    sides = _rows([one.sides for one in told])
    across = _rows([frozenset((axis, 1 - side) for axis, side in one.sides) for one in told])
    denied = _rows([one.denied for one in told])
    alone = sides * (1 - denied)
    return np.asarray((sides @ across.T > 0) | (denied @ alone.T > 0) | (alone @ denied.T > 0))


def _rows(told: Sequence[frozenset[Side]]) -> np.ndarray:
    every = [(axis, side) for axis in range(len(_axes())) for side in (0, 1)]
    return np.array([[side in one for side in every] for one in told], dtype=np.float32)


def _sides(words: Iterable[str]) -> frozenset[Side]:
    return frozenset().union(*map(_sides_of, words))


@lru_cache(maxsize=50_000)
def _sides_of(word: str) -> frozenset[Side]:
    return frozenset(
        (axis, side) for axis, ends in enumerate(_axes()) for side, forms in enumerate(ends) if _is(word, forms)
    )


def _denied(words: Sequence[str]) -> set[int]:
    """The places between "ne" and "pas", and the one after: the verb, or its participle."""
    begins, ends = _lists()["negation"]["begins"], _lists()["negation"]["ends"]
    found: set[int] = set()
    for start, word in enumerate(words):
        if word in begins:
            end = next((at for at in range(start + 1, min(start + WITHIN, len(words))) if words[at] in ends), None)
            if end is not None:
                found.update(range(start + 1, min(end + 2, len(words))))
    return found


def _is(word: str, forms: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    whole, beginnings = forms
    return word in whole or word.startswith(beginnings)


@cache
def _axes() -> tuple[tuple[tuple[frozenset[str], tuple[str, ...]], ...], ...]:
    return tuple(tuple(_forms(axis[side]) for side in ("one", "other")) for axis in _lists()["axes"])


def _forms(words: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    return (
        frozenset(word for word in words if not word.endswith("*")),
        tuple(word.removesuffix("*") for word in words if word.endswith("*")),
    )


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(resources.files("nlp.lexicons").joinpath("directions.toml").read_text(encoding="utf-8"))
