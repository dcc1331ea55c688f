"""Documents and what they show: new, changed, unchanged, gone."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from db import fulltext
from db.authors import author_id
from db.cards import excerpt_opening, name_author_from_cards, opening, recognise, threads_of_cards
from db.findings import clear_findings
from db.records import Author, Card, Document, Link, Media, Post

Change = Literal["new", "changed", "unchanged"]

_KNOWN = """
SELECT id, version, digest, last_seen_at, author_id, published_at FROM documents WHERE url = ?
"""
_SIGHTED = "UPDATE documents SET last_seen_at = max(last_seen_at, ?), gone_at = NULL WHERE id = ?"
_MET_IN_FILE = """
UPDATE documents SET last_seen_at = max(last_seen_at, ?2), first_seen_at = min(first_seen_at, ?2) WHERE id = ?1
"""
_INSERT = """
INSERT INTO documents (url, kind, title, author_id, published_at, published_from, lang, words, source, snapshot,
    digest, opening, text, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# What is known is not forgotten because a later page says less: hence coalesce.
_REPLACE = """
UPDATE documents SET kind = ?2, title = ?3, author_id = coalesce(?4, author_id),
    published_at = coalesce(?5, published_at), published_from = coalesce(?6, published_from), lang = coalesce(?7, lang),
    words = ?8, source = coalesce(source, ?9), snapshot = ?10, digest = ?11, opening = ?12, text = ?13,
    version = version + 1, last_seen_at = ?14, gone_at = CASE WHEN ?15 THEN gone_at END WHERE url = ?1
"""
_KEEP_VERSION = """
INSERT INTO versions (document_id, version, title, snapshot, seen_at, posts, text)
SELECT d.id, d.version, d.title, d.snapshot, d.last_seen_at,
    (SELECT json_group_array(json_array(id, start, "end")) FROM
        (SELECT id, start, "end" FROM posts WHERE document_id = d.id ORDER BY position)), d.text
FROM documents d WHERE d.id = ?
"""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|$)")  # nearly all: urlsplit takes five times as long


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where and when a document was met. `from_file`: no proof that it is online, and maybe an old copy."""

    at: str
    snapshot: str | None
    source: str | None
    from_file: bool = False


def store_document(conn: sqlite3.Connection, document: Document, sighting: Sighting) -> tuple[int, Change]:
    """Keep what `document` says; its row, and what that changed. Must run in a transaction."""
    known = conn.execute(_KNOWN, (document.url,)).fetchone()
    if known is not None and known[2] == document.digest:
        sighted(conn, known[0], sighting)
        _fill_gaps(conn, document, *known[4:], document_id=known[0])
        return known[0], "unchanged"
    document = storable(document)
    if known is None:
        return add_document(conn, document, sighting), "new"
    if known[2] == document.digest:
        sighted(conn, known[0], sighting)
        return known[0], "unchanged"
    if sighting.from_file:
        if _says_less(conn, known[0], document):
            sighted(conn, known[0], sighting)
            return known[0], "unchanged"
        if sighting.at < known[3]:
            sighted(conn, known[0], sighting)
            return known[0], "changed" if keep_earlier(conn, known[0], document, sighting) else "unchanged"
    change_document(conn, known[0], document, sighting)
    return known[0], "changed"


def document_of(conn: sqlite3.Connection, document_id: int) -> Document:
    """A document of the archive as a source would tell it."""
    row = conn.execute(
        "SELECT d.kind, d.url, d.text, d.title, a.handle, a.name, a.url, d.published_at, d.published_from, d.lang,"
        " a.id IS NOT NULL"
        " FROM documents d LEFT JOIN authors a ON a.id = d.author_id WHERE d.id = ?",
        (document_id,),
    ).fetchone()
    posts = conn.execute(
        'SELECT id, text, start, "end", posted_at, url, reply_to FROM posts WHERE document_id = ? ORDER BY position',
        (document_id,),
    )
    links = conn.execute(
        "SELECT kind, url, display, post_id FROM links WHERE document_id = ? ORDER BY id", (document_id,)
    )
    media = conn.execute("SELECT kind, url, alt, post_id FROM media WHERE document_id = ? ORDER BY id", (document_id,))
    cards = conn.execute(
        "SELECT url, handle, date_text, tweets, excerpt FROM cards WHERE document_id = ? ORDER BY id", (document_id,)
    )
    return Document(
        kind=row[0], url=row[1], text=row[2], title=row[3],
        author=Author(handle=row[4], name=row[5], url=row[6]) if row[10] else None,
        published_at=row[7], published_from=row[8], lang=row[9],
        posts=tuple(
            Post(id=key, text=text, start=start, end=end, posted_at=at, url=url, reply_to=reply_to)
            for key, text, start, end, at, url, reply_to in posts
        ),
        links=tuple(Link(kind=kind, url=url, display=shown, post_id=key) for kind, url, shown, key in links),
        media=tuple(Media(kind=kind, url=url, alt=alt, post_id=key) for kind, url, alt, key in media),
        cards=tuple(
            Card(url=url, handle=handle, date_text=date, tweets=tweets, excerpt=excerpt)
            for url, handle, date, tweets, excerpt in cards
        ),
    )  # fmt: skip


def mark_gone(conn: sqlite3.Connection, document_ids: set[int], at: str) -> int:
    """Note that these documents are no longer online; how many were until now. Their content stays."""
    return sum(
        conn.execute("UPDATE documents SET gone_at = ? WHERE id = ? AND gone_at IS NULL", (at, key)).rowcount
        for key in document_ids
    )


def touch(conn: sqlite3.Connection, document_ids: set[int], at: str) -> int:
    """Note that these documents were there, unchanged, at `at`; how many they are."""
    return sum(conn.execute(_SIGHTED, (at, key)).rowcount for key in document_ids)


def sighted(conn: sqlite3.Connection, document_id: int, sighting: Sighting) -> None:
    """Note that a document was met, as it was."""
    conn.execute(*_sighted(document_id, sighting))


def _sighted(document_id: int, sighting: Sighting) -> tuple[str, tuple[str | int, ...]]:
    if sighting.from_file:
        return _MET_IN_FILE, (document_id, sighting.at)
    return _SIGHTED, (sighting.at, document_id)


def _fill_gaps(
    conn: sqlite3.Connection, document: Document, author: int | None, published_at: str | None, *, document_id: int
) -> None:
    """An unchanged text whose author or date was not known, met again on a page that tells."""
    if author is None and document.author is not None:
        conn.execute("UPDATE documents SET author_id = ? WHERE id = ?", (author_id(conn, document.author), document_id))
    if published_at is None and document.published_at is not None:
        conn.execute(
            "UPDATE documents SET published_at = ?, published_from = ? WHERE id = ?",
            (document.published_at, document.published_from, document_id),
        )


def add_document(conn: sqlite3.Connection, document: Document, sighting: Sighting) -> int:
    """Keep a document that was not known; its row."""
    row = _row(conn, document, sighting)
    document_id = int(conn.execute(_INSERT, (*row, sighting.at, sighting.at)).lastrowid or 0)
    _add_parts(conn, document_id, document)
    return document_id


def change_document(conn: sqlite3.Connection, document_id: int, document: Document, sighting: Sighting) -> None:
    """Make a document say something else; what it said becomes a version."""
    conn.execute(_KEEP_VERSION, (document_id,))
    clear_findings(conn, document_id)
    _remove_parts(conn, document_id)
    conn.execute(_REPLACE, (*_row(conn, document, sighting), sighting.at, sighting.from_file))
    _add_parts(conn, document_id, document)


def restate_document(conn: sqlite3.Connection, document_id: int, document: Document) -> None:
    """Write down the same words in a better form: no version, but what was found in them has moved."""
    clear_findings(conn, document_id)
    _remove_parts(conn, document_id)
    conn.execute(
        "UPDATE documents SET title = ?, words = ?, digest = ?, opening = ?, text = ? WHERE id = ?",
        (document.title, len(document.text.split()), document.digest, opening(document.text), document.text,
         document_id),
    )  # fmt: skip
    _add_parts(conn, document_id, document)


def replace_links_and_media(conn: sqlite3.Connection, document_id: int, document: Document) -> None:
    """Keep links and media that are known better than before."""
    for table in ("links", "media"):
        conn.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
    _add_links_and_media(conn, document_id, document)


def keep_earlier(conn: sqlite3.Connection, document_id: int, document: Document, sighting: Sighting) -> bool:
    """An old copy of what has changed since: history, not news. Versions are numbered in the order they came.

    False where a version of these words is kept already.
    """
    if conn.execute(
        "SELECT 1 FROM versions WHERE document_id = ? AND text = ?", (document_id, document.text)
    ).fetchone():
        return False
    posts = json.dumps([(post.id, post.start, post.end) for post in document.posts])
    conn.execute(
        "INSERT INTO versions (document_id, version, title, snapshot, seen_at, posts, text)"
        " SELECT id, version, ?, ?, ?, ?, ? FROM documents WHERE id = ?",
        (document.title, sighting.snapshot, sighting.at, posts, document.text, document_id),
    )
    conn.execute("UPDATE documents SET version = version + 1 WHERE id = ?", (document_id,))
    conn.execute("UPDATE analyses SET version = version + 1 WHERE document_id = ?", (document_id,))
    return True


_POSTS = ("id", "position", "text", "posted_at", "url", "start", "end", "reply_to")
_LINKS = ("post_id", "kind", "url", "display", "domain")
_MEDIA = ("post_id", "kind", "url", "alt")
_CARDS = ("url", "handle", "date_text", "tweets", "excerpt", "opening", "thread_id")
# Row by row, SQLite gives way to the thread that reads pages some two hundred times a thread page, and waits for its
# turn as often; more rows than this a statement gain nothing.
_ROWS_AT_ONCE = 50


def _insert(
    conn: sqlite3.Connection, table: str, columns: Sequence[str], document_id: int, rows: Sequence[tuple[object, ...]]
) -> None:
    """Add rows of a document, many a statement."""
    names = ", ".join(f'"{column}"' for column in columns)
    one = f"(?{', ?' * len(columns)})"
    for at in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[at : at + _ROWS_AT_ONCE]
        sql = f"INSERT INTO {table} (document_id, {names}) VALUES {', '.join([one] * len(some))}"
        conn.execute(sql, [value for row in some for value in (document_id, *row)])


def _row(conn: sqlite3.Connection, document: Document, sighting: Sighting) -> tuple[str | int | None, ...]:
    return (
        document.url, document.kind, document.title, author_id(conn, document.author), document.published_at,
        document.published_from, document.lang, len(document.text.split()), sighting.source, sighting.snapshot,
        document.digest, opening(document.text), document.text,
    )  # fmt: skip


def _add_parts(conn: sqlite3.Connection, document_id: int, document: Document) -> None:
    posts = [
        (post.id, position, post.text, post.posted_at, post.url, post.start, post.end, post.reply_to)
        for position, post in enumerate(document.posts)
    ]
    _insert(conn, "posts", _POSTS, document_id, posts)
    _add_links_and_media(conn, document_id, document)
    fulltext.await_indexing(conn, document_id)
    _add_cards(conn, document_id, document)


def _add_links_and_media(conn: sqlite3.Connection, document_id: int, document: Document) -> None:
    links = [(link.post_id, link.kind, link.url, link.display, domain(link)) for link in document.links]
    media = [(item.post_id, item.kind, item.url, item.alt) for item in document.media]
    _insert(conn, "links", _LINKS, document_id, links)
    _insert(conn, "media", _MEDIA, document_id, media)


def _add_cards(conn: sqlite3.Connection, document_id: int, document: Document) -> None:
    shown = threads_of_cards(conn, document.cards, document_id)
    rows = [
        (card.url, card.handle, card.date_text, card.tweets, card.excerpt, excerpt_opening(card.excerpt), thread_id)
        for card, thread_id in zip(document.cards, shown, strict=True)
    ]
    _insert(conn, "cards", _CARDS, document_id, rows)
    handle = document.author.handle if document.author else None
    recognise(conn, document_id, document.kind, document.url, document.text, handle)
    for thread_id in {document_id, *(key for key in shown if key is not None)}:
        name_author_from_cards(conn, thread_id)


def _remove_parts(conn: sqlite3.Connection, document_id: int) -> None:
    fulltext.remove(conn, document_id)
    for table in ("posts", "links", "media", "cards"):
        conn.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))


def domain(link: Link) -> str | None:
    """The site a link leads to, lower case, without `www.`; None when the address has none."""
    plain = _PLAIN_HOST.match(link.url)
    try:
        host = plain[1] if plain else urlsplit(link.url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _says_less(conn: sqlite3.Connection, document_id: int, document: Document) -> bool:
    """A plain-text capture knows no ids of X: it must not replace a harvested thread, which does."""
    if any("#" not in post.id for post in document.posts):
        return False
    return (
        conn.execute(
            "SELECT 1 FROM posts WHERE document_id = ? AND instr(id, '#') = 0 LIMIT 1", (document_id,)
        ).fetchone()
        is not None
    )


def storable(document: Document) -> Document:
    """The document without what SQLite's text cannot hold: NUL and halves of surrogate pairs, one for one."""
    texts = [document.text, document.title or "", document.url]
    texts += [f"{link.url}{link.display}" for link in document.links]
    texts += [f"{item.url}{item.alt}" for item in document.media]
    texts += [f"{card.url}{card.excerpt}" for card in document.cards]
    return document if _is_storable("".join(texts)) else _cleaned(document)


def _is_storable(text: str) -> bool:
    # Encoding meets the same halves of pairs as _UNSTORABLE, ten times faster.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(_cleaned(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _cleaned(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value
