"""Trees that scikit-learn grew, read without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.forest import save, written
from nlp.checks.together import TREES
from nlp.checks.trees import read_trees


def test_they_say_what_scikit_learn_says(tmp_path: Path) -> None:
    table = np.round(np.random.default_rng(1).normal(size=(400, 3)), 4)
    right = table[:, 0] + table[:, 1] * table[:, 2] > 0.3
    models = [HistGradientBoostingClassifier(max_iter=20, max_depth=3, random_state=seed) for seed in (1, 2)]
    path = tmp_path / "trees.json"
    save(written([model.fit(table, right) for model in models], ["a", "b", "c"]), path)
    trees = read_trees(path)
    ours = trees.chances([{"a": a, "b": b, "c": c} for a, b, c in table])
    odds = np.mean([model.decision_function(table) for model in models], axis=0)
    assert ours == pytest.approx((1 / (1 + np.exp(-odds))).tolist(), abs=1e-3)


def test_a_fact_that_is_not_given_is_zero() -> None:
    trees = read_trees(TREES)
    assert trees.chances([{}]) == trees.chances([dict.fromkeys(trees.facts, 0.0)])
    assert trees.chances([]) == []
