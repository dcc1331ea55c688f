"""Answers that may be read again, with what was read from them; and what a better reading changes.

A better reading is no edit by the author: the text it replaces is kept as a version with the mark `reparsed`, and
neither the times of the document nor `gone_at` move.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db import fulltext
from db.authors import author_id
from db.documents import Sighting, change_document, document_of, replace_links_and_media, storable
from db.queue import update_target
from db.records import Document, Fetch, Target
from db.snapshots import FETCH, body_of, fetch_of
from db.tombstones import admitted
from db.visits import captured_at, store_seen

_PAGE = 100
# What an export tells of a thread is merged into it: no page alone gives it back.
_READ_FROM = """
FROM documents d WHERE d.snapshot IS NOT NULL AND (:source IS NULL OR d.source = :source)
    AND (:ids IS NULL OR d.id IN (SELECT value FROM json_each(:ids)))
    AND NOT EXISTS (SELECT 1 FROM tellings t WHERE t.document_id = d.id)
"""
_SNAPSHOTS = f"""
SELECT d.snapshot, min(d.url) {_READ_FROM} AND d.snapshot > :after GROUP BY d.snapshot ORDER BY d.snapshot LIMIT {_PAGE}
"""
_UNREAD = f"""
SELECT t.id, t.url FROM targets t
WHERE t.id > :after AND t.state = 'failed' AND t.last_error IS NOT NULL AND (:source IS NULL OR t.source = :source)
ORDER BY t.id LIMIT {_PAGE}
"""
_FETCH = f"""
SELECT {FETCH}, f.id, f.snapshot, (SELECT kind FROM targets WHERE url = f.url),
    (SELECT p.status FROM fetches p WHERE p.url = f.url AND p.run_id = f.run_id AND p.id < f.id
        ORDER BY p.id DESC LIMIT 1) IN (301, 302, 303, 307, 308)
FROM fetches f WHERE {{}} AND f.snapshot IS NOT NULL AND f.status IS NOT 304 AND f.error IS NULL
"""
_THAT_BROUGHT = f"{_FETCH.format('f.snapshot = ?1')} ORDER BY f.url = ?2 DESC, f.id LIMIT 1"
_NEWEST = (
    f"{_FETCH.format('f.url = ?1 AND f.status BETWEEN 200 AND 299')} ORDER BY f.fetched_at DESC, f.id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A document as it was read from an answer."""

    id: int
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer with its bytes, and what was read from them. `kind`: as what a harvest reads its address.

    `documents` is empty for an answer that could not be read. `redirected`: the answer before it led there.
    """

    id: int
    fetch: Fetch
    sha256: str
    kind: str | None
    redirected: bool
    documents: tuple[StoredReading, ...]


def answers_read(conn: sqlite3.Connection, source: str | None, ids: Collection[int] | None) -> Iterator[KeptAnswer]:
    """The answers that documents were read from (None: of all sources, all documents); one in memory at a time."""
    chosen = {"source": source, "ids": None if ids is None else json.dumps(sorted(ids)), "after": ""}
    while rows := conn.execute(_SNAPSHOTS, chosen).fetchall():
        for snapshot, url in rows:
            fetch = conn.execute(_THAT_BROUGHT, (snapshot, url)).fetchone()
            if fetch is not None and (answer := _answer(conn, fetch, _documents(conn, snapshot, chosen))) is not None:
                yield answer
        chosen["after"] = rows[-1][0]


def answers_unread(conn: sqlite3.Connection, source: str | None) -> Iterator[KeptAnswer]:
    """The answers of addresses that failed though an answer came: no reader could read it."""
    after = 0
    while rows := conn.execute(_UNREAD, {"source": source, "after": after}).fetchall():
        for _, url in rows:
            fetch = conn.execute(_NEWEST, (url,)).fetchone()
            if fetch is not None and (answer := _answer(conn, fetch, ())) is not None:
                yield answer
        after = rows[-1][0]


def answer_of(conn: sqlite3.Connection, fetch_id: int, ids: Collection[int]) -> KeptAnswer | None:
    """One answer once more, with the documents of these ids that are still read from it."""
    row = conn.execute(_FETCH.format("f.id = ?"), (fetch_id,)).fetchone()
    chosen = {"source": None, "ids": json.dumps(sorted(ids))}
    return None if row is None else _answer(conn, row, _documents(conn, row[9], chosen) if ids else ())


def knows(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the archive has a document of this address."""
    return conn.execute("SELECT 1 FROM documents WHERE url = ?", (url,)).fetchone() is not None


