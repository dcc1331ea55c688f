"""The bytes of every answer, stored once each, and the record of every request."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import zstandard

from db import chain
from db.records import Fetch, Snapshot, Validators

# A thread page is as small as at level 3, in three quarters of its time.
_LEVEL = 2

_INSERT_FETCH = """
INSERT INTO fetches (run_id, url, final_url, status, content_type, bytes, snapshot, elapsed_ms, error, fetched_at,
    etag, last_modified, headers, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

FETCH = "f.url, f.final_url, f.fetched_at, f.elapsed_ms, f.status, f.content_type, f.headers, f.error"

# An answer that can be read again: not an error page, not a failure. `status` is null for files. The newest need not be
# the last that came: a web archive may bring older ones. What was recovered from one says nothing to a site today.
_NEWEST = """
SELECT snapshot, etag, last_modified FROM fetches
WHERE url = ?1 AND snapshot IS NOT NULL AND error IS NULL
    AND NOT EXISTS (SELECT 1 FROM recoveries r WHERE r.fetch_id = fetches.id)
    AND (status IS NULL OR status BETWEEN 200 AND 299 OR status = 304) AND (?2 IS NULL OR fetched_at <= ?2)
ORDER BY fetched_at DESC, id DESC LIMIT 1
"""


def store_fetch(conn: sqlite3.Connection, run_id: int, fetch: Fetch, *, not_after: str | None = None) -> str | None:
    """Keep the request, and its body if it has one; the sha256 of the snapshot it refers to.

    A 304 answer refers to what it says is unchanged (`not_after`: an answer of then or before), and inherits its
    validators.
    """
    headers = {name.lower(): value for name, value in fetch.headers.items()}
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    digest = None if fetch.body is None else store_body(conn, fetch.body, fetch.fetched_at, fetch.snapshot)
    if fetch.status == 304 and (before := conn.execute(_NEWEST, (fetch.url, not_after)).fetchone()):
        digest, etag, last_modified = before[0], etag or before[1], last_modified or before[2]
    row = (
        run_id, fetch.url, fetch.final_url, fetch.status, fetch.content_type,
        None if fetch.body is None else len(fetch.body), digest, fetch.elapsed_ms, fetch.error, fetch.fetched_at,
        etag, last_modified, json.dumps(headers, ensure_ascii=False),
    )  # fmt: skip
    conn.execute(_INSERT_FETCH, (*row, chain.extend(conn, row)))
    return digest


def fetch_of(row: Sequence[Any], body: bytes | None) -> Fetch:
    """A request of the archive as it was made, from the columns FETCH, with the `body` that is wanted."""
    url, final_url, at, elapsed, status, content_type, headers, error = row
    return Fetch(
        url=url, final_url=final_url, fetched_at=at, elapsed_ms=elapsed, status=status, content_type=content_type,
        headers=json.loads(headers), body=body, error=error,
    )  # fmt: skip


def pack(body: bytes) -> Snapshot:
    """These bytes as they are kept. Touches no archive: any thread may do it."""
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(body)
    return Snapshot(sha256=hashlib.sha256(body).hexdigest(), packed=packed)


def store_body(conn: sqlite3.Connection, body: bytes, at: str, made: Snapshot | None = None) -> str:
    """Keep these bytes, unless they are kept already; their sha256. `made`: what `pack` made of them ahead."""
    digest = made.sha256 if made else hashlib.sha256(body).hexdigest()
    if conn.execute("SELECT 1 FROM snapshots WHERE sha256 = ?", (digest,)).fetchone() is None:
        packed = (made or pack(body)).packed
        conn.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?)", (digest, len(body), at, packed))
    return digest


def body_of(conn: sqlite3.Connection, sha256: str) -> bytes | None:
    """The bytes of a snapshot, as the site sent them."""
    row = conn.execute("SELECT body FROM snapshots WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else zstandard.ZstdDecompressor().decompress(row[0])


def newest_body(conn: sqlite3.Connection, url: str) -> bytes | None:
    """The newest stored body of this address that was a proper answer."""
    row = conn.execute(_NEWEST, (url, None)).fetchone()
    return None if row is None else body_of(conn, row[0])


def validators(conn: sqlite3.Connection, url: str) -> Validators | None:
    """What the newest proper answer of this address gave to ask conditionally with; None when it gave nothing."""
    row = conn.execute(_NEWEST, (url, None)).fetchone()
    if row is None or not (row[1] or row[2]):
        return None
    return Validators(etag=row[1], last_modified=row[2])
