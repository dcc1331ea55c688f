"""Train the model that says which calculation an amount is the outcome of; print scores on files left out of training.

Run: python -m benchmarks.train_checks [--write]; some 25 minutes on two cores. What it trains on: `sum_cases`. No text
goes into the weights file.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.forest import Forest, Row, save, written
from benchmarks.sum_cases import Annotated, Case, cases, debates, documents, settle, silent, variant
from nlp.checks import learned
from nlp.checks.cues import agreement
from nlp.checks.forms import FORMS_OF, OTHER_FORMS, Candidate
from nlp.checks.learned import MANY, SURE, crossed
from nlp.checks.reckonings import Reckoning, Weighed, equal, weigh
from nlp.checks.together import TREES, facts, hopeful
from nlp.checks.weights import NONE, WEIGHTS

GLANCE_PENALTY, PENALTY = 1.0, 3.0
RARE, KEPT = 8, 0.02
CORES = 2
FOLDS = 5
"""Parts of the files; the trees learn from odds by weights that saw nothing of the part."""
CHECKED, TIMES = ("sums ", "checks ", "seeds ", "posted/", "threads"), 3
"""The table of the tests, each wording once in plain words, and texts as people post them count so many times."""
OTHERS = 30
"""Wrong calculations of each amount that the first look learns from."""


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

    def train(fold: int) -> Any:
        outside = taught(every, [i for i, own in enumerate(folds) if own != fold])
        return model.train(outside, [right_rows(every[i]) for i in outside], PENALTY)

    with ThreadPoolExecutor(CORES) as pool:
        weights = list(pool.map(train, range(FOLDS)))
    return [model.odds(i, weights[fold]) for i, fold in enumerate(folds)]


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
    with Pool(CORES) as pool:
        found = pool.starmap(cases, texts)
        again = [variant(text, own, chance) for text, own in zip(texts, found, strict=True)]
        told_again = [text for text in again if text]
        found += pool.starmap(cases, told_again)
        debated = pool.starmap(silent, list(debates()), chunksize=1)
    grouped = list(zip(found, (text[2] for text in (*texts, *told_again)), strict=True))
    every = [case for own in (*found, *debated) for case in own]
    glance = train_glance(every, chance)
    for case in every:
        look(case, glance)
    model = Softmax([case.text for case in every], [case.look.cues() for case in every], RARE)
    used = taught(every, range(len(every)))
    first = model.named(model.train(used, [right_rows(every[i]) for i in used], PENALTY))
    for own, sums in grouped:
        settle(own, sums, first)
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
