"""What a document said at each time, and the answers that show it missing."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace

from db.reading import StoredDocument, StoredPost, document
from db.recoveries import Provenance, provenance

_KEPT = """
SELECT v.version, v.title, v.text, v.snapshot, h.at, h.until, v.posts
FROM versions v JOIN document_history h ON h.document_id = v.document_id AND h.version = v.version
WHERE v.document_id = ?1 AND h.document_id = ?1
"""
_CURRENT = "SELECT at, until FROM document_history WHERE document_id = ? AND version = ?"
_ABSENCES = """
SELECT h.at, h.fetch_id, f.run_id, f.url, f.final_url, h.status
FROM document_history h LEFT JOIN fetches f ON f.id = h.fetch_id
WHERE h.document_id = ? AND h.what = ? ORDER BY h.at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """What a document said from `first_seen_at` to `last_seen_at`, as read from `snapshot` (a sha256).

    Posts of an earlier version have a date and an address where the current version still has the post. `recovered` is
    the capture of a web archive that it was read from, None for what the site itself gave.
    """

    version: int
    title: str | None
    text: str
    posts: tuple[StoredPost, ...]
    snapshot: str | None
    first_seen_at: str
    last_seen_at: str
    current: bool
    recovered: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """An answer that shows a document missing. All but `at` is None when its request is not in the archive.

    `status` is 404 or 410, or 200 for a page that had lost the first post of its thread.
    """

    at: str
    fetch_id: int | None
    run_id: int | None
    url: str | None
    final_url: str | None
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A document with its versions, oldest first. `gone` is None while it is online.

    `missing` are earlier answers of the same kind, after which it was there again or which only repeat the first.
    """

    document: StoredDocument
    versions: tuple[StoredVersion, ...]
    gone: Absence | None
    missing: tuple[Absence, ...]

    def version(self, number: int) -> StoredVersion | None:
        """The version of this number."""
        return next((version for version in self.versions if version.version == number), None)

    def before(self, number: int) -> StoredVersion | None:
        """What the document said before the version of this number; None for the oldest."""
        numbers = [version.version for version in self.versions]
        place = numbers.index(number) if number in numbers else 0
        return self.versions[place - 1] if place else None


def history(conn: sqlite3.Connection, document_id: int) -> History | None:
    """The history of one document; None when the archive does not have it."""
    stored = document(conn, document_id)
    if stored is None:
        return None
    known = {post.id: post for post in stored.posts}
    versions = [_kept(tuple(row), known) for row in conn.execute(_KEPT, (document_id,))]
    versions.append(_current(conn, stored))
    versions = [replace(one, recovered=provenance(conn, one.snapshot)) for one in versions]
    return History(
        document=stored,
        # A copy that was imported later may be older than what was read first.
        versions=tuple(sorted(versions, key=lambda version: (version.first_seen_at, version.version))),
        gone=next(iter(_absences(conn, document_id, "gone")), None),
        missing=_absences(conn, document_id, "missing"),
    )


def _kept(row: tuple[object, ...], known: dict[str, StoredPost]) -> StoredVersion:
    version, title, text, snapshot, at, until, posts = row
    places = json.loads(str(posts))
    return StoredVersion(
        version=int(str(version)),
        title=None if title is None else str(title),
        text=str(text),
        posts=tuple(_post(known.get(key), key, str(text), start, end) for key, start, end in places),
        snapshot=None if snapshot is None else str(snapshot),
        first_seen_at=str(at),
        last_seen_at=str(until),
        current=False,
    )


def _post(known: StoredPost | None, key: str, text: str, start: int, end: int) -> StoredPost:
    posted_at, url = (known.posted_at, known.url) if known else (None, None)
    return StoredPost(id=key, text=text[start:end], start=start, end=end, posted_at=posted_at, url=url)


def _current(conn: sqlite3.Connection, stored: StoredDocument) -> StoredVersion:
    at, until = conn.execute(_CURRENT, (stored.id, stored.version)).fetchone()
    return StoredVersion(
        version=stored.version,
        title=stored.title,
        text=stored.text,
        posts=stored.posts,
        snapshot=stored.snapshot,
        first_seen_at=at,
        last_seen_at=until,
        current=True,
    )


def _absences(conn: sqlite3.Connection, document_id: int, what: str) -> tuple[Absence, ...]:
    return tuple(Absence(*row) for row in conn.execute(_ABSENCES, (document_id, what)))
