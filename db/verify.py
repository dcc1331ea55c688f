"""Whether an archive is still what it was when it was written: file, requests, snapshots, texts, places in them.

Each part gives what is wrong, the first of it first, and reads its tables as a stream: memory does not follow the size
of the archive. Nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

import zstandard

from db import chain, seals
from db.problem import Problem
from db.tombstones import Keys

Tally = Counter[str]
_CUT = 60
# Table, its number, the column with the words, whether a post is named: rows that point into documents.text.
_PLACED = (
    ("posts", "pk", "text"), ("claims", "id", "text"), ("mentions", "id", "surface"), ("quantities", "id", "surface"),
)  # fmt: skip


def problems(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """All that is wrong, as of one moment; `tally` counts what was looked at, bytes of snapshots included."""
    conn.execute("BEGIN")
    try:
        for part in PARTS:
            try:
                yield from part(conn, tally)
            except sqlite3.DatabaseError as error:
                yield Problem("file", "", f"SQLite cannot read all of it: {error}")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")


def _pages(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    for (line,) in conn.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Problem("file", "", " ".join(line.split()))


def _chain(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Requests that were changed, removed or added since they were stored."""
    count, last, due = 0, "", 1
    for link in chain.links(conn):
        if link.fetch_id != due:
            yield Problem("fetches", _span(due, link.fetch_id - 1), "removed: the numbers of requests have no gaps")
        elif link.chain != link.expected:
            yield Problem("fetches", str(link.fetch_id), _broken(link))
        if link.erased and not _is_blank(link.row):
            yield Problem("fetches", str(link.fetch_id), "was forgotten, and holds something all the same")
        count, last, due = count + 1, link.chain, link.fetch_id + 1
    tally["requests"] = count
    head = chain.head(conn)
    if head != (count, last):
        yield Problem("chain_head", "1", f"counts {head[0]} requests ending in {head[1][:12]}…, {count} are there,"
                      f" ending in {last[:12]}…: requests were removed or added at the end")  # fmt: skip


def _broken(link: chain.Link) -> str:
    found = f"{link.chain[:12]}…" if link.chain else "empty"
    return f"its chain is {found}, {link.expected[:12]}… was expected: this row was changed, or added"


def _is_blank(row: tuple[chain.Cell, ...]) -> bool:
    given = dict(zip(chain.COLUMNS, row, strict=True))
    return all(given[column] == value for column, value in chain.ERASED.items())


