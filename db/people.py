"""Who writes: the authors of the archive, and what one of them writes about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.claims import PUBLISHED, Chosen, of_chosen
from db.reading import EntityCount


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAuthor:
    """Who signs documents; `handle` is without @."""

    id: int
    handle: str | None
    name: str | None
    url: str | None
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A document with its claims: all, and those worth a check. `version` counts the texts it has had."""

    id: int
    kind: str
    url: str
    title: str | None
    opening: str
    published_at: str | None
    lang: str | None
    words: int
    version: int
    snapshot: str | None
    last_seen_at: str
    gone_at: str | None
    claims: int
    check_worthy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicShare:
    """A topic, and how many documents and claims of some are about it."""

    id: str
    label: str
    documents: int
    claims: int


def authors(conn: sqlite3.Connection) -> list[StoredAuthor]:
    """All authors, those with most documents first."""
    rows = conn.execute(
        "SELECT a.id, a.handle, a.name, a.url, count(d.id) AS documents FROM authors a"
        " LEFT JOIN documents d ON d.author_id = a.id GROUP BY a.id ORDER BY documents DESC, a.id"
    )
    return [StoredAuthor(**dict(zip(StoredAuthor.__slots__, row, strict=True))) for row in rows]


def sources(conn: sqlite3.Connection) -> list[str]:
    """The names of all sources, and of those that addresses or documents came from and config.toml no longer has."""
    rows = conn.execute(
        "SELECT id FROM sources UNION SELECT source FROM targets WHERE source IS NOT NULL"
        " UNION SELECT source FROM documents WHERE source IS NOT NULL ORDER BY 1"
    )
    return [row[0] for row in rows]


def signed_documents(conn: sqlite3.Connection, chosen: Chosen) -> list[SignedDocument]:
    """Documents published in a period, newest first, undated last."""
    names = ", ".join(f"d.{name}" for name in SignedDocument.__slots__[:-2])
    rows = conn.execute(
        f"""
        SELECT {names}, (SELECT count(*) FROM claims c WHERE c.document_id = d.id),
            (SELECT count(*) FROM claims c WHERE c.document_id = d.id AND c.check_worthy)
        FROM documents d WHERE {PUBLISHED} ORDER BY d.published_at DESC NULLS LAST, d.id
        """,
        of_chosen(chosen),
    )
    return [SignedDocument(**dict(zip(SignedDocument.__slots__, row, strict=True))) for row in rows]


def topics_of(conn: sqlite3.Connection, documents: Sequence[int]) -> list[TopicShare]:
    """The topics of these documents or of their claims, those of most documents first."""
    rows = conn.execute(
        """
        SELECT t.id, t.label, count(DISTINCT found.document_id) AS documents, sum(found.claim) AS claims FROM (
            SELECT topic_id, document_id, 0 AS claim FROM document_topics
                WHERE document_id IN (SELECT value FROM json_each(?1))
            UNION ALL
            SELECT ct.topic_id, c.document_id, 1 FROM claims c JOIN claim_topics ct ON ct.claim_id = c.id
                WHERE c.document_id IN (SELECT value FROM json_each(?1))
        ) AS found JOIN topics t ON t.id = found.topic_id
        GROUP BY t.id ORDER BY documents DESC, claims DESC, t.id
        """,
        (json.dumps(documents),),
    )
    return [TopicShare(**dict(zip(TopicShare.__slots__, row, strict=True))) for row in rows]


def named_in(conn: sqlite3.Connection, documents: Sequence[int], limit: int) -> list[EntityCount]:
    """What these documents name, in most documents first."""
    rows = conn.execute(
        """
        SELECT e.id, e.name, e.label, e.handle, e.wikidata, count(DISTINCT m.document_id) AS documents, count(*)
        FROM mentions m JOIN entities e ON e.id = m.entity_id
        WHERE m.document_id IN (SELECT value FROM json_each(?))
        GROUP BY e.id ORDER BY documents DESC, count(*) DESC, e.name LIMIT ?
        """,
        (json.dumps(documents), limit),
    )
    return [EntityCount(*row) for row in rows]
