"""Boosted decision trees, trained by `python -m benchmarks.train_checks` with scikit-learn, read from a file of ours:
the estimators of scikit-learn are stored as pickles, which run what is in them and fit one version alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

MANY = 128
"""Rows that go through the trees together: more are no faster, and take memory."""


@dataclass(frozen=True, slots=True)
class Trees:
    """`facts`: their names, in the order that nodes count them; `base`: log-odds before any tree.

    All nodes of all trees stand in one row, `roots` where each tree begins: `fact` is looked at, the next one is `low`
    if it is at most `most`, else `high`; a leaf is next to itself, and adds `value`. `depth`: steps to any leaf.
    """

    facts: tuple[str, ...]
    base: float
    roots: Any
    fact: Any
    most: Any
    low: Any
    high: Any
    value: Any
    depth: int

    def chances(self, rows: Sequence[Mapping[str, float]]) -> list[float]:
        """Probability of each row, 0 to 1; a fact that is not given is 0."""
        return [chance for first in range(0, len(rows), MANY) for chance in self._chances(rows[first : first + MANY])]

    def _chances(self, rows: Sequence[Mapping[str, float]]) -> list[float]:
        table = np.array([[row.get(name, 0.0) for name in self.facts] for row in rows])
        at = np.tile(self.roots, (len(rows), 1))
        for _ in range(self.depth):
            seen = np.take_along_axis(table, self.fact[at], axis=1)
            at = np.where(seen <= self.most[at], self.low[at], self.high[at])
        odds = self.base + self.value[at].sum(axis=1)
        chances: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return chances


@cache
def read_trees(path: Path) -> Trees:
    """Trees as they were written."""
    content = json.loads(path.read_text(encoding="utf-8"))
    nodes: list[tuple[int, float, int, int, float]] = []
    roots = [_lay(tree, nodes) for tree in content["trees"]]
    fact, most, low, high, value = map(np.array, zip(*nodes, strict=True))
    depth = max(map(_depth, content["trees"]), default=0)
    return Trees(tuple(content["facts"]), content["base"], np.array(roots), fact, most, low, high, value, depth)


def _lay(node: Any, nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Puts a node and all below it at the end of `nodes`; its place."""
    place = len(nodes)
    if not isinstance(node, list):
        nodes.append((0, 0.0, place, place, node))
        return place
    fact, most, low, high = node
    nodes.append((fact, most, place, place, 0.0))
    nodes[place] = (fact, most, _lay(low, nodes), _lay(high, nodes), 0.0)
    return place


def _depth(node: Any) -> int:
    return 1 + max(map(_depth, node[2:])) if isinstance(node, list) else 0
