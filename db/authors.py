"""Who signs: one row a handle, or a (name, address) where no handle is known."""

from __future__ import annotations

import sqlite3

from db.records import Author


def author_id(conn: sqlite3.Connection, author: Author | None) -> int | None:
    """The row of this author, made or completed as needed; None when nothing is known of them."""
    if author is None or not (author.handle or author.name or author.url):
        return None
    if author.handle:
        return _with_handle(conn, author.handle.lstrip("@"), author.name, author.url)
    return _without_handle(conn, author.name, author.url)


def complete_author(conn: sqlite3.Connection, document_id: int, handle: str) -> None:
    """Give a document signed by nobody, or by a name alone, the author with this handle unless their names differ."""
    before, name, url, known = conn.execute(
        "SELECT a.id, a.name, a.url, a.handle FROM documents d LEFT JOIN authors a ON a.id = d.author_id"
        " WHERE d.id = ?",
        (document_id,),
    ).fetchone()
    if known is not None or not _names_agree(name, _name_of(conn, handle)):
        return
    after = _with_handle(conn, handle, name, url)
    conn.execute("UPDATE documents SET author_id = ? WHERE id = ?", (after, document_id))
    conn.execute(
        "DELETE FROM authors WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM documents WHERE author_id = ?1)", (before,)
    )


def _with_handle(conn: sqlite3.Connection, handle: str, name: str | None, url: str | None) -> int:
    row = conn.execute("SELECT id, name, url FROM authors WHERE handle = ?", (handle,)).fetchone()
    if row is None:
        return _insert(conn, handle, name, url)
    if (name and not row[1]) or (url and not row[2]):
        conn.execute("UPDATE authors SET name = ?, url = ? WHERE id = ?", (row[1] or name, row[2] or url, row[0]))
    return int(row[0])


def _without_handle(conn: sqlite3.Connection, name: str | None, url: str | None) -> int:
    row = conn.execute(
        "SELECT id FROM authors WHERE handle IS NULL AND coalesce(name, '') = ? AND coalesce(url, '') = ?",
        (name or "", url or ""),
    ).fetchone()
    return int(row[0]) if row else _insert(conn, None, name, url)


def _insert(conn: sqlite3.Connection, handle: str | None, name: str | None, url: str | None) -> int:
    cursor = conn.execute("INSERT INTO authors (handle, name, url) VALUES (?, ?, ?)", (handle, name, url))
    return int(cursor.lastrowid or 0)


def _name_of(conn: sqlite3.Connection, handle: str) -> str | None:
    row = conn.execute("SELECT name FROM authors WHERE handle = ?", (handle,)).fetchone()
    return row[0] if row else None


def _names_agree(one: str | None, other: str | None) -> bool:
    return not one or not other or one.casefold().split() == other.casefold().split()
