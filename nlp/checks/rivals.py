"""How a calculation stands among the others: which operands are nearer, better named, or left unused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.checks.amounts import Amount
from nlp.checks.candidates import same
from nlp.checks.cues import seen
from nlp.checks.forms import BALANCES, Candidate
from nlp.checks.verdict import judge

RUNS = frozenset(
    ("sum", "sum apart", "sum ahead", "mean", "part/listed", "less two", "less three", "100-", *BALANCES)
)  # what takes a list of like amounts


@dataclass(frozen=True, slots=True)
class _Standing:
    form: str
    named: int
    far: int
    holds: bool
    computed: float


def rival_cues(stated: Amount, found: Sequence[Candidate]) -> list[list[str]]:
    """Of each calculation, how it compares with the others of its form and with those that come out right."""
    clause = seen(stated).clause
    standings = [
        _Standing(
            form=one.form,
            named=sum(not clause.isdisjoint(seen(operand).beside) for operand in one.operands),
            far=sum(abs(stated.index - operand.index) for operand in one.operands),
            holds=judge(stated.stated, one.computed) == "consistent",
            computed=one.computed,
        )
        for one in found
    ]
    nearest: dict[str, int] = defaultdict(lambda: 1000)
    named: dict[str, int] = defaultdict(int)
    for one in standings:
        nearest[one.form] = min(nearest[one.form], one.far)
        named[one.form] = max(named[one.form], one.named)
    right = {round(one.computed, 6) for one in standings if one.holds}
    return [list(_cues(one, nearest[one.form], named[one.form], len(right), named)) for one in standings]


def _cues(one: _Standing, nearest: int, named: int, right: int, all_named: dict[str, int]) -> Iterator[str]:
    form = one.form
    place = "nearest of form" if one.far == nearest else f"farther by {min(one.far - nearest, 4)}"
    name = "best named" if one.named == named > 0 else "worse named" if one.named < named else "no one named"
    yield from (place, f"{form}: {place}", name, f"{form}: {name}")
    yield f"named {min(max(all_named.values()) - one.named, 2)} less"
    if one.holds:
        yield f"one of {min(right, 3)} that hold"
        if one.named < named:
            yield "holds, worse named"
        if one.far > nearest:
            yield "holds, farther"
    elif right:
        yield "another holds"


def unused_cues(stated: Amount, candidate: Candidate, amounts: Sequence[Amount]) -> Iterator[str]:
    """Whether like amounts beside those of a list are left out, or any that stand by the outcome."""
    form, used = candidate.form, {operand.index for operand in candidate.operands}
    if form in RUNS and len(used) > 1:
        yield from (f"{form}: {cue}" for cue in _list_cues(stated, candidate, amounts, used))
    else:
        yield from (f"{form}: {cue}" for cue in _unused_beside(stated, candidate, amounts, used))
    following = amounts[stated.index + 1 : stated.index + 2]
    if form in ("sum", "less", "less two", "times") and following and following[0].index not in used:
        yield f"{form}: next amount unused"


def _list_cues(stated: Amount, candidate: Candidate, amounts: Sequence[Amount], used: set[int]) -> Iterator[str]:
    terms = sorted(candidate.operands, key=lambda a: a.index)
    first, last = terms[0], terms[-1]
    before = [a for a in amounts[max(0, first.index - 2) : first.index] if a.kind == last.kind and same(a, last)]
    if before:
        gap = first.sentence - before[-1].sentence
        yield f"like one before, {min(gap, 2)} back"
        alike = seen(before[-1]).first == seen(first).first
        if first.index - before[-1].index == 1 and gap <= 1 and alike:
            yield "could begin earlier"
    else:
        yield "nothing like before"
    yield f"{min(sum(same(a, last) for a in amounts[last.index + 1 : stated.index]), 2)} like after"
    inside = [a for a in amounts[first.index + 1 : last.index] if a.index not in used]
    like = sum(same(a, last) for a in inside)
    yield f"{min(like, 2)} like inside, {min(len(inside) - like, 2)} other"
    sentences = {a.sentence for a in terms}
    yield "one sentence" if len(sentences) == 1 else "one each" if len(sentences) == len(terms) else "mixed"
    if len({a.unit for a in terms}) == 1:
        yield "one unit"
    if all(seen(a).first for a in terms):
        yield "each opens its sentence"
    if all(a.before.rstrip().endswith(":") for a in terms[1:]):
        yield "each after a colon"
    yield f"{min(len(terms), 5)} terms"


def _unused_beside(stated: Amount, candidate: Candidate, amounts: Sequence[Amount], used: set[int]) -> Iterator[str]:
    before = [a for a in amounts[max(0, stated.index - 10) : stated.index] if a.index not in used]
    yield f"{min(sum(a.sentence == stated.sentence for a in before[-6:]), 2)} unused in its sentence"
    if all(a.sentence != stated.sentence for a in candidate.operands):
        yield f"{min(sum(a.sentence == stated.sentence - 1 for a in before), 3)} unused in the sentence before"
