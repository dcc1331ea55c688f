"""Claims whatever their topic: those of an author, of a period, of texts that came lately; and their checks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.reading import CheckOperand, StoredCheck

AROUND = 240  # characters of a text on each side of a claim, where no post says what belongs to it
_AUTHOR = "coalesce('@' || a.handle, a.name)"
_WORST = "CASE k.verdict WHEN 'inconsistent' THEN 0 WHEN 'approximate' THEN 1 ELSE 2 END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a report is about; a part that is None or empty leaves all in.

    `since` and `until` are ISO 8601; the first is in, the second is out. `authors` are authors.id, `sources`
    sources.id.
    """

    since: str | None = None
    until: str | None = None
    authors: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedClaim:
    """A claim with all that is needed to judge it and to find it.

    `before + text + after` is the archived post, or the text around where there is no post. `link` leads to the post,
    or to the document. `verdict` is the worst of the checks on its amounts, None when there is none. `topics` are
    labels. `group_size` counts the claims, this one included, that say the same.
    """

    id: int
    document_id: int
    post_id: str | None
    start: int
    end: int
    text: str
    before: str
    after: str
    kind: str
    check_worthy: bool
    score: float
    polarity: str
    attributed_to: str | None
    author: str | None
    published_at: str | None
    link: str
    title: str | None
    document_kind: str
    document_url: str
    version: int
    snapshot: str | None
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    lang: str | None
    group_id: int | None
    group_size: int
    verdict: str | None
    amounts: tuple[str, ...]
    topics: tuple[str, ...]


_FROM = f"coalesce(p.start, max(c.start - {AROUND}, 0))"
_COLUMNS = f"""
c.id, c.document_id, c.post_id, c.start, c."end", c.text,
substr(d.text, {_FROM} + 1, c.start - {_FROM}),
substr(d.text, c."end" + 1, coalesce(p."end" - c."end", {AROUND})),
c.kind, c.check_worthy, c.score, c.polarity, c.attributed_to, {_AUTHOR}, coalesce(p.posted_at, d.published_at),
coalesce(p.url, d.url), d.title, d.kind, d.url, d.version, d.snapshot, d.first_seen_at, d.last_seen_at, d.gone_at,
d.lang, g.group_id,
CASE WHEN g.group_id IS NULL THEN 1 ELSE (SELECT count(*) FROM claim_groups WHERE group_id = g.group_id) END,
(SELECT k.verdict FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id
    JOIN checks k ON k.id = cq.check_id WHERE q.claim_id = c.id ORDER BY {_WORST} LIMIT 1) AS verdict,
(SELECT json_group_array(surface) FROM (SELECT surface FROM quantities WHERE claim_id = c.id ORDER BY start)),
(SELECT json_group_array(label) FROM (SELECT t.label FROM claim_topics ct JOIN topics t ON t.id = ct.topic_id
    WHERE ct.claim_id = c.id ORDER BY t.label))
"""
_JOINS = """
claims c JOIN documents d ON d.id = c.document_id
LEFT JOIN authors a ON a.id = d.author_id
LEFT JOIN posts p ON p.document_id = c.document_id AND p.id = c.post_id
LEFT JOIN claim_groups g ON g.claim_id = c.id
"""
CHOSEN = """
(:authors = '[]' OR d.author_id IN (SELECT value FROM json_each(:authors)))
AND (:sources = '[]' OR d.source IN (SELECT value FROM json_each(:sources)))
"""
_PUBLISHED = f"""
{CHOSEN} AND (:since IS NULL OR coalesce(p.posted_at, d.published_at) >= :since)
AND (:until IS NULL OR coalesce(p.posted_at, d.published_at) < :until)
"""
_BEST_FIRST = """
ORDER BY EXISTS (SELECT 1 FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id
    JOIN checks k ON k.id = cq.check_id WHERE q.claim_id = c.id AND k.verdict = 'inconsistent') DESC,
    c.check_worthy DESC, c.score DESC, d.published_at IS NULL, d.published_at, c.id
"""


def published_claims(conn: sqlite3.Connection, chosen: Chosen, limit: int | None) -> list[SourcedClaim]:
    """Claims published in a period: wrong sums first, then check-worthy ones, by score, oldest first among equals."""
    rows = conn.execute(
        f"SELECT c.id FROM {_JOINS} WHERE {_PUBLISHED} {_BEST_FIRST} LIMIT :limit",
        {**of_chosen(chosen), "limit": -1 if limit is None else limit},
    )
    return claims_by_id(conn, [row[0] for row in rows])


