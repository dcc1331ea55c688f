"""What an archive does not have, or has no longer on the web: what a reader of a report must know is missing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneDocument:
    """A document that its site no longer shows; the archive keeps its text."""

    document_id: int
    kind: str
    title: str | None
    opening: str
    author: str | None
    published_at: str | None
    url: str
    last_seen_at: str
    gone_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Addresses that could not be read: how many in this state, and the first of them with its reason."""

    state: str
    addresses: int
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How far the archive goes, whatever a report chose of it. Times are ISO 8601 UTC."""

    documents: int
    posts: int
    unmined: int
    other_languages: int
    undated: int
    first_seen_at: str | None
    last_seen_at: str | None
    harvested_at: str | None
    schema: str
    pipelines: tuple[str, ...]


def gone(conn: sqlite3.Connection, chosen: str, limit: int) -> list[GoneDocument]:
    """Documents of the SQL `chosen` (document ids) that were taken down, the last first."""
    rows = conn.execute(
        "SELECT d.id, d.kind, d.title, d.opening, coalesce('@' || a.handle, a.name), d.published_at, d.url,"
        " d.last_seen_at, d.gone_at FROM documents d LEFT JOIN authors a ON a.id = d.author_id"
        f" WHERE d.gone_at IS NOT NULL AND d.id IN ({chosen}) ORDER BY d.gone_at DESC, d.id DESC LIMIT ?",
        (limit,),
    )
    return [GoneDocument(**dict(zip(GoneDocument.__slots__, row, strict=True))) for row in rows]


def unread(conn: sqlite3.Connection) -> list[Unread]:
    """Addresses that were tried in vain or are closed, by state and reason; those that only wait are none of them."""
    rows = conn.execute(
        "SELECT state, count(*) AS addresses, min(url), last_error FROM targets"
        " WHERE last_error IS NOT NULL AND state <> 'gone' GROUP BY state, last_error"
        " ORDER BY addresses DESC, state, last_error"
    )
    return [Unread(**dict(zip(Unread.__slots__, row, strict=True))) for row in rows]


def held(conn: sqlite3.Connection) -> Held:
    """The archive as a whole."""
    row = conn.execute(
        """
        SELECT count(*), (SELECT count(*) FROM posts),
            (SELECT count(*) FROM documents d WHERE NOT EXISTS (
                SELECT 1 FROM analyses a WHERE a.document_id = d.id AND a.version = d.version)),
            coalesce(sum(lang IS NOT NULL AND lang <> 'fr'), 0), coalesce(sum(published_at IS NULL), 0),
            min(first_seen_at), max(last_seen_at),
            (SELECT max(finished_at) FROM runs WHERE command IN ('harvest', 'import')),
            (SELECT max(name) FROM _sqlite_migrations)
        FROM documents
        """
    ).fetchone()
    pipelines = conn.execute("SELECT DISTINCT pipeline FROM analyses ORDER BY pipeline")
    return Held(**dict(zip(Held.__slots__, (*row, tuple(name for (name,) in pipelines)), strict=True)))
