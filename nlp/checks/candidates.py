"""Every calculation that units allow an amount to be the outcome of, whatever the words say.

Broad on purpose: `ranking` says which of them, if any, the text means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

from db.records import Relation
from nlp.checks.amounts import DURATIONS, Amount, stems
from nlp.checks.conversions import PERIODS, SAID, size_factor
from nlp.checks.hypothesis import Hypothesis, Strength

FARTHEST = 200  # amounts back that a name is looked for in: all of a long text would be read again for each
BACK, SENTENCES, NEAR, NAMED = 8, 6, 6, 3
"""How many amounts and sentences back operands are looked for; three of them only among the `NEAR` nearest."""
AHEAD, TERMS = 5, 6
FORMS: dict[str, tuple[Relation, tuple[str, ...]]] = {
    "part/whole": ("share", ("part", "whole")),
    "part/sum": ("share", ("part", "other")),
    "whole/part": ("share", ("part", "whole")),
    "others/whole": ("share", ("others", "whole")),
    "parts/whole": ("share", ("part", "part", "whole")),
    "fraction": ("equality", ("fraction",)),
    "old>new": ("percent_change", ("from", "to")),
    "new<old": ("percent_change", ("to", "from")),
    "100-": ("difference", ("taken",) * TERMS),
    "large/small": ("multiple", ("large", "small")),
    "sum": ("sum", ("term",) * TERMS),
    "sum ahead": ("sum", ("term",) * TERMS),
    "less": ("difference", ("from", "taken")),
    "less two": ("difference", ("from", "taken", "taken")),
    "times": ("product", ("each", "number")),
    "times two": ("product", ("each", "number", "number")),
    "share of": ("product", ("share", "whole")),
    "without share": ("product", ("share", "whole")),
    "with share": ("product", ("share", "whole")),
    "multiplied": ("product", ("times", "whole")),
    "divided": ("unit_cost", ("whole", "times")),
    "each": ("unit_cost", ("total", "number")),
    "each of two": ("unit_cost", ("total", "number", "number")),
    "less, times": ("product", ("from", "taken", "number")),
    "less, each": ("unit_cost", ("from", "taken", "number")),
    "sum, times": ("product", ("term", "term", "number")),
    "sum, each": ("unit_cost", ("term", "term", "number")),
    "period": ("conversion", ("converted",)),
}  # fmt: skip

FORMS_OF: dict[str, tuple[str, ...]] = {
    "share": ("part/whole", "whole/part", "part/sum", "others/whole", "parts/whole", "fraction", "old>new", "new<old",
              "100-", "sum", "less", "share of"),
    "times": ("large/small",),
}  # fmt: skip
OTHER_FORMS = tuple(
    form for form in FORMS if form in ("sum", "less", "share of") or not any(form in own for own in FORMS_OF.values())
)
"""Of money, lengths of time and things."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A calculation by its form; `operands` in the order of the roles of `FORMS`."""

    form: str
    computed: float
    operands: tuple[Amount, ...]

    def hypothesis(self, stated: Amount, rule: str) -> Hypothesis:
        relation, roles = FORMS[self.form]
        operands = tuple(zip(roles, self.operands, strict=False))
        return Hypothesis(relation, stated, self.computed, operands, Strength.PLAUSIBLE, rule)


def candidates(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Candidate]:
    """All of them, by the amounts before `stated`, the next one of its sentence, and terms listed after it."""
    near = operands_near(stated, amounts)
    if stated.kind == "share":
        yield from _shares(near)
    elif stated.kind == "times":
        for a, b in combinations(near, 2):
            if _same(a, b) and _size(a) != _size(b):
                large, small = sorted((a, b), key=_size, reverse=True)
                yield Candidate("large/small", _size(large) / _size(small), (large, small))
    else:
        like = [a for a in near if _same(a, stated)]
        size = _in_unit_of(stated)
        yield from _sums(like, size)
        yield from _ahead(stated, amounts, size)
        yield from _differences(like, size)
        yield from _products(stated, near, size)
        yield from _portions(near, like, size)
        yield from _quotients(stated, near)
        yield from _of_three(like, near, size)
        yield from _periods(stated, like)


