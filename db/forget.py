"""Removing what the archive holds of a document or an author, for good, without breaking the chain.

What is left: how many rows went, when and why (`tombstones`), hashes that keep harvests and imports from bringing it
back, and of each request its place in the chain. Functions that take a connection must run in a transaction.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import zstandard

from db import chain, fulltext
from db.connection import connect
from db.errors import ArchiveHeldError, explaining
from db.findings import clear_findings
from db.records import Author
from db.recoveries import addresses_asked
from db.tombstones import KeyKind, Keys, author_keys

_ADDRESS = re.compile(rb"https?://[^\s\"'<>\\)]+")
_POST_ID = re.compile(rb"(?<!\d)\d{15,19}(?!\d)")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is to be forgotten. `addresses`: every address that leads to it, those that were never met included."""

    what: Literal["author", "document"]
    document_ids: frozenset[int] = frozenset()
    authors: tuple[Author, ...] = ()
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much went. `shared`: snapshots that show it and stay, since other documents were read from them."""

    documents: int = 0
    versions: int = 0
    posts: int = 0
    fetches: int = 0
    snapshots: int = 0
    shared: int = 0
    addresses: int = 0


@dataclass(slots=True)
class _Traces:
    """What the archive holds of it: rows by key, addresses, ids of X."""

    documents: list[int]
    urls: set[str]
    posts: set[str]
    snapshots: set[str] = field(default_factory=set)


def authors_named(conn: sqlite3.Connection, name: str) -> dict[int, Author]:
    """The authors with this handle (with or without @), name or address, by authors.id."""
    rows = conn.execute(
        "SELECT id, handle, name, url FROM authors WHERE handle = ?1 OR name = ?2 COLLATE NOCASE OR url = ?2",
        (name.removeprefix("@"), name),
    )
    return {row[0]: Author(handle=row[1], name=row[2], url=row[3]) for row in rows}


def namesakes(conn: sqlite3.Connection, authors: Mapping[int, Author]) -> dict[str, int]:
    """Documents by others of the same name, by name: perhaps the same people, signing without their handle."""
    found: dict[str, int] = {}
    for name in {author.name for author in authors.values() if author.name}:
        rows = conn.execute(
            "SELECT a.id, count(*) FROM authors a JOIN documents d ON d.author_id = a.id"
            " WHERE a.name = ? COLLATE NOCASE GROUP BY a.id",
            (name,),
        )
        others = sum(documents for key, documents in rows if key not in authors)
        if others:
            found[name] = others
    return found


def documents_by(conn: sqlite3.Connection, author_ids: Iterable[int]) -> frozenset[int]:
    """documents.id of all that these authors sign."""
    return frozenset(
        row[0] for key in author_ids for row in conn.execute("SELECT id FROM documents WHERE author_id = ?", (key,))
    )


def post_ids(conn: sqlite3.Connection, document_ids: Iterable[int]) -> set[str]:
    """X's ids of the posts of documents, those of earlier versions and those they had before an edit included."""
    found: set[str] = set()
    for key in document_ids:
        found.update(row[0] for row in conn.execute("SELECT id FROM posts WHERE document_id = ?", (key,)))
        found.update(
            row[0]
            for row in conn.execute(
                "SELECT value ->> 0 FROM versions, json_each(versions.posts) WHERE document_id = ?", (key,)
            )
        )
    found = {post for post in found if "#" not in post}
    for some in _batches(sorted(found)):
        found.update(row[0] for row in conn.execute(f"SELECT id FROM edits WHERE post_id IN ({_places(some)})", some))
    return found


def forget(conn: sqlite3.Connection, chosen: Chosen, *, reason: str, at: str) -> Forgotten:
    """Remove what was chosen, and keep it out from now on."""
    traces = _traces(conn, chosen)
    tombstone_id, keys = _new_tombstone(conn, chosen.what, reason, at)
    things: list[tuple[KeyKind, str]] = [("url", url) for url in traces.urls]
    things += [("post", post) for post in traces.posts]
    if chosen.what == "author":
        things += [key for author in chosen.authors for key in author_keys(author)]
    keys.add(tombstone_id, things)
    return _remove(conn, tombstone_id, traces, [author.handle for author in chosen.authors if author.handle])


