"""What reports read: topics, and of each topic its documents, claims, amounts, checks, names and months."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
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
class TopicClaim:
    """A claim with all that is needed to judge and to find it: words, page, day.

    `text` is `documents.text[start:end]` of `version`, as parsed from `snapshot` (a sha256). `link` leads to the post,
    or to the document. `verdict` is the worst of the checks on its amounts, None when there is none. `weight` and
    `words` say why it belongs to the topic. `group_size` counts the claims, this one included, that say the same.
    """

    id: int
    document_id: int
    post_id: str | None
    start: int
    end: int
    text: str
    kind: str
    check_worthy: bool
    score: float
    polarity: str
    attributed_to: str | None
    author: str | None
    published_at: str | None
    link: str
    title: str | None
    document_url: str
    version: int
    snapshot: str | None
    last_seen_at: str
    gone_at: str | None
    amounts: tuple[str, ...]
    verdict: str | None
    group_id: int | None
    group_size: int
    weight: float
    words: tuple[str, ...]
    lang: str | None


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
class MonthCount:
    """A month (`2021-05`; None: date unknown), its documents and their claims about a topic."""

    month: str | None
    documents: int
    claims: int
    check_worthy: int


@dataclass(frozen=True, slots=True)
class AuthorCount:
    """Who writes about a topic."""

    author: str | None
    documents: int
    claims: int


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


def topic_claims(
    conn: sqlite3.Connection, topic: str, *, check_worthy_only: bool, limit: int | None
) -> Iterator[TopicClaim]:
    """Claims about a topic: wrong sums first, then check-worthy ones, by score, oldest first among equals."""
    rows = conn.execute(
        f"""
        SELECT c.id, c.document_id, c.post_id, c.start, c."end", c.text, c.kind, c.check_worthy, c.score, c.polarity,
            c.attributed_to, {_AUTHOR}, coalesce(p.posted_at, d.published_at), coalesce(p.url, d.url), d.title, d.url,
            d.version, d.snapshot, d.last_seen_at, d.gone_at,
            (SELECT json_group_array(surface) FROM
                (SELECT surface FROM quantities WHERE claim_id = c.id ORDER BY start)),
            (SELECT k.verdict FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id
                JOIN checks k ON k.id = cq.check_id WHERE q.claim_id = c.id
                ORDER BY CASE k.verdict WHEN 'inconsistent' THEN 0 WHEN 'approximate' THEN 1 ELSE 2 END LIMIT 1
            ) AS verdict,
            g.group_id,
            CASE WHEN g.group_id IS NULL THEN 1
                ELSE (SELECT count(*) FROM claim_groups WHERE group_id = g.group_id) END,
            ct.weight, ct.words, d.lang
        FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id JOIN documents d ON d.id = c.document_id
        LEFT JOIN authors a ON a.id = d.author_id
        LEFT JOIN posts p ON p.document_id = c.document_id AND p.id = c.post_id
        LEFT JOIN claim_groups g ON g.claim_id = c.id
        WHERE ct.topic_id = :topic AND (c.check_worthy OR NOT :only)
        ORDER BY verdict IS NOT 'inconsistent', c.check_worthy DESC, c.score DESC, d.published_at IS NULL,
            d.published_at, c.id LIMIT :limit
        """,
        {"topic": topic, "only": check_worthy_only, "limit": _all_if_none(limit)},
    )
    for row in rows:
        values = list(row)
        values[7], values[20], values[25] = bool(row[7]), tuple(json.loads(row[20])), tuple(json.loads(row[25]))
        yield TopicClaim(*values)


def topic_checks(conn: sqlite3.Connection, topic: str) -> list[StoredCheck]:
    """Checks on documents about a topic: the wrong first, then the approximate, then the right."""
    rows = conn.execute(
        f"""
        SELECT k.id, k.document_id, k.relation, k.stated, k.computed, k.unit, k.verdict, k.explanation, {_AUTHOR},
            d.published_at, d.url, d.title
        FROM ({_OF_TOPIC}) AS found JOIN checks k ON k.document_id = found.document_id
        JOIN documents d ON d.id = k.document_id LEFT JOIN authors a ON a.id = d.author_id
        ORDER BY CASE k.verdict WHEN 'inconsistent' THEN 0 WHEN 'approximate' THEN 1 ELSE 2 END, d.published_at, k.id
        """,
        {"topic": topic},
    ).fetchall()
    return [StoredCheck(*[*row, _check_claims(conn, row[0]), _check_operands(conn, row[0])]) for row in rows]


def topic_entities(conn: sqlite3.Connection, topic: str, limit: int | None) -> list[EntityCount]:
    """What documents about a topic name, in most documents first."""
    rows = conn.execute(
        f"""
        SELECT e.id, e.name, e.label, e.handle, e.wikidata, count(DISTINCT m.document_id) AS documents, count(*)
        FROM ({_OF_TOPIC}) AS found JOIN mentions m ON m.document_id = found.document_id
        JOIN entities e ON e.id = m.entity_id
        GROUP BY e.id ORDER BY documents DESC, count(*) DESC, e.name LIMIT :limit
        """,
        {"topic": topic, "limit": _all_if_none(limit)},
    )
    return [EntityCount(*row) for row in rows]


def topic_months(conn: sqlite3.Connection, topic: str) -> list[MonthCount]:
    """Documents and claims about a topic by month of publication, in order; undated ones last, under None."""
    rows = conn.execute(
        "SELECT month, documents, claims, check_worthy_claims FROM topic_months WHERE topic_id = ?"
        " ORDER BY month IS NULL, month",
        (topic,),
    )
    return [MonthCount(*row) for row in rows]


def topic_authors(conn: sqlite3.Connection, topic: str, limit: int | None) -> list[AuthorCount]:
    """Who writes about a topic, in most documents first."""
    rows = conn.execute(
        f"""
        SELECT {_AUTHOR}, count(*) AS documents, sum((SELECT count(*) FROM claims c JOIN claim_topics ct
            ON ct.claim_id = c.id AND ct.topic_id = :topic WHERE c.document_id = d.id))
        FROM ({_OF_TOPIC}) AS found JOIN documents d ON d.id = found.document_id
        LEFT JOIN authors a ON a.id = d.author_id
        GROUP BY d.author_id ORDER BY documents DESC, 1 LIMIT :limit
        """,
        {"topic": topic, "limit": _all_if_none(limit)},
    )
    return [AuthorCount(*row) for row in rows]


def sights(conn: sqlite3.Connection, snapshot: str) -> list[Sight]:
    """Every request that brought these very bytes, or that said they had not changed: oldest first."""
    rows = conn.execute(
        "SELECT url, final_url, status, fetched_at, snapshot FROM fetches WHERE snapshot = ? ORDER BY id", (snapshot,)
    )
    return [Sight(*row) for row in rows]


def pipelines(conn: sqlite3.Connection) -> list[str]:
    """The names of the pipelines whose findings the archive holds."""
    return [row[0] for row in conn.execute("SELECT DISTINCT pipeline FROM analyses ORDER BY pipeline")]


def _check_claims(conn: sqlite3.Connection, check_id: int) -> tuple[tuple[int, str], ...]:
    rows = conn.execute(
        "SELECT DISTINCT c.id, c.text FROM check_quantities cq JOIN quantities q ON q.id = cq.quantity_id"
        " JOIN claims c ON c.id = q.claim_id WHERE cq.check_id = ? ORDER BY c.start",
        (check_id,),
    )
    return tuple((row[0], row[1]) for row in rows)


def _check_operands(conn: sqlite3.Connection, check_id: int) -> tuple[CheckOperand, ...]:
    rows = conn.execute(
        'SELECT cq.role, q.surface, q.value, q.unit, q.start, q."end" FROM check_quantities cq'
        " JOIN quantities q ON q.id = cq.quantity_id WHERE cq.check_id = ? ORDER BY q.start",
        (check_id,),
    )
    return tuple(CheckOperand(*row) for row in rows)


def _all_if_none(limit: int | None) -> int:
    return -1 if limit is None else limit