def operands_near(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """In the order of the text; those further back only where the clause of `stated` has a word of theirs."""
    first = max(0, stated.index - BACK)
    near = [a for a in amounts[first : stated.index] if stated.sentence - a.sentence <= SENTENCES and _counts(a)]
    back = len(near)
    clause = stems(f"{stated.before[-40:]} {stated.after[:40]} {stated.per or ''}")
    far = amounts[max(0, stated.index - FARTHEST) : stated.index - back]
    named = [a for a in far if _counts(a) and clause & (a.label | {a.noun})]
    ahead = 2 if ":" in stated.after else 1
    following = amounts[stated.index + 1 : stated.index + 1 + ahead]
    return [*named[:NAMED], *near, *(a for a in following if a.sentence == stated.sentence and _counts(a))]


def _counts(amount: Amount) -> bool:
    return amount.value > 0 and amount.quantity.rule != "vague"


def _same(a: Amount, b: Amount) -> bool:
    return a.kind == b.kind != "times" and (a.kind != "money" or a.unit == b.unit)


@lru_cache(maxsize=1024)
def _size(amount: Amount) -> float:
    return amount.value * DURATIONS[amount.unit or ""] if amount.kind == "duration" else amount.value


def _in_unit_of(stated: Amount) -> Callable[[Amount], float]:
    if stated.kind != "duration":
        return lambda a: a.value * (size_factor(a.unit, stated.unit) or 1.0)
    return lambda a: _size(a) / DURATIONS[stated.unit or ""]


def _shares(near: Sequence[Amount]) -> Iterator[Candidate]:
    for a, b in combinations(near, 2):
        if not _same(a, b) or _size(a) == _size(b):
            continue
        small, large = sorted((a, b), key=_size)
        ratio = _size(small) / _size(large)
        if a.kind != "share":
            yield Candidate("part/sum", 100 * _size(small) / (_size(a) + _size(b)), (small, large))
            yield Candidate("part/sum", 100 * _size(large) / (_size(a) + _size(b)), (large, small))
        else:
            yield Candidate("less", large.value - small.value, (large, small))
            yield Candidate("share of", a.value * b.value / 100, (a, b))
        yield Candidate("part/whole", 100 * ratio, (small, large))
        yield Candidate("whole/part", 100 / ratio, (large, small))
        yield Candidate("others/whole", 100 * (1 - ratio), (small, large))
        yield Candidate("old>new", 100 * abs(_size(b) / _size(a) - 1), (a, b))
        yield Candidate("new<old", 100 * abs(_size(a) / _size(b) - 1), (a, b))
    for a, b, c in combinations(near[-NEAR:], 3):
        if a.kind in ("money", "count") and _same(a, b) and _same(b, c):
            *parts, whole = sorted((a, b, c), key=_size)
            if sum(p.value for p in parts) < whole.value:
                yield Candidate("parts/whole", 100 * sum(p.value for p in parts) / whole.value, (*parts, whole))
    listed = [a for a in near if a.kind == "share"]
    for a in listed[-2:]:
        yield Candidate("fraction", a.value, (a,))
    for run in _runs(listed, shortest=1):
        total = sum(a.value for a in run)
        if total < 100:
            yield Candidate("100-", 100 - total, run)
        if len(run) > 1:
            yield Candidate("sum", total, run)


def _runs(terms: Sequence[Amount], shortest: int = 2) -> Iterator[tuple[Amount, ...]]:
    """Neighbours in the list that end at one of its last three."""
    for end in range(len(terms), max(0, len(terms) - 3), -1):
        for start in range(max(0, end - TERMS), end - shortest + 1):
            yield tuple(terms[start:end])


def _sums(like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for run in _runs(like):
        yield Candidate("sum", sum(map(size, run)), run)


def _ahead(stated: Amount, amounts: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    """ "7,7 Md€. C'est 4,1 Md€ de dividendes et 3,6 Md€ de rachats.": the parts follow."""
    following = amounts[stated.index + 1 : stated.index + 1 + AHEAD]
    terms = [a for a in following if _same(a, stated) and a.sentence - stated.sentence <= 3 and _counts(a)]
    for count in range(2, len(terms) + 1):
        if all(a.value < stated.value for a in terms[:count]):
            yield Candidate("sum ahead", sum(map(size, terms[:count])), tuple(terms[:count]))


def _differences(like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for a, b in combinations(like, 2):
        if size(a) != size(b):
            high, low = sorted((a, b), key=size, reverse=True)
            yield Candidate("less", size(high) - size(low), (high, low))
    for a, b, c in combinations(like[-NEAR:], 3):
        if size(a) > size(b) + size(c):
            yield Candidate("less two", size(a) - size(b) - size(c), (a, b, c))


def _products(stated: Amount, near: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for each, number in permutations(near, 2):
        if _same(each, stated) and number.kind in ("count", "duration") and number.value != 1:
            if each.kind == number.kind and each.index > number.index and not each.per:
                continue  # the same product the other way about
            yield Candidate("times", size(each) * number.value, (each, number))
            factors = PERIODS.get((each.per or "", number.unit or ""), ())
            for factor in factors[:1]:
                yield Candidate("times", size(each) * number.value * factor, (each, number))
    for each in near[-NEAR:]:
        if _same(each, stated):
            numbers = [n for n in near[-NEAR:] if n is not each and n.kind in ("count", "duration") and n.value != 1]
            for one, other in combinations(numbers, 2):
                yield Candidate("times two", size(each) * one.value * other.value, (each, one, other))


def _portions(near: Sequence[Amount], like: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    for factor in near:
        if factor.kind == "share":
            for whole in like:
                part = size(whole) * factor.value / 100
                yield Candidate("share of", part, (factor, whole))
                if factor.value < 100:
                    yield Candidate("without share", size(whole) - part, (factor, whole))
                yield Candidate("with share", size(whole) + part, (factor, whole))
        elif factor.kind == "times":
            for whole in like:
                yield Candidate("multiplied", size(whole) * factor.value, (factor, whole))
                yield Candidate("divided", size(whole) / factor.value, (whole, factor))


def _quotients(stated: Amount, near: Sequence[Amount]) -> Iterator[Candidate]:
    for total, number in permutations(near, 2):
        if number.kind in ("share", "times") or number.value == 1:
            continue
        scale = _quotient_scale(stated, total, number)
        if scale and total.value > number.value:
            yield Candidate("each", scale * total.value / number.value, (total, number))
            for factor in PERIODS.get((stated.per or "", number.unit or ""), ())[:1]:
                yield Candidate("each", scale * total.value / number.value / factor, (total, number))
    for total in near[-NEAR:]:
        if _same(total, stated):
            numbers = [n for n in near[-NEAR:] if n is not total and n.kind in ("count", "duration") and n.value != 1]
            for one, other in combinations(numbers, 2):
                yield Candidate("each of two", total.value / one.value / other.value, (total, one, other))


def _quotient_scale(stated: Amount, total: Amount, number: Amount) -> float:
    """1 where `total` over `number` can be `stated`, times what brings the units together; else 0."""
    if total.kind in ("share", "times"):
        return 0.0
    if _same(total, number):
        if stated.kind == "money":
            return 0.0
        if total.kind == "money" or stated.kind == "count":
            return _size(total) / total.value * number.value / _size(number)
        return 1.0 if total.kind == "count" or stated.per is None else 0.0
    if not _same(total, stated):
        return 0.0
    if stated.kind == "duration":
        return DURATIONS[total.unit or ""] / DURATIONS[stated.unit or ""]
    return size_factor(total.unit, stated.unit) or 1.0


def _of_three(like: Sequence[Amount], near: Sequence[Amount], size: Callable[[Amount], float]) -> Iterator[Candidate]:
    numbers = [n for n in near[-NEAR:] if n.kind in ("count", "duration") and n.value > 1]
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


@lru_cache(maxsize=1024)
def period(amount: Amount) -> str | None:
    """The period that the amount is told for: "par mois", "annuel"."""
    if amount.per in DURATIONS:
        return amount.per
    beside = f"{amount.before[-40:]} {amount.after[:25]}"
    return next((p for p, said in SAID.items() if said.search(beside)), None)


def _periods(stated: Amount, like: Sequence[Amount]) -> Iterator[Candidate]:
    told = period(stated)
    for other in like[-4:]:
        one = period(other)
        source, target = one or ("an" if told else ""), told or ("an" if one else "")
        for factor in PERIODS.get((source, target), ())[:2]:
            yield Candidate("period", other.value * factor, (other,))
        for factor in PERIODS.get((target, source), ())[:2]:
            yield Candidate("period", other.value / factor, (other,))
        if other.kind == "duration" and other.unit != stated.unit:
            yield Candidate("period", _size(other) / DURATIONS[stated.unit or ""], (other,))
        elif scale := size_factor(other.unit, stated.unit):
            yield Candidate("period", other.value * scale, (other,))
