"""From the amounts of a text to its sums: what the rules propose, and what the model makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.records import Check, Operand, Quantity
from nlp.checks.amounts import Amount, read_amounts
from nlp.checks.applied import afforded, cuts, periods, points
from nlp.checks.changes import balances, changes, gaps, shortfalls
from nlp.checks.conversions import conversions, posts
from nlp.checks.doubts import tells_the_others
from nlp.checks.exact import exact, one_for, percentages
from nlp.checks.explain import explain
from nlp.checks.fit import ZEROS, already_given, best_reading, evidence
from nlp.checks.hypothesis import Hypothesis, Rule, Strength, neighbours
from nlp.checks.learned import learned
from nlp.checks.multiples import multiples, standard_is_untold
from nlp.checks.products import chains, products, rows
from nlp.checks.proposals import Proposals, equal
from nlp.checks.quotients import ratios, spread_over_time, tells_a_norm, unit_costs
from nlp.checks.shares import complements, fractions, margins, occupation, ones_in, parts, restated, shares, told_first
from nlp.checks.sums import additions, sums
from nlp.checks.ties import Tie, tie, told_elsewhere
from nlp.checks.verdict import half_step, judge
from nlp.quantities import amounts_only

# In this order where two rules are equally sure: the more specific wording first.
RULES: tuple[Rule, ...] = (
    conversions,
    posts,
    balances,
    gaps,
    shortfalls,
    changes,
    multiples,
    ratios,
    unit_costs,
    chains,
    rows,
    products,
    afforded,
    cuts,
    points,
    periods,
    additions,
    sums,
    parts,
    fractions,
    occupation,
    margins,
    ones_in,
    restated,
    told_first,
    shares,
    complements,
    exact,
    percentages,
    one_for,
)

EXACT, CLOSE, ROUNDED = 0.002, 0.01, 0.05
BEYOND = 0.15
"""How far past a stated bound a plausible reading may be: "plus d'un tiers" is said of 37 %, not of 60 %."""
FAR = 3.0
FARTHEST = 5.0
SLIPS, SLIP_WIDTH = (10.0, 100.0, 1_000.0), 0.12


def find_checks(text: str, numerals: Iterable[Quantity], sentences: Sequence[tuple[int, int]]) -> tuple[Check, ...]:
    """Arithmetic relations between the amounts of one text, in its order; at most one for each stated amount.

    `numerals`: of `find_numerals`, or `find_quantities` alone; `sentences` are ranges of code points, in order.
    """
    numbers = read_amounts(text, numerals, sentences)
    proposed = propose(read_amounts(text, amounts_only(a.quantity for a in numbers), sentences))
    learnt = learned(filter(is_told, numbers), numbers, proposed)
    read = [spread_over_time(h, numbers) if _is_blamed(h) else h for h in learnt]
    right = [h for h in read if not _is_blamed(h)]
    believed = [h for h in read if not _is_blamed(h) or may_be_blamed(h, numbers, right)]
    return tuple(_check(hypothesis) for hypothesis in _once(believed))


def propose(amounts: Sequence[Amount]) -> dict[int, Proposals]:
    """What rules say of each amount, by its offset: all of it, and what they would tell."""
    told = [a for a in amounts if is_told(a) and neighbours(a, amounts)]
    every = {a.index: [h for rule in RULES for h in rule(a, amounts)] for a in told}
    chosen = {at: _choose(proposed) for at, proposed in every.items()}
    terms = {a.index for h in chosen.values() if h for role, a in h.operands if role == "term"}
    chosen = {at: _unless_slipped(h, amounts) for at, h in chosen.items()}
    for amount in told:
        at = amount.index
        if chosen[at] is None and at not in terms and (read := best_reading(amount, amounts)):
            chosen[at] = read
    return {
        a.quantity.start: Proposals(
            every=tuple(dict.fromkeys((*every[a.index], *filter(None, [chosen[a.index]])))),
            chosen=chosen[a.index],
            is_term=a.index in terms,
        )
        for a in told
    }


def is_told(amount: Amount) -> bool:
    """Whether an outcome can be told so: nothing is measured against a range, against "des centaines" or zero."""
    return amount.value != 0 and amount.quantity.rule != "range" and not amount.vague


def _unless_slipped(chosen: Hypothesis | None, amounts: Sequence[Amount]) -> Hypothesis | None:
    """None for a sum that is called wrong on good words, where other operands give it, or but for the zeros."""
    if chosen is None or chosen.strength > Strength.SURE:
        return chosen
    stated = chosen.stated
    if judge(stated.stated, chosen.computed) == "inconsistent" and already_given(chosen, amounts):
        return None
    if judge(stated.stated, chosen.computed) != "inconsistent" or evidence(stated, chosen.computed) >= ZEROS:
        return chosen
    other = best_reading(stated, amounts)
    if other is not None and stated.kind != "share" and judge(stated.stated, other.computed) == "consistent":
        return other
    slipped = other is not None and evidence(stated, other.computed) >= ZEROS
    return other if slipped else chosen


def _once(chosen: Sequence[Hypothesis]) -> list[Hypothesis]:
    """One of those that tell the same amounts in another order ("36 M€ for 240 km (150 000 € each)"): the surest."""
    best: dict[frozenset[tuple[float, str | None]], Hypothesis] = {}
    for hypothesis in chosen:
        operands = (*(a for _, a in hypothesis.operands), hypothesis.stated)
        same = frozenset((a.value, a.unit) for a in operands)
        if same not in best or _surety(hypothesis) > _surety(best[same]):
            best[same] = hypothesis
    kept = {id(h) for h in best.values()}
    return [h for h in chosen if id(h) in kept]


def _surety(hypothesis: Hypothesis) -> tuple[bool, Strength, Tie]:
    return not hypothesis.rule.startswith("reading"), hypothesis.strength, tie(hypothesis.stated)


def _choose(proposed: Sequence[Hypothesis]) -> Hypothesis | None:
    """A reading that holds if there is one; else the only sure one; else none.

    Which operands are meant is often open; that a sum comes out right is itself evidence for a reading, never
    against one. So a wrong sum is reported only if no licensed reading holds and the sure ones agree.
    """
    top = max((h.strength for h in proposed), default=Strength.PLAUSIBLE)
    for strength in sorted(Strength, reverse=True):
        level = [h for h in proposed if h.strength == strength]
        holds = [h for h in level if judge(h.stated.stated, h.computed) == "consistent" and _convinces(h, top)]
        by_chance = strength == Strength.WEAK and top >= Strength.SURE and level and level[0].stated.kind == "share"
        if holds and not by_chance and not (top == Strength.CERTAIN and strength <= Strength.PLAUSIBLE):
            return min(holds, key=lambda h: abs(h.computed - h.stated.value))
    best = [h for h in proposed if h.strength == top > Strength.PLAUSIBLE]
    best = _right_before(best) or best
    agree = len({round(h.computed, 9) for h in best}) == 1
    if best and told_elsewhere(best[0].stated, (a for _, a in best[0].operands)):
        return None
    return best[0] if agree and _believable(best[0]) and not _unnamed_money(best[0].stated) else None


def _right_before(best: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Those whose operands are just the amounts that stand before the outcome, none passed over."""
    return [
        h
        for h in best
        if {a.index for _, a in h.operands} == set(range(h.stated.index - len(h.operands), h.stated.index))
    ]


