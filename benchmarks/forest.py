"""Boosted trees over named facts: grown with scikit-learn, written as `nlp.checks.trees` reads them."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

RARE_FACT = 200
"""Rows that a fact has to be named in to be learned from."""
GROWTH: dict[str, Any] = {
    "n_estimators": 300,
    "learning_rate": 0.07,
    "max_depth": 5,
    "min_samples_leaf": 40,
    "subsample": 0.5,
    "max_features": 0.15,
}
SEEDS = (1, 2)
"""Which trees grow depends on chance, by two points of recall: those of several seeds are averaged."""


@dataclass(frozen=True)
class Row:
    """One reckoning of a case, by its place `rank` among those of the case."""

    case: int
    rank: int
    facts: dict[str, float]
    right: bool


class Forest:
    """Boosted trees over the facts of rows; a fact that few rows have is left out."""

    def __init__(self, rows: Sequence[Row]) -> None:
        having = Counter(name for row in rows for name in row.facts)
        self.names = sorted(name for name, found in having.items() if found >= RARE_FACT)
        self.table = np.array([[row.facts.get(name, 0.0) for name in self.names] for row in rows], dtype=np.float32)
        self.right = np.array([row.right for row in rows])

    def grow(self, used: Sequence[int], weights: Sequence[float]) -> list[GradientBoostingClassifier]:
        """Trained on the rows at these places, one for each seed."""
        models = [GradientBoostingClassifier(**GROWTH, random_state=seed) for seed in SEEDS]
        return [model.fit(self.table[used], self.right[used], sample_weight=weights) for model in models]

    def chances(self, models: Sequence[GradientBoostingClassifier], of: Sequence[int]) -> list[float]:
        """How likely the rows at these places are right, by the mean of the log-odds."""
        odds = np.mean([model.decision_function(self.table[of]) for model in models], axis=0)
        found: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return found


def written(models: Sequence[GradientBoostingClassifier], names: Sequence[str]) -> dict[str, Any]:
    """The trees as `nlp.checks.trees` reads them: all in one row, each counting for its part of the mean."""
    right = float(models[0].init_.class_prior_[1])
    trees = [_node(one.tree_, 0, m.learning_rate / len(models)) for m in models for one in m.estimators_[:, 0]]
    return {"facts": list(names), "base": math.log(right / (1 - right)), "trees": trees}


def save(content: dict[str, Any], path: Path) -> None:
    """One tree a line: what a new training changes can be read."""
    trees = ",\n".join(map(json.dumps, content["trees"]))
    head = json.dumps({name: value for name, value in content.items() if name != "trees"}, ensure_ascii=False)
    path.write_text(f'{head[:-1]}, "trees": [\n{trees}\n]}}\n', encoding="utf-8")


def _node(tree: Any, at: int, rate: float) -> Any:
    if tree.children_left[at] < 0:
        return round(rate * float(tree.value[at, 0, 0]), 5)
    low, high = (_node(tree, int(below[at]), rate) for below in (tree.children_left, tree.children_right))
    return [int(tree.feature[at]), round(float(tree.threshold[at]), 6), low, high]
