"""Which calculation an amount is the outcome of, as a model weighs what is seen of each: a softmax over all of them
and "none", trained by `python -m benchmarks.train_checks`; the weights stand in a file beside.

What the rules propose is one of the things seen. A first, brief look leaves the likeliest few to be looked at closely.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nlp.checks.amounts import Amount
from nlp.checks.candidates import FORMS, FORMS_OF, OTHER_FORMS, TOLD, Candidate, candidates
from nlp.checks.cues import agreement, calculation_cues, outcome_cues
from nlp.checks.hypothesis import Hypothesis, Strength, neighbours
from nlp.checks.proposals import Proposals, equal, proposal_cues, silence_cues
from nlp.checks.rivals import rival_cues, unused_cues
from nlp.checks.verdict import judge
from nlp.checks.wording import calculation_words, spoken_cues

WEIGHTS = Path(__file__).with_name("learned.json")
NONE = "none"
SURE = {"consistent": 0.6, "approximate": 0.7, "inconsistent": 0.8}
"""How sure the model has to be to confirm a sum, to say that it holds nearly, and to call one wrong."""
AGREED = 0.45
"""How sure it has to be of what a rule would tell on its words alone, whatever the verdict."""
MANY = 10
"""How many calculations are looked at closely."""
RARE_FORM = 0.01
"""How likely the words beside an amount of which no rule tells a sum have to make a form for it to be tried."""
UNLIKELY = 0.5
"""How likely they have to make any, for a look at its operands."""
PROMISING = 1.6
"""Log-odds by words and numbers at the first look below which no closer one follows: few sums are lost by it, and half
of the closer looks are saved. All these hold where no rule tells a sum."""


@dataclass(frozen=True, slots=True)
class Look:
    """One amount with the calculations looked at closely. `rows` has the cues of each, and last those of "none"; `told`
    the cues of the amount alone, which count apart for each form, and `told_of_none` those for "none".
    """

    found: tuple[Candidate, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    told: tuple[str, ...] = ()
    told_of_none: tuple[str, ...] = ()

    def cues(self) -> list[tuple[str, ...]]:
        """All that is seen of each calculation and of "none", in the names that weights go by."""
        forms = [(one.form, self.told) for one in self.found] + [(NONE, self.told_of_none)]
        return [(*row, *crossed(form, told)) for row, (form, told) in zip(self.rows, forms, strict=False)]


def learned(stated: Amount, amounts: Sequence[Amount], proposals: Proposals) -> Hypothesis | None:
    """The calculation that the model is sure enough of: as a rule tells it where one does, else with the cues that
    weighed most for its rule.
    """
    expected = proposals.chosen is not None
    if not expected and neighbours(stated, amounts) < 2:
        return None
    told = outcome_cues(stated, amounts)
    forms = form_chances(stated, told)
    if not expected and forms[NONE] > 1 - UNLIKELY:
        return None
    tried = {form for form, chance in forms.items() if chance >= RARE_FORM}
    scored = glance(stated, possible(stated, amounts, proposals, FORMS if expected else tried), told)
    if not scored or (not expected and scored[0][0] + math.log((1 - forms[NONE]) / forms[NONE]) < PROMISING):
        return None
    look = look_closely(stated, amounts, proposals, told, [one for _, one in scored])
    chances = _chances(look)
    chosen = proposals.chosen
    if chosen and chosen.strength >= Strength.SURE and _sure(look, chances, chosen.computed) >= AGREED:
        return chosen
    at = max(range(len(look.found)), key=chances.__getitem__)
    best = look.found[at]
    if _sure(look, chances, best.computed) < SURE[judge(stated.stated, best.computed)]:
        return None
    if rules := proposals.of(best.computed):
        return rules[0]
    return best.hypothesis(stated, f"learned:{best.form} ({', '.join(_deciding(look, at))})")


def _sure(look: Look, chances: Sequence[float], computed: float) -> float:
    """How likely the calculations that come to `computed` are, together."""
    return sum(chance for chance, one in zip(chances, look.found, strict=True) if equal(one.computed, computed))


def possible(
    stated: Amount, amounts: Sequence[Amount], proposals: Proposals, forms: Container[str] = FORMS
) -> list[Candidate]:
    """Each calculation of these `forms` once, and all that a rule proposes."""
    found = {(c.form, c.computed, tuple(a.index for a in c.operands)): c for c in candidates(stated, amounts, forms)}
    every = list(found.values())
    at = {amount.quantity.start: amount for amount in amounts}
    for hypothesis in proposals.every:
        if hypothesis.computed > 0 and not any(equal(c.computed, hypothesis.computed) for c in every):
            operands = (at.get(a.quantity.start) for _, a in hypothesis.operands)
            every.append(Candidate(TOLD, hypothesis.computed, tuple(a for a in operands if a is not None)))
    return every


def glance(
    stated: Amount, found: Sequence[Candidate], told: Sequence[str], many: int = MANY
) -> list[tuple[float, Candidate]]:
    """The likeliest `many` by their form, by how near their operands stand and by how the numbers agree: each with its
    log-odds against one taken by chance, the likeliest first.
    """
    of_form = {form: _weigh_told("glance", form, told) for form in {c.form for c in found}}

    def score(one: Candidate) -> float:
        return of_form[one.form] + _weigh_glance(one.form, *places(stated, one), agreement(stated, one.computed))

    return sorted(((score(one), one) for one in found), key=lambda scored: -scored[0])[:many]


def places(stated: Amount, candidate: Candidate) -> tuple[int, int]:
    """How many amounts back the first and the last operand stand, as far as it matters."""
    indexes = [operand.index for operand in candidate.operands] or [stated.index]
    return min(stated.index - min(indexes), 8), max(-2, min(stated.index - max(indexes), 4))


def glance_cues(form: str, first: int, last: int, agreeing: tuple[str, ...]) -> tuple[str, ...]:
    """What is seen at the first look."""
    return (
        form,
        f"{form}: from {first}",
        f"{form}: to {last}",
        *agreeing,
        *(f"{form}: {cue}" for cue in agreeing),
    )


@lru_cache(maxsize=65536)
def _weigh_glance(form: str, first: int, last: int, agreeing: tuple[str, ...]) -> float:
    weights = _weights("glance")
    return sum(weights.get(cue, 0.0) for cue in glance_cues(form, first, last, agreeing))


def look_closely(
    stated: Amount,
    amounts: Sequence[Amount],
    proposals: Proposals,
    told: Sequence[str],
    found: Sequence[Candidate],
) -> Look:
    """All that is seen of each calculation, and of there being none."""
    rows = []
    for one, rivals in zip(found, rival_cues(stated, found), strict=True):
        seen = {
            *calculation_cues(stated, one),
            *calculation_words(stated, one),
            *unused_cues(stated, one, amounts),
            *proposal_cues(one.computed, proposals),
            *rivals,
        }
        rows.append(tuple(seen))
    right = any(judge(stated.stated, one.computed) == "consistent" for one in found)
    none = (NONE, *silence_cues(proposals), f"none, {'one holds' if right else 'no one holds'}")
    return Look(tuple(found), (*rows, none), tuple(told), (*told, *spoken_cues(stated)))


def crossed(form: str, told: Iterable[str]) -> list[str]:
    """The features of a form beside what is seen of the stated amount."""
    own = [form] if form == NONE else []
    return own + [f"{form} & {cue}" for cue in told]


def form_chances(stated: Amount, told: Sequence[str]) -> dict[str, float]:
    """Of each form of calculation and of "none", by what is `told` of the amount alone.

    The weight of "none" itself is left out: how many amounts of our texts tell no sum says nothing of other texts.
    """
    forms = (NONE, *FORMS_OF.get(stated.kind, OTHER_FORMS))
    odds = [_weigh_told("passed over", form, told) for form in forms]
    exponentials = [math.exp(logit - odds[0]) for logit in odds]
    total = sum(exponentials)
    return {form: e / total for form, e in zip(forms, exponentials, strict=True)}


def _chances(look: Look) -> list[float]:
    """Of each calculation; what is missing to 1 is "none"."""
    weights = _weights("weights")
    by_form = {one.form: _weigh_told("weights", one.form, look.told) for one in look.found}
    apart = [*(by_form[one.form] for one in look.found), _weigh_told("weights", NONE, look.told_of_none)]
    odds = [sum(weights.get(cue, 0.0) for cue in row) + own for row, own in zip(look.rows, apart, strict=True)]
    top = max(odds)
    exponentials = [math.exp(logit - top) for logit in odds]
    total = sum(exponentials)
    return [e / total for e in exponentials[:-1]]


def _deciding(look: Look, at: int) -> list[str]:
    """The three cues that weighed most for a calculation."""
    weights, form = _weights("weights"), look.found[at].form
    rows = look.cues()
    none = set(rows[-1])

    def gain(cue: str) -> float:
        against = cue.replace(f"{form} &", f"{NONE} &")
        return weights.get(cue, 0.0) - (weights.get(against, 0.0) if against in none else 0.0)

    top = sorted(rows[at], key=gain, reverse=True)[:3]
    return [cue.removeprefix(f"{form}: ").removeprefix(f"{form} & ") for cue in top]


def _weigh_told(look: str, form: str, told: Iterable[str]) -> float:
    """What is told of the amount counts for this form; the names that `crossed` gives are not built for it."""
    weights = _crossed_weights(look).get(form, {})
    return sum(weights.get(cue, 0.0) for cue in told)


@cache
def _crossed_weights(look: str) -> dict[str, dict[str, float]]:
    """By form and cue; "none" itself has a weight beside its cues."""
    nested: dict[str, dict[str, float]] = {}
    for name, weight in _weights(look).items():
        form, crossed_with, cue = name.partition(" & ")
        if crossed_with:
            nested.setdefault(form, {})[cue] = weight
    return nested


@cache
def _weights(look: str) -> dict[str, float]:
    weights: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))[look]
    return weights
