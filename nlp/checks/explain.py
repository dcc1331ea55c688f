"""A check in one line that a reader understands: what follows from what, and by how much the text is off."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from db.formulas import formula
from db.records import Quantity, Verdict
from nlp.checks.amounts import Amount
from nlp.checks.hypothesis import Hypothesis

# Things that are counted keep their number alone: the noun stands in the sentence beside.
UNITS = {
    "EUR": " €",
    "%": " %",
    "fois": " times",
    "an": " years",
    "mois": " months",
    "semaine": " weeks",
    "jour": " days",
    "heure": " hours",
    "minute": " minutes",
}

# By the names of `db.formulas`.
PHRASES = {
    "of": "{0} of {1}",
    "of both": "{0} of {0} + {1}",
    "all but": "All but {0} of {1}",
    "less": "{0} less {1}",
    "plus": "{0} plus {1}",
    "change": "The change from {0} to {1}",
    "divided": "{0} divided by {1}",
    "against": "{0} for {1} against {2} for {3}",
    "divided, times": "{0} divided by {1}, times {2},",
    "times": "{0} times {1}",
    "sum": "{0}",
    "mean": "The mean of {0}",
    "rest of 100": "100 % less {0}",
    "less, times": "The change from {0} to {1}, times {2},",
    "less, divided": "The change from {0} to {1}, divided by {2},",
    "divided by less": "{0} divided by what is left of {1} without {2}",
    "share, times": "{0} of {1} times {2}",
    "times, divided": "{0} times {1}, divided by {2},",
    "of a year": "{0} of a year",
    "sum, times": "({0}) times {1}",
    "sum, divided": "({0}) divided by {1}",
    "told": "{0}",
}


def explain(hypothesis: Hypothesis, verdict: Verdict) -> str:
    """ "8 612 of 1 600 000 is 0.54 %, not 0.005 %: 108 times more"."""
    stated = hypothesis.stated.stated
    computed = number(hypothesis.computed) + unit(stated)
    said = number(stated.value) + unit(stated)
    start = f"{_formula(hypothesis)} is {computed}"
    if verdict == "consistent":
        return f"{start}: the text says {said}"
    if verdict == "approximate":
        return f"{start}, close to the {said} of the text"
    return f"{start}, not {said}: {_factor(stated.value, hypothesis.computed)}"


def _formula(hypothesis: Hypothesis) -> str:
    told = formula([(role, amount.value) for role, amount in hypothesis.operands], hypothesis.computed)
    if told is None:
        return f"What follows from {_and([_written(a) for _, a in hypothesis.operands])}"
    groups = [[hypothesis.operands[at][1] for at in part] for part in told.parts]
    joined = [_join(told.name, place)([_written(a) for a in group]) for place, group in enumerate(groups)]
    phrase = PHRASES[told.name].format(*joined)
    if told.name == "told" and groups[0][0].kind == "share":
        phrase = f"“{groups[0][0].quantity.surface}”"
    if math.isclose(told.factor, 1):
        return phrase
    times = told.factor > 1
    return f"{phrase} {'times' if times else 'divided by'} {number(told.factor if times else 1 / told.factor)}"


def _written(amount: Amount) -> str:
    # "300 times 6": the word stands in the phrase already.
    return number(amount.value) + ("" if amount.kind == "times" else unit(amount.quantity))


def _and(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])} and {values[-1]}" if len(values) > 1 else "".join(values)


def _join(name: str, place: int) -> Callable[[Sequence[str]], str]:
    if name in ("mean", "rest of 100") or (name == "less" and place == 1):
        return _and
    return {"divided": " and by ".join, "times": " times ".join}.get(name, " + ".join)


def _factor(stated: float, computed: float) -> str:
    if not stated or not computed:
        return "one of the two is zero"
    factor = computed / stated
    if factor >= 1.5 or factor <= 1 / 1.5:
        return f"{number(factor if factor > 1 else 1 / factor)} times {'more' if factor > 1 else 'less'}"
    return f"{number(abs(factor - 1) * 100)} % {'more' if factor > 1 else 'less'}"


def number(value: float) -> str:
    """Three significant digits below a thousand, whole numbers in groups of three above."""
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    if abs(value) >= 100:
        return f"{value:.0f}"
    digits = f"{value:.2g}" if abs(value) < 1 else f"{value:.3g}"
    return digits if "e" not in digits else f"{value:.10f}".rstrip("0")


def unit(quantity: Quantity) -> str:
    """The unit as written after a number: money, shares, multiples, durations."""
    return UNITS.get(quantity.unit or "", "")
