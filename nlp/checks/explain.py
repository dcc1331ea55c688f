"""A check in one line that a reader understands: what follows from what, and by how much the text is off."""

from __future__ import annotations

from db.records import Quantity, Verdict
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
    values = [number(a.value) + unit(a.quantity) for _, a in hypothesis.operands]
    match hypothesis.relation:
        case "share" if len(values) == 1:
            return f"“{hypothesis.operands[0][1].quantity.surface}”"
        case "share":
            return f"{values[0]} of {values[1]}"
        case "multiple" if len(values) == 4:
            return f"{values[0]} for {values[1]} against {values[2]} for {values[3]}"
        case "unit_cost" if len(values) == 3:
            return f"{values[0]} divided by {values[1]} and by {values[2]}"
        case "difference" if hypothesis.operands[0][0] == "taken":
            return f"100 % less {' and '.join(values)}"
        case "difference" if len(values) == 3:
            return f"{values[0]} less {values[1]} and {values[2]}"
        case "product" if len(values) == 3 and hypothesis.operands[0][0] == "from":
            return f"The change from {values[0]} to {values[1]}, times {values[2]},"
        case "multiple" | "unit_cost":
            return f"{values[0]} divided by {values[1]}"
        case "product" if hypothesis.rule == "product:cut":
            return f"{values[0]} less {values[1]}"
        case "product" if hypothesis.operands[0][0] == "share":
            return f"{values[0]} of {values[1]}"
        case "product":
            return f"{values[0]} times {values[1]}"
        case "sum":
            return " + ".join(values)
        case "difference" | "percent_change":
            return f"The change from {values[0]} to {values[1]}"
        case _:
            return values[0]


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
