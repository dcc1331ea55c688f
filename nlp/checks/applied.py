"""A rate or a change applied to an amount: what a sum pays for, what a cut leaves, points between two percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import DURATIONS, Amount, stems
from nlp.checks.conversions import PERIODS
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.levels import ARROW, FROM, TO
from nlp.checks.rates import ANYTHING, counts, each_nouns
from nlp.checks.ties import Tie, tie
from nlp.checks.words import DOWN, REMAINS, UP

# "Avec 2 M€, on paierait 40 infirmiers", "Pour 900 familles, il en faut donc 20"
GIVEN = re.compile(r"\b(?:avec|pour)\s*(?:ces|les|nos|leurs|seulement|environ)?\s*$")
AFFORDS = re.compile(
    r"^[^.;:!?\d]{0,40}\b(?:pai\w*|pay\w*|financ\w*|embauch\w*|recrut\w*|achet\w*|offr\w*|faut|faud\w*|loge\w*|soign\w*"
    r"|form\w*|constru\w*)\b[^.;:!?\d]{0,25}$"
)
EN = re.compile(r"\ben\s+\w+(?: donc| alors)?\s*$")
OVER = re.compile(r"\b(?:sur|pendant|durant|en)\s*(?:les|ces|nos)?\s*$")


def afforded(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "Un poste coûte A. Avec B, on paie N postes": total / rate."""
    if stated.kind not in ("count", "duration") or not stated.index or not AFFORDS.match(stated.before):
        return
    total = amounts[stated.index - 1]
    if total.sentence != stated.sentence or not GIVEN.search(total.before) or total.per is not None:
        return
    for rate in earlier(total, amounts, window=2):
        if not (rate.comparable(total) and 0 < rate.value < total.value and _told_for(rate, stated)):
            continue
        yield Hypothesis(
            relation="unit_cost",
            stated=stated,
            computed=total.value / rate.value,
            operands=(("total", total), ("each", rate)),
            strength=Strength.CERTAIN if total.index - rate.index == 1 else Strength.PLAUSIBLE,
            rule="unit_cost:afforded",
        )
        return


def _told_for(rate: Amount, stated: Amount) -> bool:
    """Whether the rate is told of one of the things that `stated` counts."""
    nouns = each_nouns(rate)
    if stated.bare and EN.search(stated.before):
        return bool(nouns - {ANYTHING})
    return counts(stated, nouns) or (bool(nouns) and stated.noun in stems(rate.before[-60:]))


def cuts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "Les 900 dossiers ont fondu d'un tiers. Il en reste 600": the amount less its cut."""
    if stated.kind not in ("money", "count") or stated.index < 2 or not REMAINS.search(stated.before):
        return
    level, cut = amounts[stated.index - 2 : stated.index]
    beside = level.sentence == cut.sentence and stated.sentence - cut.sentence <= 1
    told = cut.kind == "share" and cut.value < 100 and DOWN.search(cut.before) and not UP.search(cut.before)
    like = level.kind == stated.kind and (level.comparable(stated) or not stated.noun)
    if beside and told and like and level.per == stated.per:
        yield Hypothesis(
            relation="product",
            stated=stated,
            computed=level.value * (1 - cut.value / 100),
            operands=(("from", level), ("share", cut)),
            strength=Strength.SURE,
            rule="product:cut",
        )


def points(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "de 12 % à 18 %, soit 6 points de plus"."""
    if stated.unit != "point" or stated.index < 2:
        return
    old, new = amounts[stated.index - 2 : stated.index]
    moved = (FROM.search(old.before) and TO.match(new.before)) or ARROW.search(new.before)
    shares = old.unit == new.unit == "%" and old.sentence == new.sentence
    if moved and shares and stated.sentence - new.sentence <= 1 and tie(stated) != Tie.NONE:
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=abs(new.value - old.value),
            operands=(("from", old), ("to", new)),
            strength=Strength.CERTAIN,
            rule="change:points",
        )


def periods(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "700 € par mois. Sur trois ans, cela représente 25 200 €": a rate over several longer periods."""
    if stated.kind not in ("money", "count") or stated.index < 2 or stated.per or tie(stated) != Tie.FIRM:
        return
    rate, span = amounts[stated.index - 2 : stated.index]
    if rate.per not in DURATIONS or not rate.comparable(stated) or span.kind != "duration" or span.value < 2:
        return
    factors = PERIODS.get((rate.per, span.unit or ""), ())
    if len(factors) == 1 and OVER.search(span.before) and stated.sentence - rate.sentence <= 1:
        yield Hypothesis(
            relation="product",
            stated=stated,
            computed=rate.value * span.value * factors[0],
            operands=(("each", rate), ("number", span)),
            strength=Strength.CERTAIN,
            rule="product:periods",
        )
