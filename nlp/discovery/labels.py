"""Topics as people read them: terms as the texts write them, and a label of three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.discovery.choice import best_terms
from nlp.discovery.terms import Numbers
from nlp.discovery.vocabulary import Floats

TERMS = 20
LABEL = 3
FAINT = 0.01
"""What weighs less than this share of the best term is no term of a topic."""
PHRASE_FIRST = 0.5
"""A phrase stands for its words when it weighs at least this share of what they do."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A discovered topic. `terms` with their weights (the best has 1), best first; `size`: texts that it leads.

    `coherence` is the NPMI of its ten best terms, -1 to 1.
    """

    id: str
    label: str
    terms: tuple[tuple[str, float], ...]
    size: int
    coherence: float


def terms_of(factors: Floats, names: Sequence[str]) -> list[list[tuple[str, float]]]:
    """For each topic its best terms (stems and phrases) with their weights, the best one's being 1."""
    best = best_terms(factors, TERMS)
    return [_weighed(row, columns, names) for row, columns in zip(factors, best, strict=True)]


def label_of(terms: Sequence[tuple[str, float]], others: Mapping[str, float], written: Mapping[str, str]) -> str:
    """Three terms that tell this topic from the others, as the texts write them.

    `others` is the weight of each term in all topics together.
    """
    phrases = {stem: weight for term, weight in terms if " " in term for stem in term.split(" ")}
    distinct = sorted(terms, key=lambda item: (-item[1] * np.sqrt(item[1] / others[item[0]]), item[0]))
    chosen: list[str] = []
    for term, weight in distinct:
        told = {stem for other in chosen for stem in other.split(" ")}
        if phrases.get(term, 0.0) < PHRASE_FIRST * weight and not told & set(term.split(" ")):
            chosen.append(term)
    return ", ".join(written.get(term, term) for term in chosen[:LABEL])


def _weighed(row: Floats, columns: Numbers, names: Sequence[str]) -> list[tuple[str, float]]:
    first = max(float(row[columns[0]]), 1e-12) if len(columns) else 1.0
    return [(names[column], round(float(row[column]) / first, 4)) for column in columns if row[column] >= FAINT * first]
