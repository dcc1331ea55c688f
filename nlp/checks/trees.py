"""Boosted decision trees, trained by `python -m benchmarks.train_checks` with scikit-learn, read from a file of ours:
the estimators of scikit-learn are stored as pickles, which run what is in them and fit one version alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Node = float | tuple[int, float, "Node", "Node"]
"""What a leaf adds to the log-odds, or: a fact, the most it may be to go on at the third place, else at the fourth."""


@dataclass(frozen=True, slots=True)
class Trees:
    """`facts`: their names, in the order that nodes count them; `base`: log-odds before any tree."""

    facts: tuple[str, ...]
    base: float
    trees: tuple[Node, ...]

    def chance(self, facts: Mapping[str, float]) -> float:
        """Probability, 0 to 1; a fact that is not given is 0."""
        row = [facts.get(name, 0.0) for name in self.facts]
        odds = self.base
        for tree in self.trees:
            node = tree
            while isinstance(node, tuple):
                fact, most, low, high = node
                node = low if row[fact] <= most else high
            odds += node
        return 1 / (1 + math.exp(-odds))


@cache
def read_trees(path: Path) -> Trees:
    """Trees as they were written."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Trees(tuple(content["facts"]), content["base"], tuple(map(_node, content["trees"])))


def _node(node: float | list[object]) -> Node:
    if not isinstance(node, list):
        return node
    fact, most, low, high = node
    return fact, most, _node(low), _node(high)  # type: ignore[arg-type, return-value]
