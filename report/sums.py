"""Recomputed sums in the reader's language: what follows from which amounts, and what the text says instead."""

from __future__ import annotations

import math
import re

from db.formulas import formula
from db.reading import CheckOperand, StoredCheck
from report.words import Words

INSIDE_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|[%€])")
CLEARLY = 1.5  # from here on a gap is told as "so many times", below as a percentage


def explained(check: StoredCheck, words: Words) -> str:
    """ "4 000 postes sur 870 000 : le calcul donne 0,46 %, et non « 4,6 % » comme le dit le texte : 10 fois moins."."""
    told = _told(check, words)
    return told[:1].upper() + told[1:]


def _told(check: StoredCheck, words: Words) -> str:
    formula, computed = _formula(check, words), words.amount(check.computed, check.unit)
    if check.stated is None:
        return words("sum_unstated", formula=formula, computed=computed)
    said = words("sum_said", surface=_said(check)) if _said(check) else words.amount(check.stated, check.unit)
    return words(f"sum_{check.verdict}", formula=formula, computed=computed, said=said, gap=_gap(check, words))


def _formula(check: StoredCheck, words: Words) -> str:
    used = [operand for operand in check.operands if operand.role not in ("stated", "result")]
    told = formula([(operand.role, operand.value) for operand in used], check.computed)
    if told is None:
        return ", ".join(_plain(operand) for operand in used)
    groups = [[_plain(used[at]) for at in part] for part in told.parts]
    if told.name == "told":
        phrase = words("sum_said", surface=groups[0][0])
    else:
        joined = [_sign(told.name, place).join(group) for place, group in enumerate(groups)]
        phrase = words(formula_key(told.name), **dict(zip("abcd", joined, strict=False)))
    if math.isclose(told.factor, 1):
        return phrase
    times = told.factor > 1
    factor = words.amount(told.factor if times else 1 / told.factor)
    return words("formula_times" if times else "formula_divided", a=phrase, b=factor)


def formula_key(name: str) -> str:
    """The key in `words.toml` of the phrase for a formula of `db.formulas`."""
    return f"formula_{name.replace(', ', '_').replace(' ', '_')}"


def _sign(name: str, place: int) -> str:
    """Between amounts that stand in one place of a formula: terms, divisors, what is taken away."""
    if name in ("divided", "times"):
        return " × "
    return ", " if name == "mean" else " − " if name == "less" and place == 1 else " + "


def _said(check: StoredCheck) -> str | None:
    return next((_plain(operand) for operand in check.operands if operand.role == "stated"), None)


def _plain(operand: CheckOperand) -> str:
    # A number at the end of a line stays whole: the text may have plain spaces within it.
    return INSIDE_NUMBER.sub("\u202f", " ".join(operand.surface.split()))


def _gap(check: StoredCheck, words: Words) -> str:
    if check.unit == "fois":  # two multiples side by side: the ratio between them would only confuse
        return ""
    if not check.stated or not check.computed:
        return ""
    ratio = abs(check.computed / check.stated)  # the sum beside what is stated, as the line of `show` tells it
    way = "more" if ratio > 1 else "less"
    if max(ratio, 1 / ratio) >= CLEARLY:
        return words(f"gap_times_{way}", factor=words.amount(max(ratio, 1 / ratio)))
    return words(f"gap_percent_{way}", gap=words.amount(abs(ratio - 1) * 100, "%"))
