"""What an amount may be the outcome of, by the value that is reckoned: several calculations may come to the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from db.records import Verdict
from nlp.checks.amounts import Amount
from nlp.checks.forms import Candidate
from nlp.checks.proposals import Proposals
from nlp.checks.verdict import judge

SAME = 5e-3
"""Values that differ by less, as part of the larger, are one: nobody tells them apart."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One value: the likeliest `calculation` that comes to it, and the `chance` of all those `ways` together.

    `at` and `operands` are places among the amounts of the text; `back`: how far before `at` the operands stand.
    """

    calculation: Candidate
    chance: float
    ways: int
    verdict: Verdict
    at: int
    operands: frozenset[int]
    back: frozenset[int]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An amount and its reckonings, the likeliest first, by its own words alone; `none`: how likely it is that it
    follows from nothing, `told`: the cues of the amount.
    """

    stated: Amount
    proposals: Proposals
    told: tuple[str, ...]
    reckonings: tuple[Reckoning, ...]
    none: float

    @property
    def best(self) -> Reckoning:
        return self.reckonings[0]

    def place_of(self, computed: float) -> int | None:
        """The place of the reckoning that comes to `computed`."""
        same = (at for at, one in enumerate(self.reckonings) if equal(one.calculation.computed, computed))
        return next(same, None)


def weigh(
    stated: Amount, proposals: Proposals, told: Sequence[str], found: Sequence[Candidate], odds: Sequence[float]
) -> Weighed:
    """`odds`: the log-odds of each calculation `found`, and last of "none"."""
    *chances, none = softmax(odds)
    ways: list[list[tuple[float, Candidate]]] = []
    for chance, one in sorted(zip(chances, found, strict=True), key=lambda pair: -pair[0]):
        same = next((way for way in ways if equal(way[0][1].computed, one.computed)), None)
        if same is None:
            ways.append([(chance, one)])
        else:
            same.append((chance, one))
    reckonings = [_reckoning(stated, way) for way in ways]
    return Weighed(stated, proposals, tuple(told), tuple(sorted(reckonings, key=lambda one: -one.chance)), none)


def _reckoning(stated: Amount, ways: Sequence[tuple[float, Candidate]]) -> Reckoning:
    calculation = ways[0][1]
    operands = frozenset(operand.index for operand in calculation.operands)
    return Reckoning(
        calculation=calculation,
        chance=sum(chance for chance, _ in ways),
        ways=len(ways),
        verdict=judge(stated.stated, calculation.computed),
        at=stated.index,
        operands=operands,
        back=frozenset(stated.index - operand for operand in operands),
    )


def equal(one: float, other: float) -> bool:
    """Whether two calculations come to the same."""
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def softmax(odds: Sequence[float]) -> list[float]:
    """Probabilities from log-odds."""
    top = max(odds)
    exponentials = [math.exp(logit - top) for logit in odds]
    total = sum(exponentials)
    return [e / total for e in exponentials]
