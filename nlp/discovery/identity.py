"""Which topic of this run is which of the run before: matched by their terms and by the texts they lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from db.records import KnownTopic, TopicEvent
from nlp.discovery.choice import BEST
from nlp.discovery.terms import TOKEN, fold, stem

SAME = 0.3
"""Least likeness of what counts as the same topic, 0 to 1."""
MOSTLY = 0.5
"""A topic went into another one, or came out of it, with at least this share of its texts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic of this run before it has a name: its terms as written, and the ids of the texts it leads."""

    terms: tuple[str, ...]
    members: frozenset[Hashable]


def match(candidates: Sequence[Candidate], known: Sequence[KnownTopic]) -> dict[int, str]:
    """The known topics' ids by the candidate that goes on with each; two candidates may go on with a merged one."""
    found = _pairs(candidates, known)
    matched = {at: known[k].id for at, k in found.items()}
    for at, candidate in enumerate(candidates):
        origin = _mostly(candidate.members, {topic.id: topic.members for topic in known})
        if at not in matched and any(topic.id == origin and topic.absorbed for topic in known):
            matched[at] = str(origin)
    return matched


def events(
    found: Mapping[str, Candidate], went_on: Collection[str], known: Sequence[KnownTopic]
) -> tuple[TopicEvent, ...]:
    """Births and splits of topics that were not known, mergers and deaths of known ones that did not go on."""
    before = {topic.id: topic.members for topic in known}
    after = {name: topic.members for name, topic in found.items()}
    came = [_came(name, _mostly(after[name], before)) for name in found if name not in went_on]
    went = [_went(topic.id, _mostly(topic.members, after)) for topic in known if topic.id not in went_on]
    return (*came, *went)


def name_of(label: str, taken: Collection[str]) -> str:
    """An id made of a label that nothing else has: `retraite-age-reforme`, `retraite-age-reforme-2`."""
    stems = [word for word in TOKEN.findall(label) if stem(word)]
    name = "-".join(_plain(word) for word in stems) or "topic"
    return next(n for n in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if n not in taken)


def _plain(word: str) -> str:
    return "".join(c for c in fold(word) if c.isascii() and c.isalnum())


def _came(name: str, origin: str | None) -> TopicEvent:
    return TopicEvent(name, "split" if origin else "born", origin)


def _went(name: str, heir: str | None) -> TopicEvent:
    return TopicEvent(name, "merged" if heir else "died", heir)


def _pairs(candidates: Sequence[Candidate], known: Sequence[KnownTopic]) -> dict[int, int]:
    """The assignment of candidates to known topics that makes the sum of likeness greatest (Hungarian method)."""
    if not candidates or not known:
        return {}
    everything = frozenset().union(*(topic.members for topic in known))
    likeness = np.array([[_likeness(new, old, everything) for old in known] for new in candidates])
    rows, columns = linear_sum_assignment(-likeness)
    return {int(r): int(c) for r, c in zip(rows, columns, strict=True) if likeness[r, c] >= SAME}


def _likeness(new: Candidate, old: KnownTopic, everything: frozenset[Hashable]) -> float:
    """The mean of the terms in common and of the texts in common; texts that the run before had not do not count."""
    terms, before = (frozenset(map(_key, topic.terms[:BEST])) for topic in (new, old))
    in_common = len(terms & before) / max(len(terms), len(before), 1)
    members = new.members & everything
    either = members | old.members
    return (in_common + len(members & old.members) / len(either)) / 2 if either else in_common


def _mostly(members: frozenset[Hashable], others: Mapping[str, frozenset[Hashable]]) -> str | None:
    """The topic that most of these texts belong to."""
    shared = Counter({name: len(members & other) for name, other in others.items()})
    name, count = max(shared.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    placed = sum(shared.values())
    return name if count and count >= MOSTLY * placed else None


def _key(term: str) -> str:
    return " ".join(filter(None, (stem(word) for word in TOKEN.findall(term)))) or term
