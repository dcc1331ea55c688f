"""Factors become topics: matched with those of the run before, labelled, put in order of size."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from db.records import KnownTopic, TopicEvent
from nlp.discovery.identity import Candidate, events, match, name_of
from nlp.discovery.labels import Topic, label_of, terms_of
from nlp.discovery.model import Model, leading, weights_of
from nlp.discovery.terms import Numbers
from nlp.discovery.vocabulary import Floats, Stems, Vocabulary, surfaces


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in texts whose topics have no names yet. `told`: of each text, what each factor tells."""

    stems: Stems
    vocabulary: Vocabulary
    factors: Floats
    told: Floats
    ids: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Topics, largest first (their coherence is yet to be measured), what happened to them, and their model."""

    topics: tuple[Topic, ...]
    events: tuple[TopicEvent, ...]
    leading: Mapping[Hashable, str]
    model: Model


def name_topics(found: Found, previous: Sequence[KnownTopic], taken: Collection[str]) -> Named:
    """Each factor goes on with a topic of `previous` or is a new topic, whose id is none of `taken`."""
    known = [replace(topic, members=topic.members & frozenset(found.ids)) for topic in previous]
    names = list(found.vocabulary.columns)
    terms = terms_of(found.factors, names)
    written = surfaces(found.stems, {term for best in terms for term, _ in best})
    alone = np.arange(len(found.factors))
    matched = match(_candidates(found, alone, terms, written), known)
    labels = _labels(found.factors, names, written)
    ids = _ids(labels, matched, {*taken, *(topic.id for topic in previous)})
    model = _model(found, _by_size(ids, found.told), ids, written)
    joined = terms_of(model.factors_of_topics(), names)
    candidates = dict(zip(model.ids, _candidates(found, model.groups, joined, written), strict=True))
    kept = {topic.id: topic.label for topic in previous}
    label = {name: kept.get(name, labels[at]) for at, name in enumerate(ids)}
    topics = tuple(
        Topic(name, label[name], tuple((written[t], w) for t, w in best), len(candidates[name].members), 0.0)
        for name, best in zip(model.ids, joined, strict=True)
    )
    leads = {member: name for name, candidate in candidates.items() for member in candidate.members}
    return Named(topics, events(candidates, set(matched.values()), known), leads, model)


def _candidates(
    found: Found, groups: Numbers, terms: Sequence[Sequence[tuple[str, float]]], written: Mapping[str, str]
) -> list[Candidate]:
    leads = leading(weights_of(found.told, groups))
    return [
        Candidate(tuple(written[t] for t, _ in best), frozenset(found.ids[at] for at in np.flatnonzero(leads == k)))
        for k, best in enumerate(terms)
    ]


def _labels(factors: Floats, names: Sequence[str], written: Mapping[str, str]) -> list[str]:
    first = np.maximum(factors.max(axis=1, keepdims=True), 1e-12)
    everywhere = dict(zip(names, (factors / first).sum(axis=0).tolist(), strict=True))
    return [label_of(best, everywhere, written) for best in terms_of(factors, names)]


def _ids(labels: Sequence[str], matched: Mapping[int, str], taken: set[str]) -> list[str]:
    """The id of each factor's topic."""
    ids: list[str] = []
    for at, label in enumerate(labels):
        ids.append(matched.get(at) or name_of(label, {*taken, *ids}))
    return ids


def _by_size(ids: Sequence[str], told: Floats) -> list[str]:
    """Ids, each once, those of the topics that tell most first."""
    size = dict.fromkeys(ids, 0.0)
    for name, weight in zip(ids, told.sum(axis=0).tolist(), strict=True):
        size[name] += weight
    return sorted(size, key=lambda name: (-size[name], name))


def _model(found: Found, order: Sequence[str], ids: Sequence[str], written: Mapping[str, str]) -> Model:
    groups = np.array([order.index(name) for name in ids], np.int64)
    bare = Model(found.vocabulary, found.factors, groups, tuple(order), ())
    best = terms_of(bare.factors_of_topics(), list(found.vocabulary.columns))
    columns = found.vocabulary.columns
    return replace(bare, words=tuple({columns[term]: (written[term], w) for term, w in each} for each in best))
