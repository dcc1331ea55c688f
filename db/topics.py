"""The topics of config.toml, and those that were discovered."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.records import DiscoveredTopic, KnownTopic, TopicEvent, TopicSeed, TopicWeight


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as discovery reads it. `id` is documents.id."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """What happened to a topic, and when; `other` as db/dictionary.toml tells."""

    at: str
    topic: str
    event: str
    other: str | None


def save_topics(conn: sqlite3.Connection, seeds: Sequence[TopicSeed], origin: str) -> None:
    """Store topics and their terms in order; those of this `origin` that are not named and not used are dropped."""
    conn.executemany(
        "INSERT INTO topics (id, name, label, origin) VALUES (?1, ?1, ?2, ?3)"
        " ON CONFLICT (id) DO UPDATE SET label = ?2, origin = ?3 WHERE label <> ?2 OR origin <> ?3",
        [(seed.name, seed.label, origin) for seed in seeds],
    )
    conn.executemany("DELETE FROM topic_terms WHERE topic_id = ?", [(seed.name,) for seed in seeds])
    conn.executemany(
        "INSERT OR IGNORE INTO topic_terms (topic_id, term, rank, weight) VALUES (?, ?, ?, 1.0)",
        [(seed.name, term, rank) for seed in seeds for rank, term in enumerate(seed.terms, 1)],
    )
    named = {seed.name for seed in seeds}
    unused = conn.execute(
        "SELECT id FROM topics WHERE origin = ? AND id NOT IN (SELECT topic_id FROM claim_topics)"
        " AND id NOT IN (SELECT topic_id FROM document_topics)",
        (origin,),
    ).fetchall()
    conn.executemany("DELETE FROM topics WHERE id = ?", [row for row in unused if row[0] not in named])


def document_ids(conn: sqlite3.Connection) -> list[int]:
    """documents.id of all documents, in order."""
    return [row[0] for row in conn.execute("SELECT id FROM documents ORDER BY id")]


def page_of_texts(conn: sqlite3.Connection, after: int, limit: int) -> list[DocumentText]:
    """The next documents, by id."""
    rows = conn.execute("SELECT id, text FROM documents WHERE id > ? ORDER BY id LIMIT ?", (after, limit)).fetchall()
    return [DocumentText(*row) for row in rows]


def known_topics(conn: sqlite3.Connection) -> list[KnownTopic]:
    """The discovered topics, pinned ones included, with the documents that each leads."""
    rows = conn.execute(
        "SELECT id, label FROM topics WHERE origin = 'discovered'"
        " OR id IN (SELECT topic_id FROM topic_events WHERE event = 'pinned') ORDER BY id"
    ).fetchall()
    terms = {key: _terms(conn, key) for key, _ in rows}
    members: dict[str, set[int]] = {key: set() for key, _ in rows}
    for document, topic, _ in conn.execute(
        # With max(), SQLite takes the other columns from the row that has it.
        "SELECT document_id, topic_id, max(weight) FROM document_topics"
        " WHERE topic_id IN (SELECT value FROM json_each(?)) GROUP BY document_id",
        (json.dumps(list(members)),),
    ):
        members[topic].add(document)
    absorbed = _absorbed(conn)
    return [
        KnownTopic(id=key, label=label, terms=terms[key], members=frozenset(members[key]), absorbed=absorbed[key])
        for key, label in rows
    ]


def used_ids(conn: sqlite3.Connection) -> set[str]:
    """The ids that no new topic may have: those of all topics, and of those that are gone."""
    return {row[0] for row in conn.execute("SELECT id FROM topics UNION SELECT topic_id FROM topic_events")}


def store_discovery(
    conn: sqlite3.Connection,
    topics: Sequence[DiscoveredTopic],
    weights: Iterable[tuple[int, Sequence[TopicWeight]]],
    events: Sequence[TopicEvent],
    at: str,
) -> None:
    """Replace the discovered topics and what they weigh in each document. Topics of config.toml stay as they are."""
    seeded = {row[0] for row in conn.execute("SELECT id FROM topics WHERE origin <> 'discovered'")}
    kept = [topic for topic in topics if topic.id not in seeded]
    conn.execute("DELETE FROM document_topics WHERE topic_id IN (SELECT id FROM topics WHERE origin = 'discovered')")
    conn.execute(
        "DELETE FROM topics WHERE origin = 'discovered' AND id NOT IN (SELECT value FROM json_each(?))",
        (json.dumps([topic.id for topic in kept]),),
    )
    conn.executemany(
        "INSERT INTO topics (id, name, label, origin) VALUES (?1, ?1, ?2, 'discovered')"
        " ON CONFLICT (id) DO UPDATE SET label = ?2 WHERE label <> ?2",
        [(topic.id, topic.label) for topic in kept],
    )
    for topic in kept:
        _replace_terms(conn, topic.id, topic.terms)
    conn.executemany(
        "INSERT INTO document_topics (document_id, topic_id, weight, words) VALUES (?, ?, ?, ?)",
        (
            (document, given.topic, given.weight, json.dumps(given.words, ensure_ascii=False))
            for document, found in weights
            for given in found
            if given.topic not in seeded
        ),
    )
    note_events(conn, events, at)


def note_events(conn: sqlite3.Connection, events: Iterable[TopicEvent], at: str) -> None:
    """Keep what happened to topics."""
    conn.executemany(
        "INSERT INTO topic_events (at, topic_id, event, other) VALUES (?, ?, ?, ?)",
        [(at, event.topic, event.event, event.other) for event in events],
    )


def rename(conn: sqlite3.Connection, topic: str, label: str, at: str) -> None:
    """Give a topic another label; it keeps it in later runs."""
    ((before,),) = conn.execute("SELECT label FROM topics WHERE id = ?", (topic,)).fetchall()
    conn.execute("UPDATE topics SET label = ? WHERE id = ?", (label, topic))
    note_events(conn, [TopicEvent(topic, "renamed", before)], at)


def join(conn: sqlite3.Connection, topic: str, other: str, at: str) -> None:
    """Make `other` part of `topic`: its documents and terms; `other` is gone."""
    conn.execute(
        "INSERT INTO document_topics (document_id, topic_id, weight, words)"
        " SELECT document_id, ?1, weight, words FROM document_topics WHERE topic_id = ?2"
        " ON CONFLICT DO UPDATE SET weight = min(1.0, weight + excluded.weight)",
        (topic, other),
    )
    terms = conn.execute(
        "SELECT term, max(weight) FROM topic_terms WHERE topic_id IN (?, ?) GROUP BY term ORDER BY 2 DESC, min(rank)",
        (topic, other),
    ).fetchall()
    _replace_terms(conn, topic, terms)
    conn.execute("DELETE FROM topics WHERE id = ?", (other,))
    note_events(conn, [TopicEvent(other, "joined", topic)], at)


def events_of(conn: sqlite3.Connection, topic: str) -> list[StoredEvent]:
    """What happened to a topic, and what became part of it or came out of it, oldest first."""
    rows = conn.execute(
        "SELECT at, topic_id, event, other FROM topic_events WHERE topic_id = ?1"
        " OR (other = ?1 AND event IN ('split', 'merged', 'joined')) ORDER BY id",
        (topic,),
    )
    return [StoredEvent(*row) for row in rows]


def _terms(conn: sqlite3.Connection, topic: str) -> tuple[str, ...]:
    return tuple(r[0] for r in conn.execute("SELECT term FROM topic_terms WHERE topic_id = ? ORDER BY rank", (topic,)))


def _absorbed(conn: sqlite3.Connection) -> Counter[str]:
    """By topic, how many others people joined to it, and those joined to these."""
    found: Counter[str] = Counter()
    for topic, other in conn.execute("SELECT topic_id, other FROM topic_events WHERE event = 'joined' ORDER BY id"):
        found[other] += 1 + found[topic]
    return found


def _replace_terms(conn: sqlite3.Connection, topic: str, terms: Iterable[tuple[str, float]]) -> None:
    conn.execute("DELETE FROM topic_terms WHERE topic_id = ?", (topic,))
    conn.executemany(
        "INSERT OR IGNORE INTO topic_terms (topic_id, term, rank, weight) VALUES (?, ?, ?, ?)",
        [(topic, term, rank, weight) for rank, (term, weight) in enumerate(terms, 1)],
    )
