"""The sums of one text weighed together: who reckons once reckons again, mostly in the same way, and seldom takes an
amount twice. Each was weighed on its own words before; boosted trees (`trees`) put these odds beside the numbers, the
places of the operands and what the other amounts of the text are taken for.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlp.checks.amounts import Amount
from nlp.checks.candidates import RELATION_OF
from nlp.checks.cues import telling_digits
from nlp.checks.proposals import Proposals
from nlp.checks.reckonings import Reckoning, Weighed, equal
from nlp.checks.trees import read_trees

TREES = Path(__file__).with_name("together.json")
HOPELESS = 0.02
"""How likely a reckoning has to be on its own words to be weighed again."""
MOST = 4
"""Reckonings of one amount that are weighed again."""
SURE, MAYBE = 0.6, 0.2
"""How likely another one has to be to count as told, or among those that may be told."""
REACH = 60
"""Amounts away, at most, that others are asked: the whole of most texts."""
VERDICTS = ("consistent", "approximate", "inconsistent")
LEAST, FEW = 1e-5, 1e-4
"""What keeps logarithms of nothing finite: of one part in a hundred thousand, and where two chances are compared."""

Fact = tuple[str, float]


def weigh_together(weighed: Sequence[Weighed], amounts: Sequence[Amount]) -> list[list[float]]:
    """How likely each reckoning of each is. `weighed`: in the order of the text; `amounts`: all that it has."""
    trees = read_trees(TREES)
    chances = [[0.0] * len(one.reckonings) for one in weighed]
    for at, one in enumerate(weighed):
        for rank in hopeful(one):
            chances[at][rank] = trees.chance(facts(weighed, at, rank, amounts))
    return chances


def hopeful(one: Weighed) -> list[int]:
    """The places of the reckonings that are weighed again."""
    return [rank for rank, own in enumerate(one.reckonings[:MOST]) if own.chance >= HOPELESS]


def facts(weighed: Sequence[Weighed], at: int, rank: int, amounts: Sequence[Amount]) -> dict[str, float]:
    """All that is seen of one reckoning, by name; what is not named is 0."""
    one = weighed[at]
    own = one.reckonings[rank]
    first = bisect_left(weighed, own.at - REACH, key=lambda other: other.best.at)
    last = bisect_right(weighed, own.at + REACH, key=lambda other: other.best.at)
    others = [other.best for other in (*weighed[first:at], *weighed[at + 1 : last])]
    around = amounts[max(0, own.at - REACH) : own.at + REACH + 1]
    every = (
        *_odds_facts(one, rank),
        *_number_facts(one.stated, own),
        *_operand_facts(one.stated, own),
        *_rule_facts(one.proposals, own),
        *_word_facts(one, own),
        *_text_facts(own, others, len(around)),
        *_likeness_facts(own, others),
        *_echo_facts(one.stated, own, around),
    )
    # Trees are trained on single precision: what is nearer than that would fall to either side.
    return {name: round(value, 4) for name, value in every}


def _odds_facts(one: Weighed, rank: int) -> Iterator[Fact]:
    own = one.reckonings[rank]
    rival = max((other.chance for at, other in enumerate(one.reckonings) if at != rank), default=0.0)
    yield "odds", math.log((own.chance + LEAST) / (1 - own.chance + LEAST))
    yield "odds against none", math.log((own.chance + FEW) / (one.none + FEW))
    yield "odds against another", math.log((own.chance + FEW) / (rival + FEW))
    yield "none", one.none
    yield "rank", rank
    yield "ways", own.ways
    yield "holding", sum(other.verdict == "consistent" for other in one.reckonings)


def _number_facts(stated: Amount, own: Reckoning) -> Iterator[Fact]:
    computed, value = abs(own.calculation.computed), stated.value
    yield "verdict", VERDICTS.index(own.verdict)
    yield "off", math.log10(abs(computed - value) / value + LEAST)
    yield "factor", math.log10(max(computed / value, LEAST))
    yield "size", math.log10(value)
    yield "digits", telling_digits(stated)
    yield "whole", value == int(value)
    yield "bounded", stated.quantity.bound != "="
    yield "bare", stated.bare


def _operand_facts(stated: Amount, own: Reckoning) -> Iterator[Fact]:
    operands = own.calculation.operands
    yield "operands", len(operands)
    if not operands:
        return
    sentences = [operand.sentence for operand in operands]
    yield "operands of its kind", sum(operand.kind == stated.kind for operand in operands)
    yield "operands of its unit", sum(operand.unit == stated.unit for operand in operands)
    yield "bare operands", sum(operand.bare for operand in operands)
    yield "ones and twos", sum(operand.value in (1, 2) for operand in operands)
    yield "nouns", len({operand.noun for operand in operands})
    yield "sentences to the last", stated.sentence - max(sentences)
    yield "sentences to the first", stated.sentence - min(sentences)
    yield "amounts to the last", min(own.back)
    yield "amounts to the first", max(own.back)


def _rule_facts(proposals: Proposals, own: Reckoning) -> Iterator[Fact]:
    strengths = [(int(h.strength), equal(h.computed, own.calculation.computed)) for h in proposals.every]
    yield "proposed", max((strength for strength, same in strengths if same), default=0)
    yield "another proposed", max((strength for strength, same in strengths if not same), default=0)
    yield "term", proposals.is_term
    if chosen := proposals.chosen:
        same = equal(chosen.computed, own.calculation.computed)
        yield "chosen" if same else "another chosen", int(chosen.strength)


def _word_facts(one: Weighed, own: Reckoning) -> Iterator[Fact]:
    form = own.calculation.form
    yield f"form {form}", 1
    yield f"relation {RELATION_OF[form]}", 1
    yield f"kind {one.stated.kind}", 1
    for cue in one.told:
        yield f"told {cue}", 1


def _text_facts(own: Reckoning, others: Sequence[Reckoning], around: int) -> Iterator[Fact]:
    """What the others make of this amount and of its operands."""
    told = [other for other in others if other.chance >= SURE]
    may_be = sum(other.chance for other in others if other.chance >= MAYBE)
    right = sum(other.verdict == "consistent" for other in told)
    outcomes = [other for other in told if other.at in own.operands]
    places = {own.at, *own.operands}
    last = max((other.at for other in told if other.at < own.at), default=-1)
    yield "others", len(told)
    yield "others that may be", may_be
    yield "part that may be", may_be / max(1, around - 1)
    yield "others right", right
    yield "part right", right / max(1, len(told))
    yield "nearest other", min((abs(other.at - own.at) for other in told), default=REACH)
    yield "used", max((other.chance for other in others if own.at in other.operands), default=0)
    yield "used later", max((o.chance for o in others if own.at in o.operands and o.at > own.at), default=0)
    yield "operands that are outcomes", len(outcomes)
    yield "operands that are wrong", sum(other.verdict == "inconsistent" for other in outcomes)
    yield "part used elsewhere", _part(own, {operand for other in told for operand in other.operands})
    yield "outcomes across", sum(min(places) < o.at < max(places) and o.at not in own.operands for o in told)
    yield (
        "unused since the last",
        sum(place not in own.operands for place in range(max(last + 1, own.at - REACH), own.at)),
    )
    yield "part since the last", sum(operand > last for operand in own.operands) / max(1, len(own.operands))
    yield "after an outcome", any(other.at == own.at - 1 for other in told)
    yield "before an outcome", any(other.at == own.at + 1 for other in told)


def _likeness_facts(own: Reckoning, others: Sequence[Reckoning]) -> Iterator[Fact]:
    """Whether the text reckons in this way elsewhere."""
    same = [o for o in others if o.chance >= SURE and o.calculation.form == own.calculation.form]
    yield "of its form", len(same)
    yield "parallel", sum(other.back == own.back for other in same)
    yield "same operands", max((other.chance for other in others if other.operands == own.operands), default=0)


def _echo_facts(stated: Amount, own: Reckoning, around: Sequence[Amount]) -> Iterator[Fact]:
    """Whether the text tells elsewhere what is reckoned: then another amount may be its outcome."""
    value = own.calculation.computed
    told = [a.index for a in around if a.kind == stated.kind and equal(a.value, value)]
    elsewhere = [at for at in told if at != own.at and at not in own.operands]
    yield "told before", any(at < own.at for at in elsewhere)
    yield "told after", any(at > own.at for at in elsewhere)


def _part(own: Reckoning, used: set[int]) -> float:
    return len(own.operands & used) / max(1, len(own.operands))
