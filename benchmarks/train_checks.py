"""Train the model that says which calculation an amount is the outcome of; print scores on files left out of training.

Run: python -m benchmarks.train_checks [--write]. Trains on the annotated texts of `benchmarks/sums`, those of
`benchmarks/threads*.jsonl`, the table of sums of the tests and, where they lie beside the repository, ../shared/gold
and every second section of the debates of ../shared/corpora, in which hardly anything is reckoned: without them the
model sees sums everywhere. `HELD` documents are never trained on. No text goes into the weights file.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.forest import Forest, Row, save, written
from benchmarks.sum_variants import Outcome, varied
from nlp.checks import learned
from nlp.checks.amounts import Amount, read_amounts
from nlp.checks.candidates import FORMS_OF, OTHER_FORMS, Candidate
from nlp.checks.cues import agreement, outcome_cues
from nlp.checks.find import is_told, propose
from nlp.checks.learned import MANY, SURE, Look, crossed
from nlp.checks.proposals import NOTHING, Proposals
from nlp.checks.reckonings import Reckoning, Weighed, equal, weigh
from nlp.checks.together import TREES, facts, hopeful
from nlp.checks.weights import NONE, WEIGHTS
from nlp.quantities import amounts_only, find_numerals
from nlp.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[1]
TABLES = (ROOT / "tests" / "nlp" / "sums.txt", *sorted((ROOT / "benchmarks" / "sums").glob("*.txt")))
GOLD = ROOT.parent / "shared" / "gold"
DEBATES = ROOT.parent / "shared" / "corpora" / "fredsum.jsonl"
HELD = re.compile(r"d\d*[02468]$|[efgh]\d+$")
GLANCE_PENALTY, PENALTY = 1.0, 3.0
RARE, KEPT = 8, 0.02
FOLDS = 5
"""Parts of the files; the trees learn from odds by weights that saw nothing of the part."""
CHECKED, TIMES = ("sums ", "checks ", "seeds "), 3
"""The table of the tests, each wording once in plain words, and what others annotated count so many times."""
OTHERS = 30
"""Wrong calculations of each amount that the first look learns from."""


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
        for number, block in enumerate(path.read_text(encoding="utf-8").split("\n\n")[1:]):
            lines = block.strip("\n").split("\n")
            sums = [line.split() for line in lines if line.startswith("    ") and line.strip() != "none"]
            text = "\n".join(line for line in lines if not line.startswith("    "))
            yield f"{path.stem} {number}", text, [Sum(float(s[0]), float(s[1]), "open" not in s) for s in sums]


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


class Softmax:
    """Over groups of rows of cues; trained by L-BFGS on the log-probability of the right rows of each group."""

    def __init__(self, groups: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], rare: int) -> None:
        seen: dict[str, set[str]] = defaultdict(set)
        for group, own in zip(groups, rows, strict=True):
            for cue in {cue for row in own for cue in row}:
                seen[cue].add(group)
        self.names = [cue for cue, found in seen.items() if len(found) >= rare]
        at = {name: i for i, name in enumerate(self.names)}
        self.rows = [[[at[cue] for cue in set(row) if cue in at] for row in own] for own in rows]

    def train(self, used: Sequence[int], right: Sequence[Sequence[bool]], penalty: float) -> Any:
        """The weight of each of `names`; `right` goes with the groups named by `used`."""
        x, counts = self._matrix(used)
        first = np.cumsum([0, *counts[:-1]])
        of = np.repeat(np.arange(len(used)), counts)
        good = np.array([one for own in right for one in own], dtype=float)
        transposed = x.T.tocsr()

        def loss(w: Any) -> tuple[float, Any]:
            z = x @ w
            e = np.exp(z - np.maximum.reduceat(z, first)[of])
            every, told = np.add.reduceat(e, first), np.add.reduceat(e * good, first) + 1e-300
            gradient = transposed @ (e / every[of] - e * good / told[of])
            return float(np.log(every / told).sum() + penalty / 2 * (w @ w)), gradient + penalty * w

        return minimize(loss, np.zeros(len(self.names)), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x

    def odds(self, one: int, weights: Any) -> tuple[float, ...]:
        """Log-odds of the rows of a group."""
        return tuple(float(weights[row].sum()) for row in self.rows[one])

    def _matrix(self, used: Sequence[int]) -> tuple[Any, Any]:
        rows = [row for one in used for row in self.rows[one]]
        indices = [i for row in rows for i in row]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        counts = np.array([len(self.rows[one]) for one in used])
        return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(self.names))), counts

    def named(self, weights: Any) -> dict[str, float]:
        pairs = zip(self.names, weights, strict=True)
        return dict(sorted((name, round(float(w), 2)) for name, w in pairs if abs(w) >= KEPT))


def train_pass_over(every: Sequence[Case]) -> dict[str, float]:
    """By the words beside an amount alone: the form of what it tells, or "none"."""
    used = [case for case in every if case.used]
    rows, right = [], []
    for case in used:
        forms = FORMS_OF.get(case.stated.kind, OTHER_FORMS)
        meant = {one.form for one, good in zip(case.possible, case.right(case.possible), strict=True) if good}
        rows.append([*(crossed(form, case.cues) for form in forms), crossed(NONE, case.cues)])
        right.append([*(form in meant for form in forms), not meant])
    model = Softmax([case.text for case in used], rows, RARE)
    return model.named(model.train(range(len(used)), right, GLANCE_PENALTY))


def train_glance(every: Sequence[Case], chance: random.Random) -> dict[str, float]:
    """Which calculations are worth a closer look."""
    used = [case for case in every if case.told]
    rows, right = [], []
    for case in used:
        good = case.right(case.possible)
        wrong = [one for one, is_good in zip(case.possible, good, strict=True) if not is_good]
        shown = [one for one, is_good in zip(case.possible, good, strict=True) if is_good]
        shown += chance.sample(wrong, min(OTHERS, len(wrong)))
        rows.append([[*glance_row(case, one)] for one in shown])
        right.append(case.right(shown))
    model = Softmax([case.text for case in used], rows, RARE)
    return model.named(model.train(range(len(used)), right, GLANCE_PENALTY))


def glance_row(case: Case, one: Candidate) -> Iterator[str]:
    yield from learned.glance_cues(one.form, *learned.places(case.stated, one), agreement(case.stated, one.computed))
    yield from crossed(one.form, case.cues)


def look(case: Case, weights: dict[str, float]) -> None:
    """The calculations that the first look leaves, with all their cues."""
    scores = [sum(weights.get(cue, 0.0) for cue in dict.fromkeys(glance_row(case, one))) for one in case.possible]
    order = sorted(range(len(scores)), key=lambda i: -scores[i])[:MANY]
    found = tuple(case.possible[i] for i in order)
    case.look = learned.look_closely(case.stated, case.amounts, case.proposals, case.cues, found)


def taught(every: Sequence[Case], of: Iterable[int]) -> list[int]:
    """Which cases to learn from."""
    used = [i for i in of if every[i].used]
    return used + [i for i in used if every[i].group.startswith(CHECKED)] * (TIMES - 1)


def right_rows(case: Case) -> list[bool]:
    good = case.right(case.look.found)
    return [*good, not any(good)]


@dataclass
class Score:
    """Counts over left out texts: sums, told, right, wrong sums, wrong ones told as wrong, false alarms."""

    sums: int = 0
    told: int = 0
    right: int = 0
    wrong: int = 0
    caught: int = 0
    alarms: int = 0

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.told), self.right / max(1, self.sums)
        return f"{self.sums:6}{precision:7.1%}{recall:7.1%}{self.caught:7}/{self.wrong:<5}{self.alarms:6}"


def folds_of(every: Sequence[Case]) -> list[int]:
    """The part that each case is in: files are kept whole, debates are not."""
    files = {name: at for at, name in enumerate(sorted({case.file for case in every}))}
    return [(int(case.text.split()[1]) // 2 if case.file == "debates" else files[case.file]) % FOLDS for case in every]


def left_out(model: Softmax, every: Sequence[Case]) -> list[tuple[float, ...]]:
    """The log-odds of each case by weights that saw nothing of its part."""
    folds = folds_of(every)
    found: list[tuple[float, ...]] = [()] * len(every)
    for fold in range(FOLDS):
        outside = taught(every, [i for i, own in enumerate(folds) if own != fold])
        weights = model.train(outside, [right_rows(every[i]) for i in outside], PENALTY)
        for i in (i for i, own in enumerate(folds) if own == fold):
            found[i] = model.odds(i, weights)
    return found


def weighed_again(every: Sequence[Case]) -> tuple[dict[int, Weighed], list[Row]]:
    """Each case with its reckonings, and what is seen of those that are weighed again."""
    by_text: dict[str, list[int]] = defaultdict(list)
    for at, case in enumerate(every):
        if case.look.found:
            by_text[case.group].append(at)
    weighed: dict[int, Weighed] = {}
    rows: list[Row] = []
    for places in by_text.values():
        cases_of = [every[at] for at in places]
        text = [weigh(c.stated, c.proposals, c.cues, c.look.found, c.odds) for c in cases_of]
        weighed.update(zip(places, text, strict=True))
        for at, place in enumerate(places):
            right = cases_of[at].right([one.calculation for one in text[at].reckonings])
            for rank in hopeful(text[at]):
                rows.append(Row(place, rank, facts(text, at, rank, cases_of[at].amounts), right[rank]))
    return weighed, rows


def teaching(rows: Sequence[Row], every: Sequence[Case], parts: Iterable[int]) -> tuple[list[int], list[float]]:
    """The rows of these parts to learn from, and how much each counts."""
    folds, wanted = folds_of(every), set(parts)
    used = [at for at, row in enumerate(rows) if every[row.case].used and folds[row.case] in wanted]
    return used, [float(TIMES if every[rows[at].case].group.startswith(CHECKED) else 1) for at in used]


def chances_left_out(forest: Forest, rows: Sequence[Row], every: Sequence[Case]) -> dict[tuple[int, int], float]:
    """How likely each reckoning is, by trees that saw nothing of its part; by case and place."""
    folds, found = folds_of(every), {}
    for fold in range(FOLDS):
        models = forest.grow(*teaching(rows, every, set(range(FOLDS)) - {fold}))
        inside = [at for at, row in enumerate(rows) if folds[row.case] == fold]
        for at, chance in zip(inside, forest.chances(models, inside), strict=True):
            found[rows[at].case, rows[at].rank] = chance
    return found


def scores(
    every: Sequence[Case],
    weighed: dict[int, Weighed],
    chances: dict[tuple[int, int], float],
    texts: Sequence[Annotated],
) -> dict[str, Score]:
    """By file of texts; variants are left out."""
    counted: dict[str, Score] = defaultdict(Score)
    for name, _, sums in texts:
        score = counted[name.split()[0]]
        score.sums += sum(s.counted for s in sums)
        score.wrong += sum(s.counted and abs(s.computed - s.stated) > 0.1 * s.stated for s in sums)
    for at, one in weighed.items():
        case = every[at]
        if case.group == case.text and case.file in counted and all(s.counted for s in case.sums):
            likeliest = max(range(len(one.reckonings)), key=lambda rank: chances.get((at, rank), 0.0))
            count(counted[case.file], case, one.reckonings[likeliest], chances.get((at, likeliest), 0.0))
    return counted


def count(score: Score, case: Case, best: Reckoning, chance: float) -> None:
    if chance < SURE[best.verdict]:
        return
    right = any(equal(best.calculation.computed, s.computed) for s in case.sums)
    score.told += 1
    score.right += right
    score.caught += right and best.verdict == "inconsistent"
    score.alarms += not right and best.verdict == "inconsistent" and not case.sums


def main(arguments: Sequence[str] = ()) -> int:
    chance = random.Random(1)
    texts = list(documents())
    grouped = [(cases(*text), text[2]) for text in texts]
    again = [variant(text, found, chance) for text, (found, _) in zip(texts, grouped, strict=True)]
    grouped += [(cases(*text), text[2]) for text in again if text]
    every = [case for found, _ in grouped for case in found]
    every += [case for name, text in debates() for case in silent(name, text)]
    glance = train_glance(every, chance)
    for case in every:
        look(case, glance)
    model = Softmax([case.text for case in every], [case.look.cues() for case in every], RARE)
    used = taught(every, range(len(every)))
    first = model.named(model.train(used, [right_rows(every[i]) for i in used], PENALTY))
    for found, sums in grouped:
        settle(found, sums, first)
    used = taught(every, range(len(every)))
    for case, odds in zip(every, left_out(model, every), strict=True):
        case.odds = odds
    weighed, rows = weighed_again(every)
    forest = Forest(rows)
    print(f"{'each part of the files left out':32}{'sums':>6}{'P':>7}{'R':>7}{'wrong caught':>13}{'alarms':>7}")
    for name, score in scores(every, weighed, chances_left_out(forest, rows, every), texts).items():
        print(f"{name:32}{score}")
    if "--write" in arguments:
        raw = json.dumps([(text, [(s.stated, s.computed) for s in sums]) for _, text, sums in texts]).encode()
        weights = model.train(used, [right_rows(every[i]) for i in used], PENALTY)
        content = {
            "trained_on": hashlib.sha256(raw).hexdigest()[:16],
            "passed over": train_pass_over(every),
            "glance": glance,
            "weights": model.named(weights),
        }
        WEIGHTS.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        save(written(forest.grow(*teaching(rows, every, range(FOLDS))), forest.names), TREES)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
