"""Which calculation an amount is the outcome of, as a model weighs what is seen of each: a softmax over all of them
and "none", trained by `python -m benchmarks.train_checks`; the weights stand in a file beside.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from nlp.checks.amounts import Amount
from nlp.checks.candidates import FORMS_OF, OTHER_FORMS, Candidate, candidates, operands_near
from nlp.checks.cues import agreement, calculation_cues, outcome_cues
from nlp.checks.hypothesis import Hypothesis
from nlp.checks.verdict import judge

WEIGHTS = Path(__file__).with_name("learned.json")
NONE = "none"
HOLDS, NEARLY, WRONG = 0.6, 0.7, 0.85
"""How sure the model has to be to confirm a sum, to say that it holds nearly, and to call one wrong."""
SURE = {"consistent": HOLDS, "approximate": NEARLY, "inconsistent": WRONG}
DOUBTED = 0.1
"""A sum that a rule calls wrong is not told when the model gives less for the rule's reading."""
ELSEWHERE = frozenset(("standard elsewhere", "share of another thing"))
"""What speaks of amounts that the text does not give: no sum is called wrong by it."""
MANY = 16
"""How many calculations are looked at closely: the likeliest by their form and by how the numbers agree."""
UNLIKELY = -2.0
"""Log-odds against "none" below which an amount is passed over before its operands are looked at."""
SAME = 1e-3


def learned(stated: Amount, amounts: Sequence[Amount]) -> Hypothesis | None:
    """The calculation that the model is sure enough of; its rule names the cues that weighed most."""
    if len(operands_near(stated, amounts)) < 2:
        return None
    told = outcome_cues(stated, amounts)
    ranked = rank(stated, amounts, told, least=UNLIKELY)
    if not ranked:
        return None
    best = ranked[0][1]
    verdict = judge(stated.stated, best.computed)
    sure = sum(chance for chance, other in ranked if _equal(other.computed, best.computed))
    if sure < SURE[verdict]:
        return None
    if verdict != "consistent" and ELSEWHERE & {*told, *calculation_cues(stated, best)}:
        return None
    return best.hypothesis(stated, f"learned:{best.form} ({', '.join(deciding(stated, best, told))})")


def doubted(hypothesis: Hypothesis, amounts: Sequence[Amount]) -> bool:
    """Whether the model knows the calculation that a rule proposes and gives little for it."""
    stated = hypothesis.stated
    ranked = rank(stated, amounts, outcome_cues(stated, amounts))
    chances = [chance for chance, one in ranked if _equal(one.computed, hypothesis.computed)]
    return bool(chances) and sum(chances) < DOUBTED


def rank(
    stated: Amount, amounts: Sequence[Amount], told: Sequence[str], least: float = -math.inf
) -> list[tuple[float, Candidate]]:
    """Each calculation with its probability, likeliest first; what is missing to 1 is "none".

    Nothing when no form is likelier than `least`, in log-odds against "none", by what is `told` of the amount alone.
    """
    none = _weigh((NONE,)) + _weigh_beside(NONE, told)
    of_form = {form: _weigh_beside(form, told) - none for form in FORMS_OF.get(stated.kind, OTHER_FORMS)}
    if max(of_form.values()) <= least:
        return []
    found = unique(candidates(stated, amounts))
    if len(found) > MANY:
        numbers = {c.computed: _weigh(agreement(stated, c.computed)) for c in found}
        found = sorted(found, key=lambda c: -of_form[c.form] - numbers[c.computed])[:MANY]
    odds = [of_form[c.form] + _weigh(calculation_cues(stated, c)) for c in found]
    top = max([0.0, *odds])
    exponentials = [math.exp(logit - top) for logit in odds]
    total = sum(exponentials) + math.exp(-top)
    return sorted(zip((e / total for e in exponentials), found, strict=True), key=lambda pair: -pair[0])


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def unique(found: Iterable[Candidate]) -> list[Candidate]:
    """Each calculation once: several forms of a generator may give the same."""
    return list({(c.form, c.computed, tuple(a.index for a in c.operands)): c for c in found}.values())


def crossed(form: str, told: Iterable[str]) -> list[str]:
    """The features of a form beside what is seen of the stated amount."""
    own = [form] if form == NONE else []
    return own + [f"{form} & {cue}" for cue in told]


def deciding(stated: Amount, best: Candidate, told: Sequence[str]) -> list[str]:
    """The three cues that weighed most for `best`."""
    cues = {*crossed(best.form, told), *calculation_cues(stated, best)}
    gain = {
        cue: _weights().get(cue, 0.0) - _weights().get(cue.replace(f"{best.form} &", f"{NONE} &"), 0.0) for cue in cues
    }
    top = sorted(gain, key=lambda cue: -gain[cue])[:3]
    return [cue.removeprefix(f"{best.form}: ").removeprefix(f"{best.form} & ") for cue in top]


def _weigh(cues: Iterable[str]) -> float:
    weights = _weights()
    return sum(weights.get(cue, 0.0) for cue in set(cues))


def _weigh_beside(form: str, told: Iterable[str]) -> float:
    """What `crossed` weighs, without building the names."""
    weights = _beside().get(form, {})
    return sum(weights.get(cue, 0.0) for cue in told)


@cache
def _beside() -> dict[str, dict[str, float]]:
    """Weights of cues of the outcome, by form."""
    nested: dict[str, dict[str, float]] = {}
    for name, weight in _weights().items():
        form, crossed_with, cue = name.partition(" & ")
        if crossed_with:
            nested.setdefault(form, {})[cue] = weight
    return nested


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return weights