def store_again(
    conn: sqlite3.Connection, answer: KeptAnswer, before: StoredReading, after: Document, *, says_else: bool
) -> bool:
    """Write down a better reading. `says_else`: the text or its posts differ, so that the old text becomes a version.

    What was known and is not read any more (an author, a date) stays. False, and nothing written, for what turns out
    to be by somebody who was forgotten. Must run in a transaction.
    """
    allowed = admitted(conn, [after])
    if not allowed:
        return False
    after = storable(allowed[0])
    if says_else:
        (seen,) = conn.execute("SELECT last_seen_at FROM documents WHERE id = ?", (before.id,)).fetchone()
        change_document(conn, before.id, after, Sighting(seen, answer.sha256, None, from_file=True))
        conn.execute(
            "UPDATE versions SET reparsed = 1 WHERE document_id = ?1"
            " AND version = (SELECT max(version) FROM versions WHERE document_id = ?1)",
            (before.id,),
        )
        return True
    _describe(conn, before, after)
    if (after.links, after.media) != (before.document.links, before.document.media):
        replace_links_and_media(conn, before.id, after)
    conn.executemany(
        "UPDATE posts SET posted_at = coalesce(?, posted_at), url = coalesce(?, url) WHERE document_id = ? AND id = ?",
        [(post.posted_at, post.url, before.id, post.id) for post in after.posts],
    )
    return True


def store_first(conn: sqlite3.Connection, answer: KeptAnswer, documents: Sequence[Document]) -> int:
    """Keep what could not be read when the answer came; how many documents are new. Must run in a transaction."""
    row = conn.execute(
        "SELECT source, kind, discovered_from, next_attempt_at FROM targets WHERE url = ?", (answer.fetch.url,)
    ).fetchone()
    told = answer.fetch.headers.get("memento-datetime")  # of a web archive: as old as that
    at = (captured_at(told) if told else None) or answer.fetch.fetched_at
    sighting = Sighting(at, answer.sha256, row and row[0], from_file=True)
    stored = [store_seen(conn, document, sighting, answer.fetch.url) for document in admitted(conn, documents)]
    if stored and row is not None:
        done = Target(
            url=answer.fetch.url, source=row[0], kind=row[1], discovered_from=row[2], next_attempt_at=row[3],
            state="done",
        )  # fmt: skip
        update_target(conn, done, stored[0][0] if len(stored) == 1 else None)
    return sum(change == "new" for _, change in stored)


def _describe(conn: sqlite3.Connection, before: StoredReading, after: Document) -> None:
    """Title, author and date of a document whose words stay. The search index holds the title."""
    if after.title != before.document.title:
        fulltext.remove(conn, before.id)
        fulltext.await_indexing(conn, before.id)
    conn.execute(
        "UPDATE documents SET title = ?, digest = ?, author_id = coalesce(?, author_id),"
        " published_from = CASE WHEN ?4 IS NULL THEN published_from ELSE ?5 END,"
        " published_at = coalesce(?4, published_at) WHERE id = ?6",
        (after.title, after.digest, author_id(conn, after.author), after.published_at, after.published_from, before.id),
    )


def _answer(conn: sqlite3.Connection, row: Sequence[Any], documents: tuple[StoredReading, ...]) -> KeptAnswer | None:
    *fetch, number, sha256, kind, moved = row
    body = body_of(conn, sha256)
    if body is None:
        return None
    return KeptAnswer(
        id=number, fetch=fetch_of(fetch, body), sha256=sha256, kind=kind, redirected=bool(moved), documents=documents
    )


def _documents(conn: sqlite3.Connection, snapshot: str, chosen: dict[str, str | None]) -> tuple[StoredReading, ...]:
    rows = conn.execute(
        f"SELECT d.id {_READ_FROM} AND d.snapshot = :snapshot ORDER BY d.id", {**chosen, "snapshot": snapshot}
    ).fetchall()
    return tuple(StoredReading(key, document_of(conn, key)) for (key,) in rows)


def cleaned(document: Document) -> Document:
    """A document as the archive would hold it, for comparing: without what SQLite cannot keep, and without cards."""
    return replace(storable(document), cards=())
