"""Every calculation that units allow an amount to be the outcome of, whatever the words say.

Broad on purpose: `learned` says which of them, if any, the text means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, permutations, product

from nlp.checks.amounts import DURATIONS, PER, Amount, says_how_many, stem, stems
from nlp.checks.conversions import PERIODS, SAID, SIZES, size_factor
from nlp.checks.forms import BALANCES, FORMS, TERMS, Candidate
from nlp.checks.hypothesis import ahead
from nlp.checks.rates import each_nouns

FARTHEST = 200  # amounts back that a name is looked for in: all of a long text would be read again for each
BACK, SENTENCES, NEAR, NAMED = 10, 9, 6, 3
"""How many amounts and sentences back operands are looked for; three of them only among the `NEAR` nearest."""
AHEAD, GAPS = 5, 8
"""How many amounts ahead terms are looked for, and among how many nearest two make a gap."""
PER_SO_MANY = (100.0, 1_000.0, 10_000.0, 100_000.0)
OF_A_YEAR = {"jour": 365, "nuit": 365, "semaine": 52, "mois": 12, "heure": 8760}
"""How many of a unit make the year that a share of it is told of: "73 jours en panne, un jour sur cinq"."""
SIZE_STEMS = {stem(unit): unit for unit in SIZES}
CLAUSE_END = re.compile(r"[.,;:!?]")


def candidates(stated: Amount, amounts: Sequence[Amount], forms: Container[str] = FORMS) -> Iterator[Candidate]:
    """All of them of these `forms`, by the amounts before `stated`, the next ones of its sentence, and terms listed
    after it.
    """
    near = operands_near(stated, amounts)
    if stated.kind == "share":
        found = _shares(stated, near)
    elif stated.kind == "times":
        found = _ratios(near)
    elif stated.unit == "point":
        found = _points(near)
    else:
        found = _others(stated, amounts, near, forms)
    return (one for one in found if one.form in forms)


def _others(
    stated: Amount, amounts: Sequence[Amount], near: Sequence[Amount], forms: Container[str]
) -> Iterator[Candidate]:
    like = [a for a in near if same(a, stated)]
    # A price or a rate may stand between the terms of a sum.
    totals = like if stated.per else [a for a in like if a.per in (None, "an")]
    size = _in_unit_of(stated)
    if "sum apart" in forms:
        yield from _sums_apart(_nearest(stated, like), size)
    if _any(forms, "sum", "mean"):
        yield from _sums(like, size)
        if len(totals) < len(like):
            yield from _sums(totals, size)
        named = [a for a in like if a.unit == stated.unit]
        if stated.kind == "count" and len(named) < len(like):
            yield from _sums(named, size)  # "parcelle 4, 186 stères ; parcelle 11, 240 stères"
    if _any(forms, *BALANCES):
        yield from _balances(like, size)
    if "sum ahead" in forms:
        yield from _ahead(stated, amounts, size)
    if "less" in forms:
        yield from _differences(like, size)
    if _any(forms, "less two", "less three"):
        yield from _rests(_nearest(stated, like), size)
        if len(totals) < len(like):
            yield from _rests(_nearest(stated, totals), size)
    if _any(forms, "times", "times, yearly"):
        yield from _products(stated, near, size)
    if "times two" in forms:
        yield from _products_of_three(stated, _nearest(stated, near), size)
    if _any(forms, "share of", "without share", "with share", "of a share", "multiplied", "divided"):
        yield from _portions(near, like, size)
    if _any(forms, "each", "each, period"):
        yield from _quotients(stated, near)
    if "each of two" in forms:
        yield from _quotients_of_three(stated, _nearest(stated, near))
    if "per so many" in forms:
        yield from _rates(stated, near)
    if _any(forms, "less, times", "less, each", "sum, times", "sum, each"):
        yield from _of_three(like, _nearest(stated, near), size)
    if _any(forms, "each of a gap", "gap, times", "less, period"):
        yield from _of_gaps(stated, near, size)
    if _any(forms, "times, share", "times, per so many"):
        yield from _scaled_products(stated, near, size)
    if "period" in forms:
        yield from _periods(stated, like)


def _any(forms: Container[str], *names: str) -> bool:
    return any(name in forms for name in names)


def operands_near(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """In the order of the text; those further back only where the clause of `stated` has a word of theirs."""
    first = max(0, stated.index - BACK)
    near = [a for a in amounts[first : stated.index] if stated.sentence - a.sentence <= SENTENCES and _counts(a)]
    back = len(near)
    clause = stems(f"{stated.before[-70:]} {stated.after[:40]} {stated.per or ''}")
    far = amounts[max(0, stated.index - FARTHEST) : stated.index - back]
    named = [a for a in far if _counts(a) and (clause | {stated.noun} - {""}) & (a.label | {a.noun})]
    return [*named[:NAMED], *near, *(a for a in ahead(stated, amounts) if _counts(a))]


def _nearest(stated: Amount, near: Sequence[Amount]) -> list[Amount]:
    """Of `near`, those before `stated` that stand nearest and the others of its sentence; further ones to fill up."""
    before = [a for a in near if a.index < stated.index]
    after = [a for a in near[len(before) :] if a.sentence == stated.sentence or len(before) < NEAR]
    return [*before[-NEAR:], *after]


def _counts(amount: Amount) -> bool:
    return amount.value > 0 and not amount.vague


@lru_cache(maxsize=4096)
def same(a: Amount, b: Amount) -> bool:
    """Whether one can be added to the other. What a bare numeral is a number of may be anything."""
    if a.kind == b.kind:
        return a.kind != "times" and (a.kind != "money" or a.unit == b.unit)
    return (a.open or b.open) and {a.kind, b.kind} <= {"count", "money", "duration"}


def _numbers(amounts: Sequence[Amount]) -> list[Amount]:
    """What can say how many, or how long."""
    return [a for a in amounts if a.value != 1 and (says_how_many(a) or a.open)]


@lru_cache(maxsize=4096)
def _size(amount: Amount) -> float:
    return amount.value * DURATIONS[amount.unit or ""] if amount.kind == "duration" else amount.value


def _sizes(a: Amount, b: Amount) -> tuple[float, float]:
    if scale := size_factor(a.unit, b.unit):
        return a.value * scale, b.value
    return (_size(a), _size(b)) if a.kind == b.kind else (a.value, b.value)


def _in_unit_of(stated: Amount) -> Callable[[Amount], float]:
    if stated.kind != "duration":
        return lambda a: a.value * (size_factor(a.unit, stated.unit) or 1.0)
    return lambda a: _size(a) / DURATIONS[stated.unit or ""] if a.kind == "duration" else a.value


def _ratios(near: Sequence[Amount]) -> Iterator[Candidate]:
    for a, b in combinations(near, 2):
        one, other = _sizes(a, b)
        if same(a, b) and one != other:
            large, small = (a, b) if one > other else (b, a)
            yield Candidate("large/small", max(one, other) / min(one, other), (large, small))


def _points(near: Sequence[Amount]) -> Iterator[Candidate]:
    for a, b in combinations([a for a in near if a.kind == "share" or a.open], 2):
        if a.value != b.value and "share" in (a.kind, b.kind):
            high, low = (a, b) if a.value > b.value else (b, a)
            yield Candidate("less", high.value - low.value, (high, low))


def _shares(stated: Amount, near: Sequence[Amount]) -> Iterator[Candidate]:
    for a, b in combinations(near, 2):
        x, y = _sizes(a, b)
        if not same(a, b) or x == y:
            continue
        small, large = (a, b) if x < y else (b, a)
        ratio = min(x, y) / max(x, y)
        if a.kind != "share":
            yield Candidate("part/sum", 100 * min(x, y) / (x + y), (small, large))
            yield Candidate("part/sum", 100 * max(x, y) / (x + y), (large, small))
        else:
            yield Candidate("less", large.value - small.value, (large, small))
            yield Candidate("share of", a.value * b.value / 100, (a, b))
        yield Candidate("part/whole", 100 * ratio, (small, large))
        yield Candidate("whole/part", 100 / ratio, (large, small))
        yield Candidate("others/whole", 100 * (1 - ratio), (small, large))
        yield Candidate("old>new", 100 * abs(y / x - 1), (a, b))
        yield Candidate("new<old", 100 * abs(x / y - 1), (a, b))
    yield from _shares_of_three(_nearest(stated, near))
    yield from _shares_of_listed([a for a in near if a.index < stated.index][-NEAR:])
    for a in near:
        if whole := OF_A_YEAR.get(a.unit or ""):
            yield Candidate("of a year", 100 * a.value / whole, (a,))
    listed = [a for a in near if a.kind == "share"]
    for a in listed[-2:]:
        yield Candidate("fraction", a.value, (a,))
    for run in _runs(listed, shortest=1):
        total = sum(a.value for a in run)
        if total < 100:
            yield Candidate("100-", 100 - total, run)
        if len(run) > 1:
            yield Candidate("sum", total, run)


def _shares_of_three(near: Sequence[Amount]) -> Iterator[Candidate]:
    for a, b, c in combinations(near, 3):
        if a.kind in ("money", "count") and same(a, b) and same(b, c):
            *parts, whole = sorted((a, b, c), key=_size)
            together = sum(p.value for p in parts)
            if together < whole.value:
                yield Candidate("parts/whole", 100 * together / whole.value, (*parts, whole))
                yield Candidate("rest/whole", 100 - 100 * together / whole.value, (whole, *parts))


def _shares_of_listed(before: Sequence[Amount]) -> Iterator[Candidate]:
    for run in _runs([a for a in before if a.kind in ("money", "count")], shortest=3):
        if all(same(run[0], a) for a in run[1:]):
            for part in run:
                others = tuple(a for a in run if a is not part)
                yield Candidate("part/listed", 100 * part.value / sum(a.value for a in run), (part, *others))


def _runs(terms: Sequence[Amount], shortest: int = 2) -> Iterator[tuple[Amount, ...]]:
    """Neighbours in the list that end at one of its last three."""
    for end in range(len(terms), max(0, len(terms) - 3), -1):
        for start in range(max(0, end - TERMS), end - shortest + 1):
            yield tuple(terms[start:end])


def _balances(like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """ "52 colonies, 19 mortes, 5 envolées, 8 achetées: 36": what came and went, in the order of the text."""
    for form in BALANCES:
        roles = FORMS[form][1]
        for run in _runs(like, shortest=len(roles)):
            if len(run) == len(roles):
                total = sum(size(a) if role == "term" else -size(a) for role, a in zip(roles, run, strict=True))
                if total > 0:
                    yield Candidate(form, total, run)


def _sums(like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for run in _runs(like):
        yield Candidate("sum", sum(map(size, run)), run)
        yield Candidate("mean", sum(map(size, run)) / len(run), run)


def _sums_apart(nearest: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for at, a in enumerate(nearest):
        for b in nearest[at + 2 :]:
            yield Candidate("sum apart", size(a) + size(b), (a, b))


def _ahead(stated: Amount, amounts: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """ "7,7 Md€. C'est 4,1 Md€ de dividendes et 3,6 Md€ de rachats.": the parts follow."""
    following = amounts[stated.index + 1 : stated.index + 1 + AHEAD]
    terms = [a for a in following if same(a, stated) and a.sentence - stated.sentence <= 3 and _counts(a)]
    for count in range(2, len(terms) + 1):
        if all(a.value < stated.value for a in terms[:count]):
            yield Candidate("sum ahead", sum(map(size, terms[:count])), tuple(terms[:count]))


def _differences(like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for a, b in combinations(like, 2):
        if size(a) != size(b):
            high, low = sorted((a, b), key=size, reverse=True)
            yield Candidate("less", size(high) - size(low), (high, low))


def _rests(nearest: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """Of one amount, two or three others taken away."""
    for three in combinations(nearest, 3):
        large, one, other = sorted(three, key=size, reverse=True)
        if (rest := size(large) - size(one) - size(other)) > 0:
            yield Candidate("less two", rest, (large, *(a for a in three if a is not large)))
    for run in _runs(nearest, shortest=4):
        if len(run) == 4 and (rest := size(run[0]) - sum(map(size, run[1:]))) > 0:
            yield Candidate("less three", rest, run)


def _products(stated: Amount, near: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for each, number in product([a for a in near if same(a, stated)], _numbers(near)):
        if each is not number:
            if each.kind == number.kind and each.index > number.index and not each.per:
                continue  # the same product the other way about
            yield Candidate("times", size(each) * number.value, (each, number))
            if scale := _told_in(number, each_nouns(each)):
                yield Candidate("times", size(each) * number.value * scale, (each, number))
            factors = PERIODS.get((each.per or "", number.unit or ""), ())
            for factor in factors[:1]:
                yield Candidate("times", size(each) * number.value * factor, (each, number))
            for factor in _factors_to_its_period(stated, each, number):
                yield Candidate("times, yearly", size(each) * number.value * factor, (each, number))


def _products_of_three(
    stated: Amount, nearest: Sequence[Amount], size: Callable[[Amount], float]
) -> Iterator[Candidate]:
    numbers = _numbers(nearest)
    for each in nearest:
        if same(each, stated):
            for one, other in combinations([n for n in numbers if n is not each], 2):
                yield Candidate("times two", size(each) * one.value * other.value, (each, one, other))


def _factors_to_its_period(stated: Amount, each: Amount, number: Amount) -> tuple[float, ...]:
    """By what a rate by the month, the week or the day is multiplied for the period that `stated` is told for."""
    found = PERIODS.get((period(each) or period(number) or "", period(stated) or ""), ())[:1]
    monthly = stated.kind == "money" and number.unit == "an" and period(each) is None
    if not found and monthly and period(stated) in (None, "an"):
        return (12,)  # "180 € de moins, sur 40 ans": what one is paid goes by the month
    return found


def _told_in(number: Amount, nouns: frozenset[str]) -> float | None:
    """How many of the unit that a rate is told for make one of the unit of `number`: metres in a kilometre."""
    if not nouns or number.unit not in SIZES:
        return None
    units = (unit for stemmed, unit in SIZE_STEMS.items() if stemmed in nouns and unit != number.unit)
    return next((size_factor(number.unit, unit) for unit in units), None)


def _portions(near: Sequence[Amount], like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for factor in near:
        if factor.kind == "share":
            for whole in like:
                part = size(whole) * factor.value / 100
                yield Candidate("share of", part, (factor, whole))
                if factor.value < 100:
                    yield Candidate("without share", size(whole) - part, (factor, whole))
                    yield Candidate("of a share", 100 * size(whole) / factor.value, (whole, factor))
                yield Candidate("with share", size(whole) + part, (factor, whole))
        elif factor.kind == "times":
            for whole in like:
                yield Candidate("multiplied", size(whole) * factor.value, (factor, whole))
                yield Candidate("divided", size(whole) / factor.value, (whole, factor))


def _quotients(stated: Amount, near: Sequence[Amount]) -> Iterator[Candidate]:
    shorter = PERIODS.get((period(stated) or "", "an"), ())[:1]
    for total, number in permutations(near, 2):
        if number.kind in ("share", "times") or number.value == 1:
            continue
        scale = _quotient_scale(stated, total, number)
        if stated.kind == "duration" != total.kind and same(total, number) and (lasts := _lasts(stated, number)):
            stock, rate = _sizes(total, number)
            yield Candidate("each, period", lasts * stock / rate, (total, number))
        if scale:  # "14 km en 42 minutes": by the hour
            for factor in PERIODS.get((number.unit or "", stated.per or ""), ())[:1]:
                yield Candidate("each, period", scale * factor * total.value / number.value, (total, number))
        if scale == 1.0 and total.kind == stated.kind == "count" and (scaled := size_factor(total.unit, stated.unit)):
            yield Candidate("each", scaled * total.value / number.value, (total, number))
        if scale and (more := _told_in(number, each_nouns(stated))):
            yield Candidate("each", scale * total.value / number.value / more, (total, number))
        if scale and (scale * total.value > number.value or stated.value < 1):
            yield Candidate("each", scale * total.value / number.value, (total, number))
            for factor in shorter:
                yield Candidate("each, period", scale * total.value / number.value / factor, (total, number))
            for factor in PERIODS.get((stated.per or "", number.unit or ""), ())[:1]:
                yield Candidate("each", scale * total.value / number.value / factor, (total, number))


def _quotients_of_three(stated: Amount, nearest: Sequence[Amount]) -> Iterator[Candidate]:
    numbers = _numbers(nearest)
    for total in nearest:
        if same(total, stated):
            for one, other in combinations([n for n in numbers if n is not total], 2):
                yield Candidate("each of two", total.value / one.value / other.value, (total, one, other))


def _rates(stated: Amount, near: Sequence[Amount]) -> Iterator[Candidate]:
    """ "12 lits pour 1 000 habitants"."""
    for many in near:
        if many.value in PER_SO_MANY and many.sentence == stated.sentence and many.kind == "count":
            for total, number in permutations([a for a in near if a is not many and a.kind == "count"], 2):
                yield Candidate("per so many", total.value / number.value * many.value, (total, number, many))


def _lasts(stated: Amount, rate: Amount) -> float | None:
    """How many of the unit of `stated` one period of `rate` is; a rate without a period is by the year."""
    told, unit = period(rate) or "an", stated.unit or ""
    if told == unit:
        return None  # total over rate as it is
    more, fewer = PERIODS.get((unit, told)), PERIODS.get((told, unit))
    return more[0] if more else 1 / fewer[0] if fewer else None


def _quotient_scale(stated: Amount, total: Amount, number: Amount) -> float:
    """1 where `total` over `number` can be `stated`, times what brings the units together; else 0."""
    if total.kind in ("share", "times"):
        return 0.0
    if same(total, number):
        if stated.kind == "money":
            return float(total.open or number.open or stated.open)
        if total.kind == number.kind and (scale := size_factor(total.unit, number.unit)):
            return scale
        if stated.kind == "count" and total.kind == number.kind:
            return _size(total) / total.value * number.value / _size(number)
        return 1.0 if total.kind == "count" or stated.per is None else 0.0
    if not same(total, stated):
        return 0.0
    if stated.kind == total.kind == "duration":
        return DURATIONS[total.unit or ""] / DURATIONS[stated.unit or ""]
    return size_factor(total.unit, stated.unit) or 1.0


def _of_three(
    like: Sequence[Amount], nearest: Sequence[Amount], size: Callable[[Amount], float]
) -> Iterator[Candidate]:
    numbers = [n for n in _numbers(nearest) if n.value > 1]
    for a, b in combinations(like[-4:], 2):
        high, low = sorted((a, b), key=size, reverse=True)
        gap = size(high) - size(low)
        for number in numbers:
            if number is a or number is b:
                continue
            if gap:
                yield Candidate("less, times", gap * number.value, (high, low, number))
                yield Candidate("less, each", gap / number.value, (high, low, number))
            yield Candidate("sum, times", (size(a) + size(b)) * number.value, (a, b, number))
            yield Candidate("sum, each", (size(a) + size(b)) / number.value, (a, b, number))


def _of_gaps(stated: Amount, near: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """ "24 mois, puis 18; 1 050 € par mois: 6 300 € de moins": of two like ones, and what goes with the gap."""
    rates = [a for a in _nearest(stated, near) if same(a, stated)]
    for one, other in combinations(near[-GAPS:], 2):
        beside = other.index == one.index + 1 or (one.unit is not None and one.unit == other.unit)
        if not beside or one.kind in ("share", "times") or not same(one, other) or _size(one) == _size(other):
            continue
        high, low = (one, other) if _size(one) > _size(other) else (other, one)
        gap = (_size(high) - _size(low)) / (_size(high) / high.value)
        if same(high, stated):
            for factor in PERIODS.get((period(stated) or "", "an"), ())[:1]:
                yield Candidate("less, period", (size(high) - size(low)) / factor, (high, low))
            told = period(high) or period(low) or ("mois" if stated.kind == "money" and period(stated) == "an" else "")
            for factor in PERIODS.get((told, period(stated) or "an"), ())[:1]:
                yield Candidate("less, period", (size(high) - size(low)) * factor, (high, low))
        for each in rates:
            if each.kind != high.kind:
                yield Candidate("gap, times", gap * size(each), (high, low, each))
            if (each.kind != high.kind or each.unit != high.unit) and each is not low:
                yield Candidate("each of a gap", size(each) / gap, (each, high, low))


def _scaled_products(stated: Amount, near: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """ "620 camions, 27 km, 35 litres aux 100 km", "3 MW à 25 %, 8 760 heures"."""
    last = _nearest(stated, near)
    shares = [a for a in last if a.kind == "share"]
    so_many = [a for a in last if a.value in PER_SO_MANY]
    if not shares and not so_many:
        return
    numbers = _numbers(last)
    for each, number in product([a for a in last if same(a, stated)], numbers):
        if each is number:
            continue
        whole = size(each) * number.value
        for share in shares:
            yield Candidate("times, share", whole * share.value / 100, (share, each, number))
        for many in so_many:
            if many.index == each.index + 1 and many is not number:
                yield Candidate("times, per so many", whole / many.value, (each, number, many))


@lru_cache(maxsize=4096)
def period(amount: Amount) -> str | None:
    """The period that the amount is told for: "par mois", "annuel"."""
    if amount.per in DURATIONS:
        return amount.per
    told_before = amount.before if amount.before == amount.lead else PER.sub("", amount.before)
    beside = f"{told_before[-40:]} {CLAUSE_END.split(amount.after[:25], maxsplit=1)[0]}"
    return next((p for p, said in SAID.items() if said.search(beside)), None)


def _periods(stated: Amount, like: Sequence[Amount]) -> Iterator[Candidate]:
    told = period(stated)
    for other in like[-NEAR:]:
        one = period(other)
        source, target = one or ("an" if told else ""), told or ("an" if one else "")
        for factor in PERIODS.get((source, target), ())[:2]:
            yield Candidate("period", other.value * factor, (other,))
        for factor in PERIODS.get((target, source), ())[:2]:
            yield Candidate("period", other.value / factor, (other,))
        if told == "an" and one is None:  # "une prime de 183 €": what one is paid goes by the month
            yield Candidate("period", other.value * 12, (other,))
        if other.kind == stated.kind == "duration" and other.unit != stated.unit:
            yield Candidate("period", _size(other) / DURATIONS[stated.unit or ""], (other,))
        elif scale := size_factor(other.unit, stated.unit):
            yield Candidate("period", other.value * scale, (other,))
