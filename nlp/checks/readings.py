"""What a stated amount may follow from: every calculation that its kind and the amounts around it allow.

Each reading carries how well the words fit it (`cue`); `fit` weighs that against how well the numbers do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from db.records import Relation
from nlp.checks.amounts import DURATIONS, Amount, alike, fold, stem, stems
from nlp.checks.applied import AFFORDS
from nlp.checks.conversions import PERIODS, SAID, size_factor
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.levels import (
    AGAINST,
    ARROW,
    FROM,
    SIZES_APART,
    TO,
    WISH,
    comparable_levels,
    has_other_subject,
    of_named_years,
    same_per,
    time_of,
    told_as_change,
    told_as_gap,
)
from nlp.checks.multiples import MORE_OF, PRONOUN, at_several_times, compares, named_standard
from nlp.checks.rates import ANYTHING, PRICED, counts, each_nouns
from nlp.checks.sums import LEADS_TO
from nlp.checks.ties import Tie, tie
from nlp.checks.verdict import ONE_IN
from nlp.checks.words import (
    BALANCE,
    DOWN,
    DOWN_AFTER,
    ELSEWHERE,
    LOST_AFTER,
    OUTCOME,
    PART_BEFORE,
    REMAINS,
    SHARE_OF,
    SHARED_OUT,
    TOTAL,
    TOTAL_AFTER,
    UP,
    UP_AFTER,
)

NEAREST = 6
# "soit 160 € par collégien (ils sont 20 000)", "puisqu'il y a 14 classes", "pour nos 50 000 habitants"
GIVEN_AFTER = re.compile(
    r"\(\s*[^\d.;!?]{0,25}$|\b(?:puisqu\w*|car|vu qu\w*|sur|pour (?:les|nos|ses|leurs))\b[^\d.;:!?]{0,25}$"
)
SHARED = re.compile(r"\b(?:entre|pour|avec|sur|par)\s*(?:les|nos|ces|ses|leurs|seulement|environ)?\s*$")


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


def readings(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Reading]:
    """All readings of `stated` by the amounts before it, and those that its own sentence gives as a reason after."""
    near = [a for a in earlier(stated, amounts) if a.value > 0][:NEAREST]
    near += [a for a in later(stated, amounts)[:1] if GIVEN_AFTER.search(a.before) and a.value > 0]
    if stated.kind == "share":
        yield from _changes(stated, near)
        yield from _shares(stated, near)
    elif stated.kind == "times":
        yield from _multiples(stated, near)
    else:
        yield from _differences(stated, near)
        yield from _sums(stated, near)
        yield from _products(stated, near)
        yield from _periods(stated, near)
        yield from _rests(stated, near)
        yield from _portions(stated, near)
        yield from _quotients(stated, amounts, near)


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


def _pairs(near: Sequence[Amount]) -> Iterator[tuple[Amount, Amount]]:
    """Any two, in the order of the text."""
    for a, b in combinations(near, 2):
        yield (a, b) if a.index < b.index else (b, a)


def _changes(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    way = direction(stated)
    if way is None or WISH.search(stated.before):
        return
    for a, b in of_named_years(stated, list(_pairs(near))):
        if a.kind not in ("money", "count", "duration") or not comparable_levels(a, b) or told_as_change(b):
            continue
        explicit = (FROM.search(a.before) and TO.match(b.before)) or ARROW.search(b.before) or AGAINST.search(b.before)
        cue = 3.0 if explicit else 2.5 if time_of(a) != time_of(b) else 0.0
        old, new = (b, a) if time_of(b) < time_of(a) or AGAINST.search(b.before) else (a, b)
        if not cue and (new.value > old.value) != (way == "up"):
            old, new = new, old
        other = stated.sentence != b.sentence and has_other_subject(stated, b)
        if (new.value > old.value) == (way == "up") and not other:
            change = 100 * abs(new.value - old.value) / old.value
            yield Reading("percent_change", change, (("from", old), ("to", new)), cue + _one_name(a, b))


def _one_name(a: Amount, b: Amount) -> float:
    return 0.5 if a.noun and a.noun == b.noun else 0.0


def _shares(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    if direction(stated):
        return
    of = stems(stated.after[:40])
    for a, b in combinations(near, 2):
        part, whole = sorted((a, b), key=lambda x: x.value)
        if part.kind != whole.kind or part.kind in ("share", "times") or part.value == whole.value:
            continue
        if part.kind == "money" and part.unit != whole.unit:
            continue
        cue = 1.0 if part.kind == "money" or alike(part.noun, whole.noun) else 0.0
        cue += bool(PART_BEFORE.search(part.before) or SHARED.search(whole.before))
        cue += bool(SHARE_OF.search(stated.before)) + bool(of & (stems(whole.before[-40:]) | {whole.noun}))
        yield Reading("share", 100 * part.value / whole.value, (("part", part), ("whole", whole)), cue)
        if LOST_AFTER.match(stated.after) or REMAINS.search(stated.before):
            yield Reading("share", 100 * (1 - part.value / whole.value), (("others", part), ("whole", whole)), cue)
    listed = [a for a in near if a.kind == "share"]
    if len(listed) >= 2 and len({a.sentence for a in listed}) == 1:
        cue = 1.0 + 2.0 * bool(THEY.match(stated.lead) or TOTAL.search(stated.before))
        yield Reading("sum", sum(a.value for a in listed), tuple(("term", a) for a in listed[::-1]), cue)
    if listed and REMAINS.search(stated.before):
        shares = [a for a in listed if stated.sentence - a.sentence <= 1]
        rest = 100 - sum(a.value for a in shares)
        yield Reading("difference", rest, tuple(("taken", a) for a in shares[::-1]), 2.5)
    for told in listed[:1]:
        if ONE_IN.search(told.quantity.surface) and stated.sentence - told.sentence <= 1:
            yield Reading("share", told.value, (("fraction", told),), 1.5)


def _multiples(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    if stated.value <= 1 or not compares(stated):
        return
    standard = named_standard(stated)
    if standard is not None and ELSEWHERE.match(standard):
        return
    ours = standard is not None and PRONOUN.match(standard) is not None
    named = standard is None or ours or any(stems(standard) & a.words for a in near)
    open_ = ours or at_several_times([a for a in near if a.kind in ("money", "count")])
    for a, b in _pairs(near):
        if a.kind == b.kind == "duration" and a.unit != b.unit:
            if LENGTHS.match(stated.after):
                yield _lengths(a, b)
            continue
        rates = each_nouns(a) & each_nouns(b)
        like = a.comparable(b) or a.kind == b.kind == "share"
        told = standard is not None and _both_told(stated, standard, a, b)
        if not ((like and (named or rates)) or told) or a.value == b.value or not same_per(a, b):
            continue
        large, small = (a, b) if a.value > b.value else (b, a)
        cue = 2.0 - open_ - _vague(a, b) + _one_name(a, b) + (0.5 if time_of(a) != time_of(b) or rates else 0.0)
        yield Reading("multiple", large.value / small.value, (("large", large), ("small", small)), cue)


def _lengths(a: Amount, b: Amount) -> Reading:
    """Lengths of time in different units: "6 heures et 20 minutes, dix-huit fois moins"."""
    large, small = sorted((a, b), key=lambda x: -DURATIONS[x.unit or ""] * x.value)
    ratio = large.value * DURATIONS[large.unit or ""] / (small.value * DURATIONS[small.unit or ""])
    return Reading("multiple", ratio, (("large", large), ("small", small)), 1.0)


def _both_told(stated: Amount, standard: str, a: Amount, b: Amount) -> bool:
    """ "huit fois plus de demandes que d'attributions": counts of two things, one of them named."""
    more = MORE_OF.match(stated.tail)
    if more is None or more["than"] is None or not a.kind == b.kind == "count":
        return False
    return bool(stems(standard) & (stems(a.after[:45]) ^ stems(b.after[:45])))


def _vague(a: Amount, b: Amount) -> bool:
    """Rates, and numbers of nobody knows what, are told side by side for many reasons."""
    return a.kind == "share" or (a.kind == "count" and "" in (a.noun, b.noun))


def _differences(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    unit = _in_unit_of(stated)
    spans = [
        n for n in near if n.kind in ("duration", "count") and n.kind != stated.kind and n.index == stated.index - 1
    ]
    spans = [
        n
        for n in spans
        if n.sentence == stated.sentence and (OVER_TIME if n.kind == "duration" else FOR_N).search(n.before)
    ]
    for a, b in _pairs(near):
        if a.kind != stated.kind or b.kind != stated.kind or not same_per(a, b):
            continue
        high, low = (a, b) if unit(a) > unit(b) else (b, a)
        cue = _difference_cue(stated, high, low)
        if not cue or unit(low) < unit(high) / SIZES_APART:
            continue
        operands = (("from", high), ("taken", low))
        if high.per == "mois" and (stated.per == "an" or SAID["an"].search(stated.lead)):
            yield Reading("conversion", 12 * (high.value - low.value), operands, cue + 0.5)
            continue
        if spans:
            value = (high.value - low.value) * spans[0].value
            yield Reading("product", value, (*operands, ("number", spans[0])), cue + 0.5)
        else:
            yield Reading("difference", unit(high) - unit(low), operands, cue)


def _difference_cue(stated: Amount, high: Amount, low: Amount) -> float:
    """How far the words tell `stated` as what lies between the two; 0 where they do not."""
    first, second = (high, low) if high.index < low.index else (low, high)
    missing = told_as_rest(stated) or bool(BALANCE.search(stated.before[-45:]))
    accounts = bool(REMAINS.search(stated.before)) and second is low and told_as_rest(low)
    within = second is low and bool(PART_BEFORE.search(low.before))
    others = stated.unit == "autre" and stated.index == second.index + 1
    told = 3.0 if others else 2.0 if missing else 1.5 if direction(stated) or told_as_gap(stated) else 0.0
    one = high.kind != "count" or alike(high.noun, low.noun) or "" in (high.noun, low.noun)
    if not (told or within) or not (one or missing):
        return 0.0
    if high.kind == "money" and not (high.comparable(low) and high.comparable(stated)):
        return 0.0
    if stated.per and stated.per not in DURATIONS and not (high.per or low.per):
        return 0.0
    if stated.unit == "an" and not (FROM.search(first.before) and TO.match(second.before)):
        return 0.0  # ages and terms
    if stated.sentence != second.sentence and not told_as_rest(stated) and has_other_subject(stated, second):
        return 0.0
    if FROM.search(second.before) and told_as_change(second) and not TO.match(second.before):
        return 0.0  # "baisser le déficit de 40 Md€ et de 10 Md€ les impôts"
    accounts = accounts or (REMAINS.search(low.before) is not None and direction(stated) is not None)
    if told_as_rest(high) or (told_as_rest(low) and not accounts):
        return 0.0  # "il manque 100 lits ici, 240 là, 300 ailleurs": losses side by side
    if high.kind == "money":
        named = 0.0 + 2 * bool(stems(stated.before[-60:]) & (high.words | low.words))
    else:
        named = stated.bare + 2 * any(alike(stated.noun, x.noun) for x in (high, low) if x.noun)
    if not (missing or _two_levels(first, second)):
        told -= 1.0
    cue = told + 0.5 * named + 0.5 * one + within + accounts
    return cue if cue >= (1.5 if within else 2.0) else 0.0


def _two_levels(first: Amount, second: Amount) -> bool:
    """Told of two times, or set against each other."""
    moved = FROM.search(first.before) and TO.match(second.before)
    return bool(moved or AGAINST.search(second.before) or time_of(first) != time_of(second))


def _in_unit_of(stated: Amount) -> Callable[[Amount], float]:
    """Values as they are, but lengths of time in the unit of `stated`."""
    if stated.kind != "duration":
        return lambda amount: amount.value
    unit = DURATIONS[stated.unit or ""]
    return lambda amount: amount.value * DURATIONS[amount.unit or ""] / unit


def told_as_rest(amount: Amount) -> bool:
    """What is left, or what is missing, of something told before."""
    if amount.unit == "autre" or re.match(r"^\s*(?:autres|restant\w*)\b", amount.after):
        return True
    lost = LOST_AFTER.match(amount.after) or (amount.noun and LOST_AFTER.match(f" {fold(amount.unit or '')}"))
    return bool(lost or REMAINS.search(amount.before) or THERE_ARE.search(amount.before))


def _products(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
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


def _sums(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
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


def _periods(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    """ "2 contrôles par semaine: 104 par an": one rate, told for another period."""
    for rate in near:
        if not (rate.per and stated.per and rate.kind == stated.kind and rate.comparable(stated)):
            continue
        small, large = PERIODS.get((rate.per, stated.per), ()), PERIODS.get((stated.per, rate.per), ())
        for factor in (*small, *(1 / f for f in large)):
            yield Reading(
                "conversion", rate.value * factor, (("converted", rate),), 3.0 if factor in small[:1] else 2.0
            )


def _rests(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
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


def _portions(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
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


# "Ces trois postes font 80 %", "À eux deux": of those just listed.
THEY = re.compile(r"^\W*(?:ces|a eux|a elles|ensemble|cela|ca|soit|tout cela|les deux|les trois)\b")
OVER_TIME = re.compile(r"\b(?:sur|pendant|durant|en|depuis|il y a)\s*(?:les|ces)?\s*$")
# "Il en roule 8"
THERE_ARE = re.compile(
    r"\bil (?:n')?en (?!faut|faud|avait|veut|compt|deman|fait|coute|vend|achet)[a-z]{4,}\s*(?:que|encore|plus que)?\s*$"
)
CHAQUE = re.compile(r"\b(?:chaque|une? seule?)\s+([a-z][\w·.]{2,})[^.;:!?\d]*$")
# "À ce rythme, il faudra 12 ans"
LASTS = re.compile(r"\b(?:rythme|faudra\w*|faut|fini\w*|attend\w*|mettr\w+|prendr\w+|rembours\w+)\b[^.;!?\d]{0,45}$")
LENGTHS = re.compile(r"^\s*(?:plus|moins)\s*(?:$|[.,;!)]|de temps|long\w*|vite)")
FOR_N = re.compile(r"^\W*pour\s*$")
PAYS = re.compile(r"\b(?:paie\w*|pay\w+|vers\w+|financ\w+|apport\w+|mett?\w*|prend\w*|assum\w+)\b[^.;!?\d]{0,25}$")
COMPLETES = re.compile(r"\b(?:complete\w*|le reste|le solde|prend en charge le|a sa charge)\b[^.;!?\d]{0,25}$")
OF = frozenset(
    f"{of}{det}".strip() for of in ("de ", "des ", "d'", "du ", "sur ") for det in ("", "les", "ces", "nos", "cette")
)


def _quotients(stated: Amount, amounts: Sequence[Amount], near: Sequence[Amount]) -> Iterator[Reading]:
    """A total for each one of a number: told by what the outcome is "per"; or how long a stock lasts at a rate."""
    nouns = each_nouns(stated)
    if match := CHAQUE.search(stated.before):
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


def _of_a_whole(share: Amount) -> bool:
    """ "10 % de l'investissement"."""
    return re.match(r"^\s*(?:du|de la|de l'|des|de ce\w*|de son|de sa)\s?[a-z]{3,}", share.after) is not None


def _like_total(total: Amount, stated: Amount) -> bool:
    if total.kind != stated.kind:
        return False
    if total.kind in ("money", "duration"):
        return total.unit == stated.unit
    return True
