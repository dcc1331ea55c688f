"""Sums that come out to the digit: so close a fit is evidence where the words give little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from nlp.checks.amounts import Amount, alike
from nlp.checks.conversions import size_factor
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.levels import same_per
from nlp.checks.quotients import ONE_FOR
from nlp.checks.rates import each_nouns
from nlp.checks.ties import Tie, tie
from nlp.checks.words import DOWN, DOWN_AFTER, LOST_AFTER, REMAINS, UP, UP_AFTER

TELLING = 3
"""Digits of a number that hardly comes out by chance."""
NEAREST = 6


def exact(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """Products, quotients and differences of the nearest amounts, of the kinds that give the kind of `stated`."""
    if stated.kind not in ("money", "count") or not _told(stated) or _repeats(stated, amounts):
        return
    near = [a for a in earlier(stated, amounts) if a.kind in ("money", "count", "duration") and a.value > 1][:NEAREST]
    for a, b in combinations(near, 2):
        yield from _products(stated, a, b)
        yield from _quotients(stated, a, b)
        yield from _differences(stated, a, b)


def percentages(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "un devis à 96 000 €, 60 % de subvention. Il nous reste 38 400 €": a share of an amount, or all but it."""
    if stated.kind not in ("money", "count") or not _told(stated):
        return
    near = earlier(stated, amounts, window=2)
    share = next((a for a in near if a.kind == "share" and 0 < a.value < 100), None)
    if share is None or (
        tie(stated) != Tie.FIRM and share.sentence != stated.sentence and not REMAINS.search(stated.before)
    ):
        return
    for whole in (a for a in near if a.kind == stated.kind and a.comparable(stated)):
        for part in (share.value, 100 - share.value):
            yield _weak(stated, "share", part * whole.value / 100, (("share", share), ("whole", whole)))


def one_for(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "un gendarme pour 1 250 habitants", where the gendarmes were counted under another name."""
    if stated.kind != "count" or not ONE_FOR.search(stated.before):
        return
    near = [a for a in earlier(stated, amounts, window=3) if a.kind == "count" and a.value > 1]
    for total, number in ((a, b) for a in near for b in near if a.value > b.value and a.comparable(stated)):
        yield _weak(stated, "unit_cost", total.value / number.value, (("total", total), ("number", number)))


def _repeats(stated: Amount, amounts: Sequence[Amount]) -> bool:
    """ "ces 312 élèves": told before, and no outcome."""
    return tie(stated) != Tie.FIRM and any(
        a.value == stated.value and a.comparable(stated) for a in earlier(stated, amounts, window=5)
    )


def _told(stated: Amount) -> bool:
    """Round and small numbers come out by chance: they need a word that concludes."""
    digits = len(re.sub(r"\D", "", stated.quantity.surface).strip("0"))
    return digits >= TELLING or (digits == TELLING - 1 and tie(stated) != Tie.NONE) or tie(stated) == Tie.FIRM


def _products(stated: Amount, a: Amount, b: Amount) -> Iterator[Hypothesis]:
    for rate, number in ((a, b), (b, a)):
        if number.kind == "money" or number is stated:
            continue
        scale = size_factor(rate.unit, stated.unit)
        like = rate.kind == stated.kind and (rate.kind == "money" or alike(rate.noun, stated.noun))
        like = like or (rate.kind == number.kind == stated.kind and tie(stated) != Tie.NONE)
        if scale is None and not like:
            continue
        yield _weak(stated, "product", rate.value * number.value * (scale or 1.0), (("each", rate), ("number", number)))


def _quotients(stated: Amount, a: Amount, b: Amount) -> Iterator[Hypothesis]:
    if not each_nouns(stated):
        return
    for total, number in ((a, b), (b, a)):
        scale = size_factor(total.unit, stated.unit)
        if number.kind == "count" and (scale is not None or total.kind == stated.kind):
            computed = total.value / number.value * (scale or 1.0)
            yield _weak(stated, "unit_cost", computed, (("total", total), ("number", number)))


def _differences(stated: Amount, a: Amount, b: Amount) -> Iterator[Hypothesis]:
    told = DOWN.search(stated.before) or UP.search(stated.before) or REMAINS.search(stated.before)
    told = told or UP_AFTER.match(stated.after) or DOWN_AFTER.match(stated.after) or LOST_AFTER.match(stated.after)
    if a.kind == b.kind == stated.kind and told and same_per(a, b) and (a.kind == "money" or _like(stated, a, b)):
        low, high = sorted((a, b), key=lambda x: x.value)
        yield _weak(stated, "difference", high.value - low.value, (("from", high), ("taken", low)))


def _like(stated: Amount, a: Amount, b: Amount) -> bool:
    return stated.bare or any(alike(stated.noun, x.noun) for x in (a, b))


def _weak(stated: Amount, relation: str, computed: float, operands: tuple[tuple[str, Amount], ...]) -> Hypothesis:
    return Hypothesis(
        relation=relation,  # type: ignore[arg-type]
        stated=stated,
        computed=computed,
        operands=operands,
        strength=Strength.WEAK,
        rule=f"{relation}:exact",
    )