def forget_again(conn: sqlite3.Connection) -> Forgotten:
    """Remove what its tombstones say is forgotten: what a backup, made before, has brought back."""
    keys = Keys.of(conn)
    if keys is None:
        return Forgotten()
    found: dict[int, _Traces] = {}
    for tombstone_id, document_id in _known_documents(conn, keys):
        found.setdefault(tombstone_id, _Traces([], set(), set())).documents.append(document_id)
    for (url,) in conn.execute(
        "SELECT url FROM targets UNION SELECT url FROM fetches UNION SELECT final_url FROM fetches"
    ):
        known = keys.tombstone_of("url", url)
        if known is not None:
            found.setdefault(known, _Traces([], set(), set())).urls.add(url)
    totals = [0] * len(Forgotten.__slots__)
    for tombstone_id, traces in found.items():
        _complete(conn, traces)
        went = _remove(conn, tombstone_id, traces, [])
        totals = [total + getattr(went, name) for total, name in zip(totals, Forgotten.__slots__, strict=True)]
    return Forgotten(**dict(zip(Forgotten.__slots__, totals, strict=True)))


def purge(path: Path) -> None:
    """Rewrite the file, so that no byte of what was removed stays in it, its search index or its log.

    Raises ArchiveHeldError when another program keeps the old pages in use.
    """
    with explaining(path), closing(connect(path, readonly=False)) as conn:
        # A search index keeps the words of what was taken out until its parts are merged.
        for table in ("documents_fts", "posts_fts", "claims_fts"):
            conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        conn.execute("VACUUM")
        (busy, _, _) = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise ArchiveHeldError(
                f"{path}: removed, but another program still uses the old pages: close it, then `sqlite3 {path} VACUUM`"
            )


def refuse_readers(conn: sqlite3.Connection, path: Path) -> None:
    """ArchiveHeldError while another program is in the middle of reading: it would keep the old pages in use."""
    conn.execute("PRAGMA busy_timeout = 1000")
    (busy, _, _) = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ArchiveHeldError(f"{path}: another program is reading it; wait for it to end, or close it, and try again")


# --- What the archive holds of it -------------------------------------------------------------------------


def _traces(conn: sqlite3.Connection, chosen: Chosen) -> _Traces:
    traces = _Traces(sorted(chosen.document_ids), set(chosen.addresses), set())
    _complete(conn, traces)
    if chosen.what == "author":
        _add_sources(conn, traces)
    return traces


def _complete(conn: sqlite3.Connection, traces: _Traces) -> None:
    """Add what leads to the documents: their addresses, those of their posts, and of the pages they were read at."""
    traces.posts |= post_ids(conn, traces.documents)
    for key in traces.documents:
        for sql in (
            "SELECT url FROM documents WHERE id = ?",
            "SELECT url FROM posts WHERE document_id = ? AND url IS NOT NULL",
            "SELECT url FROM targets WHERE document_id = ?",
        ):
            traces.urls.update(row[0] for row in conn.execute(sql, (key,)))
        for table, column in _pointing_at(conn, "snapshots"):
            if owner := _owner(conn, table):
                sql = f"SELECT {column} FROM {table} WHERE {owner} = ? AND {column} IS NOT NULL"
                traces.snapshots.update(row[0] for row in conn.execute(sql, (key,)))


def _add_sources(conn: sqlite3.Connection, traces: _Traces) -> None:
    """An author's own list of threads, and all that was found there and by it."""
    folded = {url.casefold() for url in traces.urls}
    for source, url in conn.execute("SELECT id, url FROM sources").fetchall():
        if url.casefold() in folded:
            traces.urls.add(url)
            traces.urls.update(row[0] for row in conn.execute("SELECT url FROM targets WHERE source = ?", (source,)))
    found = conn.execute("SELECT url, discovered_from FROM targets WHERE document_id IS NULL").fetchall()
    traces.urls.update(url for url, page in found if page in traces.urls or url.casefold() in folded)


def _pointing_at(conn: sqlite3.Connection, parent: str) -> list[tuple[str, str]]:
    """(table, column) of all that refers to a table."""
    return [
        (str(table), str(column))
        for table, column in conn.execute(
            'SELECT m.name, k."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) k'
            " WHERE m.type = 'table' AND k.\"table\" = ? ORDER BY m.name",
            (parent,),
        )
    ]


def _owner(conn: sqlite3.Connection, table: str) -> str | None:
    """The column that names the document a row belongs to."""
    if table == "documents":
        return "id"
    return next((column for owned, column in _pointing_at(conn, "documents") if owned == table), None)


