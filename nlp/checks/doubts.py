"""What speaks against calling a sum wrong: the words allow another reading, by which it is right."""

from __future__ import annotations

import re

from nlp.checks.amounts import Amount
from nlp.checks.hypothesis import Hypothesis
from nlp.checks.verdict import half_step, holds
from nlp.checks.words import OF_THE_OTHERS, OF_THE_PART

THEREFORE = re.compile(r"\bdonc\b")
# "75 % du total", "12 % de ce budget": of the whole itself.
OF_THE_WHOLE = re.compile(r"^\s*(?:du\b|de l'|de (?:la|ce|cet|cette|ces|son|sa|ses|leurs?|notre|nos)\b)")
BESIDE = 40


def tells_the_others(hypothesis: Hypothesis) -> bool:
    """ "Sur 50 candidats, 10 recalés. 80 % de réussite": all but the part, unless a word ties the share to the part."""
    stated = hypothesis.stated
    if hypothesis.relation != "share" or len(hypothesis.operands) > 2 or "%" not in stated.quantity.surface:
        return False
    if OF_THE_WHOLE.match(stated.after) or _is_of_the_part(stated):
        return False
    return holds(stated.value, 100 - hypothesis.computed, half_step(stated.stated), "=")


def _is_of_the_part(stated: Amount) -> bool:
    before, beside = stated.before[-BESIDE:], f"{stated.before[-BESIDE:]} {stated.after[:BESIDE]}"
    if OF_THE_OTHERS.search(beside):
        before = THEREFORE.sub("", before)
    return OF_THE_PART.search(before) is not None
