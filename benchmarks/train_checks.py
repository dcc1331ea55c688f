"""Train the model that says which calculation an amount is the outcome of; print scores on texts left out in turn.

Run: python -m benchmarks.train_checks [--write]. Trains on the annotated texts beside this file, the table of sums of
the tests and, where it lies beside the repository, ../shared/gold. `HELD` documents are never trained on. Each sum that
a text tells is also shown with other outcomes, right and wrong: words have to be learned where numbers do not help.
No text goes into the weights file.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from nlp.checks.amounts import Amount, read_amounts
from nlp.checks.candidates import Candidate, candidates
from nlp.checks.cues import calculation_cues, outcome_cues
from nlp.checks.learned import NONE, SURE, WEIGHTS, crossed, unique
from nlp.checks.verdict import judge
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[1]
TABLES = (ROOT / "tests" / "nlp" / "sums.txt", ROOT / "benchmarks" / "sums.txt")
GOLD = ROOT.parent / "shared" / "gold"
HELD = re.compile(r"d\d*[02468]$")
FOLDS, PENALTY, RARE, KEPT = 8, 1.5, 3, 0.01
SHOWN_OTHERWISE = 0.5
"""Weight of a sum shown with another outcome."""
SLIPS = (0.1, 0.5, 0.6, 0.67, 0.75, 0.8, 0.85, 0.9, 1.1, 1.15, 1.2, 1.25, 1.33, 1.5, 1.7, 2, 10)
SAME = 2e-3


@dataclass
class Sum:
    stated: float
    computed: float
    counted: bool = True


@dataclass
class Case:
    """One amount of a text with all that it may follow from; `right`: which of them it does follow from."""

    group: str
    stated: Amount
    found: list[Candidate]
    rows: list[list[str]]
    right: list[int]
    told: Sum | None
    weight: float = 1.0
    shown: bool = True
    numbers: list[list[int]] = field(default_factory=list)


def equal(a: float, b: float) -> bool:
    return abs(a - b) <= max(1e-9, SAME * max(abs(a), abs(b)))


def documents() -> Iterator[tuple[str, str, list[Sum]]]:
    """Name, text and sums of each annotated text."""
    files = [*sorted((ROOT / "benchmarks").glob("threads*.jsonl")), GOLD / "checks.jsonl", GOLD / "seeds.jsonl"]
    for path in (p for p in files if p.exists()):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            name = row.get("doc_id") or row["id"]
            if not HELD.match(name):
                told = [_sum(check) for check in row["checks"] if check["stated"] is not None]
                yield f"{path.stem} {name}", row["text"], told
    for path in TABLES:
        for number, block in enumerate(path.read_text(encoding="utf-8").split("\n\n")[1:]):
            lines = block.strip("\n").split("\n")
            sums = [line.split() for line in lines if line.startswith("    ") and line.strip() != "none"]
            text = "\n".join(line for line in lines if not line.startswith("    "))
            yield f"{path.parent.name} {number}", text, [Sum(float(s[0]), float(s[1])) for s in sums]


def _sum(check: dict[str, Any]) -> Sum:
    return Sum(
        check["stated"], check["computed"], not check.get("hard") and check["relation"] not in ("count", "equality")
    )


def cases(name: str, text: str, sums: Sequence[Sum], chance: random.Random) -> Iterator[Case]:
    sentences = split_sentences(text)
    amounts = read_amounts(text, find_quantities(text), sentences)
    own = [case(name, a, amounts, [s for s in sums if equal(s.stated, a.value)]) for a in amounts]
    for told in sums:
        _settle([c for c in own if c.told is told])
    for one in own:
        yield one
        if one.right and one.told and one.weight:
            yield from shown_otherwise(one, amounts, chance)


def case(name: str, stated: Amount, amounts: Sequence[Amount], told: Sequence[Sum]) -> Case:
    seen = outcome_cues(stated, amounts)
    found = unique(candidates(stated, amounts))
    rows = [[*calculation_cues(stated, c), *crossed(c.form, seen)] for c in found] + [crossed(NONE, seen)]
    meant = next((s for s in told if any(equal(c.computed, s.computed) for c in found)), None)
    right = [i for i, c in enumerate(found) if meant and equal(c.computed, meant.computed)]
    open_ = any(not s.counted for s in told)
    return Case(name, stated, found, rows, right, meant, weight=0.0 if open_ else 1.0)


def _settle(same: Sequence[Case]) -> None:
    """Of amounts that repeat one outcome, the first after its operands is meant; the others teach nothing."""

    def follows(one: Case) -> bool:
        return any(all(o.index < one.stated.index for o in one.found[i].operands) for i in one.right)

    meant = next((one for one in same if follows(one)), same[0] if same else None)
    for one in same:
        if one is not meant:
            one.weight = 0.0


def shown_otherwise(one: Case, amounts: Sequence[Amount], chance: random.Random) -> Iterator[Case]:
    """The same words with the right outcome, and with a wrong one."""
    assert one.told is not None
    right, times = one.told.computed, one.stated.kind == "times"
    values = (
        _rounded(right, 1 if times else chance.choice((2, 3, 3, 4))),
        _rounded(right * chance.choice(SLIPS), 1 if times else chance.choice((2, 2, 3))),
    )
    for value in values:
        if value > 0 and value != one.stated.value:
            noun = "" if one.stated.bare else " " + one.stated.quantity.surface.split()[-1]
            quantity = replace(one.stated.quantity, value=value, surface=_written(value) + noun)
            stated = replace(one.stated, quantity=quantity)
            others = [stated if a.index == stated.index else a for a in amounts]
            other = case(one.group, stated, others, [Sum(value, right)])
            if other.right:
                yield replace(other, weight=SHOWN_OTHERWISE, shown=False)


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0.0


def _written(value: float) -> str:
    for size, name in ((1e9, "milliards"), (1e6, "millions")):
        if value >= size:
            return f"{value / size:g} {name}".replace(".", ",")
    return f"{value:g}".replace(".", ",") if value < 1000 else f"{int(value):,}".replace(",", " ")


class Model:
    """Softmax over the rows of each case; trained by L-BFGS on the log-probability of the right ones."""

    def __init__(self, all_cases: Sequence[Case]) -> None:
        groups: dict[str, set[str]] = defaultdict(set)
        for one in all_cases:
            for cue in {cue for row in one.rows for cue in row}:
                groups[cue].add(one.group)
        self.names = [cue for cue, found in groups.items() if len(found) >= RARE]
        at = {name: i for i, name in enumerate(self.names)}
        for one in all_cases:
            one.numbers = [[at[cue] for cue in set(row) if cue in at] for row in one.rows]

    def train(self, used: Sequence[Case]) -> Any:
        rows = [row for one in used for row in one.numbers]
        indices = [i for row in rows for i in row]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        x = csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(self.names)))
        counts = np.array([len(one.numbers) for one in used])
        first = np.cumsum([0, *counts[:-1]])
        of = np.repeat(np.arange(len(used)), counts)
        right = np.zeros(len(rows))
        for start, one in zip(first, used, strict=True):
            right[[start + i for i in one.right] if one.right else [start + len(one.found)]] = 1.0
        weight = np.array([one.weight for one in used])
        transposed = x.T.tocsr()

        def loss(w: Any) -> tuple[float, Any]:
            z = x @ w
            e = np.exp(z - np.maximum.reduceat(z, first)[of])
            every, good = np.add.reduceat(e, first), np.add.reduceat(e * right, first) + 1e-300
            gradient = transposed @ (weight[of] * (e / every[of] - e * right / good[of]))
            return float(weight @ np.log(every / good) + PENALTY / 2 * (w @ w)), gradient + PENALTY * w

        return minimize(loss, np.zeros(len(self.names)), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x


def verdict_of(one: Case, weights: Any) -> tuple[float, Candidate] | None:
    """The likeliest outcome with its probability, as `nlp.checks.learned` decides; None where it keeps silent."""
    if not one.found:
        return None
    z = np.array([weights[row].sum() for row in one.numbers])
    p = np.exp(z - z.max())
    p /= p.sum()
    best = one.found[int(p[:-1].argmax())]
    sure = float(sum(q for q, c in zip(p, one.found, strict=False) if equal(c.computed, best.computed)))
    return (sure, best) if sure >= SURE[judge(one.stated.stated, best.computed)] else None


def left_out(model: Model, every: Sequence[Case]) -> dict[str, list[int]]:
    """By kind of text: sums, found, wrong ones, wrong ones found, falsely told; each by a model that saw none of it."""
    names = sorted({one.group for one in every})
    random.Random(0).shuffle(names)
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for k in range(FOLDS):
        weights = model.train([one for one in every if fold[one.group] != k and one.weight])
        for one in (one for one in every if fold[one.group] == k and one.shown and one.weight):
            total, found = totals[one.group.split()[0]], verdict_of(one, weights)
            right = found is not None and one.told is not None and equal(found[1].computed, one.told.computed)
            wrong = one.told is not None and judge(one.stated.stated, one.told.computed) == "inconsistent"
            for i, true in enumerate((one.told is not None, right, wrong, wrong and right, found and not right)):
                total[i] += bool(true)
    return totals


def main(arguments: Sequence[str] = ()) -> int:
    chance = random.Random(1)
    texts = list(documents())
    every = [one for name, text, sums in texts for one in cases(name, text, sums, chance)]
    model = Model(every)
    if "--fast" not in arguments:
        print(f"{'each text left out in turn':28}{'sums':>6}{'found':>7}{'wrong':>7}{'found':>7}{'false':>7}")
        for name, total in left_out(model, every).items():
            print(f"{name:28}{total[0]:6}" + "".join(f"{n:7}" for n in total[1:]))
    if "--write" in arguments:
        weights = model.train([one for one in every if one.weight])
        kept = {n: round(float(w), 2) for n, w in zip(model.names, weights, strict=True) if abs(w) >= KEPT}
        raw = json.dumps([(text, [(s.stated, s.computed) for s in sums]) for _, text, sums in texts]).encode()
        content = {"trained_on": hashlib.sha256(raw).hexdigest()[:16], "weights": dict(sorted(kept.items()))}
        WEIGHTS.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