def _known_documents(conn: sqlite3.Connection, keys: Keys) -> Iterator[tuple[int, int]]:
    """(tombstone, document) of the documents that are there although they were forgotten."""
    rows = conn.execute(
        "SELECT d.id, d.url, a.handle, a.name, a.url FROM documents d LEFT JOIN authors a ON a.id = d.author_id"
    ).fetchall()
    for document_id, url, handle, name, address in rows:
        things: list[tuple[KeyKind, str]] = [("url", url)]
        things += author_keys(Author(handle=handle, name=name, url=address))
        things += [("post", post) for post in sorted(post_ids(conn, [document_id]))]
        found = next((tombstone for thing in things if (tombstone := keys.tombstone_of(*thing))), None)
        if found is not None:
            yield found, document_id


# --- Taking it out ----------------------------------------------------------------------------------------


def _new_tombstone(conn: sqlite3.Connection, what: str, reason: str, at: str) -> tuple[int, Keys]:
    known = Keys.of(conn)
    salt = known.salt if known else secrets.token_hex(16)
    cursor = conn.execute(
        "INSERT INTO tombstones (forgotten_at, what, reason, documents, versions, fetches, snapshots, salt)"
        " VALUES (?, ?, ?, 0, 0, 0, 0, ?)",
        (at, what, reason, salt),
    )
    return int(cursor.lastrowid or 0), Keys(conn, salt)


def _remove(conn: sqlite3.Connection, tombstone_id: int, traces: _Traces, handles: Iterable[str]) -> Forgotten:
    traces.urls |= addresses_asked(conn, traces.urls)
    showing = traces.snapshots | _snapshots_at(conn, traces.urls) | _snapshots_showing(conn, traces)
    posts, versions = _remove_documents(conn, traces)
    _remove_cards(conn, traces, handles)
    _remove_addresses(conn, traces)
    needed = _needed(conn, showing)
    fetches = _erase_fetches(conn, tombstone_id, traces.urls, showing - needed, needed)
    for some in _batches(sorted(showing - needed)):
        conn.execute(f"DELETE FROM snapshots WHERE sha256 IN ({_places(some)})", some)
    went = Forgotten(
        documents=len(traces.documents), versions=versions, posts=posts, fetches=fetches,
        snapshots=len(showing - needed), shared=len(needed), addresses=len(traces.urls),
    )  # fmt: skip
    conn.execute(
        "UPDATE tombstones SET documents = documents + ?, versions = versions + ?, fetches = fetches + ?,"
        " snapshots = snapshots + ? WHERE id = ?",
        (went.documents, went.versions, went.fetches, went.snapshots, tombstone_id),
    )
    return went


def _remove_documents(conn: sqlite3.Connection, traces: _Traces) -> tuple[int, int]:
    """Posts and versions that went. What belongs to a document goes with it, the search index first."""
    posts = versions = 0
    for key in traces.documents:
        posts += conn.execute("SELECT count(*) FROM posts WHERE document_id = ?", (key,)).fetchone()[0]
        versions += conn.execute("SELECT count(*) FROM versions WHERE document_id = ?", (key,)).fetchone()[0]
        fulltext.remove(conn, key)
        clear_findings(conn, key)
        conn.execute("DELETE FROM cards WHERE thread_id = ?", (key,))
        conn.execute("DELETE FROM documents WHERE id = ?", (key,))
    conn.execute("DELETE FROM authors WHERE NOT EXISTS (SELECT 1 FROM documents WHERE author_id = authors.id)")
    conn.execute("DELETE FROM entities WHERE NOT EXISTS (SELECT 1 FROM mentions WHERE entity_id = entities.id)")
    _remove_empty_topics(conn)
    for some in _batches(sorted(traces.posts)):
        conn.execute(f"DELETE FROM edits WHERE id IN ({_places(some)}) OR post_id IN ({_places(some)})", some * 2)
    return posts, versions


def _remove_empty_topics(conn: sqlite3.Connection) -> None:
    """Discovered topics have words of their documents for a label: without any, they go, and what is told of them."""
    empty = conn.execute(
        "SELECT id FROM topics t WHERE origin = 'discovered'"
        " AND NOT EXISTS (SELECT 1 FROM document_topics WHERE topic_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM claim_topics WHERE topic_id = t.id)"
    ).fetchall()
    conn.executemany("DELETE FROM topic_events WHERE topic_id = ?1 OR other = ?1", empty)
    conn.executemany("DELETE FROM topics WHERE id = ?", empty)


