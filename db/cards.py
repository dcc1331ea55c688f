"""Which document of the archive a card shows.

A card shows a thread when it has its address, or when its excerpt, white space squeezed, begins the thread's text.
Both rows hold their first characters (`opening`, indexed), so that a document finds its cards, and a card its
document, without reading any text but the candidates'.
"""

from __future__ import annotations

import sqlite3

from db.authors import complete_author
from db.records import Card

_LENGTH = 64
# Shorter excerpts ("Thread 👇") begin too many threads to say which.
_SHORTEST = 32

# Indexes are named: left to itself, SQLite goes through all threads, and all cards that show no thread yet.
_BY_OPENING = """
SELECT d.id, a.handle, d.text FROM documents d INDEXED BY documents_opening LEFT JOIN authors a ON a.id = d.author_id
WHERE d.opening >= ? AND d.opening < ? AND d.kind = 'thread' AND d.id <> ? ORDER BY d.id LIMIT 20
"""
# Every beginning of an opening sorts between its shortest one and itself.
_WITH_BEGINNING = """
SELECT id, handle, excerpt FROM cards INDEXED BY cards_opening WHERE thread_id IS NULL AND opening BETWEEN ? AND ?
"""


def opening(text: str) -> str:
    """The first 64 characters, white space squeezed."""
    start = squeeze(text[: 2 * _LENGTH])  # nearly always enough, and five times as fast
    return (start if len(start) >= _LENGTH else squeeze(text[:1000]))[:_LENGTH]


def squeeze(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


def excerpt_opening(excerpt: str) -> str | None:
    """The opening of a card's excerpt; None when it is too short to tell one thread from another."""
    start = opening(_uncut(excerpt))
    return start if len(start) >= _SHORTEST else None


def thread_of_card(conn: sqlite3.Connection, card: Card, on_document: int) -> int | None:
    """The stored thread that a card on `on_document` shows."""
    if card.url:
        row = conn.execute("SELECT id FROM documents WHERE url = ? AND id <> ?", (card.url, on_document)).fetchone()
        if row:
            return int(row[0])
    start = excerpt_opening(card.excerpt)
    if start is None:
        return None
    for document_id, handle, text in conn.execute(_BY_OPENING, (start, start + "\U0010ffff", on_document)):
        if _handles_agree(handle, card.handle) and _begins(text, card.excerpt):
            return int(document_id)
    return None


def recognise(conn: sqlite3.Connection, document_id: int, kind: str, url: str, text: str, handle: str | None) -> None:
    """Tie the cards of other documents that show this one to it."""
    shown = [row[0] for row in conn.execute("SELECT id FROM cards WHERE thread_id IS NULL AND url = ?", (url,))]
    if kind == "thread":
        start = opening(text)
        shown += [
            card_id
            for card_id, card_handle, excerpt in conn.execute(_WITH_BEGINNING, (start[:_SHORTEST], start))
            if _handles_agree(handle, card_handle) and _begins(text, excerpt)
        ]
    conn.executemany(
        "UPDATE cards SET thread_id = ? WHERE id = ? AND document_id <> ?",
        [(document_id, card_id, document_id) for card_id in shown],
    )


def name_author_from_cards(conn: sqlite3.Connection, document_id: int) -> None:
    """Complete the author of a thread from the handles on the cards that show it, when those say one thing."""
    handles = conn.execute(
        "SELECT handle FROM cards WHERE thread_id = ? AND handle IS NOT NULL GROUP BY handle LIMIT 2",
        (document_id,),
    ).fetchall()
    if len(handles) == 1:
        complete_author(conn, document_id, handles[0][0])


def _uncut(excerpt: str) -> str:
    return excerpt.rstrip().rstrip("….")


def _begins(text: str, excerpt: str) -> bool:
    return squeeze(text).startswith(squeeze(_uncut(excerpt)))


def _handles_agree(one: str | None, other: str | None) -> bool:
    return not one or not other or one.casefold() == other.casefold()
