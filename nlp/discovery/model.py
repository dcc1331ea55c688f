"""What gives topics to texts once they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from db.records import TopicWeight
from nlp.discovery.factors import shares
from nlp.discovery.terms import Numbers, Reading, read
from nlp.discovery.vocabulary import Floats, Vocabulary, to_stems

LEAST_WEIGHT = 0.1
WORDS = 5


@dataclass(frozen=True, slots=True)
class Model:
    """What gives topics to texts. `groups[k]` is the place among `ids` of the topic that factor k is part of."""

    vocabulary: Vocabulary
    factors: Floats
    groups: Numbers
    ids: tuple[str, ...]
    words: tuple[dict[int, tuple[str, float]], ...]
    """For each topic its terms by column: as written, with their weights."""

    def factors_of_topics(self) -> Floats:
        """The weights of terms in each topic: topics by columns."""
        joined = np.zeros((len(self.ids), self.factors.shape[1]))
        np.add.at(joined, self.groups, self.factors)
        return joined

    def assign(self, texts: Sequence[str]) -> list[tuple[TopicWeight, ...]]:
        """The topics of each text."""
        stems = to_stems(read(texts))
        rows = self.vocabulary.rows(stems)
        owners = by_text(stems.reading)
        weights = weights_of(owners @ shares(rows, self.factors), self.groups)
        held = (owners @ rows).tocsr()
        return [self._weights(weights[at], *_row(held, at)) for at in range(len(texts))]

    def _weights(self, weights: Floats, columns: Numbers, values: Floats) -> tuple[TopicWeight, ...]:
        order = [int(k) for k in np.argsort(-weights, kind="stable") if weights[k] >= LEAST_WEIGHT]
        return tuple(
            TopicWeight(topic=self.ids[k], weight=round(float(weights[k]), 4), words=self._deciding(k, columns, values))
            for k in order
        )

    def _deciding(self, topic: int, columns: Numbers, values: Floats) -> tuple[str, ...]:
        known = self.words[topic]
        found = zip(columns.tolist(), values.tolist(), strict=True)
        here = [(-value * known[c][1], known[c][0]) for c, value in found if c in known]
        return tuple(word for _, word in sorted(here)[:WORDS])


def _row(matrix: sp.csr_matrix, at: int) -> tuple[Numbers, Floats]:
    start, end = matrix.indptr[at : at + 2]  # slicing the matrix itself takes fifty times longer
    return matrix.indices[start:end], matrix.data[start:end]


def by_text(reading: Reading) -> sp.csr_matrix:
    """A matrix that sums passages into their texts: texts by passages."""
    passages = len(reading.owners)
    return sp.csr_matrix((np.ones(passages), (reading.owners, np.arange(passages))), shape=(reading.texts, passages))


def weights_of(told: Floats, groups: Numbers) -> Floats:
    """Of each text the share that each topic has, from what each factor tells of it; a text without terms has none."""
    joined = np.zeros((len(told), int(groups.max()) + 1))
    np.add.at(joined.T, groups, told.T)
    total = joined.sum(axis=1, keepdims=True)
    return np.asarray(joined / np.where(total > 0, total, 1.0), float)


def leading(weights: Floats) -> Numbers:
    """The heaviest topic of each text, -1 where there is none."""
    return np.where(weights.any(axis=1), weights.argmax(axis=1), -1)
