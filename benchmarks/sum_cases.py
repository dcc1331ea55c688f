"""Annotated texts, and what there is to learn from each: every amount with all that it may follow from.

The texts: `benchmarks/sums` (in `posted` as people post them, the others thick with traps), the table of sums of the
tests, `benchmarks/threads*.jsonl` and, where they lie beside the repository, ../shared/gold and every second section of
the debates of ../shared/corpora, in which hardly anything is reckoned: without them a model sees sums everywhere.
`HELD` documents are left out: they measure what is learned.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.sum_variants import Outcome, varied
from nlp.checks import learned
from nlp.checks.amounts import Amount, read_amounts
from nlp.checks.cues import agreement, outcome_cues
from nlp.checks.find import is_told, propose
from nlp.checks.forms import Candidate
from nlp.checks.learned import Look
from nlp.checks.proposals import NOTHING, Proposals
from nlp.checks.reckonings import equal
from nlp.quantities import amounts_only, find_numerals
from nlp.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[1]
SUMS = ROOT / "benchmarks" / "sums"
TABLES = (ROOT / "tests" / "nlp" / "sums.txt", *sorted(SUMS.glob("*.txt")), *sorted(SUMS.glob("posted/*.txt")))
GOLD = ROOT.parent / "shared" / "gold"
DEBATES = ROOT.parent / "shared" / "corpora" / "fredsum.jsonl"
HELD = re.compile(r"d\d*[02468]$|[ehik]\d+$")


@dataclass(frozen=True)
class Sum:
    stated: float
    computed: float
    counted: bool = True


Annotated = tuple[str, str, list[Sum]]
"""Name (group first), text and sums."""
VARIANT = "~"
"""Ends the name of a text told again with other numbers."""


@dataclass
class Case:
    """One amount of a text with all that it may follow from; `told`: the sum that it tells."""

    group: str
    stated: Amount
    amounts: Sequence[Amount]
    proposals: Proposals
    cues: tuple[str, ...]
    possible: list[Candidate]
    sums: list[Sum]
    told: Sum | None = None
    used: bool = True
    look: Look = field(default_factory=Look)
    odds: tuple[float, ...] = ()

    @property
    def file(self) -> str:
        return self.group.split()[0]

    @property
    def text(self) -> str:
        """The name of the text, the same for its variants."""
        return self.group.removesuffix(VARIANT)

    def right(self, found: Iterable[Candidate]) -> list[bool]:
        return [self.told is not None and equal(one.computed, self.told.computed) for one in found]


def documents() -> Iterator[Annotated]:
    """Each annotated text."""
    files = [*sorted((ROOT / "benchmarks").glob("threads*.jsonl")), GOLD / "checks.jsonl", GOLD / "seeds.jsonl"]
    for path in (p for p in files if p.exists()):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            name = row.get("doc_id") or row["id"]
            if not HELD.match(name):
                told = [_sum(check) for check in row["checks"] if check["stated"] is not None]
                yield f"{path.stem} {name}", row["text"], told
    for path in TABLES:
        file = f"{path.parent.name}/{path.stem}" if path.parent.parent == SUMS else path.stem
        for number, block in enumerate(path.read_text(encoding="utf-8").split("\n\n")[1:]):
            lines = block.strip("\n").split("\n")
            sums = [line.split() for line in lines if line.startswith("    ") and line.strip() != "none"]
            text = "\n".join(line for line in lines if not line.startswith("    "))
            yield f"{file} {number}", text, [Sum(float(s[0]), float(s[1]), "open" not in s) for s in sums]


def debates() -> Iterator[tuple[str, str]]:
    """Name and text of every second section; the others say how often a sum is told where none is."""
    if DEBATES.exists():
        for number, line in enumerate(DEBATES.read_text(encoding="utf-8").splitlines()):
            if number % 2 == 0:
                turns: list[dict[str, str]] = json.loads(line)["turns"]
                yield f"debates {number}", "\n\n".join(turn["text"] for turn in turns)


def silent(name: str, text: str) -> list[Case]:
    """Amounts of a text that nobody annotated: none is an outcome; those that come out right are left open."""
    found = cases(name, text, [])
    for case in found:
        agreeing = {cue for one in case.possible for cue in agreement(case.stated, one.computed)}
        case.used = not any(re.match(r"holds (to [2-4]|rounded [23])", cue) for cue in agreeing)
    return found


def _sum(check: dict[str, Any]) -> Sum:
    return Sum(
        check["stated"], check["computed"], not check.get("hard") and check["relation"] not in ("count", "equality")
    )


def cases(name: str, text: str, sums: Sequence[Sum]) -> list[Case]:
    sentences = split_sentences(text)
    amounts = read_amounts(text, find_numerals(text, sentences), sentences)
    proposed = propose(read_amounts(text, amounts_only(a.quantity for a in amounts), sentences))
    found = []
    for amount in (a for a in amounts if is_told(a)):
        proposals = proposed.get(amount.quantity.start, NOTHING)
        told = [s for s in sums if equal(s.stated, amount.value)]
        possible = learned.possible(amount, amounts, proposals)
        cues = outcome_cues(amount, amounts)
        found.append(Case(name, amount, amounts, proposals, cues, possible, told))
    settle(found, sums)
    return found


def variant(text: Annotated, found: Sequence[Case], chance: random.Random) -> Annotated | None:
    """The text with other outcomes where none is an operand of another; None if there is nothing to change."""
    name, words, sums = text
    told = [case for case in found if case.told is not None]
    operands = {a.index for case in told for one in _meant(case) for a in one.operands}
    free = [case for case in told if case.stated.index not in operands and case.sums == [case.told]]
    outcomes = [_outcome(case) for case in free]
    changed = varied(words, outcomes, chance)
    if changed is None:
        return None
    words, stated = changed
    new = {free[at].told: Sum(value, outcomes[at].computed) for at, value in stated.items()}
    return f"{name}{VARIANT}", words, [new.get(told, told) for told in sums]


def _meant(case: Case) -> list[Candidate]:
    """The first calculation that gives what the text should tell."""
    right = case.right(case.possible)
    return [one for one, good in zip(case.possible, right, strict=True) if good][:1]


def _outcome(case: Case) -> Outcome:
    assert case.told is not None
    quantity, computed = case.stated.quantity, case.told.computed
    rivals = tuple(
        o.computed for o in case.possible if not equal(o.computed, computed) and 0.2 < o.computed / computed < 5
    )
    return Outcome(quantity.start, quantity.surface, case.stated.value, computed, rivals)


def settle(found: Sequence[Case], sums: Sequence[Sum], weights: dict[str, float] | None = None) -> None:
    """Which amount tells each sum, where several have its value: the likeliest by `weights`, without them the first
    that follows its operands. The others teach nothing, nor do amounts whose sum is open or out of reach.
    """
    for case in found:
        case.told, case.used = None, not case.sums
    for told in sums:
        able = [c for c in found if told in c.sums and any(equal(o.computed, told.computed) for o in c.possible)]
        able = [c for c in able if c.told is None]
        if able and told.counted:
            best = max(able, key=lambda c: _fit(c, told, weights))
            best.told, best.used = told, True


def _fit(case: Case, told: Sum, weights: dict[str, float] | None) -> float:
    if weights is not None and case.look.found:
        odds = [sum(weights.get(cue, 0.0) for cue in row) for row in case.look.cues()]
        own = [o for o, one in zip(odds, case.look.found, strict=False) if equal(one.computed, told.computed)]
        return max(own, default=-100.0) - odds[-1]
    right = (one for one in case.possible if equal(one.computed, told.computed))
    follows = any(all(o.index < case.stated.index for o in one.operands) for one in right)
    return follows - case.stated.index / 1000
