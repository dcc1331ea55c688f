"""Choosing among what the rules propose for each stated amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.records import Check, Operand, Quantity
from nlp.checks.amounts import read_amounts
from nlp.checks.changes import balances, changes, remainders
from nlp.checks.explain import explain
from nlp.checks.hypothesis import Hypothesis, Rule, Strength
from nlp.checks.multiples import multiples
from nlp.checks.products import chains, conversions, products, ratios, unit_costs
from nlp.checks.shares import fractions, named_shares, parts, shares
from nlp.checks.sums import sums
from nlp.checks.verdict import half_step, judge

# In this order where two rules are equally sure: the more specific wording first.
RULES: tuple[Rule, ...] = (
    conversions,
    balances,
    remainders,
    changes,
    multiples,
    ratios,
    unit_costs,
    chains,
    products,
    sums,
    parts,
    fractions,
    shares,
    named_shares,
)

CLOSE, ROUNDED = 0.01, 0.05
FARTHEST = 1_100.0


def find_checks(text: str, quantities: Iterable[Quantity], sentences: Sequence[tuple[int, int]]) -> tuple[Check, ...]:
    """Arithmetic relations between the amounts of one text, in its order; at most one for each stated amount.

    `sentences` are ranges of code points, in order; operands are looked for a few sentences around.
    """
    amounts = read_amounts(text, quantities, sentences)
    chosen = (_choose([h for rule in RULES for h in rule(amount, amounts)]) for amount in amounts)
    return tuple(_check(hypothesis) for hypothesis in chosen if hypothesis)


def _choose(proposed: Sequence[Hypothesis]) -> Hypothesis | None:
    """A reading that holds if there is one; else the only sure one; else none.

    Which operands are meant is often open; that a sum comes out right is itself evidence for a reading, never
    against one. So a wrong sum is reported only if no licensed reading holds and the sure ones agree.
    """
    sure = [h for h in proposed if h.strength == Strength.SURE]
    for candidates in (sure, proposed):
        holds = [h for h in candidates if judge(h.stated.stated, h.computed) == "consistent" and _convinces(h)]
        if holds:
            return min(holds, key=lambda h: abs(h.computed - h.stated.value))
    agree = len({round(h.computed, 9) for h in sure}) == 1
    return sure[0] if sure and agree and _believable(sure[0]) else None


def _convinces(hypothesis: Hypothesis) -> bool:
    """Operands that are only plausible need a close fit: many numbers come out within a bound or a rounding."""
    if hypothesis.strength == Strength.SURE:
        return True
    stated = hypothesis.stated.stated
    return abs(hypothesis.computed - stated.value) <= max(
        CLOSE * abs(stated.value), min(half_step(stated), ROUNDED * abs(stated.value))
    )


def _believable(hypothesis: Hypothesis) -> bool:
    """People mistake millions for billions; a factor beyond that means that we misread."""
    stated, computed = abs(hypothesis.stated.value), abs(hypothesis.computed)
    return bool(stated and computed) and 1 / FARTHEST <= computed / stated <= FARTHEST


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
