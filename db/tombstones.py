"""What may not come back: hashes of addresses, posts and authors that somebody had removed.

A hash cannot be read, but whoever has the archive and already knows an address can tell whether it was forgotten.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from db.errors import ArchiveUnusableError
from db.records import Author, Document, Lead, Source, Visit

Row = tuple[str | int, ...]
KeyKind = Literal["url", "post", "handle", "author"]


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an archive in which something was forgotten."""

    conn: sqlite3.Connection
    salt: str

    @classmethod
    def of(cls, conn: sqlite3.Connection) -> Self | None:
        """None where nothing was ever forgotten: then nothing needs to be asked."""
        row = conn.execute("SELECT salt FROM tombstones LIMIT 1").fetchone()
        return cls(conn, row[0]) if row else None

    def hash(self, kind: KeyKind, value: str) -> str:
        """The key of a thing. Case does not count: neither handles nor X's addresses know it."""
        return hashlib.sha256(f"{self.salt}{kind}:{value.casefold()}".encode("utf-8", "surrogatepass")).hexdigest()

    def knows(self, kind: KeyKind, value: str) -> bool:
        return self.tombstone_of(kind, value) is not None

    def tombstone_of(self, kind: KeyKind, value: str) -> int | None:
        """tombstones.id of a thing that was forgotten."""
        row = self.conn.execute(
            "SELECT tombstone_id FROM tombstone_keys WHERE hash = ?", (self.hash(kind, value),)
        ).fetchone()
        return int(row[0]) if row else None

    def add(self, tombstone_id: int, things: Iterable[tuple[KeyKind, str]]) -> None:
        self.conn.executemany(
            "INSERT OR IGNORE INTO tombstone_keys VALUES (?, ?)",
            [(self.hash(kind, value), tombstone_id) for kind, value in things],
        )

    def holds(self, document: Document) -> int | None:
        """The tombstone of a document, of one of its posts or of its author; None when it may be kept."""
        return next((found for key in keys_of(document) if (found := self.tombstone_of(*key)) is not None), None)


def keys_of(document: Document) -> Iterator[tuple[KeyKind, str]]:
    """What a document may be known by."""
    yield "url", document.url
    if document.author is not None:
        yield from author_keys(document.author)
    for post in document.posts:
        if "#" not in post.id:
            yield "post", post.id


def author_keys(author: Author) -> Iterator[tuple[KeyKind, str]]:
    """What an author may be known by. A name alone is no key but beside no address: people share names."""
    if author.handle:
        yield "handle", author.handle.lstrip("@")
    elif author.name or author.url:
        yield "author", f"{author.name or ''}\x1f{author.url or ''}"
    if author.url:
        yield "url", author.url


def admitted(conn: sqlite3.Connection, documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents that may be kept, without the cards that show forgotten ones."""
    keys = Keys.of(conn)
    documents = tuple(documents)
    if keys is None:
        return documents
    return tuple(_without_cards(keys, document) for document in documents if keys.holds(document) is None)


def _without_cards(keys: Keys, document: Document) -> Document:
    cards = tuple(card for card in document.cards if not _shows_forgotten(keys, card.url, card.handle))
    return document if len(cards) == len(document.cards) else replace(document, cards=cards)


def _shows_forgotten(keys: Keys, url: str | None, handle: str | None) -> bool:
    return bool((url and keys.knows("url", url)) or (handle and keys.knows("handle", handle)))


def admitted_leads(conn: sqlite3.Connection, leads: Iterable[Lead]) -> Iterable[Lead]:
    """The addresses that may be asked for."""
    keys = Keys.of(conn)
    return leads if keys is None else [lead for lead in leads if not keys.knows("url", lead.url)]


def admitted_sources(conn: sqlite3.Connection, sources: Iterable[Source]) -> Iterable[Source]:
    """The sources that may be asked; config.toml may still name one that was forgotten."""
    keys = Keys.of(conn)
    return sources if keys is None else [source for source in sources if not keys.knows("url", source.url)]


def admitted_visit(conn: sqlite3.Connection, visit: Visit) -> Visit | None:
    """What of a visit may be kept; None when all it brought was forgotten."""
    keys = Keys.of(conn)
    if keys is None or not visit.documents:
        return visit
    kept = admitted(conn, visit.documents)
    if kept:
        return replace(visit, documents=kept)
    learn(conn, keys, visit.target.url, visit.documents)
    return None


def learn(conn: sqlite3.Connection, keys: Keys, url: str, documents: Iterable[Document]) -> None:
    """Never ask again for an address that only led to `documents`, which were forgotten.

    One that has given something else may be asked.
    """
    gave = (
        "SELECT 1 FROM documents WHERE url = ?1 UNION SELECT 1 FROM targets WHERE url = ?1 AND document_id IS NOT NULL"
    )
    if conn.execute(gave, (url,)).fetchone():
        return
    tombstone_id = next(found for document in documents if (found := keys.holds(document)) is not None)
    keys.add(tombstone_id, [("url", url)])
    conn.execute("DELETE FROM targets WHERE url = ?", (url,))


def carry_tombstones(conn: sqlite3.Connection, tombstones: Sequence[Row], keys: Sequence[Row]) -> None:
    """Take over the tombstones of a later state of this archive. Must run in a transaction.

    Raises ArchiveUnusableError for those of another archive: their hashes are made otherwise.
    """
    known = Keys.of(conn)
    if known is not None and tombstones and known.salt != tombstones[0][-1]:
        raise ArchiveUnusableError(
            "the archive in place is another one, with forgotten things of its own; move it away, then restore"
        )
    for table, rows in (("tombstones", tombstones), ("tombstone_keys", keys)):
        for row in rows:
            conn.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
