"""Threads that their author's own export tells, and perhaps a page too: kept as one, whoever comes first.

For each of the two origins the archive remembers what it said last. So a source that says nothing new changes nothing,
however often it is asked, and a post that one of them lost is kept as long as the other has it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeVar

from db.authors import author_id
from db.documents import (
    Change,
    Sighting,
    add_document,
    change_document,
    document_of,
    keep_earlier,
    replace_links_and_media,
    restate_document,
    sighted,
    storable,
)
from db.merging import Merged, Terms, fingerprint, merged
from db.records import Document, ExportedThread, Fetch, Link, Media, Stored
from db.snapshots import store_fetch
from db.tombstones import admitted

Origin = Literal["page", "export"]
Part = TypeVar("Part", Link, Media)

# CROSS JOIN keeps SQLite from going through all threads for the few that hold these posts.
_TOLD_BY_EXPORT = """
SELECT p.document_id FROM json_each(?) AS wanted CROSS JOIN posts p ON p.id = wanted.value
CROSS JOIN tellings t ON t.document_id = p.document_id AND t.origin = 'export'
GROUP BY p.document_id ORDER BY count(*) DESC, p.document_id LIMIT 1
"""
_SAME_THREAD = """
SELECT p.document_id FROM json_each(?1) AS wanted CROSS JOIN posts p ON p.id = wanted.value
CROSS JOIN documents d ON d.id = p.document_id AND d.kind = 'thread'
GROUP BY p.document_id ORDER BY d.url = ?2 DESC, count(*) DESC, d.id LIMIT 1
"""
_REMEMBER = """
INSERT INTO tellings (document_id, origin, snapshot, seen_at, digest, posts) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (document_id, origin) DO UPDATE SET snapshot = excluded.snapshot, seen_at = excluded.seen_at,
    digest = excluded.digest, posts = excluded.posts
