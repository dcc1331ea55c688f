"""Which calculation an amount is the outcome of, as a model weighs what is seen of each: a softmax over all of them
and "none", trained by `python -m benchmarks.train_checks`; the weights stand in a file beside.

What the rules propose is one of the things seen. A first, brief look leaves the likeliest few to be looked at closely;
what is then thought of each amount of the text has its say on the others (`together`).
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from nlp.checks.amounts import Amount
from nlp.checks.candidates import candidates
from nlp.checks.cues import agreement, calculation_cues, outcome_cues
from nlp.checks.forms import FORMS, FORMS_OF, OTHER_FORMS, TOLD, Candidate
from nlp.checks.hypothesis import Hypothesis, Strength, neighbours
from nlp.checks.proposals import NOTHING, Proposals, equal, proposal_cues, silence_cues
from nlp.checks.reckonings import Weighed, weigh
from nlp.checks.rivals import rival_cues, unused_cues
from nlp.checks.together import weigh_together
from nlp.checks.verdict import judge
from nlp.checks.weights import CROSSED, NONE, odds_by_form, weights_of
from nlp.checks.wording import calculation_words, spoken_cues

SURE = {"consistent": 0.5, "approximate": 0.6, "inconsistent": 0.7}
"""How sure the last look has to be to confirm a sum, to say that it holds nearly, and to call one wrong."""
AGREED = 0.45
"""How sure it has to be of what a rule would tell on its words alone, whatever the verdict."""
MANY = 7
"""How many calculations are looked at closely."""
RARE_FORM = 0.005
"""How likely the words beside an amount of which no rule tells a sum have to make a form for it to be tried."""
UNLIKELY = 0.5
"""How likely they have to make any, for a look at its operands."""
PROMISING = 2.4
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


def learned(
    told: Iterable[Amount], amounts: Sequence[Amount], proposed: Mapping[int, Proposals]
) -> Iterator[Hypothesis]:
    """The calculations that the model is sure enough of, at most one for each amount of `told`: as a rule tells it
    where one does, else with the cues that weighed most for its rule.

    `told`: in the order of the text; `proposed`: what rules say, by the offset of the amount.
    """
    every = [(one, proposed.get(one.quantity.start, NOTHING)) for one in told]
    seen = [(one, rules, look) for one, rules in every if (look := look_at(one, amounts, rules)) is not None]
    weighed = [weigh(one, rules, look.told, look.found, log_odds(look)) for one, rules, look in seen]
    chances = weigh_together(weighed, amounts)
    for (_, _, look), one, own in zip(seen, weighed, chances, strict=True):
        hypothesis = _believed(one, own, look)
        if hypothesis is not None:
            yield hypothesis


def look_at(stated: Amount, amounts: Sequence[Amount], proposals: Proposals) -> Look | None:
    """The likeliest calculations; None where the first look says that hardly any can be meant."""
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
    return look_closely(stated, amounts, proposals, told, [one for _, one in scored])


def _believed(one: Weighed, chances: Sequence[float], look: Look) -> Hypothesis | None:
    """What is told of the amount, if it is sure enough."""
    chosen = one.proposals.chosen
    if chosen and chosen.strength >= Strength.SURE:
        agreed = one.place_of(chosen.computed)
        if agreed is not None and chances[agreed] >= AGREED:
            return chosen
    told = [at for at, reckoning in enumerate(one.reckonings) if chances[at] >= SURE[reckoning.verdict]]
    if not told:
        return None
    # Two may be sure enough: what comes out right is told before anything is blamed.
    best = one.reckonings[max(told, key=lambda at: (one.reckonings[at].verdict == "consistent", chances[at]))]
    if rules := one.proposals.of(best.calculation.computed):
        return rules[0]
    cues = _deciding(look, look.found.index(best.calculation))
    return best.calculation.hypothesis(one.stated, f"learned:{best.calculation.form} ({', '.join(cues)})")


def possible(
    stated: Amount, amounts: Sequence[Amount], proposals: Proposals, forms: Container[str] = FORMS
) -> list[Candidate]:
    """Each calculation of these `forms` once, and all that a rule proposes."""
    every = list(dict.fromkeys(candidates(stated, amounts, forms)))
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
    of_form = odds_by_form("glance", told)

    def score(one: Candidate) -> float:
        return of_form[one.form] + _weigh_glance(one.form, *places(stated, one), agreement(stated, one.computed))

    return sorted(((score(one), one) for one in found), key=itemgetter(0), reverse=True)[:many]


def places(stated: Amount, candidate: Candidate) -> tuple[int, int]:
    """How many amounts back the first and the last operand stand, as far as it matters."""
    at, places = stated.index, [operand.index for operand in candidate.operands]
    if not places:
        return 0, 0
    return min(at - min(places), 8), max(-2, min(at - max(places), 4))


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
    weights = weights_of("glance")
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
        seen = (
            *calculation_cues(stated, one),
            *calculation_words(stated, one),
            *unused_cues(stated, one, amounts),
            *proposal_cues(one.computed, proposals),
            *rivals,
        )
        rows.append(tuple(dict.fromkeys(seen)))
    right = any(judge(stated.stated, one.computed) == "consistent" for one in found)
    none = (NONE, *silence_cues(proposals), f"none, {'one holds' if right else 'no one holds'}")
    return Look(tuple(found), (*rows, none), tuple(told), (*told, *spoken_cues(stated)))


def crossed(form: str, told: Iterable[str]) -> list[str]:
    """The features of a form beside what is seen of the stated amount."""
    own = [form] if form == NONE else []
    return own + [f"{form}{CROSSED}{cue}" for cue in told]


def form_chances(stated: Amount, told: Sequence[str]) -> dict[str, float]:
    """Of each form of calculation and of "none", by what is `told` of the amount alone.

    The weight of "none" itself is left out: how many amounts of our texts tell no sum says nothing of other texts.
    """
    forms = (NONE, *FORMS_OF.get(stated.kind, OTHER_FORMS))
    odds = odds_by_form("passed over", told)
    exponentials = [math.exp(odds[form]) for form in forms]
    total = sum(exponentials)
    return {form: e / total for form, e in zip(forms, exponentials, strict=True)}


def log_odds(look: Look) -> tuple[float, ...]:
    """Of each calculation, and last of "none", on the words of this amount alone."""
    weights = weights_of("weights")
    told = odds_by_form("weights", look.told)
    apart = [*(told[one.form] for one in look.found), odds_by_form("weights", look.told_of_none)[NONE]]
    return tuple(sum(weights.get(cue, 0.0) for cue in row) + own for row, own in zip(look.rows, apart, strict=True))


def _deciding(look: Look, at: int) -> list[str]:
    """The three cues that weighed most for a calculation."""
    weights, form = weights_of("weights"), look.found[at].form
    rows = look.cues()
    none = set(rows[-1])

    def gain(cue: str) -> float:
        against = cue.replace(f"{form} &", f"{NONE} &")
        return weights.get(cue, 0.0) - (weights.get(against, 0.0) if against in none else 0.0)

    top = sorted(rows[at], key=lambda cue: (-gain(cue), cue))[:3]
    return [cue.removeprefix(f"{form}: ").removeprefix(f"{form} & ") for cue in top]
