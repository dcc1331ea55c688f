"""What was asked of a web archive to recover pages, and what came of it. Functions that write run in a transaction."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from db.documents import Sighting, mark_gone
from db.records import Document, Fetch, Stored
from db.snapshots import store_fetch
from db.tombstones import Keys, admitted, learn
from db.visits import captured_at, store_seen

Reason = Literal["gone", "never read", "closed list", "seen on cards only", "asked for"]
# What leaves the question open: the next run asks again.
OPEN = ("stopped", "failed")
_LIST = re.compile(r"/user/(\w{1,20})")

_GONE = """
SELECT d.url, (SELECT kind FROM targets WHERE url = d.url), d.last_seen_at,
    CASE WHEN d.kind <> 'thread' THEN d.gone_at END, d.title, 'gone', NULL
FROM documents d WHERE d.gone_at IS NOT NULL AND d.url LIKE 'http%' ORDER BY d.gone_at DESC, d.id
"""
_UNREAD = """
SELECT t.url, t.kind, NULL, CASE WHEN t.kind <> 'thread' THEN
        (SELECT min(f.fetched_at) FROM fetches f WHERE f.url = t.url AND f.status IN (404, 410)) END,
    t.last_error, 'never read', t.discovered_from
FROM targets t
WHERE t.state IN ('gone', 'failed') AND t.document_id IS NULL AND NOT t.paging AND t.last_error IS NOT NULL
    AND t.kind IN (SELECT value FROM json_each(?)) AND t.url NOT LIKE 'https://web.archive.org/%'
    AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.url = t.url)
ORDER BY t.state DESC, t.id
"""
# A list that asks for a login shows its threads in captures of when it did not; robots.txt is another matter. That of
# a source waits for its next harvest, which it may well be closed to again.
_CLOSED = """
SELECT t.url, t.kind, NULL, NULL, t.last_error, 'closed list', NULL FROM targets t
WHERE t.state IN ('refused', 'waiting') AND t.kind = ? AND NOT t.paging AND t.last_error LIKE 'listing closed%'
ORDER BY t.id
"""
# Cards of other people's threads stand on a page too: nobody asked for those.
_ON_CARDS = """
SELECT c.url, 'thread', NULL, NULL, max(c.excerpt), 'seen on cards only', max(c.handle)
FROM cards c JOIN documents d ON d.id = c.document_id JOIN authors a ON a.id = d.author_id
WHERE c.thread_id IS NULL AND c.url IS NOT NULL AND c.handle = a.handle COLLATE NOCASE
    AND NOT EXISTS (SELECT 1 FROM targets t WHERE t.url = c.url)
    AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.url = c.url)
GROUP BY c.url ORDER BY min(c.id)
"""
_KNOWN = """
SELECT d.url, (SELECT kind FROM targets WHERE url = d.url), NULL, CASE WHEN d.kind <> 'thread' THEN d.gone_at END,
    d.title, 'asked for', NULL
