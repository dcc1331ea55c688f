"""What two amounts give when they are compared: shares, multiples, changes and differences.

Each reading carries how well the words fit it; units and kinds have to fit in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from nlp.checks.amounts import DURATIONS, Amount, alike, stems
from nlp.checks.conversions import SAID
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
from nlp.checks.rates import each_nouns
from nlp.checks.reading import Reading, direction, one_name, pairs, told_as_rest
from nlp.checks.verdict import ONE_IN
from nlp.checks.words import (
    BALANCE,
    ELSEWHERE,
    LOST_AFTER,
    PART_BEFORE,
    REMAINS,
    SHARE_OF,
    TOTAL,
)

SHARED = re.compile(r"\b(?:entre|pour|avec|sur|par)\s*(?:les|nos|ces|ses|leurs|seulement|environ)?\s*$")
# "Ces trois postes font 80 %", "À eux deux": of those just listed.
THEY = re.compile(r"^\W*(?:ces|a eux|a elles|ensemble|cela|ca|soit|tout cela|les deux|les trois)\b")
OVER_TIME = re.compile(r"\b(?:sur|pendant|durant|en|depuis|il y a)\s*(?:les|ces)?\s*$")
LENGTHS = re.compile(r"^\s*(?:plus|moins)\s*(?:$|[.,;!)]|de temps|long\w*|vite)")
FOR_N = re.compile(r"^\W*pour\s*$")


def changes_in_percent(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    way = direction(stated)
    if way is None or WISH.search(stated.before):
        return
    for a, b in of_named_years(stated, list(pairs(near))):
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
            yield Reading("percent_change", change, (("from", old), ("to", new)), cue + one_name(a, b))


def shares(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
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
        if shares:
            rest = 100 - sum(a.value for a in shares)
            yield Reading("difference", rest, tuple(("taken", a) for a in shares[::-1]), 2.5)
    for told in listed[:1]:
        if ONE_IN.search(told.quantity.surface) and stated.sentence - told.sentence <= 1:
            yield Reading("share", told.value, (("fraction", told),), 1.5)


def multiples(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    if stated.value <= 1 or not compares(stated):
        return
    standard = named_standard(stated)
    if standard is not None and ELSEWHERE.match(standard):
        return
    ours = standard is not None and PRONOUN.match(standard) is not None
    named = standard is None or ours or any(stems(standard) & a.words for a in near)
    open_ = ours or at_several_times([a for a in near if a.kind in ("money", "count")])
    for a, b in pairs(near):
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
        cue = 2.0 - open_ - _vague(a, b) + one_name(a, b) + (0.5 if time_of(a) != time_of(b) or rates else 0.0)
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


def differences(stated: Amount, near: Sequence[Amount]) -> Iterator[Reading]:
    unit = _in_unit_of(stated)
    spans = [
        n for n in near if n.kind in ("duration", "count") and n.kind != stated.kind and n.index == stated.index - 1
    ]
    spans = [
        n
        for n in spans
        if n.sentence == stated.sentence and (OVER_TIME if n.kind == "duration" else FOR_N).search(n.before)
    ]
    for a, b in pairs(near):
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
