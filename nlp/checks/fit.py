"""Which calculation an amount is the outcome of, when no rule names it: the words weighed against the numbers.

That a calculation comes out to the digit speaks for it; so does that it comes out but for the zeros, or but for one
digit, as wrong sums do. A sum is called wrong only when the words say more than for one that holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from nlp.checks.amounts import Amount
from nlp.checks.applied import AFFORDS
from nlp.checks.compared import THEY
from nlp.checks.hypothesis import NEAREST_AMOUNTS, Hypothesis, earlier
from nlp.checks.levels import SAYS
from nlp.checks.quotients import EACH_SUBJECT
from nlp.checks.reading import Reading, direction, told_as_rest
from nlp.checks.readings import readings
from nlp.checks.ties import Tie, tie, told_elsewhere
from nlp.checks.verdict import half_step, judge
from nlp.checks.words import OUTCOME

HOLDS, NEARLY, WRONG, MARGIN = 5.0, 6.2, 6.5, 1.0
TOLD, ZEROS = 1.0, 1.5
"""Of an amount that is only in apposition, no sum is called wrong."""
CLOSE = 0.002
BEYOND, ROUNDED = 0.15, 0.07
# "60 000 de plus qu'au cours des années 50": than something that no other amount tells.
THAN = re.compile(r"^[^.,;:!?]{0,25}?(?:de|en) (?:plus|moins) qu")
# "À 25 agents, ils en traitent 300"
EN_VERB = re.compile(r"\ben \w{4,}\s*$")
# "La région en commande 40, pour 480 M€"
FOR_A_SUM = re.compile(r",\s*pour (?:un total de |environ |pres de )?$")
ASIDE = ("duration", "share", "times")
TIES = {Tie.NONE: 0.0, Tie.LOOSE: 0.9, Tie.FIRM: 2.0}


def best_reading(stated: Amount, amounts: Sequence[Amount]) -> Hypothesis | None:
    """The reading that words and numbers together make sure enough; None where there is none or more than one."""
    told = _told(stated)
    if not told and not direction(stated) and not told_as_rest(stated):
        return None
    scored = sorted(
        (
            (told + _as_change(stated, r) + r.cue + _nearness(stated, r, amounts) + evidence(stated, r.computed), r)
            for r in readings(stated, amounts)
            if r.computed > 0 and (_holds(stated, r.computed) or not already_given(r.hypothesis(stated), amounts))
        ),
        key=lambda pair: -pair[0],
    )
    if not scored:
        return None
    top, best = scored[0]
    held = next(((s, r) for s, r in scored if top - s <= MARGIN and _holds(stated, r.computed)), None)
    rival = next((s for s, r in scored[1:] if abs(r.computed / best.computed - 1) > CLOSE), 0.0)
    if held is not None:
        return held[1].hypothesis(stated) if held[0] >= HOLDS else None
    if told_elsewhere(stated, (a for _, a in best.operands)):
        return None
    near = judge(stated.stated, best.computed) == "approximate"
    said = told + _as_change(stated, best) >= TOLD or evidence(stated, best.computed) >= ZEROS
    sure = said and top >= (NEARLY if near else WRONG) and top - rival >= MARGIN
    sure = sure and not _told_before(stated, amounts) and not THAN.match(stated.after)
    wrong = best.hypothesis(stated)
    return wrong if sure and not already_given(wrong, amounts) else None


def _holds(stated: Amount, computed: float) -> bool:
    """Equal at the stated precision; a bound is told of what lies not far beyond it."""
    if judge(stated.stated, computed) != "consistent":
        return False
    return abs(computed / stated.value - 1) <= (BEYOND if stated.quantity.bound in ("<=", ">=") else ROUNDED)


def _told_before(stated: Amount, amounts: Sequence[Amount]) -> bool:
    """An amount that was given before is no outcome."""
    return any(a.value == stated.value and a.unit == stated.unit for a in earlier(stated, amounts, window=5))


def already_given(hypothesis: Hypothesis, amounts: Sequence[Amount]) -> bool:
    """Whether the text gave the right outcome itself: another number told after it, for each, is of others."""
    stated, right = hypothesis.stated, hypothesis.computed
    if hypothesis.relation != "unit_cost":
        return False
    told = amounts[max(0, stated.index - 5 * NEAREST_AMOUNTS) : stated.index]
    before = (a for a in told if all(a is not operand for _, operand in hypothesis.operands))
    return any(
        a.kind == stated.kind and a.unit == stated.unit and abs(a.value - right) <= CLOSE * right for a in before
    )


def _told(stated: Amount) -> float:
    """How far the amount is told as an outcome; 0 when nothing says so."""
    tied = TIES[tie(stated)]
    if EACH_SUBJECT.search(stated.before) or (stated.kind == "count" and AFFORDS.match(stated.before)):
        tied += 1.5
    if stated.bare and EN_VERB.search(stated.before):
        tied = max(tied, TIES[Tie.LOOSE])
    if stated.kind == "money" and FOR_A_SUM.search(stated.before):
        tied = max(tied, TIES[Tie.LOOSE])
    if SAYS.search(stated.lead) or THEY.match(stated.lead):
        tied += 1.0
    return tied + bool(OUTCOME.search(stated.before)) or (0.5 if stated.per else 0.0)


def _as_change(stated: Amount, reading: Reading) -> float:
    """A change, a rest, a multiple is told as an outcome by the word that says so."""
    if reading.relation == "multiple":
        return 1.5
    changes = reading.relation in ("difference", "percent_change") or reading.operands[0][0] == "others"
    return 1.5 if changes and (direction(stated) or told_as_rest(stated)) else 0.0


def _nearness(stated: Amount, reading: Reading, amounts: Sequence[Amount]) -> float:
    """2 for operands that stand right before, all of them used; less for each amount passed over and each sentence."""
    places = [a.index for _, a in reading.operands]
    used = set(places)
    between = [a for a in amounts[min(places) : stated.index] if a.index not in used]
    one, other = (a.value for _, a in (*reading.operands, *reading.operands)[:2])
    between = [a for a in between if abs(a.value - abs(one - other)) > CLOSE * a.value]  # the difference, told first
    whole = all(a.per is None for _, a in reading.operands)
    passed = sum(0.3 if a.kind in ASIDE or a.value == 1 or (whole and a.per) else 1.0 for a in between)
    last = max((a.sentence for _, a in reading.operands if a.index < stated.index), default=stated.sentence)
    first = min(a.sentence for _, a in reading.operands)
    return 2.0 - passed - 0.7 * max(0, stated.sentence - last - 1) - 0.5 * max(0, last - first - 1)


def evidence(stated: Amount, computed: float) -> float:
    """What the numbers say for a reading: more, the more digits agree; less, the further off they are."""
    if computed <= 0 or not stated.value:
        return -3.0
    factor = computed / stated.value
    digits = telling_digits(stated)
    if judge(stated.stated, computed) == "consistent":
        if abs(factor - 1) <= CLOSE:
            return min(digits, 3)
        return 1.0 if abs(computed - stated.value) <= half_step(stated.stated) else 0.5
    zeros = math.log10(factor)
    if abs(zeros - round(zeros)) < CLOSE / 2 and 1 <= abs(round(zeros)) <= 3:
        return min(digits, 3) - 0.5
    if 0.25 <= factor <= 4:
        return 0.5 if _one_digit_off(stated, computed) else 0.0
    return -3.0


def telling_digits(stated: Amount) -> int:
    """Digits of the surface up to its last one that is not zero."""
    written = re.sub(r"\D", "", stated.quantity.surface)
    return len(written.strip("0")) or 1


def _one_digit_off(stated: Amount, computed: float) -> bool:
    said, right = f"{stated.value:g}", f"{computed:g}"
    return len(said) == len(right) > 2 and sum(a != b for a, b in zip(said, right, strict=True)) == 1
