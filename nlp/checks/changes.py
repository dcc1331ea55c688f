"""Changes: from A to B, in percent or in the unit itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from nlp.checks.amounts import Amount, stems
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.words import (
    BALANCE,
    DOWN,
    DOWN_AFTER,
    EQUIVALENCE,
    GAP,
    INCOME,
    OPENING,
    OPPOSITES,
    PAST,
    REMAINS,
    SPENDING,
    UP,
    UP_AFTER,
)

FROM = re.compile(r"\b(?:de|d'|depuis)\s*(?:environ|pres de|quelque)?\s*$")
TO = re.compile(r"^[^.;!?]{0,25}?\b(?:a|jusqu'a|vers)\s*(?:environ|pres de|quelque|plus de|moins de)?\s*$")
ARROW = re.compile(r"(?:→|->|=>|➡️?)\s*$")
AGAINST = re.compile(r"\b(?:contre|au lieu de)\b")
# "c'était 8 750 €": the same thing, some time ago.
ANAPHORA = re.compile(r"\b(?:c'etai\w+|(?:il|elle|ils|elles|on) (?:en )?etai\w+)\b")
REFERENCE = re.compile(r"\b(?:du|des|de la|de l')\s+(?:total|budget|recettes|depenses|population|effectifs)\b")


def changes(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "passé de A à B, soit x % de plus", "B contre A avant: une baisse de x", "on a perdu x par tête"."""
    direction = _direction(stated) or ("told" if EQUIVALENCE.search(stated.before) else None)
    if (
        direction is None
        or (direction == "told" and stated.kind == "share")
        or (stated.kind == "share" and REFERENCE.match(stated.after.strip()))
    ):
        return
    for old, new, strength in _levels(stated, amounts, wide=direction == "gap"):
        low, high = sorted((old, new), key=lambda a: a.value)
        base = {"up": low, "down": high}.get(direction, old)
        change = high.value - low.value
        percent = stated.kind == "share"
        if percent or stated.comparable(old):
            yield Hypothesis(
                relation="percent_change" if percent else "difference",
                stated=stated,
                computed=100 * change / base.value if percent else change,
                operands=(("from", old), ("to", new)),
                strength=_strength(strength, stated, old, direction),
                rule="change:percent" if percent else "change:difference",
            )


def remainders(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, dont B. Reste C": what is left of the larger of the only two amounts just told."""
    if stated.kind not in ("money", "count") or not REMAINS.search(stated.before):
        return
    near = [a for a in earlier(stated, amounts, window=1) if a.comparable(stated) and _same_per(a, stated)]
    values = {a.value: a for a in near}
    if len(values) == 2:
        low, high = (values[v] for v in sorted(values))
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=high.value - low.value,
            operands=(("from", high), ("taken", low)),
            strength=Strength.SURE,
            rule="change:remainder",
        )


def _opposites(stated: Amount, amounts: Sequence[Amount]) -> tuple[Amount, Amount] | None:
    """The nearest two amounts whose names are opposites: receipts and spending, arrivals and departures."""
    near = [a for a in earlier(stated, amounts, window=2) if a.kind == stated.kind]
    if stated.kind == "money":
        income = next((a for a in near if a.words & INCOME), None)
        spending = next((a for a in near if a.words & SPENDING and not a.words & INCOME), None)
        return (income, spending) if income and spending else None
    for a, b in combinations(near[:4], 2):
        if b.noun in OPPOSITES.get(a.noun, ()) or a.noun in OPPOSITES.get(b.noun, ()):
            return a, b
    return None


def _strength(levels: Strength, stated: Amount, old: Amount, direction: str) -> Strength:
    """Ages and lengths of time are told side by side for many reasons, and a gap has no direction: never sure."""
    if direction in ("gap", "told") or (old.kind == "duration" and stated.kind != "share"):
        return Strength.PLAUSIBLE
    return levels