"""


@dataclass(frozen=True, slots=True)
class _Telling:
    """What an origin said last: `posts` are fingerprints of their texts by id."""

    digest: str
    seen_at: str
    posts: Mapping[str, str]


def store_page(conn: sqlite3.Connection, document: Document, sighting: Sighting) -> tuple[int, Change] | None:
    """Keep what a page tells of a thread that the archive has from an export; None for any other document."""
    if document.kind != "thread" or not _exports_were_imported(conn):
        return None
    if not _has_ids(document):
        row = conn.execute(
            "SELECT d.id FROM documents d JOIN tellings t ON t.document_id = d.id WHERE d.url = ?", (document.url,)
        ).fetchone()
        if row is None:
            return None
        sighted(conn, row[0], sighting)
        return int(row[0]), "unchanged"
    document = _with_last_ids(conn, document)
    row = conn.execute(_TOLD_BY_EXPORT, (_ids(document),)).fetchone()
    return None if row is None else (int(row[0]), _tell(conn, row[0], document, sighting, "page"))


def store_export(conn: sqlite3.Connection, run_id: int, fetch: Fetch, thread: ExportedThread) -> Stored:
    """Keep a thread of an export, and the entries it was read from; what that changed. Must run in a transaction.

    A thread that the archive has from a page is the same document, under the address it has. What was forgotten stays
    so: neither the thread nor its entries are kept.
    """
    allowed = admitted(conn, [thread.document])
    if not allowed:
        return Stored(forgotten=1)
    snapshot = _kept_before(conn, fetch) or store_fetch(conn, run_id, fetch)
    sighting = Sighting(fetch.fetched_at, snapshot, None, from_file=True)
    conn.executemany("INSERT OR REPLACE INTO edits VALUES (?, ?)", list(thread.former_ids.items()))
    document_id, change = _store_exported(conn, storable(allowed[0]), sighting, thread.former_ids)
    for earlier in thread.earlier:
        keep_earlier(conn, document_id, storable(earlier.document), replace(sighting, at=earlier.until))
    told = conn.execute("SELECT count(*) FROM tellings WHERE document_id = ?", (document_id,)).fetchone()[0]
    return Stored(
        new=int(change == "new"),
        changed=int(change == "changed"),
        unchanged=int(change == "unchanged"),
        merged=int(told > 1),
    )


def _kept_before(conn: sqlite3.Connection, fetch: Fetch) -> str | None:
    """The snapshot of these entries when this very file was imported before: then there is nothing to note."""
    snapshot = hashlib.sha256(fetch.body or b"").hexdigest()
    known = conn.execute(
        "SELECT 1 FROM fetches WHERE url = ? AND fetched_at = ? AND snapshot = ?",
        (fetch.url, fetch.fetched_at, snapshot),
    )
    return snapshot if known.fetchone() else None


def _store_exported(
    conn: sqlite3.Connection, document: Document, sighting: Sighting, former_ids: Iterable[str]
) -> tuple[int, Change]:
    ids = json.dumps([*(post.id for post in document.posts), *former_ids])
    row = conn.execute(_SAME_THREAD, (ids, document.url)).fetchone()
    if row is not None:
        return int(row[0]), _tell(conn, row[0], document, sighting, "export")
    known = conn.execute("SELECT id FROM documents WHERE url = ?", (document.url,)).fetchone()
    change: Change = "new"
    if known is None:
        document_id = add_document(conn, document, sighting)
    else:  # a copy of its words, without ids
        document_id, change = int(known[0]), "changed"
        change_document(conn, document_id, document, sighting)
    _remember(conn, document_id, "export", document, sighting)
    return document_id, change


def _tell(conn: sqlite3.Connection, document_id: int, document: Document, sighting: Sighting, origin: Origin) -> Change:
    known = _with_last_ids(conn, document_of(conn, document_id))
    said = _said(conn, document_id)
    if not said:
        said["page"] = _first_telling(conn, document_id, known)
    before = said.get(origin)
    older = sighting.from_file and before is not None and sighting.at < before.seen_at
    if before is not None and before.digest == document.digest:
        sighted(conn, document_id, sighting)
        conn.execute(
            "UPDATE tellings SET seen_at = max(seen_at, ?) WHERE document_id = ? AND origin = ?",
            (sighting.at, document_id, origin),
        )
        return "unchanged"
    result = merged(known, document, _terms(origin, said, sighting, older=older))
    change = _write(conn, document_id, _complete(result, document, origin), sighting)
    if origin == "export":
        conn.execute(
            "UPDATE documents SET author_id = coalesce(author_id, ?) WHERE id = ?",
            (author_id(conn, document.author), document_id),
        )
    if not older:
        # An export may lack what was deleted since, or a part of it: it takes back nothing that one before it told.
        kept = before.posts if before is not None and origin == "export" else {}
        _remember(conn, document_id, origin, document, sighting, kept)
    return change


def _terms(origin: Origin, said: Mapping[str, _Telling], sighting: Sighting, *, older: bool) -> Terms:
    """What a source may change: an old copy only adds, an export decides, a page that changed tells of a change."""
    before = said[origin].posts if origin in said else {}
    elsewhere = {key for name, telling in said.items() if name != origin for key in telling.posts}
    if older:
        return Terms(before={})
    if origin == "export":
        return Terms(before=before, wins=True, leads=True)
    return Terms(before=before, droppable=() if sighting.from_file else set(before) - elsewhere)


def _complete(result: Merged, told: Document, origin: Origin) -> Merged:
    """The merged thread with the page's cards, and the author as the export names it."""
    document = result.document
    author = told.author if origin == "export" else None
    cards = told.cards if origin == "page" else document.cards
    return replace(result, document=replace(document, author=author, cards=cards))


