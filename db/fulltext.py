"""The search index of documents and posts, filled in batches.

Documents one by one cost several times as much as two hundred at once: FTS5 writes, and merges, once a transaction. A
text that is not in the index yet waits in `unindexed`, marked in the transaction that stores it: a killed run leaves it
waiting for whoever writes or searches next. Each function must run in a transaction.
"""

from __future__ import annotations

import sqlite3

# By ascending rowid: FTS5 starts a new segment at each step back.
_ADD = (
    "INSERT INTO documents_fts (rowid, title, text) SELECT id, title, text FROM documents"
    " WHERE id IN (SELECT document_id FROM unindexed) ORDER BY id",
    "INSERT INTO posts_fts (rowid, text) SELECT pk, text FROM posts"
    " WHERE document_id IN (SELECT document_id FROM unindexed) ORDER BY pk",
)
_REMOVE = (
    "INSERT INTO documents_fts (documents_fts, rowid, title, text)"
    " SELECT 'delete', id, title, text FROM documents WHERE id = ?",
    "INSERT INTO posts_fts (posts_fts, rowid, text) SELECT 'delete', pk, text FROM posts WHERE document_id = ?",
)


def await_indexing(conn: sqlite3.Connection, document_id: int) -> None:
    """Have the texts of a new or changed document wait for the next batch."""
    conn.execute("INSERT INTO unindexed (document_id) VALUES (?)", (document_id,))


def remove(conn: sqlite3.Connection, document_id: int) -> None:
    """Take a document out of the index, or from those that wait, while its rows still hold the words it is there by."""
    if not conn.execute("DELETE FROM unindexed WHERE document_id = ?", (document_id,)).rowcount:
        for statement in _REMOVE:
            conn.execute(statement, (document_id,))


def count_waiting(conn: sqlite3.Connection) -> int:
    """How many documents are not in the index yet."""
    return int(conn.execute("SELECT count(*) FROM unindexed").fetchone()[0])


def index_waiting(conn: sqlite3.Connection) -> None:
    """Put all that waits into the index."""
    for statement in _ADD:
        conn.execute(statement)
    conn.execute("DELETE FROM unindexed")
