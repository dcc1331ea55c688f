"""All that the archive knows of one document: where it came from, what was found in it, and by which rule."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.reading import Sight, StoredDocument, document, sights


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What mined a document, which of its versions, and when."""

    version: int
    pipeline: str
    analysed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTopic:
    """A topic given to a sentence or to the document, and the words that decided."""

    id: str
    label: str
    weight: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClaim:
    """A sentence with what it does, how surely it is worth a check, who says it. `group_size` counts it too."""

    id: int
    post_id: str | None
    start: int
    end: int
    text: str
    kind: str
    check_worthy: bool
    score: float
    polarity: str
    attributed_to: str | None
    rule: str
    group_id: int | None
    group_size: int
    topics: tuple[FoundTopic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMention:
    """Words that name something, and what they name."""

    id: int
    start: int
    end: int
    surface: str
    label: str
    entity_id: str
    name: str
    handle: str | None
    wikidata: str | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuantity:
    """An amount. `claim_id` is None when it stands in no sentence or across two."""

    id: int
    claim_id: int | None
    start: int
    end: int
    surface: str
    value: float
    unit: str | None
    bound: str
    counted: str | None
    per: str | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedQuantity:
    """An amount that a check used: `role` as in the check."""

    role: str
    quantity_id: int
    start: int
    end: int
    surface: str
    value: float
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCheck:
    """An arithmetic relation of the text, recomputed. Operands in the order of the text."""

    id: int
    relation: str
    stated: float | None
    computed: float
    unit: str | None
    verdict: str
    explanation: str
    rule: str
    operands: tuple[UsedQuantity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A document, the requests that brought it, and what mining found, in the order of the text.

    `analysis` is None, and the rest empty, for a document that was never mined.
    """

    document: StoredDocument
    fetches: tuple[Sight, ...]
    analysis: Analysis | None
    topics: tuple[FoundTopic, ...]
    claims: tuple[FoundClaim, ...]
    mentions: tuple[FoundMention, ...]
    quantities: tuple[FoundQuantity, ...]
    checks: tuple[FoundCheck, ...]


def find_document(conn: sqlite3.Connection, names: Iterable[str]) -> int | None:
    """documents.id of the first name that is an id of the archive, an address, or the id of a tweet of a thread."""
    for name in names:
        row = conn.execute(
            "SELECT id FROM documents WHERE CAST(id AS TEXT) = ?1"
            " UNION ALL SELECT id FROM documents WHERE url = ?1"
            " UNION ALL SELECT document_id FROM posts WHERE id = ?1 LIMIT 1",
            (name,),
        ).fetchone()
        if row:
            return int(row[0])
    return None


def evidence(conn: sqlite3.Connection, document_id: int) -> Evidence | None:
    """All about one document; None when the archive does not have it."""
    stored = document(conn, document_id)
    if stored is None:
        return None
    return Evidence(
        document=stored,
        fetches=tuple(_sights(conn, stored)),
        analysis=_analysis(conn, document_id),
        topics=_topics(conn, "document", document_id),
        claims=_claims(conn, document_id),
        mentions=_mentions(conn, document_id),
        quantities=_quantities(conn, document_id),
        checks=_checks(conn, document_id),
    )


def _sights(conn: sqlite3.Connection, stored: StoredDocument) -> Iterator[Sight]:
    """The requests of the document's snapshot, then those of the other sources that tell the thread."""
    told = conn.execute(
        "SELECT snapshot FROM tellings WHERE document_id = ? AND snapshot IS NOT NULL ORDER BY origin", (stored.id,)
    )
    for snapshot in dict.fromkeys([stored.snapshot, *(row[0] for row in told.fetchall())]):
        if snapshot is not None:
            yield from sights(conn, snapshot)


def _analysis(conn: sqlite3.Connection, document_id: int) -> Analysis | None:
    row = conn.execute(
        "SELECT version, pipeline, analysed_at FROM analyses WHERE document_id = ?", (document_id,)
    ).fetchone()
    return Analysis(version=row[0], pipeline=row[1], analysed_at=row[2]) if row else None


def _topics(conn: sqlite3.Connection, of: str, key: int) -> tuple[FoundTopic, ...]:
    rows = conn.execute(
        f"SELECT t.id, t.label, x.weight, x.words FROM {of}_topics x JOIN topics t ON t.id = x.topic_id"
        f" WHERE x.{of}_id = ? ORDER BY x.weight DESC, t.id",
        (key,),
    )
    return tuple(
        FoundTopic(id=topic, label=label, weight=weight, words=tuple(json.loads(words)))
        for topic, label, weight, words in rows
    )


def _claims(conn: sqlite3.Connection, document_id: int) -> tuple[FoundClaim, ...]:
    rows = conn.execute(
        'SELECT c.id, c.post_id, c.start, c."end", c.text, c.kind, c.check_worthy, c.score, c.polarity,'
        " c.attributed_to, c.rule, g.group_id, CASE WHEN g.group_id IS NULL THEN 1"
        " ELSE (SELECT count(*) FROM claim_groups WHERE group_id = g.group_id) END"
        " FROM claims c LEFT JOIN claim_groups g ON g.claim_id = c.id WHERE c.document_id = ? ORDER BY c.start, c.id",
        (document_id,),
    ).fetchall()
    return tuple(
        FoundClaim(
            id=row[0], post_id=row[1], start=row[2], end=row[3], text=row[4], kind=row[5], check_worthy=bool(row[6]),
            score=row[7], polarity=row[8], attributed_to=row[9], rule=row[10], group_id=row[11], group_size=row[12],
            topics=_topics(conn, "claim", row[0]),
        )
        for row in rows
    )  # fmt: skip


def _mentions(conn: sqlite3.Connection, document_id: int) -> tuple[FoundMention, ...]:
    rows = conn.execute(
        'SELECT m.id, m.start, m."end", m.surface, m.label, e.id, e.name, e.handle, e.wikidata, m.rule'
        " FROM mentions m JOIN entities e ON e.id = m.entity_id WHERE m.document_id = ? ORDER BY m.start, m.id",
        (document_id,),
    )
    names = FoundMention.__slots__
    return tuple(FoundMention(**dict(zip(names, row, strict=True))) for row in rows)


def _quantities(conn: sqlite3.Connection, document_id: int) -> tuple[FoundQuantity, ...]:
    rows = conn.execute(
        'SELECT id, claim_id, start, "end", surface, value, unit, bound, counted, per, rule'
        " FROM quantities WHERE document_id = ? ORDER BY start, id",
        (document_id,),
    )
    names = FoundQuantity.__slots__
    return tuple(FoundQuantity(**dict(zip(names, row, strict=True))) for row in rows)


def _checks(conn: sqlite3.Connection, document_id: int) -> tuple[FoundCheck, ...]:
    rows = conn.execute(
        "SELECT id, relation, stated, computed, unit, verdict, explanation, rule FROM checks"
        " WHERE document_id = ? ORDER BY id",
        (document_id,),
    ).fetchall()
    names = [name for name in FoundCheck.__slots__ if name != "operands"]
    return tuple(FoundCheck(**dict(zip(names, row, strict=True)), operands=_operands(conn, row[0])) for row in rows)


def _operands(conn: sqlite3.Connection, check_id: int) -> tuple[UsedQuantity, ...]:
    rows = conn.execute(
        'SELECT cq.role, q.id, q.start, q."end", q.surface, q.value, q.unit FROM check_quantities cq'
        " JOIN quantities q ON q.id = cq.quantity_id WHERE cq.check_id = ? ORDER BY q.start, cq.role",
        (check_id,),
    )
    names = UsedQuantity.__slots__
    return tuple(UsedQuantity(**dict(zip(names, row, strict=True))) for row in rows)