def _unnamed_money(stated: Amount) -> bool:
    """A numeral whose currency is only understood may well count something else."""
    return stated.kind == "money" and stated.bare


def _convinces(hypothesis: Hypothesis, top: Strength) -> bool:
    """Operands that are only plausible need a close fit: many numbers come out within a bound or a rounding."""
    stated = hypothesis.stated.stated
    if hypothesis.strength > Strength.PLAUSIBLE:
        # "Plus de 3 %" is no way to say 90 %: a bound that holds by far says that we misread.
        return stated.bound in ("=", "~") or 1 / FAR <= hypothesis.computed / stated.value <= FAR
    if top >= Strength.SURE and stated.unit == "%":
        return abs(hypothesis.computed - stated.value) <= CLOSE * abs(stated.value)
    if hypothesis.strength == Strength.WEAK:
        return abs(hypothesis.computed - stated.value) <= EXACT * abs(stated.value)
    beyond = hypothesis.computed / stated.value - 1 if stated.value else 0.0
    within = 0 <= beyond <= BEYOND if stated.bound == ">=" else stated.bound == "<=" and -BEYOND <= beyond <= 0
    if within and top <= Strength.PLAUSIBLE:
        return True
    return abs(hypothesis.computed - stated.value) <= max(
        CLOSE * abs(stated.value), min(half_step(stated), ROUNDED * abs(stated.value))
    )


def _is_blamed(hypothesis: Hypothesis) -> bool:
    return judge(hypothesis.stated.stated, hypothesis.computed) != "consistent"


def may_be_blamed(hypothesis: Hypothesis, amounts: Sequence[Amount], right: Sequence[Hypothesis]) -> bool:
    """Not what tells an operand again, nor what another amount tells rightly: "215 sur 250, soit 86 %. L'objectif était
    de 100 %."; nor what is right of the others, where the words leave open of whom it is told, nor
    what only should be.
    """
    if tells_the_others(hypothesis) or tells_a_norm(hypothesis):
        return False
    stated, operands = hypothesis.stated, {a.index for _, a in hypothesis.operands}
    told_again = any(a.value == stated.value and a.unit == stated.unit for _, a in hypothesis.operands)
    told_rightly = any(
        equal(other.computed, hypothesis.computed) and operands == {a.index for _, a in other.operands}
        for other in right
    )
    return _believable(hypothesis) and not told_again and not told_rightly and not standard_is_untold(stated, amounts)


def _believable(hypothesis: Hypothesis) -> bool:
    """People miscount a little or slip by zeros (millions for billions); any other factor means that we misread."""
    stated, computed = abs(hypothesis.stated.value), abs(hypothesis.computed)
    if not (stated and computed):
        return False
    factor = max(computed / stated, stated / computed)
    width = EXACT if hypothesis.relation == "conversion" else SLIP_WIDTH
    return factor <= FARTHEST or any(abs(factor / slip - 1) <= width for slip in SLIPS)


def _check(hypothesis: Hypothesis) -> Check:
    stated = hypothesis.stated
    verdict = judge(stated.stated, hypothesis.computed)
    return Check(
        relation=hypothesis.relation,
        stated=stated.value,
        computed=hypothesis.computed,
        unit=stated.unit,
        verdict=verdict,
        explanation=explain(hypothesis, verdict),
        operands=(
            *(Operand(role=role, quantity=amount.quantity) for role, amount in hypothesis.operands),
            Operand(role="stated", quantity=stated.quantity),
        ),
        rule=hypothesis.rule,
    )
