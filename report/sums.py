"""Recomputed sums in the reader's language: what follows from which amounts, and what the text says instead."""

from __future__ import annotations

import re
from collections import defaultdict

from db.reading import CheckOperand, StoredCheck
from report.words import Words

INSIDE_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|[%€])")
CLEARLY = 1.5  # from here on a gap is told as "so many times", below as a percentage
# By the parts that amounts play, whatever the relation: `{part} of {whole}` reads the same in a share and in a count.
FORMS = {
    ("part", "whole"): "sum_of",
    ("share", "whole"): "sum_of",
    ("from", "to"): "sum_change",
    ("large", "small"): "sum_divided",
    ("total", "number"): "sum_divided",
    ("each", "number"): "sum_times",
    ("income", "spending"): "sum_minus",
}


def explained(check: StoredCheck, words: Words) -> str:
    """ "4 000 postes sur 870 000 : le calcul donne 0,46 %, le texte dit « 4,6 % », 10 fois plus."."""
    told = _told(check, words)
    return told[:1].upper() + told[1:]


def _told(check: StoredCheck, words: Words) -> str:
    formula, computed = _formula(check, words), words.amount(check.computed, check.unit)
    if check.stated is None:
        return words("sum_unstated", formula=formula, computed=computed)
    said = words("sum_said", surface=_said(check)) if _said(check) else words.amount(check.stated, check.unit)
    return words(f"sum_{check.verdict}", formula=formula, computed=computed, said=said, gap=_gap(check, words))


def _formula(check: StoredCheck, words: Words) -> str:
    surfaces = defaultdict(list)
    for operand in check.operands:
        surfaces[operand.role].append(_plain(operand))
    used = {role: found for role, found in surfaces.items() if role not in ("stated", "result")}
    for roles, form in FORMS.items():
        if set(used) == set(roles) and all(len(found) == 1 for found in used.values()):
            return words(form, a=used[roles[0]][0], b=used[roles[1]][0])
    joined = [surface for found in used.values() for surface in found]
    if set(used) == {"term"}:
        return " + ".join(joined)
    return words("sum_said", surface=joined[0]) if len(joined) == 1 else ", ".join(joined)


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
    ratio = abs(check.stated / check.computed)
    way = "more" if ratio > 1 else "less"
    if max(ratio, 1 / ratio) >= CLEARLY:
        return words(f"gap_times_{way}", factor=words.amount(max(ratio, 1 / ratio)))
    return words(f"gap_percent_{way}", gap=words.amount(abs(ratio - 1) * 100, "%"))
