"""What amounts give when they are reckoned with: products, sums, portions, quotients.

Each reading carries how well the words fit it; units and kinds have to fit in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from nlp.checks.amounts import DURATIONS, Amount, alike, stem
from nlp.checks.applied import AFFORDS
from nlp.checks.compared import OVER_TIME, THEY
from nlp.checks.conversions import PERIODS, SAID, size_factor
from nlp.checks.hypothesis import later
from nlp.checks.levels import (
    same_per,
)
from nlp.checks.rates import ANYTHING, PRICED, counts, each_nouns
from nlp.checks.reading import Reading, direction, told_as_rest
from nlp.checks.sums import LEADS_TO
from nlp.checks.ties import Tie, tie
from nlp.checks.words import (
    LOST_AFTER,
    OUTCOME,
    REMAINS,
    SHARE_OF,
    SHARED_OUT,
    TOTAL,
    TOTAL_AFTER,
    UP_AFTER,
)

EACH_THING = re.compile(r"\b(?:chaque|une? seule?)\s+([a-z][\w·.]{2,})[^.;:!?\d]*$")
# "À ce rythme, il faudra 12 ans"
LASTS = re.compile(r"\b(?:rythme|faudra\w*|faut|fini\w*|attend\w*|mettr\w+|prendr\w+|rembours\w+)\b[^.;!?\d]{0,45}$")
PAYS = re.compile(r"\b(?:paie\w*|pay\w+|vers\w+|financ\w+|apport\w+|mett?\w*|prend\w*|assum\w+)\b[^.;!?\d]{0,25}$")
COMPLETES = re.compile(r"\b(?:complete\w*|le reste|le solde|prend en charge le|a sa charge)\b[^.;!?\d]{0,25}$")
OF = frozenset(
    f"{of}{det}".strip() for of in ("de ", "des ", "d'", "du ", "sur ") for det in ("", "les", "ces", "nos", "cette")
)


def products(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """Rates times numbers; a rate of a shorter period than the number is in is brought to it first."""
    told = 0.5 * bool(OUTCOME.search(stated.before) or TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after))
    rates = [a for a in near if _yields(a, stated)]
    numbers = [a for a in near if a.kind in ("count", "duration")]
    for rate in rates:
        nouns = each_nouns(rate)
        priced = bool(PRICED.match(rate.before))
        scale = size_factor(rate.unit, stated.unit) or 1.0
        usable = [n for n in numbers if n is not rate]
        for number in usable:
            each = ANYTHING in nouns and abs(number.index - rate.index) == 1
            bought = priced and rate.index == number.index + 1 and number.sentence == rate.sentence
            firm = counts(number, nouns) or each or bought
            cue = told + (2.5 if firm else 1.5 if nouns else 1.0 if priced else 0.5)
            if stated.per and stated.per not in (number.per, rate.per) and not _by_period(stated, rate, number):
                cue -= 1.0
            for factor in _factors(rate, number):
                value = rate.value * number.value * scale * factor
                yield Reading("product", value, (("each", rate), ("number", number)), cue)
        for first, second in combinations(usable, 2):
            linked = sum(counts(n, nouns) for n in (first, second))
            chained = any(counts(n, each_nouns(m)) or n.per for n, m in permutations((first, second)))
            if linked or nouns or chained or priced:
                value = rate.value * first.value * second.value * scale
                cue = told + 1.0 + min(1.5, linked * 0.5 + chained * 0.5 + bool(nouns) * 0.5 + priced * 0.5)
                yield Reading("product", value, (("each", rate), ("number", second), ("number", first)), cue)


def _by_period(stated: Amount, rate: Amount, number: Amount) -> bool:
    """ "22 par jour, 210 jours: 4 620 par an": the number of periods makes the longer one."""
    return rate.per == number.unit or (stated.per in DURATIONS and rate.per is None)


def _factors(rate: Amount, number: Amount) -> tuple[float, ...]:
    period = rate.per or next((p for p, said in SAID.items() if said.search(rate.before[-40:])), None)
    if number.kind == "duration" and period in DURATIONS and period != number.unit:
        return PERIODS.get((period or "", number.unit or ""), ())[:1]
    return (1.0,)


def _yields(rate: Amount, stated: Amount) -> bool:
    if rate.kind != stated.kind:
        return False
    if rate.kind in ("money", "duration"):
        return rate.unit == stated.unit
    return alike(rate.noun, stated.noun) or stated.bare or size_factor(rate.unit, stated.unit) is not None


def totals(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """All like amounts of the sentence before the outcome, or of the one before it."""
    if stated.kind == "duration" or stated.per is not None:
        return
    if LEADS_TO.search(stated.before):
        yield from _added(stated, near)
    for sentence in (stated.sentence, stated.sentence - 1):
        terms = [a for a in near if a.sentence == sentence and a.kind == stated.kind and a.per is None][::-1]
        terms = [a for a in terms if a.index < stated.index and not told_as_rest(a)]
        if len(terms) < 2 or len({a.unit for a in terms}) > (1 if stated.kind == "money" else len(terms)):
            continue
        said = bool(TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after) or OUTCOME.search(stated.before))
        cue = 1.5 * said + 0.5 * (len(terms) > 2) + 1.0 * bool(THEY.match(stated.lead))
        yield Reading("sum", sum(a.value for a in terms), tuple(("term", a) for a in terms), cue)


def _added(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """ "5 600 places. On en réclame 500 de plus. On arriverait à B"."""
    for added in (a for a in near if UP_AFTER.match(a.after) and a.kind == stated.kind):
        for base in (a for a in near if a.index < added.index and a.comparable(added) and a.value > added.value):
            yield Reading("sum", base.value + added.value, (("term", base), ("term", added)), 3.5)


def periods(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """ "2 contrôles par semaine: 104 par an": one rate, told for another period."""
    for rate in near:
        if not (rate.per and stated.per and rate.kind == stated.kind and rate.comparable(stated)):
            continue
        small, large = PERIODS.get((rate.per, stated.per), ()), PERIODS.get((stated.per, rate.per), ())
        for factor in (*small, *(1 / f for f in large)):
            yield Reading(
                "conversion", rate.value * factor, (("converted", rate),), 3.0 if factor in small[:1] else 2.0
            )


def rests(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """ "18 000 €; les parents paient 3 600 €, la caisse 7 200 €. La commune complète": all but two parts."""
    completes = bool(REMAINS.search(stated.before) or COMPLETES.search(stated.before))
    if not completes and not (tie(stated) == Tie.FIRM and PAYS.search(stated.before)):
        return
    like = [a for a in near if a.comparable(stated) and same_per(a, stated)]
    for whole in like:
        parts = [a for a in like if a.index > whole.index and a.value < whole.value]
        if len(parts) == 2:
            operands = (("from", whole), *(("taken", part) for part in parts[::-1]))
            yield Reading("difference", whole.value - sum(p.value for p in parts), operands, 3.0 if completes else 2.5)


def portions(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """A share of an amount, or what is left of it without that share."""
    for share in (a for a in near if a.kind == "share" and a.value < 100):
        rest = bool(REMAINS.search(stated.before) or LOST_AFTER.match(stated.after) or direction(share) == "down")
        up = direction(share) == "up"
        rest_told = told_as_rest(stated)
        for whole in near:
            if whole.kind != stated.kind or (whole.kind == "money" and whole.unit != stated.unit):
                continue
            if share.sentence != stated.sentence and not rest_told and tie(stated) != Tie.FIRM:
                continue
            beside = share.index + 1 == whole.index and bool(
                SHARE_OF.search(share.before) or whole.before.strip() in OF
            )
            told = share.index == stated.index - 1 and share.sentence == stated.sentence and _of_a_whole(share)
            changed = share.index == stated.index - 1 and bool(direction(share))
            cue = (2.5 if beside else 2.0 if changed else 1.7 if told else -0.5) + 0.5 * (
                whole.kind == "money" or alike(whole.noun, stated.noun)
            )
            operands = (("share", share), ("whole", whole))
            factor = (1 + share.value / 100) if up else (1 - share.value / 100) if rest else share.value / 100
            yield Reading("product", factor * whole.value, operands, cue)


def _of_a_whole(share: Amount) -> bool:
    """ "10 % de l'investissement"."""
    return re.match(r"^\s*(?:du|de la|de l'|des|de ce\w*|de son|de sa)\s?[a-z]{3,}", share.after) is not None


def quotients(stated: Amount, amounts: Sequence[Amount], near: Sequence[Amount]) -> Iterator[Reading]:
    """A total for each one of a number: told by what the outcome is "per"; or how long a stock lasts at a rate."""
    nouns = each_nouns(stated)
    if match := EACH_THING.search(stated.before):
        nouns |= {stem(match[1])}
    if nouns and stated.kind == "money":
        yield from _quotients_of_three(stated, near, nouns)
    if stated.kind == "count":
        yield from _afforded(stated, amounts, near)
    for total, number in permutations(near, 2):
        if number.value <= 1:
            continue
        lasting = stated.kind == "duration" and not OVER_TIME.search(stated.before)
        if lasting and total.comparable(number) and total.value > number.value:
            period = number.per or next((p for p, said in SAID.items() if said.search(number.before[-40:])), None)
            if period == stated.unit and total.per is None:
                yield Reading(
                    "unit_cost",
                    total.value / number.value,
                    (("total", total), ("each", number)),
                    2.0 if LASTS.search(stated.before) else 0.0,
                )
        if (
            not nouns
            or number.kind not in ("count", "duration")
            or (number.kind == "duration" and not counts(number, nouns))
        ):
            continue
        if not _like_total(total, stated) or (total.per and total.per == stated.per):
            continue
        scale = size_factor(total.unit, stated.unit) or 1.0
        if total.value * scale < stated.value / 2:
            continue
        named = counts(number, nouns) or (number.unit is not None and stem(number.unit) in {stem(n) for n in nouns})
        cue = 1.0 + 2.0 * named + 0.5 * (ANYTHING in nouns and not named) + 0.5 * bool(SHARED_OUT.search(number.before))
        computed = total.value / number.value * scale / (size_factor(number.unit, stated.per) or 1.0)
        yield Reading("unit_cost", computed, (("total", total), ("number", number)), cue)


def _afforded(stated: Amount, amounts: Sequence[Amount], near: Sequence[Amount]) -> Iterator[Reading]:
    """ "Avec ces 1,8 M€, on financerait 40 postes à 45 000 €", "Une amende, c'est 135 €: 267 amendes": how many."""
    prices = [a for a in later(stated, amounts)[:1] if a.kind == "money" and PRICED.match(a.before)]
    told = 3.0 if prices and AFFORDS.match(stated.before) else 2.0
    prices = prices or [a for a in near if a.kind == "money" and counts(stated, each_nouns(a))]
    for price in prices[:1]:
        for total in (a for a in near if a.comparable(price) and a.value > price.value):
            yield Reading("unit_cost", total.value / price.value, (("total", total), ("each", price)), told)


def _quotients_of_three(stated: Amount, near: Sequence[Amount], nouns: frozenset[str]) -> Iterator[Reading]:
    """ "36 personnes par jour; 162 000 € par an pour 250 jours: 18 € par passager"."""
    rates = [a for a in near if a.kind == "count" and a.per in DURATIONS and counts(a, nouns)]
    for rate in rates[:1]:
        for span in (a for a in near if a.kind == "duration" and a.unit == rate.per):
            for total in (a for a in near if a.kind == "money"):
                operands = (("total", total), ("number", rate), ("number", span))
                yield Reading("unit_cost", total.value / rate.value / span.value, operands, 4.0)


def _like_total(total: Amount, stated: Amount) -> bool:
    if total.kind != stated.kind:
        return False
    if total.kind in ("money", "duration"):
        return total.unit == stated.unit
    return True
