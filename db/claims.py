"""Which claims and sums a report is about, whatever their topic: by author, source and day of publication."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a report is about; a part that is None or empty leaves all in.

    `since` and `until` are ISO 8601; the first is in, the second is out. `authors` are authors.id, `sources`
    sources.id, `topics` topics.id: the last limits published claims alone.
    """

    since: str | None = None
    until: str | None = None
    authors: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


_JOINS = """
claims c JOIN documents d ON d.id = c.document_id
LEFT JOIN posts p ON p.document_id = c.document_id AND p.id = c.post_id
"""
CHOSEN = """
(:authors = '[]' OR d.author_id IN (SELECT value FROM json_each(:authors)))
AND (:sources = '[]' OR d.source IN (SELECT value FROM json_each(:sources)))
"""
# Of whole documents; claims of a thread are as old as their posts.
PUBLISHED = f"""
{CHOSEN} AND (:since IS NULL OR d.published_at >= :since) AND (:until IS NULL OR d.published_at < :until)
"""
_PUBLISHED = f"""
{CHOSEN} AND (:since IS NULL OR coalesce(p.posted_at, d.published_at) >= :since)
AND (:until IS NULL OR coalesce(p.posted_at, d.published_at) < :until)
AND (:topics = '[]' OR EXISTS (SELECT 1 FROM claim_topics ct
    WHERE ct.claim_id = c.id AND ct.topic_id IN (SELECT value FROM json_each(:topics))))
"""
_BEST_FIRST = """
ORDER BY EXISTS (SELECT 1 FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id
    JOIN checks k ON k.id = cq.check_id WHERE q.claim_id = c.id AND k.verdict = 'inconsistent') DESC,
    c.check_worthy DESC, c.score DESC, d.published_at IS NULL, d.published_at, c.id
"""


def published_claims(conn: sqlite3.Connection, chosen: Chosen, limit: int | None) -> list[int]:
    """claims.id of what was published in a period: with wrong sums, then worth a check, by score, the oldest first."""
    rows = conn.execute(
        f"SELECT c.id FROM {_JOINS} WHERE {_PUBLISHED} {_BEST_FIRST} LIMIT :limit",
        {**of_chosen(chosen), "limit": -1 if limit is None else limit},
    )
    return [row[0] for row in rows]


def count_published(conn: sqlite3.Connection, chosen: Chosen) -> tuple[int, int]:
    """How many claims were published in a period, and how many of them are worth a check."""
    row = conn.execute(
        f"SELECT count(*), coalesce(sum(c.check_worthy), 0) FROM {_JOINS} WHERE {_PUBLISHED}", of_chosen(chosen)
    ).fetchone()
    return int(row[0]), int(row[1])


def count_worth(conn: sqlite3.Connection, ids: Sequence[int]) -> int:
    """How many of these claims (claims.id) are worth a check."""
    row = conn.execute(
        "SELECT count(*) FROM claims WHERE check_worthy AND id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    ).fetchone()
    return int(row[0])


def published_wrong_sums(conn: sqlite3.Connection, chosen: Chosen) -> list[int]:
    """checks.id of sums that do not come out right in documents published in a period, oldest first, undated last."""
    rows = conn.execute(
        f"""
        SELECT k.id FROM checks k JOIN documents d ON d.id = k.document_id
        WHERE k.verdict = 'inconsistent' AND {PUBLISHED}
            AND (:topics = '[]' OR EXISTS (SELECT 1 FROM check_quantities cq
                JOIN quantities q ON q.id = cq.quantity_id JOIN claim_topics ct ON ct.claim_id = q.claim_id
                WHERE cq.check_id = k.id AND ct.topic_id IN (SELECT value FROM json_each(:topics))))
        ORDER BY d.published_at IS NULL, d.published_at, k.id
        """,
        of_chosen(chosen),
    )
    return [row[0] for row in rows]


def of_chosen(chosen: Chosen) -> Mapping[str, object]:
    """The parameters that CHOSEN and its neighbours name."""
    return {
        "since": chosen.since,
        "until": chosen.until,
        "authors": json.dumps(chosen.authors),
        "sources": json.dumps(chosen.sources),
        "topics": json.dumps(chosen.topics),
    }
