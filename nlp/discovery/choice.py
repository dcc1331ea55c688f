"""How many topics: as many as come out alike from parts of the texts, and hold together.

Stability after Greene, O'Callaghan and Cunningham, "How Many Topics?" (2014): topics of samples are matched with those
of the whole, and agree by their best terms. Coherence is NPMI (Bouma 2009) of the best terms, in passages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from nlp.discovery.factors import SEED, factorise
from nlp.discovery.terms import Numbers
from nlp.discovery.vocabulary import Floats

GRID = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40)
BEST = 10
"""Terms that a topic is judged by."""
SAMPLES, SAMPLE = 3, 0.8
"""How many samples, and the share of the passages in each."""
ENOUGH = 3_000
"""Passages that the choice looks at."""
FAR = 3
"""The search ends when so many times the best number is no better."""
NEARLY = 0.97
"""The fewest topics that score so close to the best are chosen."""
LOYAL = 0.85
"""The number of the run before is kept while it scores so close to the best."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a number of topics is. All go up to 1; `coverage` is the share of texts that have a topic."""

    topics: int
    stability: float
    coherence: float
    coverage: float

    @property
    def score(self) -> float:
        """What is compared: the product, 0 at least."""
        return self.stability * max(self.coherence, 0.0) * self.coverage


def choose(
    rows: sp.csr_matrix, most: int, *, before: int | None = None, told: Callable[[Floats], Floats]
) -> tuple[int, tuple[Quality, ...]]:
    """The number of topics, at most `most`, and what was compared.

    `told` gives what each topic tells of each text, texts by topics: each topic must lead one.
    """
    rows = rows[_part(rows.shape[0], min(1.0, ENOUGH / max(rows.shape[0], 1)), SEED)]
    tried: list[Quality] = []
    for topics in sorted({*GRID, before or GRID[0]}):
        if topics > most or topics > min(rows.shape) or (_stale(tried) and topics > (before or 0)):
            break
        factors = factorise(rows, topics)
        weights = told(factors)
        covered = weights.any(axis=1)
        if len(np.unique(weights[covered].argmax(axis=1))) == topics:
            coherent = float(coherence(rows, factors).mean())
            tried.append(Quality(topics, stability(rows, factors), coherent, float(covered.mean())))
    return _chosen(tried, before), tuple(tried)


def _stale(tried: list[Quality]) -> bool:
    return bool(tried) and tried[-1].topics >= FAR * max(tried, key=lambda quality: quality.score).topics


def _chosen(tried: list[Quality], before: int | None) -> int:
    best = max((quality.score for quality in tried), default=0.0)
    if any(quality.topics == before and quality.score >= LOYAL * best for quality in tried):
        return before or 1
    return next((quality.topics for quality in tried if quality.score >= NEARLY * best), 1)


def best_terms(factors: Floats, most: int = BEST) -> Numbers:
    """The columns of the heaviest terms of each topic, best first: topics by terms."""
    return np.argsort(-factors, axis=1, kind="stable")[:, :most]


def stability(rows: sp.csr_matrix, factors: Floats) -> float:
    """The share of best terms that topics made of samples have in common with `factors`, 0 to 1."""
    found = [factorise(rows[_part(rows.shape[0], SAMPLE, seed)], len(factors)) for seed in range(SAMPLES)]
    return float(np.mean([_agreement(best_terms(factors), best_terms(other)) for other in found]))


def coherence(rows: sp.csr_matrix, factors: Floats) -> Floats:
    """Of each topic, the mean NPMI of its best terms two by two, -1 to 1, by the passages they stand in together."""
    best = best_terms(factors)
    used, places = np.unique(best, return_inverse=True)
    held = (rows[:, used] > 0).astype(float)
    together = (held.T @ held).toarray() / max(rows.shape[0], 1)
    loud = np.take_along_axis(factors, best, axis=1) > 0  # a small topic may have fewer terms than are asked for
    return np.array([_npmi(together, topic[own]) for topic, own in zip(places.reshape(best.shape), loud, strict=True)])


def _npmi(together: Floats, topic: Numbers) -> float:
    pairs = list(combinations(topic.tolist(), 2))
    return float(np.mean([_pair(together[a, b], together[a, a] * together[b, b]) for a, b in pairs])) if pairs else 0.0


def _pair(both: float, by_chance: float) -> float:
    if both <= 0:
        return -1.0
    return float(np.log(both / by_chance) / -np.log(both)) if both < 1 else 1.0


def _agreement(one: Numbers, other: Numbers) -> float:
    common = np.array([[len(np.intersect1d(a, b)) for b in other] for a in one]) / one.shape[1]
    return float(common[linear_sum_assignment(-common)].mean())


def _part(size: int, share: float, seed: int) -> npt.NDArray[np.int64]:
    """Places of a sample without repetition, in order; at least two, where there are two."""
    wanted = min(size, max(2, round(share * size)))
    return np.sort(np.random.default_rng(seed).permutation(size)[:wanted])