FROM documents d WHERE d.id = ?
"""
_LAST = """
SELECT f.fetched_at, r.outcome FROM recoveries r JOIN fetches f ON f.id = r.fetch_id
WHERE r.url = ? AND r.what = 'search' AND r.outcome NOT IN (SELECT value FROM json_each(?))
ORDER BY f.fetched_at DESC, r.id DESC LIMIT 1
"""
_BROUGHT = """
SELECT f.url, f.headers ->> '$."memento-datetime"', f.fetched_at, r.capture, r.captured_at
FROM fetches f LEFT JOIN recoveries r ON r.fetch_id = f.id WHERE f.snapshot = ? ORDER BY f.id
"""
_VANISHED = """
SELECT min(f.fetched_at) FROM targets t JOIN fetches f ON f.url = t.url AND f.status IN (404, 410)
WHERE t.state = 'gone' AND t.url IN (?, ?)
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """An address worth recovering. `after`: seen until then; `before`: gone since then, where what stands at the
    address may be something else now; `words`: its title, or what is known instead; `handle`: who wrote it."""

    url: str
    kind: str | None
    after: str | None
    before: str | None
    words: str | None
    reason: Reason
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """When an address was last looked up, and what came of it."""

    at: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Question:
    """A request to the web archive about an address, but for the one that brought what was read."""

    fetch: Fetch
    what: Literal["search", "capture", "save"]
    outcome: str
    capture: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The capture that was read: its address, its day, and the request that brought it, made on another day."""

    capture: str
    captured_at: str
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class Provenance:
    """The capture that a text was recovered from. `asked_at` is when it was fetched."""

    capture: str
    captured_at: str
    asked_at: str


def missing(conn: sqlite3.Connection, kinds: Collection[str], listing: str) -> list[Missing]:
    """What an archive lacks: documents that are gone, addresses of these kinds that were never read, lists of the kind
    `listing` that are closed, the threads of known authors that only cards show. Each address once, in that order;
    nothing that was forgotten."""
    rows = [
        *conn.execute(_GONE),
        *conn.execute(_UNREAD, (json.dumps(sorted(kinds)),)),
        *conn.execute(_CLOSED, (listing,)),
        *conn.execute(_ON_CARDS),
    ]
    keys = Keys.of(conn)
    found: dict[str, Missing] = {}
    for row in rows:
        if keys is None or not keys.knows("url", row[0]):
            found.setdefault(row[0], _missing(row))
    return list(found.values())


def _missing(row: Sequence[Any]) -> Missing:
    url, kind, after, before, words, reason, told = row
    return Missing(url, kind, after, before, words, reason, _handle(told))


def known(conn: sqlite3.Connection, document_id: int) -> Missing:
    """A document of the archive that somebody asks for, whatever captures of it there are."""
    return Missing(*conn.execute(_KNOWN, (document_id,)).fetchone())


def last_asked(conn: sqlite3.Connection, url: str) -> Asked | None:
    """The last time that the captures of an address were looked up to the end."""
    row = conn.execute(_LAST, (url, json.dumps(OPEN))).fetchone()
    return Asked(*row) if row else None


def source_of(conn: sqlite3.Connection, url: str) -> str | None:
    """The source for whose sake an address is in the queue."""
    row = conn.execute("SELECT source FROM targets WHERE url = ?", (url,)).fetchone()
    return None if row is None else row[0]


def captures_tried(conn: sqlite3.Connection, url: str) -> frozenset[str]:
    """The captures of an address that came, read or not: none is asked for twice."""
    rows = conn.execute(
        "SELECT capture FROM recoveries WHERE url = ? AND capture IS NOT NULL"
        " AND outcome NOT IN (SELECT value FROM json_each(?))",
        (url, json.dumps(OPEN)),
    )
    return frozenset(row[0] for row in rows)


def store_recovery(
    conn: sqlite3.Connection,
    run_id: int,
    url: str,
    questions: Sequence[Question],
    found: Found | None,
    documents: Iterable[Document],
) -> Stored:
    """Keep the requests made for an address, and what the capture says that was `found`; what that changed.

    The request for that capture is kept under the page's own address, made when it was made; what it brought counts as
    seen on the day of the capture. Like any copy it proves neither that a document is online nor that it is the
    latest: an older one becomes a version.
    """
    keys = Keys.of(conn)
    documents = tuple(documents)
    allowed = admitted(conn, documents)
    if keys and (keys.knows("url", url) or len(allowed) < len(documents)):
        if documents and not allowed:
            learn(conn, keys, url, documents)
        return Stored(forgotten=max(len(documents), 1))
    for question in questions:
        store_fetch(conn, run_id, question.fetch)
        _note(conn, url, question.what, question.outcome, question.capture)
    if found is None:
        return Stored()
    snapshot = store_fetch(conn, run_id, found.fetch)
    row = _note(conn, url, "capture", "recovered", found.capture)
    sighting = Sighting(found.captured_at, snapshot, None, from_file=True)
    changes: Counter[str] = Counter()
    for document in allowed:
        document_id, change = store_seen(conn, document, sighting, url)
        changes[change] += 1
        if change == "new":
            _mark_vanished(conn, document_id, url, document.url)
        conn.execute(
            "UPDATE recoveries SET captured_at = ?, snapshot = ?, document_id = ? WHERE id = ?",
            (found.captured_at, snapshot, document_id, row),
        )
    return Stored(new=changes["new"], changed=changes["changed"], unchanged=changes["unchanged"])


def provenance(conn: sqlite3.Connection, snapshot: str | None) -> Provenance | None:
    """The capture of a web archive that a text was read from, whoever asked for it; None where its own site, or a file,
    gave the same bytes."""
    rows = conn.execute(_BROUGHT, (snapshot,)).fetchall()
    if not rows or any(told is None for _, told, *_ in rows):
        return None
    url, told, asked_at, capture, captured = rows[0]
    captured = captured or captured_at(told)
    # The address that was asked for is that of the web archive; where it was asked may be a mirror.
    return Provenance(capture or url, captured, asked_at) if captured else None


def addresses_asked(conn: sqlite3.Connection, urls: Collection[str]) -> set[str]:
    """The addresses that were asked about these pages: they name them."""
    rows = conn.execute(
        "SELECT f.url FROM recoveries r JOIN fetches f ON f.id = r.fetch_id"
        " WHERE r.url IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(urls)),),
    )
    return {row[0] for row in rows if row[0]}


def _handle(told: str | None) -> str | None:
    """A handle, or that of the author's list where an address was found."""
    if told is None or "/" not in told:
        return told
    match = _LIST.search(told)
    return match[1] if match else None


def _note(conn: sqlite3.Connection, url: str, what: str, outcome: str, capture: str | None) -> int:
    """Note the request that was stored last; the row."""
    cursor = conn.execute(
        "INSERT INTO recoveries (url, fetch_id, what, outcome, capture) SELECT ?, max(id), ?, ?, ? FROM fetches",
        (url, what, outcome, capture),
    )
    return int(cursor.lastrowid or 0)


def _mark_vanished(conn: sqlite3.Connection, document_id: int, asked: str, url: str) -> None:
    """What its site answered 404 for before it was ever read here is not online now."""
    (at,) = conn.execute(_VANISHED, (asked, url)).fetchone()
    if at is not None:
        mark_gone(conn, {document_id}, at)
