"""Answers that another program's web archive holds: each kept once, as what it was then."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from db.documents import Sighting, sighted
from db.records import Document, Fetch, Stored
from db.snapshots import body_of, store_fetch
from db.tombstones import Keys, admitted
from db.visits import store_seen

_OURS = re.compile(r"sha256:([0-9a-f]{64})$")
_BY_DIGEST = "SELECT f.snapshot FROM captures c JOIN fetches f ON f.id = c.fetch_id WHERE c.digest = ? LIMIT 1"
_BY_PLACE = "SELECT snapshot FROM fetches WHERE url = ? AND fetched_at = ? AND snapshot IS NOT NULL LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a capture was found: the web archive, its record, and the crawler's name for the bytes."""

    file: str
    record: str
    digest: str | None = None


def is_kept(conn: sqlite3.Connection, url: str, at: str) -> bool:
    """Whether the archive has an answer of this address and moment, however it came."""
    return conn.execute("SELECT 1 FROM fetches WHERE url = ? AND fetched_at = ?", (url, at)).fetchone() is not None


def kind_of(conn: sqlite3.Connection, url: str) -> str | None:
    """As what a harvest reads this address; None when it never met it."""
    row = conn.execute("SELECT kind FROM targets WHERE url = ?", (url,)).fetchone()
    return None if row is None else str(row[0])


def bytes_named(conn: sqlite3.Connection, digest: str | None, same_as: tuple[str, str] | None) -> bytes | None:
    """The bytes that a record without them stands for: by their digest, or by address and time; None if not here."""
    if digest and (ours := _OURS.match(digest)) and (body := body_of(conn, ours[1])) is not None:
        return body
    row = conn.execute(_BY_DIGEST, (digest,)).fetchone() if digest else None
    row = row or (conn.execute(_BY_PLACE, same_as).fetchone() if same_as else None)
    return body_of(conn, row[0]) if row and row[0] else None


def store_capture(
    conn: sqlite3.Connection, run_id: int, fetch: Fetch, place: Place, documents: Sequence[Document]
) -> Stored | None:
    """Keep a capture and what was read from it; what that changed. None, and nothing kept, for what was forgotten.

    Like any file it proves neither that a document is online nor that it is the latest: an older copy becomes a
    version. Must run in a transaction.
    """
    keys = Keys.of(conn)
    if (keys and keys.knows("url", fetch.url)) or len(admitted(conn, documents)) < len(documents):
        return None
    snapshot = store_fetch(conn, run_id, fetch, not_after=fetch.fetched_at)
    conn.execute("INSERT INTO captures VALUES (last_insert_rowid(), ?, ?, ?)", (place.file, place.record, place.digest))
    sighting = Sighting(fetch.fetched_at, snapshot, None, from_file=True)
    if fetch.status == 304:
        return Stored(unchanged=_confirm(conn, sighting))
    changes = Counter(store_seen(conn, document, sighting, fetch.url)[1] for document in admitted(conn, documents))
    return Stored(new=changes["new"], changed=changes["changed"], unchanged=changes["unchanged"])


def _confirm(conn: sqlite3.Connection, sighting: Sighting) -> int:
    """Documents that were the same when a capture said "not modified"; how many they are."""
    rows = conn.execute("SELECT id FROM documents WHERE snapshot = ?", (sighting.snapshot,)).fetchall()
    for (document_id,) in rows:
        sighted(conn, document_id, sighting)
    return len(rows)
