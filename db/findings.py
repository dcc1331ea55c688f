"""What mining found: which documents wait for it, and storing what it says of one."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from db.records import Check, Claim, Findings, Mention, MiningTask, Operand, Quantity, TopicWeight

T = TypeVar("T")

_PAGE = 100
_TO_MINE = """
FROM documents d WHERE NOT EXISTS (
    SELECT 1 FROM analyses a WHERE a.document_id = d.id AND a.version = d.version AND a.pipeline = :pipeline
)
"""


@dataclass(frozen=True, slots=True)
class ClaimText:
    """A claim as grouping needs it. `id` is claims.id."""

    id: int
    document_id: int
    text: str


def count_to_mine(conn: sqlite3.Connection, pipeline: str) -> int:
    """How many documents this pipeline has not mined in their current version."""
    return int(conn.execute(f"SELECT count(*) {_TO_MINE}", {"pipeline": pipeline}).fetchone()[0])


def page_to_mine(conn: sqlite3.Connection, pipeline: str, after: int, limit: int) -> list[MiningTask]:
    """The next documents that wait for this pipeline, by id. A page at a time, so that no cursor stays open."""
    rows = conn.execute(
        f"SELECT d.id, d.version, d.text {_TO_MINE} AND d.id > :after ORDER BY d.id LIMIT :limit",
        {"pipeline": pipeline, "after": after, "limit": limit},
    ).fetchall()
    return [
        MiningTask(document_id=key, version=version, text=text, posts=_post_ranges(conn, key))
        for key, version, text in rows
    ]


def pages(page: Callable[[int, int], Sequence[T]], key: Callable[[T], int], limit: int | None) -> Iterator[T]:
    """All rows of a function that gives at most so many after an id; at most `limit`. Memory holds one page."""
    after, left = 0, limit
    while left is None or left > 0:
        found = page(after, _PAGE if left is None else min(left, _PAGE))
        if not found:
            return
        yield from found
        after = key(found[-1])
        left = None if left is None else left - len(found)


def store_findings(
    conn: sqlite3.Connection, task: MiningTask, pipeline: str, findings: Findings, analysed_at: str
) -> bool:
    """Replace what was found in the document before; False, and nothing stored, if its text has changed since."""
    current = conn.execute("SELECT version FROM documents WHERE id = ?", (task.document_id,)).fetchone()
    if current is None or current[0] != task.version:
        return False
    clear_findings(conn, task.document_id)
    posts = _Ranges([(start, end) for _, start, end in task.posts], [post_id for post_id, _, _ in task.posts])
    _add_mentions(conn, task.document_id, findings.mentions, posts)
    claim_ids = _add_claims(conn, task.document_id, findings.claims, posts)
    claims = _Ranges([(claim.start, claim.end) for claim in findings.claims], claim_ids)
    _add_checks(conn, task.document_id, findings, claims)
    _add_topics(conn, "document", [(task.document_id, findings.topics)])
    conn.execute("UPDATE documents SET lang = ?1 WHERE id = ?2 AND ?1 IS NOT NULL", (findings.lang, task.document_id))
    conn.execute("INSERT INTO analyses VALUES (?, ?, ?, ?)", (task.document_id, task.version, pipeline, analysed_at))
    conn.execute(
        "INSERT OR IGNORE INTO first_mined SELECT id, digest, ? FROM documents WHERE id = ?",
        (analysed_at, task.document_id),
    )
    return True


def clear_findings(conn: sqlite3.Connection, document_id: int) -> None:
    """Forget what was found in a document: its offsets would not fit another text."""
    conn.execute(
        "INSERT INTO claims_fts (claims_fts, rowid, text) SELECT 'delete', id, text FROM claims WHERE document_id = ?",
        (document_id,),
    )
    for table in ("checks", "quantities", "claims", "mentions", "analyses"):
        conn.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
    # Discovered topics are given to all documents at once, by another command.
    conn.execute(
        "DELETE FROM document_topics WHERE document_id = ?"
        " AND topic_id NOT IN (SELECT id FROM topics WHERE origin = 'discovered')",
        (document_id,),
    )


def page_of_claims(conn: sqlite3.Connection, after: int, limit: int) -> list[ClaimText]:
    """The next claims worth a check, by id."""
    rows = conn.execute(
        "SELECT id, document_id, text FROM claims WHERE id > ? AND check_worthy ORDER BY id LIMIT ?", (after, limit)
    ).fetchall()
    return [ClaimText(*row) for row in rows]


def has_ungrouped_claims(conn: sqlite3.Connection) -> bool:
    """Whether a claim worth a check has no group yet: mining was interrupted before it compared them."""
    row = conn.execute(
        "SELECT 1 FROM claims WHERE check_worthy"
        " AND NOT EXISTS (SELECT 1 FROM claim_groups WHERE claim_id = claims.id) LIMIT 1"
    ).fetchone()
    return row is not None


def store_claim_groups(conn: sqlite3.Connection, groups: Mapping[int, int]) -> None:
    """Replace the groups of claims that say the same thing: claims.id -> group."""
    conn.execute("DELETE FROM claim_groups")
    conn.executemany(
        "INSERT INTO claim_groups SELECT id, ?2 FROM claims WHERE id = ?1",
        [(key, group) for key, group in groups.items()],
    )


class _Ranges:
    """Which of some ranges of the text, in order and apart from each other, holds another range."""

    def __init__(self, ranges: Sequence[tuple[int, int]], keys: Sequence[int | str]) -> None:
        ordered = sorted(zip(ranges, keys, strict=True), key=lambda item: item[0])
        self._starts = [start for (start, _), _ in ordered]
        self._ends = [end for (_, end), _ in ordered]
        self._keys = [key for _, key in ordered]

    def holding(self, start: int, end: int) -> int | str | None:
        at = bisect_right(self._starts, start) - 1
        return self._keys[at] if at >= 0 and start >= 0 and end <= self._ends[at] else None


def _post_ranges(conn: sqlite3.Connection, document_id: int) -> tuple[tuple[str, int, int], ...]:
    rows = conn.execute(
        'SELECT id, start, "end" FROM posts WHERE document_id = ? ORDER BY position', (document_id,)
    ).fetchall()
    return tuple((post_id, start, end) for post_id, start, end in rows)


def _next_id(conn: sqlite3.Connection, table: str) -> int:
    return int(conn.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def _add_mentions(conn: sqlite3.Connection, document_id: int, mentions: Sequence[Mention], posts: _Ranges) -> None:
    entities = {mention.entity.id: mention.entity for mention in mentions}
    conn.executemany(
        "INSERT INTO entities (id, name, label, handle, wikidata) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, handle = coalesce(excluded.handle, handle),"
        " wikidata = coalesce(excluded.wikidata, wikidata)"
        " WHERE name <> excluded.name OR (excluded.handle IS NOT NULL AND handle IS NOT excluded.handle)"
        " OR (excluded.wikidata IS NOT NULL AND wikidata IS NOT excluded.wikidata)",
        [(e.id, e.name, e.label, e.handle, e.wikidata) for e in entities.values()],
    )
    conn.executemany(
        'INSERT INTO mentions (document_id, post_id, start, "end", surface, label, entity_id, rule)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (document_id, posts.holding(m.start, m.end), m.start, m.end, m.surface, m.label, m.entity.id, m.rule)
            for m in mentions
        ],
    )


def _add_claims(conn: sqlite3.Connection, document_id: int, claims: Sequence[Claim], posts: _Ranges) -> list[int]:
    first = _next_id(conn, "claims")
    ids = list(range(first, first + len(claims)))
    conn.executemany(
        'INSERT INTO claims (id, document_id, post_id, start, "end", text, kind, check_worthy, score, polarity,'
        " attributed_to, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, document_id, posts.holding(c.start, c.end), c.start, c.end, c.text, c.kind, c.check_worthy, c.score,
             c.polarity, c.attributed_to, c.rule)
            for key, c in zip(ids, claims, strict=True)
        ],
    )  # fmt: skip
    conn.execute(
        "INSERT INTO claims_fts (rowid, text) SELECT id, text FROM claims WHERE document_id = ?", (document_id,)
    )
    _add_topics(conn, "claim", [(key, claim.topics) for key, claim in zip(ids, claims, strict=True)])
    return ids


def _add_checks(conn: sqlite3.Connection, document_id: int, findings: Findings, claims: _Ranges) -> None:
    quantity_ids = _add_quantities(conn, document_id, _all_quantities(findings), claims)
    first = _next_id(conn, "checks")
    numbered = list(enumerate(findings.checks, first))
    conn.executemany(
        "INSERT INTO checks (id, document_id, relation, stated, computed, unit, verdict, explanation, rule)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, document_id, k.relation, k.stated, k.computed, k.unit, k.verdict, k.explanation, k.rule)
            for key, k in numbered
        ],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO check_quantities (check_id, quantity_id, role) VALUES (?, ?, ?)",
        [(key, quantity_ids[_place(o.quantity)], o.role) for key, check in numbered for o in _located(check)],
    )


def _add_quantities(
    conn: sqlite3.Connection, document_id: int, quantities: Sequence[Quantity], claims: _Ranges
) -> dict[tuple[int, int, float], int]:
    first = _next_id(conn, "quantities")
    conn.executemany(
        'INSERT INTO quantities (id, document_id, claim_id, start, "end", surface, value, unit, bound, counted, per,'
        " rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, document_id, claims.holding(q.start, q.end), q.start, q.end, q.surface, q.value, q.unit, q.bound,
             q.counted, q.per, q.rule)
            for key, q in enumerate(quantities, first)
        ],
    )  # fmt: skip
    return {_place(quantity): key for key, quantity in enumerate(quantities, first)}


def _all_quantities(findings: Findings) -> list[Quantity]:
    """Those found, then those that only a check speaks of, so that each check can be traced to the words."""
    places = {_place(quantity): quantity for quantity in findings.quantities}
    for check in findings.checks:
        for operand in _located(check):
            places.setdefault(_place(operand.quantity), operand.quantity)
    return list(places.values())


def _located(check: Check) -> list[Operand]:
    """Operands that stand in the text; twelve months a year, say, do not."""
    return [operand for operand in check.operands if operand.quantity.start >= 0]


def _place(quantity: Quantity) -> tuple[int, int, float]:
    return quantity.start, quantity.end, quantity.value


def _add_topics(
    conn: sqlite3.Connection, of: Literal["claim", "document"], given: Sequence[tuple[int, Sequence[TopicWeight]]]
) -> None:
    rows = [
        (key, topic.topic, topic.weight, json.dumps(topic.words, ensure_ascii=False))
        for key, topics in given
        for topic in topics
    ]
    conn.executemany(
        "INSERT INTO topics (id, name, label, origin) VALUES (?1, ?1, ?1, 'seeded') ON CONFLICT DO NOTHING",
        [(topic,) for topic in {row[1] for row in rows}],
    )
    conn.executemany(f"INSERT OR REPLACE INTO {of}_topics ({of}_id, topic_id, weight, words) VALUES (?, ?, ?, ?)", rows)
