"""Discover topics: read, count, factorise, name. What does not fit in memory is read batch by batch."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice

import numpy as np
import scipy.sparse as sp

from db.records import KnownTopic, TopicEvent, TopicWeight
from nlp.discovery.choice import Quality, choose, coherence
from nlp.discovery.factors import factorise, refine, shares
from nlp.discovery.identity import events
from nlp.discovery.labels import Topic
from nlp.discovery.model import Model, by_text
from nlp.discovery.naming import Found, name_topics
from nlp.discovery.terms import Reading, read
from nlp.discovery.vocabulary import Vocabulary, build_vocabulary, to_stems

LARGE = 20_000
"""Texts that are held in memory at once; of more, so many are drawn for the vocabulary and the number of topics."""
BATCH = 2_000
MOST_TOPICS = 40


@dataclass(frozen=True, slots=True)
class Discovery:
    """The topics of a corpus, largest first; what happened to those of the run before; how their number was chosen.

    `leading` is the heaviest topic of each text that was held in memory (all, unless they are very many), by its id.
    """

    topics: tuple[Topic, ...]
    events: tuple[TopicEvent, ...]
    tried: tuple[Quality, ...]
    leading: Mapping[Hashable, str] = field(repr=False)
    model: Model | None = field(repr=False, compare=False)

    def assign(self, texts: Iterable[str]) -> Iterator[tuple[TopicWeight, ...]]:
        """For each text its topics, heaviest first, with the words that decided. Weights sum to 1 at most."""
        batches = iter(texts)
        while batch := list(islice(batches, BATCH)):
            yield from self.model.assign(batch) if self.model else [()] * len(batch)


def discover(
    texts: Iterable[str],
    ids: Sequence[Hashable],
    *,
    previous: Sequence[KnownTopic] = (),
    topics: int | None = None,
    taken: Collection[str] = (),
) -> Discovery:
    """The topics of `texts`, which are iterated several times; `ids` are theirs, in the same order.

    `topics` sets their number; else it is chosen. Those that go on with one of `previous` keep its id and label; the
    ids of others are none of `taken`. The same texts, ids and `previous` always give the same topics.
    """
    sample = _drawn(ids)
    stems = to_stems(read(compress(texts, sample)))
    sample_ids = list(compress(ids, sample))
    vocabulary = build_vocabulary(stems)
    rows = vocabulary.rows(stems)
    if not min(rows.shape):
        return Discovery((), events({}, set(), previous), (), {}, None)
    number, tried = _number(rows, stems.reading, topics, previous)
    factors = factorise(rows, number)
    if len(sample_ids) < len(ids):
        factors = refine(factors, _batches(texts, vocabulary))
    found = Found(stems, vocabulary, factors, by_text(stems.reading) @ shares(rows, factors), tuple(sample_ids))
    named = name_topics(found, previous, taken)
    coherent = coherence(rows, named.model.factors_of_topics())
    topics_found = [
        replace(topic, coherence=round(float(c), 4)) for topic, c in zip(named.topics, coherent, strict=True)
    ]
    return Discovery(tuple(topics_found), named.events, tried, named.leading, named.model)


def _drawn(ids: Sequence[Hashable]) -> list[bool]:
    """Which texts are read at once: all, or those whose ids hash lowest, so that new texts leave most of the draw."""
    if len(ids) <= LARGE:
        return [True] * len(ids)
    hashes = np.array([zlib.crc32(str(key).encode()) for key in ids])
    chosen = np.zeros(len(ids), bool)
    chosen[np.argsort(hashes, kind="stable")[:LARGE]] = True
    return list(chosen.tolist())


def _number(
    rows: sp.csr_matrix, reading: Reading, topics: int | None, previous: Sequence[KnownTopic]
) -> tuple[int, tuple[Quality, ...]]:
    if topics is not None:
        return min(topics, *rows.shape), ()
    before = sum(1 + topic.absorbed for topic in previous) or None
    most = min(MOST_TOPICS, reading.texts // 2)
    owners = by_text(reading)
    return choose(rows, most, before=before, told=lambda factors: owners @ shares(rows, factors))


def _batches(texts: Iterable[str], vocabulary: Vocabulary) -> Iterator[sp.csr_matrix]:
    stream = iter(texts)
    while batch := list(islice(stream, BATCH)):
        yield vocabulary.rows(to_stems(read(batch)))