def balances(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A de recettes, B de dépenses: un déficit de C": income and spending, told by their names."""
    if stated.kind not in ("money", "count"):
        return
    told = BALANCE.search(stated.before) or (DOWN_AFTER.match(stated.after) and EQUIVALENCE.search(stated.before))
    pair = _opposites(stated, amounts) if told else None
    if pair:
        income, spending = pair
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=abs(income.value - spending.value),
            operands=(("income", income), ("spending", spending)),
            strength=Strength.SURE,
            rule="change:balance",
        )


def _direction(stated: Amount) -> str | None:
    """up, down, or gap (a difference told without direction); None when the amount is not told as a change."""
    sign = stated.quantity.surface[:1]
    if sign in "-−–" or DOWN_AFTER.match(stated.after) or DOWN.search(stated.before):
        return "down"
    if sign == "+" or UP_AFTER.match(stated.after) or UP.search(stated.before):
        return "up"
    return "gap" if GAP.search(f"{stated.before[-45:]} {stated.after[:30]}") else None


def _levels(stated: Amount, amounts: Sequence[Amount], *, wide: bool) -> Iterator[tuple[Amount, Amount, Strength]]:
    """Pairs (old level, new level) that the change may be between, and how sure the words make each."""
    window = 8 if wide else 3
    near = [
        a
        for a in (*earlier(stated, amounts, window), *later(stated, amounts))
        if a.kind in ("money", "count", "duration") and a.value > 0
    ]
    for new in near:
        old = next((a for a in near if a.index == new.index - 1 and a.comparable(new)), None)
        if old is None or old.sentence != new.sentence or stated.sentence - new.sentence > 1:
            continue
        if (FROM.search(old.before) and TO.match(new.before)) or ARROW.search(new.before):
            yield old, new, _told(stated, new)
            return
        if AGAINST.search(new.before):
            yield new, old, _told(stated, old)
            return
    usable = [a for a in near if (stated.kind == "share" or a.comparable(stated)) and not _told_as_change(a)]
    for a, b in combinations(usable[: 8 if wide else 4], 2):
        if a.comparable(b) and a.value != b.value and _same_per(a, b):
            yield _ordered(a, b)


def _told(stated: Amount, new: Amount) -> Strength:
    """Sure when the change is told of these very levels: right after them, or by "soit"."""
    between = stated.before if stated.index == new.index + 1 else stated.lead
    if stated.index < new.index:
        return Strength.SURE if stated.sentence == new.sentence else Strength.PLAUSIBLE
    follows = stated.sentence == new.sentence or EQUIVALENCE.search(between) or OPENING.match(stated.lead)
    return Strength.SURE if follows and stated.index - new.index <= 2 else Strength.PLAUSIBLE


def _ordered(a: Amount, b: Amount) -> tuple[Amount, Amount, Strength]:
    """The two with the past one first; sure when one is told as past and both plainly measure the same thing."""
    past = [x for x in (a, b) if PAST.search(f"{x.lead[-80:]} {x.after[:30]}")]
    old = past[0] if len(past) == 1 else min(a, b, key=lambda x: x.index)
    new = b if old is a else a
    same = bool(a.words & b.words - stems(a.unit or "")) or bool(ANAPHORA.search(old.before))
    sure = len(past) == 1 and same and abs(a.index - b.index) <= 2 and a.kind != "duration"
    return old, new, Strength.SURE if sure else Strength.PLAUSIBLE


def _same_per(a: Amount, b: Amount) -> bool:
    return a.per is None or b.per is None or a.per[:4] == b.per[:4]


def _told_as_change(amount: Amount) -> bool:
    """An amount that is itself told as a change ("160 000 postes supprimés") is no level."""
    if UP.search(amount.before) or DOWN.search(amount.before):
        return True
    following = re.split(r"[.,;:!?(]", amount.after[:45], maxsplit=1)[0]
    return bool(re.search(r"\b(?:de|en) (?:plus|moins)\b", following) or UP.search(following) or DOWN.search(following))
