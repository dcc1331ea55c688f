"""Boosted trees over named facts: grown with scikit-learn, written as `nlp.checks.trees` reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

RARE_FACT = 200
"""Rows that a fact has to be named in to be learned from."""
GROWTH: dict[str, Any] = {
    "max_iter": 450,
    "learning_rate": 0.07,
    "max_depth": 8,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 40,
    "l2_regularization": 5.0,
    "max_features": 0.2,
    "early_stopping": False,
}
SEEDS = (1, 2)
"""Which trees grow depends on chance, by a point of recall or two: those of several seeds are averaged."""


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

    def grow(self, used: Sequence[int], weights: Sequence[float]) -> list[HistGradientBoostingClassifier]:
        """Trained on the rows at these places, one for each seed."""
        table, right = self.table[used], self.right[used]
        models = [HistGradientBoostingClassifier(**GROWTH, random_state=seed) for seed in SEEDS]
        return [model.fit(table, right, sample_weight=weights) for model in models]

    def chances(self, models: Sequence[HistGradientBoostingClassifier], of: Sequence[int]) -> list[float]:
        """How likely the rows at these places are right, by the mean of the log-odds."""
        odds = np.mean([model.decision_function(self.table[of]) for model in models], axis=0)
        found: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return found


def written(models: Sequence[HistGradientBoostingClassifier], names: Sequence[str]) -> dict[str, Any]:
    """The trees as `nlp.checks.trees` reads them: all in one row, each counting for its part of the mean.

    scikit-learn tells its histogram trees by no public name; that their sum is what it says itself is tested.
    """
    base = float(np.mean([model._baseline_prediction for model in models]))
    grown = (tree.nodes for model in models for (tree,) in model._predictors)
    return {"facts": list(names), "base": base, "trees": [_node(nodes, 0, 1 / len(models)) for nodes in grown]}


def save(content: dict[str, Any], path: Path) -> None:
    """One tree a line: what a new training changes can be read."""
    trees = ",\n".join(map(json.dumps, content["trees"]))
    head = json.dumps({name: value for name, value in content.items() if name != "trees"}, ensure_ascii=False)
    path.write_text(f'{head[:-1]}, "trees": [\n{trees}\n]}}\n', encoding="utf-8")


def _node(nodes: Any, at: int, part: float) -> Any:
    node = nodes[at]
    if node["is_leaf"]:
        return round(part * float(node["value"]), 5)
    low, high = (_node(nodes, int(node[below]), part) for below in ("left", "right"))
    return [int(node["feature_idx"]), round(float(node["num_threshold"]), 6), low, high]
