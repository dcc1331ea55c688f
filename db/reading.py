"""What is asked of documents and topics one by one: a topic in numbers, its documents, a document, its requests."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

# The documents of a topic: those given it as a whole, and those with a claim about it.
_OF_TOPIC = """
SELECT document_id FROM document_topics WHERE topic_id = :topic
UNION SELECT c.document_id FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id WHERE ct.topic_id = :topic
"""
_AUTHOR = "coalesce('@' || a.handle, a.name)"


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """A topic with its terms, best first, and how many documents and claims are about it."""

    id: str
    label: str
    origin: str
    terms: tuple[str, ...]
    documents: int
    claims: int
    check_worthy: int


@dataclass(frozen=True, slots=True)
class StoredPost:
    """One tweet: `StoredDocument.text[start:end] == text`."""

    id: str
    text: str
    start: int
    end: int
    posted_at: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as the archive holds it; `posts` is empty for what is not a thread. `snapshot` is a sha256."""

    id: int
    kind: str
    url: str
    title: str | None
    author: str | None
    handle: str | None
    published_at: str | None
    published_from: str | None
    lang: str | None
    words: int
    source: str | None
    snapshot: str | None
    version: int
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    text: str
    posts: tuple[StoredPost, ...]


@dataclass(frozen=True, slots=True)
class TopicDocument:
    """A document about a topic. `weight` is None when only claims of it are; `claims` counts those about the topic."""

    id: int
    kind: str
    url: str
    title: str | None
    opening: str
    author: str | None
    published_at: str | None
    words: int
    weight: float | None
    claims: int
    version: int
    snapshot: str | None
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None


@dataclass(frozen=True, slots=True)
class CheckOperand:
    """An amount that a check used: `role` as in the check, `surface` as in the text."""

    role: str
    surface: str
    value: float
    unit: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """An arithmetic relation recomputed, where it stands, and the sentences its amounts come from."""

    id: int
    document_id: int
    relation: str
    stated: float | None
    computed: float
    unit: str | None
    verdict: str
    explanation: str
    author: str | None
    published_at: str | None
    link: str
    title: str | None
    claims: tuple[tuple[int, str], ...]
    operands: tuple[CheckOperand, ...]


@dataclass(frozen=True, slots=True)
class EntityCount:
    """A thing named in documents of a topic."""

    id: str
    name: str
    label: str
    handle: str | None
    wikidata: str | None
    documents: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Sight:
    """One request whose answer was, byte for byte, the snapshot a document was read from."""

    url: str
    final_url: str
    status: int | None
    fetched_at: str
    snapshot: str


def topics(conn: sqlite3.Connection) -> list[TopicSummary]:
    """All topics, those with most claims first."""
    rows = conn.execute(
        """
        SELECT t.id, t.label, t.origin,
            (SELECT json_group_array(term) FROM
                (SELECT term FROM topic_terms WHERE topic_id = t.id ORDER BY rank)) AS terms,
            (SELECT count(*) FROM (SELECT document_id FROM document_topics WHERE topic_id = t.id
                UNION SELECT c.document_id FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id
                WHERE ct.topic_id = t.id)) AS documents,
            count(c.id) AS claims, coalesce(sum(c.check_worthy), 0)
        FROM topics t LEFT JOIN claim_topics ct ON ct.topic_id = t.id LEFT JOIN claims c ON c.id = ct.claim_id
        GROUP BY t.id ORDER BY claims DESC, documents DESC, t.id
        """
    )
    return [TopicSummary(*[*row[:3], tuple(json.loads(row[3])), *row[4:]]) for row in rows]


def document(conn: sqlite3.Connection, id_or_url: int | str) -> StoredDocument | None:
    """One document with its posts in order; None when the archive does not have it."""
    column = "id" if isinstance(id_or_url, int) else "url"
    row = conn.execute(
        "SELECT d.id, d.kind, d.url, d.title, a.name, a.handle, d.published_at, d.published_from, d.lang, d.words,"
        " d.source, d.snapshot, d.version, d.first_seen_at, d.last_seen_at, d.gone_at, d.text"
        f" FROM documents d LEFT JOIN authors a ON a.id = d.author_id WHERE d.{column} = ?",
        (id_or_url,),
    ).fetchone()
    if row is None:
        return None
    posts = conn.execute(
        'SELECT id, text, start, "end", posted_at, url FROM posts WHERE document_id = ? ORDER BY position', (row[0],)
    ).fetchall()
    names = [name for name in StoredDocument.__slots__ if name != "posts"]
    return StoredDocument(**dict(zip(names, row, strict=True)), posts=tuple(StoredPost(*post) for post in posts))


def topic_documents(conn: sqlite3.Connection, topic: str, limit: int | None) -> list[TopicDocument]:
    """Documents about a topic, oldest first, undated last."""
    rows = conn.execute(
        f"""
        SELECT d.id, d.kind, d.url, d.title, d.opening, {_AUTHOR}, d.published_at, d.words, dt.weight,
            (SELECT count(*) FROM claims c JOIN claim_topics ct ON ct.claim_id = c.id AND ct.topic_id = :topic
                WHERE c.document_id = d.id),
            d.version, d.snapshot, d.first_seen_at, d.last_seen_at, d.gone_at
        FROM ({_OF_TOPIC}) AS found JOIN documents d ON d.id = found.document_id
        LEFT JOIN document_topics dt ON dt.document_id = d.id AND dt.topic_id = :topic
        LEFT JOIN authors a ON a.id = d.author_id
        ORDER BY d.published_at IS NULL, d.published_at, d.id LIMIT :limit
        """,
        {"topic": topic, "limit": _all_if_none(limit)},
    )
    return [TopicDocument(*row) for row in rows]


def sights(conn: sqlite3.Connection, snapshot: str) -> list[Sight]:
    """Every request that brought these very bytes, or that said they had not changed: oldest first."""
    rows = conn.execute(
        "SELECT url, final_url, status, fetched_at, snapshot FROM fetches WHERE snapshot = ? ORDER BY id", (snapshot,)
    )
    return [Sight(*row) for row in rows]


def _all_if_none(limit: int | None) -> int:
    return -1 if limit is None else limit
