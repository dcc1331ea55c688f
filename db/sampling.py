"""Documents whose own page may be asked for once more, to learn whether they are still what they were."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.records import Target

_PAGES = """
SELECT d.id, d.url, d.title, d.last_seen_at, t.url, t.kind, t.source, t.state, t.discovered_from, t.paging,
    t.next_attempt_at, t.attempts, t.last_error
FROM documents d JOIN targets t ON t.document_id = d.id
WHERE d.gone_at IS NULL AND t.state <> 'refused' AND t.url LIKE 'http%'
GROUP BY d.id ORDER BY random() LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document that was online when it was last seen, and the address of the queue that gave it."""

    document_id: int
    url: str
    title: str | None
    last_seen_at: str
    target: Target


def pages_to_revisit(conn: sqlite3.Connection, count: int) -> list[Page]:
    """So many documents by chance, of those with a page of their own: what only a list or a file told is left out."""
    return [_page(row) for row in conn.execute(_PAGES, (count,))]


def _page(row: tuple[object, ...]) -> Page:
    document_id, url, title, seen, *target = row
    names = ("url", "kind", "source", "state", "discovered_from", "paging", "next_attempt_at", "attempts", "last_error")
    given = dict(zip(names, target, strict=True)) | {"paging": bool(target[5])}
    return Page(document_id=document_id, url=url, title=title, last_seen_at=seen, target=Target(**given))  # type: ignore[arg-type]
