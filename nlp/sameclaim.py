"""Claims that say the same thing, told in different words: nearest claims, and groups of them.

Claims are compared by the TF-IDF of their word stems, the first five letters: these see through French endings and
inclusive writing (character n-grams, word pairs and longer stems did worse on either half of the yardstick). Two
sentences that share fewer than three words of content are not compared at all: "Two simple questions." is like many.
Groups are average-linkage clusters. Two clusters whose mean similarity reaches a bound hold at least one pair that
does, so that each connected part of the graph of such pairs is clustered by itself: memory grows with the pairs that
are alike, not with the square of the claims. Claims that go opposite ways (`nlp/directions.py`) are never clustered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from spacy.lang.fr.stop_words import STOP_WORDS

from nlp.directions import Direction, direction, opposite

SAME = 0.3
"""Similarity above which two claims say the same. The yardstick of `python -m benchmarks.sameclaim`, whose texts are
whole posts, would have 0.275; single sentences of debates are alike by chance more often."""
BLOCK = 2_000
"""Claims clustered together, or compared with all others at once: what memory is bounded by."""
STEP, COPIES = 0.1, 0.95
"""By how much a bound is raised; similarity of a text and its copy."""
STEM = 5
SHARED = 3
"""Words of content that two texts must share to be compared."""
OPPOSITE = 1e9
"""A distance that no mean of others makes up for."""
URL = re.compile(r"https?://\S+|www\.\S+|\S+\.(?:fr|com|org|info)/\S*")


def group_claims(texts: Sequence[str], *, same: float = SAME) -> list[int]:
    """A group number for each text, the same for texts that say the same; numbered in the order of the texts."""
    if len(texts) < 2:
        return list(range(len(texts)))
    claims = _Claims(_vectors(texts), _contents(texts), np.array([_direction(text) for text in texts], dtype=object))
    groups = np.arange(len(texts))
    for members in _parts(claims, np.arange(len(texts)), same):
        for cluster in _clusters(claims.of(members), same):
            groups[members[cluster]] = members[cluster[0]]
    first = {label: number for number, label in enumerate(dict.fromkeys(groups.tolist()))}
    return [first[label] for label in groups.tolist()]


def nearest_claims(texts: Sequence[str], *, most: int = 10) -> list[list[tuple[int, float]]]:
    """For each text, the positions of the `most` texts nearest in meaning, best first, with their similarity."""
    vectors = _vectors(texts)
    found: list[list[tuple[int, float]]] = []
    for start in range(0, len(texts), BLOCK):
        rows = (vectors[start : start + BLOCK] @ vectors.T).tocsr()
        for offset in range(rows.shape[0]):
            row = rows.getrow(offset)
            order = np.argsort(-row.data, kind="stable")
            best = [(int(row.indices[k]), float(row.data[k])) for k in order if row.indices[k] != start + offset]
            found.append(best[:most])
    return found


@dataclass(frozen=True, slots=True)
class _Claims:
    """Rows of the same texts: unit vectors of all stems, 1 for each stem of content, and which way they go."""

    vectors: sp.csr_matrix
    contents: sp.csr_matrix
    directions: np.ndarray

    def of(self, members: np.ndarray) -> _Claims:
        return _Claims(self.vectors[members], self.contents[members], self.directions[members])

    def similar(self, start: int, end: int, bound: float = 0.0) -> sp.csr_matrix:
        """Similarities of these rows to all, where they reach the bound and enough words are shared."""
        found = (self.vectors[start:end] @ self.vectors.T).tocsr()
        found.data[found.data < bound] = 0
        shared = (self.contents[start:end] @ self.contents.T) >= SHARED
        return found.multiply(shared).tocsr()


def _direction(text: str) -> Direction:
    return direction(re.findall(r"[^\W_]+", _fold(text)))


def _contents(texts: Sequence[str]) -> sp.csr_matrix:
    try:
        counter = CountVectorizer(
            preprocessor=_fold, tokenizer=_content_stems, token_pattern=None, binary=True, dtype=np.int32
        )
        return counter.fit_transform(texts)
    except ValueError:  # no text holds such a word
        return sp.csr_matrix((len(texts), 1), dtype=np.int32)


def _content_stems(text: str) -> list[str]:
    return [word[:STEM] for word in re.findall(r"[^\W_]{2,}", text) if word not in _function_words()]


@cache
def _function_words() -> frozenset[str]:
    return frozenset(part for word in STOP_WORDS for part in re.findall(r"[^\W_]{2,}", _fold(word)))


def _vectors(texts: Sequence[str]) -> sp.csr_matrix:
    """One row of unit length a text: the dot product of two is their similarity, 0 to 1."""
    try:
        return TfidfVectorizer(
            preprocessor=_fold, tokenizer=_stems, token_pattern=None, sublinear_tf=True
        ).fit_transform(texts)
    except ValueError:  # no text holds a word: emoji, links
        return sp.csr_matrix((len(texts), 1))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", URL.sub(" ", text).replace("’", "'").lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in re.findall(r"[^\W_]{2,}", text)]


def _parts(claims: _Claims, members: np.ndarray, bound: float) -> Iterator[np.ndarray]:
    """Members that a chain of pairs at least this similar holds together, in parts of two or more.

    A part too large to cluster is taken apart at ever higher bounds; what still holds together then is one text copied
    over and over.
    """
    rows = claims.of(members)
    blocks = [rows.similar(start, start + BLOCK, bound) for start in range(0, len(members), BLOCK)]
    _, parts = connected_components(sp.vstack(blocks, format="csr"), directed=False)
    for found in _members(parts):
        part = members[found]
        if len(part) > BLOCK and bound < COPIES:
            yield from _parts(claims, part, min(bound + STEP, COPIES))
        else:
            yield part


def _members(parts: np.ndarray) -> Iterator[np.ndarray]:
    order = np.argsort(parts, kind="stable")
    bounds = np.flatnonzero(np.diff(parts[order])) + 1
    yield from (members for members in np.split(order, bounds) if len(members) > 1)


def _clusters(claims: _Claims, same: float) -> Iterator[np.ndarray]:
    count = claims.vectors.shape[0]
    if count > BLOCK:
        yield np.arange(count)
        return
    distance = 1.0 - np.clip(claims.similar(0, count).toarray(), 0.0, 1.0)
    distance[opposite(list(claims.directions))] = OPPOSITE
    np.fill_diagonal(distance, 0.0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1.0 - same, "distance")
    for label in np.unique(labels):
        yield np.flatnonzero(labels == label)
