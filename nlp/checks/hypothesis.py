"""What a rule proposes: that a stated amount follows from others of the text, and how sure the words make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from db.records import Relation
from nlp.checks.amounts import Amount


class Strength(IntEnum):
    """How far the words alone, never the fit of the numbers, make the operands sure."""

    WEAK = 1
    """Enough to confirm a sum that comes out to the digit."""
    PLAUSIBLE = 2
    """Enough to confirm a sum that holds; not enough to call one wrong."""
    SURE = 3
    """The words leave hardly another reading: a sum that does not hold may be called wrong."""
    CERTAIN = 4
    """The words name the operands: a reading that is only plausible does not stand against it."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """`stated` should equal `computed`, which `operands` (role, amount) give."""

    relation: Relation
    stated: Amount
    computed: float
    operands: tuple[tuple[str, Amount], ...]
    strength: Strength
    rule: str


Rule = Callable[[Amount, Sequence[Amount]], Iterator[Hypothesis]]
"""A rule looks at one stated amount and at all amounts of the text, and proposes."""

WINDOW = 3
"""Sentences back, at most, in which operands are looked for: beyond that a reader has lost them too."""
NEIGHBOURHOOD, NEIGHBOURS = 4, 10
"""Sentences and amounts back in which something has to stand that an amount could follow from."""
OPENED = 4
"""Amounts after one that opens a text, at most, that it may follow from."""
NEAREST_AMOUNTS = 40
"""Amounts on one side, at most, that a rule looks at: in a table set as one sentence, time would grow with its cube."""


def earlier(stated: Amount, amounts: Sequence[Amount], window: int = WINDOW) -> list[Amount]:
    """Amounts before `stated`, nearest first, at most `window` sentences back."""
    near = amounts[max(0, stated.index - NEAREST_AMOUNTS) : stated.index]
    return [a for a in reversed(near) if stated.sentence - a.sentence <= window and _counts(a)]


def later(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """Amounts after `stated` in its own sentence."""
    near = amounts[stated.index + 1 : stated.index + 1 + NEAREST_AMOUNTS]
    return [a for a in near if a.sentence == stated.sentence and _counts(a)]


def ahead(stated: Amount, amounts: Sequence[Amount]) -> Sequence[Amount]:
    """The amounts after `stated` that it may follow from: the next two of its sentence; of what opens a text, or a
    sentence that tells no other, also those of the sentences after it ("Un sur trois ! 96 lits, 31 fermés.").
    """
    following = amounts[stated.index + 1 : stated.index + 1 + OPENED]
    own = [a for a in following[:2] if a.sentence == stated.sentence]
    if own or (stated.index and amounts[stated.index - 1].sentence == stated.sentence):
        return own
    opens = not stated.index or stated.sentence - amounts[stated.index - 1].sentence > 1
    reach, most = (2, OPENED) if opens else (1, 2)
    return [a for a in following[:most] if a.sentence - stated.sentence <= reach]


def _counts(amount: Amount) -> bool:
    """ "Des centaines" is no number to reckon with."""
    return amount.quantity.rule != "vague"


def neighbours(stated: Amount, amounts: Sequence[Amount]) -> int:
    """How many amounts stand near enough for it to follow from them; none for most of those in a speech."""
    before = amounts[max(0, stated.index - NEIGHBOURS) : stated.index]
    near = sum(stated.sentence - a.sentence <= NEIGHBOURHOOD for a in before)
    return near + len(ahead(stated, amounts))
