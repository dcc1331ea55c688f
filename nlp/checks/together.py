"""The sums of one text weighed together: who reckons once reckons again, mostly in the same way, and seldom takes an
amount twice. Each was weighed on its own words before; boosted trees (`trees`) put these odds beside the numbers, the
places of the operands and what the other amounts of the text are taken for.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from nlp.checks.amounts import Amount, Kind, stems
from nlp.checks.cues import seen, telling_digits
from nlp.checks.forms import RELATION_OF
from nlp.checks.proposals import Proposals
from nlp.checks.reckonings import Reckoning, Weighed, equal
from nlp.checks.trees import read_trees

TREES = Path(__file__).with_name("together.json")
HOPELESS = 0.02
"""How likely a reckoning has to be on its own words to be weighed again."""
MOST = 4
"""Reckonings of one amount that are weighed again."""
LIKELY, MAYBE = 0.6, 0.2
"""How likely another one has to be to count as told, or among those that may be told."""
REACH = 60
"""Amounts away, at most, that others are asked: the whole of most texts."""
VERDICTS = ("consistent", "approximate", "inconsistent")
LEAST, FEW = 1e-5, 1e-4
"""What keeps logarithms of nothing finite: of one part in a hundred thousand, and where two chances are compared."""

KINDS: tuple[Kind, ...] = ("money", "share", "times", "duration", "count")
ROLES, MANY_BACK, FEW_AHEAD, FEW_LINES = 3, 12, 5, 6
"""Operands told apart, and how many amounts and lines before and after are looked over."""
FAR, SENTENCE, MOST_WORDS = 1000, 120, 30
"""Characters and words beyond which more make no difference."""
WORD = re.compile(r"[^\W\d_]+")

Fact = tuple[str, float]


def weigh_together(weighed: Sequence[Weighed], amounts: Sequence[Amount]) -> list[list[float]]:
    """How likely each reckoning of each is. `weighed`: in the order of the text; `amounts`: all that it has."""
    places = [(at, rank) for at, one in enumerate(weighed) for rank in hopeful(one)]
    told = read_trees(TREES).chances([facts(weighed, at, rank, amounts) for at, rank in places])
    chances = [[0.0] * len(one.reckonings) for one in weighed]
    for (at, rank), chance in zip(places, told, strict=True):
        chances[at][rank] = chance
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
        *_role_facts(one.stated, own),
        *_name_facts(one.stated, own),
        *_place_facts(one.stated, amounts),
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
    last = max(operands, key=lambda operand: operand.index)
    yield "characters to the last", max(-FAR, min(FAR, stated.quantity.start - last.quantity.end))
    values = [operand.value for operand in operands if operand.value > 0]
    if values:
        yield "to the largest", math.log10(stated.value / max(values))
        yield "to the smallest", math.log10(stated.value / min(values))
        yield "spread", math.log10(max(values) / min(values))


def _role_facts(stated: Amount, own: Reckoning) -> Iterator[Fact]:
    """Of each operand by its place in the calculation."""
    for role, operand in enumerate(own.calculation.operands[:ROLES]):
        yield f"{role} kind {operand.kind}", 1
        yield f"{role} per", operand.per is not None
        yield f"{role} back", max(-MANY_BACK, min(MANY_BACK, stated.index - operand.index))
        yield f"{role} digits", telling_digits(operand)
        yield f"{role} size", math.log10(operand.value + LEAST)
        yield f"{role} words before", _words(operand.lead)
        yield f"{role} lines back", max(-FEW_LINES, min(FEW_LINES, stated.line - operand.line))
        yield f"{role} first of its unit", operand.first
        yield f"{role} largest so far", operand.largest


def _name_facts(stated: Amount, own: Reckoning) -> Iterator[Fact]:
    """How many words the outcome shares with its operands: of the clause, and of the whole sentences."""
    operands = own.calculation.operands
    if not operands:
        return
    clause, sentence = seen(stated).clause, _sentence_stems(stated)
    beside = [len(clause & seen(operand).beside) for operand in operands]
    shared = [len(sentence & _sentence_stems(operand)) for operand in operands]
    yield "least named", min(beside)
    yield "most named", max(beside)
    yield "fewest words shared", min(shared)
    yield "most words shared", max(shared)
    yield "of its noun", sum(operand.noun == stated.noun != "" for operand in operands)


def _place_facts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Fact]:
    """Where the amount stands among those of each kind, and in its sentence."""
    before = amounts[max(0, stated.index - MANY_BACK) : stated.index][::-1]
    after = amounts[stated.index + 1 : stated.index + 1 + FEW_AHEAD]
    for kind in KINDS:
        yield f"{kind} back", _first_of(kind, before, MANY_BACK)
        yield f"{kind} ahead", _first_of(kind, after, FEW_AHEAD)
    yield "like back", next((n for n, a in enumerate(before) if _like(a, stated)), MANY_BACK)
    yield "like ahead", next((n for n, a in enumerate(after) if _like(a, stated)), FEW_AHEAD)
    yield "in its sentence before", sum(a.sentence == stated.sentence for a in before)
    yield "in its sentence after", sum(a.sentence == stated.sentence for a in after)
    yield "in the sentence before", sum(a.sentence == stated.sentence - 1 for a in before)
    yield "words before", _words(stated.lead)
    yield "words after", _words(stated.tail)
    yield "words of its clause before", _words(stated.before)
    yield "words of its clause after", _words(stated.after)


def _first_of(kind: Kind, amounts: Sequence[Amount], none: int) -> int:
    return next((at for at, amount in enumerate(amounts) if amount.kind == kind), none)


def _like(one: Amount, other: Amount) -> bool:
    return one.kind == other.kind and one.unit == other.unit


@lru_cache(maxsize=1024)
def _sentence_stems(amount: Amount) -> frozenset[str]:
    return stems(f"{amount.lead[-SENTENCE:]} {amount.tail[:SENTENCE]}") | {amount.noun} - {""}


@lru_cache(maxsize=1024)
def _words(text: str) -> int:
    return min(MOST_WORDS, len(WORD.findall(text)))


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
    told = [other for other in others if other.chance >= LIKELY]
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
    same = [o for o in others if o.chance >= LIKELY and o.calculation.form == own.calculation.form]
    yield "of its form", len(same)
    yield "parallel", sum(other.back == own.back for other in same)
    mine = own.calculation.operands
    for role, name in ((0, "same first operand"), (-1, "same last operand")):
        theirs = (other.calculation.operands for other in same)
        yield name, bool(mine) and any(other and other[role] is mine[role] for other in theirs)
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
