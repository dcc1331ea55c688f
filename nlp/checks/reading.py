"""What a calculation is proposed as, and what tells that an amount is a change or a rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from db.records import Relation
from nlp.checks.amounts import Amount, fold
from nlp.checks.hypothesis import Hypothesis, Strength
from nlp.checks.words import (
    DOWN,
    DOWN_AFTER,
    LOST_AFTER,
    REMAINS,
    UP,
    UP_AFTER,
)

# "Il en roule 8"
THERE_ARE = re.compile(
    r"\bil (?:n')?en (?!faut|faud|avait|veut|compt|deman|fait|coute|vend|achet)[a-z]{4,}\s*(?:que|encore|plus que)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """`stated` as the outcome of `operands`; `cue` from 0 (nothing but the units) to 5 (named in so many words)."""

    relation: Relation
    computed: float
    operands: tuple[tuple[str, Amount], ...]
    cue: float

    def hypothesis(self, stated: Amount) -> Hypothesis:
        return Hypothesis(
            self.relation, stated, self.computed, self.operands, Strength.PLAUSIBLE, f"reading:{self.relation}"
        )


def direction(stated: Amount) -> str | None:
    """up or down, when the amount is told as a change."""
    surface = stated.quantity.surface
    if surface[:1] in "-−–" or surface.lower().startswith("moins ") or DOWN_AFTER.match(stated.after):
        return "down"
    if surface[:1] == "+" or UP_AFTER.match(stated.after):
        return "up"
    if DOWN.search(stated.before):
        return "down"
    return "up" if UP.search(stated.before) else None


def told_as_rest(amount: Amount) -> bool:
    """What is left, or what is missing, of something told before."""
    if amount.unit == "autre" or re.match(r"^\s*(?:autres|restant\w*)\b", amount.after):
        return True
    lost = LOST_AFTER.match(amount.after) or (amount.noun and LOST_AFTER.match(f" {fold(amount.unit or '')}"))
    return bool(lost or REMAINS.search(amount.before) or THERE_ARE.search(amount.before))


def pairs(near: Sequence[Amount]) -> Iterator[tuple[Amount, Amount]]:
    """Any two, in the order of the text."""
    for a, b in combinations(near, 2):
        yield (a, b) if a.index < b.index else (b, a)


def one_name(a: Amount, b: Amount) -> float:
    return 0.5 if a.noun and a.noun == b.noun else 0.0
