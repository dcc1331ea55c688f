"""What the rules say an amount follows from, before the model weighs it with everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.checks.hypothesis import Hypothesis
from nlp.checks.verdict import judge

SAME = 1e-3


@dataclass(frozen=True, slots=True)
class Proposals:
    """`every`: all that rules propose for one amount; `chosen`: the one that they would tell; `is_term`: whether the
    amount is a term of a sum that they would tell."""

    every: tuple[Hypothesis, ...] = ()
    chosen: Hypothesis | None = None
    is_term: bool = False

    def of(self, computed: float) -> tuple[Hypothesis, ...]:
        """Those that come to `computed`, the surest first."""
        same = [h for h in self.every if equal(h.computed, computed)]
        return tuple(sorted(same, key=lambda h: (h is not self.chosen, -h.strength)))


NOTHING = Proposals()


def equal(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def family(hypothesis: Hypothesis) -> str:
    """The rule without what it notes of the case."""
    return hypothesis.rule.partition(":")[0]


def proposal_cues(computed: float, proposals: Proposals) -> Iterator[str]:
    """Which rules come to `computed`, and how sure they are beside the others."""
    if not proposals.every:
        yield "nothing proposed"
        return
    own = proposals.of(computed)
    for hypothesis in own:
        yield f"rule {family(hypothesis)} {hypothesis.strength.name.lower()}"
    best = max((h.strength for h in own), default=0)
    yield f"proposed {int(best)} of {int(max(h.strength for h in proposals.every))}"
    if proposals.chosen is not None:
        verdict = judge(proposals.chosen.stated.stated, proposals.chosen.computed)
        yield f"{'chosen' if proposals.chosen in own else 'another chosen'} {verdict}"


def silence_cues(proposals: Proposals) -> Iterator[str]:
    """What rules say for there being no calculation."""
    top = max((int(h.strength) for h in proposals.every), default=0)
    yield f"none, proposed {top}"
    if proposals.chosen is not None:
        yield f"none, chosen {judge(proposals.chosen.stated.stated, proposals.chosen.computed)}"
    if proposals.is_term:
        yield "none, is a term"
