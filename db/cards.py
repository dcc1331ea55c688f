"""Which document of the archive a card shows.

A card shows a thread when it has its address, or when its excerpt, white space squeezed, begins the thread's text.
Both rows hold their first characters (`opening`, indexed), so that a document finds its cards, and a card its
document, without reading any text but the candidates'.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.authors import complete_author
from db.records import Card

_LENGTH = 64
# No real page has so many cards; SQLite takes a bounded number of values at once.
_AT_ONCE = 200
# Shorter excerpts ("Thread 👇") begin too many threads to say which.
_SHORTEST = 32

# Indexes are named: left to itself, SQLite goes through all threads, and all cards that show no thread yet.
_BY_OPENING = """
WITH wanted(card, start) AS (VALUES {places})
SELECT card, d.id, a.handle, d.text
FROM wanted CROSS JOIN documents d INDEXED BY documents_opening LEFT JOIN authors a ON a.id = d.author_id
WHERE d.opening >= start AND d.opening < start || char(1114111) AND d.kind = 'thread' AND d.id <> ?
ORDER BY card, d.id
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


def threads_of_cards(conn: sqlite3.Connection, cards: Sequence[Card], on_document: int) -> list[int | None]:
    """The stored threads that the cards on `on_document` show: two look-ups for all the cards of a page."""
    found: list[int | None] = []
    for at in range(0, len(cards), _AT_ONCE):
        found += _threads_of_some(conn, cards[at : at + _AT_ONCE], on_document)
    return found


def _threads_of_some(conn: sqlite3.Connection, cards: Sequence[Card], on_document: int) -> list[int | None]:
    by_url = _by_url(conn, cards, on_document)
    found = [by_url.get(card.url) if card.url else None for card in cards]
    for position, document_id in _by_opening(conn, cards, found, on_document).items():
        found[position] = document_id
    return found


def _by_url(conn: sqlite3.Connection, cards: Sequence[Card], on_document: int) -> dict[str, int]:
    urls = [card.url for card in cards if card.url]
    if not urls:
        return {}
    places = ", ".join("?" * len(urls))
    rows = conn.execute(f"SELECT url, id FROM documents WHERE url IN ({places}) AND id <> ?", (*urls, on_document))
    return dict(rows.fetchall())


def _by_opening(
    conn: sqlite3.Connection, cards: Sequence[Card], found: Sequence[int | None], on_document: int
) -> dict[int, int]:
    """For cards that no address led to a thread: the first thread whose text begins as they do."""
    starts = {
        position: start
        for position, card in enumerate(cards)
        if found[position] is None and (start := excerpt_opening(card.excerpt))
    }
    if not starts:
        return {}
    sql = _BY_OPENING.format(places=", ".join(["(?, ?)"] * len(starts)))
    values = [value for item in starts.items() for value in item]
    shown: dict[int, int] = {}
    for position, document_id, handle, text in conn.execute(sql, (*values, on_document)):
        card = cards[position]
        if position not in shown and _handles_agree(handle, card.handle) and _begins(text, card.excerpt):
            shown[position] = int(document_id)
    return shown


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