def _write(conn: sqlite3.Connection, document_id: int, result: Merged, sighting: Sighting) -> Change:
    if not result.edited:
        sighted(conn, document_id, sighting)
    if not (result.edited or result.reworded):
        if result.completed:
            replace_links_and_media(conn, document_id, result.document)
        return "unchanged"
    told_by = _snapshots_of_posts(conn, document_id)
    if result.edited:
        last = conn.execute("SELECT last_seen_at FROM documents WHERE id = ?", (document_id,)).fetchone()[0]
        change_document(conn, document_id, result.document, replace(sighting, at=max(last, sighting.at)))
        sighted(conn, document_id, sighting)
        told_by |= dict.fromkeys(result.taken)
    else:
        restate_document(conn, document_id, result.document)
        told_by |= dict.fromkeys(result.taken, sighting.snapshot)
    # Null is the document's own snapshot.
    conn.executemany(
        "UPDATE posts SET snapshot = nullif(?, (SELECT snapshot FROM documents WHERE id = document_id))"
        " WHERE document_id = ? AND id = ?",
        [(snapshot, document_id, key) for key, snapshot in told_by.items()],
    )
    return "changed" if result.edited else "unchanged"


def _snapshots_of_posts(conn: sqlite3.Connection, document_id: int) -> dict[str, str | None]:
    rows = conn.execute(
        "SELECT coalesce(e.post_id, p.id), coalesce(p.snapshot, d.snapshot) FROM posts p"
        " JOIN documents d ON d.id = p.document_id LEFT JOIN edits e ON e.id = p.id WHERE p.document_id = ?",
        (document_id,),
    )
    return dict(rows.fetchall())


def _said(conn: sqlite3.Connection, document_id: int) -> dict[str, _Telling]:
    rows = conn.execute("SELECT origin, digest, seen_at, posts FROM tellings WHERE document_id = ?", (document_id,))
    return {
        origin: _Telling(digest, seen_at, _last_ids(conn, json.loads(posts)))
        for origin, digest, seen_at, posts in rows.fetchall()
    }


def _first_telling(conn: sqlite3.Connection, document_id: int, known: Document) -> _Telling:
    """Until an export comes, a thread is what pages say."""
    snapshot, seen_at, digest = conn.execute(
        "SELECT snapshot, last_seen_at, digest FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    sighting = Sighting(seen_at, snapshot, None)
    _remember(conn, document_id, "page", known, sighting)
    return _Telling(digest, seen_at, _fingerprints(known))


def _remember(
    conn: sqlite3.Connection,
    document_id: int,
    origin: Origin,
    document: Document,
    sighting: Sighting,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Note what an origin says; `kept` is what it said before of posts that it no longer shows."""
    posts = json.dumps({**kept, **_fingerprints(document)})
    conn.execute(_REMEMBER, (document_id, origin, sighting.snapshot, sighting.at, document.digest, posts))


def _fingerprints(document: Document) -> dict[str, str]:
    return {post.id: fingerprint(post.text) for post in document.posts}


def _exports_were_imported(conn: sqlite3.Connection) -> bool:
    return conn.execute("SELECT 1 FROM tellings LIMIT 1").fetchone() is not None


def _has_ids(document: Document) -> bool:
    return any("#" not in post.id for post in document.posts)


def _ids(document: Document) -> str:
    return json.dumps([post.id for post in document.posts])


def _last_ids(conn: sqlite3.Connection, by_id: Mapping[str, str]) -> dict[str, str]:
    renamed = _edits(conn, by_id)
    return {renamed.get(key, key): value for key, value in by_id.items()}


def _edits(conn: sqlite3.Connection, ids: Collection[str]) -> dict[str, str]:
    rows = conn.execute(
        "SELECT e.id, e.post_id FROM json_each(?) AS wanted CROSS JOIN edits e ON e.id = wanted.value",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


def _with_last_ids(conn: sqlite3.Connection, document: Document) -> Document:
    """The document with the last id of each post that is known to have been edited."""
    renamed = _edits(conn, [post.id for post in document.posts])
    if not renamed:
        return document
    posts = {renamed.get(post.id, post.id): replace(post, id=renamed.get(post.id, post.id)) for post in document.posts}

    def moved(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(replace(part, post_id=renamed.get(part.post_id or "", part.post_id)) for part in parts)

    return replace(document, posts=tuple(posts.values()), links=moved(document.links), media=moved(document.media))