def count_published(conn: sqlite3.Connection, chosen: Chosen) -> tuple[int, int]:
    """How many claims were published in a period, and how many of them are worth a check."""
    row = conn.execute(
        f"SELECT count(*), coalesce(sum(c.check_worthy), 0) FROM {_JOINS} WHERE {_PUBLISHED}", of_chosen(chosen)
    ).fetchone()
    return int(row[0]), int(row[1])


def published_wrong_sums(conn: sqlite3.Connection, chosen: Chosen) -> list[StoredCheck]:
    """Sums that do not come out right in documents published in a period, oldest first, undated last."""
    rows = conn.execute(
        f"""
        SELECT k.id FROM checks k JOIN documents d ON d.id = k.document_id
        WHERE k.verdict = 'inconsistent' AND {CHOSEN} AND (:since IS NULL OR d.published_at >= :since)
            AND (:until IS NULL OR d.published_at < :until)
        ORDER BY d.published_at IS NULL, d.published_at, k.id
        """,
        of_chosen(chosen),
    )
    return checks_by_id(conn, [row[0] for row in rows])


def claims_by_id(conn: sqlite3.Connection, ids: Sequence[int]) -> list[SourcedClaim]:
    """These claims, in this order. Texts are read for them alone: sorting all claims must not load all texts."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM json_each(?) AS wanted JOIN {_JOINS} WHERE c.id = wanted.value ORDER BY wanted.key",
        (json.dumps(ids),),
    )
    found = []
    for row in rows:
        values = dict(zip(SourcedClaim.__slots__, row, strict=True))
        values["check_worthy"] = bool(values["check_worthy"])
        values["amounts"], values["topics"] = (tuple(json.loads(values[key])) for key in ("amounts", "topics"))
        found.append(SourcedClaim(**values))
    return found


def checks_of_claims(conn: sqlite3.Connection, ids: Sequence[int]) -> list[StoredCheck]:
    """The checks that use an amount of these claims: the wrong first, then the approximate, then the right."""
    rows = conn.execute(
        f"""
        SELECT k.id FROM checks k WHERE k.id IN (SELECT cq.check_id FROM check_quantities cq
            JOIN quantities q ON q.id = cq.quantity_id WHERE q.claim_id IN (SELECT value FROM json_each(?)))
        ORDER BY {_WORST}, k.id
        """,
        (json.dumps(ids),),
    )
    return checks_by_id(conn, [row[0] for row in rows])


def checks_by_id(conn: sqlite3.Connection, ids: Sequence[int]) -> list[StoredCheck]:
    """These checks, in this order."""
    rows = conn.execute(
        f"""
        SELECT k.id, k.document_id, k.relation, k.stated, k.computed, k.unit, k.verdict, k.explanation, {_AUTHOR},
            d.published_at, d.url, d.title,
            (SELECT json_group_array(json_array(id, text)) FROM (SELECT DISTINCT c.id, c.text
                FROM check_quantities cq JOIN quantities q ON q.id = cq.quantity_id JOIN claims c ON c.id = q.claim_id
                WHERE cq.check_id = k.id ORDER BY c.start)),
            (SELECT json_group_array(json_array(role, surface, value, unit, start, "end")) FROM (SELECT cq.role,
                q.surface, q.value, q.unit, q.start, q."end" FROM check_quantities cq
                JOIN quantities q ON q.id = cq.quantity_id WHERE cq.check_id = k.id ORDER BY q.start))
        FROM json_each(?) AS wanted JOIN checks k JOIN documents d ON d.id = k.document_id
        LEFT JOIN authors a ON a.id = d.author_id WHERE k.id = wanted.value ORDER BY wanted.key
        """,
        (json.dumps(ids),),
    )
    return [StoredCheck(*[*row[:12], _pairs(row[12]), _operands(row[13])]) for row in rows]


def of_chosen(chosen: Chosen) -> Mapping[str, object]:
    """The parameters that CHOSEN and its neighbours name."""
    return {
        "since": chosen.since,
        "until": chosen.until,
        "authors": json.dumps(chosen.authors),
        "sources": json.dumps(chosen.sources),
    }


def _pairs(listed: str) -> tuple[tuple[int, str], ...]:
    return tuple((key, text) for key, text in json.loads(listed))


def _operands(listed: str) -> tuple[CheckOperand, ...]:
    return tuple(CheckOperand(*operand) for operand in json.loads(listed))
