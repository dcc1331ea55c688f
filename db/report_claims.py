"""Claims and sums with all that a reader needs to judge and to find them: words around, amounts, page, copy, day."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence
from urllib.parse import unquote, urlsplit

from db.reading import CheckOperand, StoredCheck
from db.topic_facts import Amount, Elsewhere, Place, ReportClaim

CONTEXT = 280  # code points of the archived text shown before and after a claim
_AUTHOR = "coalesce('@' || a.handle, a.name)"


def checks_of(conn: sqlite3.Connection, claims: Sequence[int]) -> dict[int, list[StoredCheck]]:
    """The sums that use an amount of each of these claims."""
    used = checks(
        conn,
        "SELECT DISTINCT cq.check_id FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id"
        " WHERE q.claim_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(claims)),),
    )
    found: dict[int, list[StoredCheck]] = defaultdict(list)
    for check in used:
        for number, _ in check.claims:
            found[number].append(check)
    return found


def checks(conn: sqlite3.Connection, chosen: str, values: tuple[object, ...]) -> list[StoredCheck]:
    rows = conn.execute(
        f"""
        SELECT k.id, k.document_id, k.relation, k.stated, k.computed, k.unit, k.verdict, k.explanation, {_AUTHOR},
            d.published_at, d.url, d.title
        FROM ({chosen}) x JOIN checks k ON k.id = x.check_id JOIN documents d ON d.id = k.document_id
        LEFT JOIN authors a ON a.id = d.author_id
        ORDER BY d.published_at DESC, k.id
        """,
        values,
    ).fetchall()
    claims, operands = _parts_of_checks(conn, [row[0] for row in rows])
    return [StoredCheck(*[*row, tuple(claims[row[0]]), tuple(operands[row[0]])]) for row in rows]


def _parts_of_checks(
    conn: sqlite3.Connection, checks: Sequence[int]
) -> tuple[dict[int, list[tuple[int, str]]], dict[int, list[CheckOperand]]]:
    claims: dict[int, list[tuple[int, str]]] = defaultdict(list)
    operands: dict[int, list[CheckOperand]] = defaultdict(list)
    for check, claim, text, *operand in conn.execute(
        'SELECT cq.check_id, c.id, c.text, cq.role, q.surface, q.value, q.unit, q.start, q."end"'
        " FROM check_quantities cq JOIN quantities q ON q.id = cq.quantity_id LEFT JOIN claims c"
        " ON c.id = q.claim_id WHERE cq.check_id IN (SELECT value FROM json_each(?))"
        " ORDER BY cq.check_id, q.start, cq.role",
        (json.dumps(list(checks)),),
    ):
        operands[check].append(CheckOperand(*operand))
        if claim is not None and (claim, text) not in claims[check]:
            claims[check].append((claim, text))
    return claims, operands


def claims(conn: sqlite3.Connection, ids: Sequence[int], *, elsewhere: int = 3) -> list[ReportClaim]:
    """These claims, in the order given, each with at most so many claims of other documents that say the same."""
    wanted = json.dumps(list(dict.fromkeys(ids)))
    rows = conn.execute(
        f"""
        SELECT c.id, c.start, c."end",
            substr(d.text, max(c.start - {CONTEXT}, 0) + 1, min(c.start, {CONTEXT})), c.text,
            substr(d.text, c."end" + 1, {CONTEXT}), c.kind, c.check_worthy, c.score, c.polarity = 'negated',
            c.attributed_to, coalesce(p.posted_at, d.published_at), coalesce(p.url, d.url), g.group_id, d.id
        FROM json_each(?) x JOIN claims c ON c.id = x.value JOIN documents d ON d.id = c.document_id
        LEFT JOIN posts p ON p.document_id = c.document_id AND p.id = c.post_id
        LEFT JOIN claim_groups g ON g.claim_id = c.id
        ORDER BY x.key
        """,
        (wanted,),
    ).fetchall()
    amounts = _amounts_of(conn, wanted)
    same, sizes = _same_elsewhere(conn, rows, elsewhere)
    where = places(conn, {row[14] for row in rows})
    return [
        ReportClaim(
            id=row[0], start=row[1], end=row[2], before=row[3], text=row[4], after=row[5], kind=row[6],
            check_worthy=bool(row[7]), score=row[8], negated=bool(row[9]), attributed_to=row[10],
            published_at=row[11], link=row[12], place=where[row[14]], amounts=tuple(amounts[row[0]]),
            elsewhere=tuple(same[row[0]]), group=sizes.get(row[13], 1),
        )
        for row in rows
    ]  # fmt: skip


def starts(conn: sqlite3.Connection, ids: Collection[int]) -> dict[int, int]:
    """Where each of these claims (claims.id) begins in the text of its document, in code points."""
    rows = conn.execute(
        "SELECT id, start FROM claims WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    return dict(rows.fetchall())


def _amounts_of(conn: sqlite3.Connection, claims: str) -> dict[int, list[Amount]]:
    found: dict[int, list[Amount]] = defaultdict(list)
    for claim, *row in conn.execute(
        "SELECT c.id, q.surface, q.value, q.unit, q.bound, q.counted, q.per, q.start - c.start,"
        ' q."end" - c.start FROM json_each(?) x JOIN claims c ON c.id = x.value'
        " JOIN quantities q ON q.claim_id = c.id ORDER BY q.start, q.id",
        (claims,),
    ):
        found[claim].append(Amount(**dict(zip(Amount.__slots__, row, strict=True))))
    return found


def _same_elsewhere(
    conn: sqlite3.Connection, rows: Sequence[Sequence[object]], most: int
) -> tuple[dict[int, list[Elsewhere]], dict[object, int]]:
    groups = json.dumps(sorted({row[13] for row in rows if row[13] is not None}))
    members: dict[object, list[tuple[int, str, int]]] = defaultdict(list)
    sizes: dict[object, int] = {}
    for group, size, *member in conn.execute(
        """
        SELECT group_id, size, id, text, document_id FROM (
            SELECT g.group_id, c.id, c.text, c.document_id, count(*) OVER (PARTITION BY g.group_id) AS size,
                row_number() OVER (PARTITION BY g.group_id, c.document_id ORDER BY c.id) AS repeated,
                row_number() OVER (PARTITION BY g.group_id ORDER BY c.score DESC, c.id) AS rank
            FROM claim_groups g JOIN claims c ON c.id = g.claim_id
            WHERE g.group_id IN (SELECT value FROM json_each(?))
        ) WHERE repeated = 1 AND rank <= 50 ORDER BY group_id, rank
        """,
        (groups,),
    ):
        sizes[group] = size
        members[group].append(tuple(member))
    chosen = {
        row[0]: [member for member in members[row[13]] if member[2] != row[14]][:most] for row in rows
    }  # fmt: skip
    where = places(conn, {member[2] for found in chosen.values() for member in found})
    told: dict[int, list[Elsewhere]] = defaultdict(list)
    for claim, found in chosen.items():
        told[int(str(claim))] = [
            Elsewhere(claim_id=key, text=text, place=where[document]) for key, text, document in found
        ]
    return told, sizes


def places(conn: sqlite3.Connection, documents: Collection[int]) -> dict[int, Place]:
    """Where these documents were read, by documents.id."""
    rows = conn.execute(
        f"""
        SELECT d.id, d.kind, d.title, d.opening, {_AUTHOR}, d.published_at, d.url, d.version, d.snapshot,
            d.last_seen_at, d.gone_at, d.lang,
            CASE WHEN d.url LIKE 'http%' THEN NULL ELSE (SELECT f.url FROM fetches f
                WHERE f.snapshot = d.snapshot ORDER BY f.id LIMIT 1) END
        FROM json_each(?) x JOIN documents d ON d.id = x.value LEFT JOIN authors a ON a.id = d.author_id
        """,
        (json.dumps(sorted(documents)),),
    )
    return {row[0]: Place(**dict(zip(Place.__slots__, (*row[:12], _name(row[12])), strict=True))) for row in rows}


def _name(file: str | None) -> str | None:
    return unquote(urlsplit(file).path).rpartition("/")[2] if file else None