def _remove_cards(conn: sqlite3.Connection, traces: _Traces, handles: Iterable[str]) -> None:
    """On other pages, the previews of what is forgotten."""
    for some in _batches(sorted(traces.urls)):
        conn.execute(f"DELETE FROM cards WHERE url IN ({_places(some)})", some)
    conn.executemany("DELETE FROM cards WHERE handle = ?", [(handle,) for handle in handles])


def _remove_addresses(conn: sqlite3.Connection, traces: _Traces) -> None:
    for some in _batches(sorted(traces.urls)):
        places = _places(some)
        conn.execute(f"DELETE FROM targets WHERE url IN ({places})", some)
        conn.execute(f"UPDATE targets SET discovered_from = NULL WHERE discovered_from IN ({places})", some)
        conn.execute(f"DELETE FROM sources WHERE url IN ({places})", some)


def _snapshots_at(conn: sqlite3.Connection, urls: set[str]) -> set[str]:
    """The answers of these addresses."""
    found: set[str] = set()
    for some in _batches(sorted(urls)):
        places = _places(some)
        found.update(
            row[0]
            for row in conn.execute(
                f"SELECT snapshot FROM fetches WHERE snapshot IS NOT NULL AND (url IN ({places}) OR final_url IN"
                f" ({places}))",
                some * 2,
            )
        )
    return found


def _snapshots_showing(conn: sqlite3.Connection, traces: _Traces) -> set[str]:
    """The answers of any address in which one of the addresses or posts stands: lists, feeds, other people's pages."""
    urls = {url.encode("utf-8", "replace") for url in traces.urls}
    posts = {post.encode("utf-8", "replace") for post in traces.posts}
    unpack = zstandard.ZstdDecompressor()
    found: set[str] = set()
    for name, packed in conn.execute("SELECT sha256, body FROM snapshots"):
        body = unpack.decompress(packed).replace(b"\\/", b"/").replace(b"&amp;", b"&")
        if not urls.isdisjoint(_ADDRESS.findall(body)) or not posts.isdisjoint(_POST_ID.findall(body)):
            found.add(name)
    return found


def _needed(conn: sqlite3.Connection, snapshots: set[str]) -> set[str]:
    """Those from which something that stays was read."""
    tables = [(table, column) for table, column in _pointing_at(conn, "snapshots") if table != "fetches"]
    return {
        name
        for name in snapshots
        if any(conn.execute(f"SELECT 1 FROM {t} WHERE {c} = ? LIMIT 1", (name,)).fetchone() for t, c in tables)
    }


def _erase_fetches(
    conn: sqlite3.Connection, tombstone_id: int, urls: set[str], snapshots: set[str], needed: set[str]
) -> int:
    """Empty the requests that asked for it or brought it; their place in the chain stays. How many they were."""
    emptied = ", ".join(f"{column} = :{column}" for column in chain.ERASED)
    beside = [place for place in _pointing_at(conn, "fetches") if place[0] != "erased_fetches"]
    found = [(fetch_id, row) for fetch_id, row in _rows(conn) if _tells(row, urls, snapshots, needed)]
    for fetch_id, row in found:
        conn.execute(
            "INSERT OR IGNORE INTO erased_fetches VALUES (?, ?, ?)", (fetch_id, tombstone_id, chain.digest(row))
        )
        conn.execute(f"UPDATE fetches SET {emptied} WHERE id = :id", {**chain.ERASED, "id": fetch_id})
        for table, column in beside:
            conn.execute(f"DELETE FROM {table} WHERE {column} = ?", (fetch_id,))
    return len(found)


def _rows(conn: sqlite3.Connection) -> Iterator[tuple[int, list[chain.Cell]]]:
    for fetch_id, *row in conn.execute(f"SELECT id, {', '.join(chain.COLUMNS)} FROM fetches"):
        yield fetch_id, row


def _tells(row: list[chain.Cell], urls: set[str], snapshots: set[str], needed: set[str]) -> bool:
    given = dict(zip(chain.COLUMNS, row, strict=True))
    if given["snapshot"] in needed:
        return False
    return given["url"] in urls or given["final_url"] in urls or given["snapshot"] in snapshots


def _batches(values: list[str]) -> Iterator[list[str]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _places(values: list[str]) -> str:
    return ", ".join("?" * len(values))