def _snapshots(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Snapshots whose bytes are not those that their name stands for, and those that no request brought."""
    unpack = zstandard.ZstdDecompressor()
    for name, size, body in conn.execute("SELECT sha256, bytes, body FROM snapshots"):
        tally["snapshots"] += 1
        tally["bytes"] += size if isinstance(size, int) else 0
        wrong = _wrong_body(unpack, name, size, body)
        if wrong:
            yield Problem("snapshots", str(name), wrong)
    unasked = conn.execute(
        "SELECT sha256 FROM snapshots s WHERE NOT EXISTS (SELECT 1 FROM fetches WHERE snapshot = s.sha256)"
    )
    for (name,) in unasked:
        yield Problem("snapshots", str(name), "no request brought it: it was added, or its request was changed")


def _wrong_body(unpack: zstandard.ZstdDecompressor, name: str, size: int, body: bytes) -> str:
    try:
        # The size is read before any room is made for it: what a damaged frame announces may not fit in memory.
        announced = zstandard.frame_content_size(body)
        if announced != size:
            return f"its bytes are changed: {size} were kept, they announce {announced}"
        found = hashlib.sha256(unpack.decompress(body)).hexdigest()
    except (zstandard.ZstdError, TypeError) as error:
        return f"its bytes are changed: they cannot be unpacked ({error})"
    return "" if found == name else f"its bytes are changed: their sha256 is {found}"


def _references(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Rows that name a row which is not there."""
    for table, rowid, parent, number in conn.execute("PRAGMA foreign_key_check"):
        column = next(row[3] for row in conn.execute(f"PRAGMA foreign_key_list({table})") if row[0] == number)
        value = ""
        if rowid is not None:
            value = f" {conn.execute(f'SELECT {column} FROM {table} WHERE rowid = ?', (rowid,)).fetchone()[0]}"
        yield Problem(table, "" if rowid is None else str(rowid), f"its {column}{value} is not in {parent}: removed")


def _texts(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Texts that do not give the digest they were stored with, and rows that do not stand where they say."""
    placed = [_Stream(conn, *table) for table in _PLACED]
    for key, title, text, digest in conn.execute("SELECT id, title, text, digest FROM documents ORDER BY id"):
        tally["documents"] += 1
        posts, *findings = (stream.of(key) for stream in placed)
        if _digest([(words[0], words[1]) for _, words, _, _ in posts] or [(title or "", text)]) != digest:
            yield Problem("documents", str(key), f"its posts or its text are changed: {digest[:12]}… was expected")
        for stream, rows in zip(placed, (posts, *findings), strict=True):
            tally[stream.table] += len(rows)
            yield from (_misplaced(stream.table, row, text) for row in rows if not _fits(row, text))
    yield from _versions(conn, tally)


Placed = tuple[int, tuple[str, str], int, int]


class _Stream:
    """The rows of one table, taken document by document in one pass; posts in their order."""

    def __init__(self, conn: sqlite3.Connection, table: str, key: str, words: str) -> None:
        self.table = table
        post, position = ("id", "position") if table == "posts" else ("''", "0")
        # By the index alone: to have SQLite sort by position too would write all texts down once more.
        rows = conn.execute(
            f'SELECT document_id, {position}, {key}, {post}, {words}, start, "end" FROM {table} ORDER BY document_id'
        )
        self._groups = groupby(rows, itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, document_id: int) -> list[Placed]:
        while self._next is not None and self._next[0] < document_id:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != document_id:
            return []
        rows = sorted(self._next[1], key=itemgetter(1))
        self._next = next(self._groups, None)
        return [(key, (post, words), start, end) for _, _, key, post, words, start, end in rows]


def _fits(row: Placed, text: str) -> bool:
    _, (_, words), start, end = row
    return 0 <= start <= end and text[start:end] == words


def _misplaced(table: str, row: Placed, text: str) -> Problem:
    key, (_, words), start, end = row
    found = text[start:end] if 0 <= start <= end else ""
    return Problem(table, str(key), f"{words[:_CUT]!r} was expected at {start}-{end}, where {found[:_CUT]!r} stands")


def _digest(parts: list[tuple[str, str]]) -> str:
    """As `db.records.Document.digest` works it out."""
    raw = "\x1e".join(f"{key}\x1f{text}" for key, text in parts)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def _versions(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    for key, version, current, posts, text in conn.execute(
        "SELECT document_id, v.version, d.version, posts, v.text FROM versions v JOIN documents d ON d.id = document_id"
    ):
        tally["versions"] += 1
        row = f"of document {key}, version {version}"
        if version >= current:
            yield Problem("versions", row, f"the document is at version {current}: its version is changed")
        for post_id, start, end in json.loads(posts):
            if not 0 <= start <= end <= len(text):
                yield Problem("versions", row, f"post {post_id} at {start}-{end} of {len(text)} characters")


def _seals(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Seals that the archive holds, and no longer fits."""
    for key, manifest in conn.execute("SELECT id, manifest FROM seals ORDER BY id").fetchall():
        tally["seals"] += 1
        yield from seals.broken(conn, manifest, str(key))


def _forgotten(conn: sqlite3.Connection, tally: Tally) -> Iterator[Problem]:
    """Documents that were forgotten and are there again; requests that were emptied without being forgotten."""
    emptied, told = conn.execute(
        "SELECT (SELECT count(*) FROM erased_fetches), (SELECT coalesce(sum(fetches), 0) FROM tombstones)"
    ).fetchone()
    if emptied > told:
        yield Problem("erased_fetches", "", f"{emptied} requests are emptied, tombstones tell of {told}")
    keys = Keys.of(conn)
    if keys is None:
        return
    for key, url in conn.execute("SELECT id, url FROM documents"):
        if keys.knows("url", url):
            yield Problem("documents", str(key), "was forgotten, and is there again")


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


PARTS: tuple[Callable[[sqlite3.Connection, Tally], Iterator[Problem]], ...] = (
    _pages, _chain, _snapshots, _references, _texts, _seals, _forgotten,
)  # fmt: skip
