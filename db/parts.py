"""What a document shows beside its text: the links and media of its posts."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link, mention, hashtag or quote. `post_id` is None when it belongs to the document as a whole."""

    post_id: str | None
    kind: str
    url: str
    display: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """An image, video or gif: where it was, and the words that describe it."""

    post_id: str | None
    kind: str
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The links and media of a document in its current version, in the order of the page."""

    links: tuple[StoredLink, ...] = ()
    media: tuple[StoredMedia, ...] = ()


def parts(conn: sqlite3.Connection, document_id: int) -> Parts:
    """The links and media of a document; empty for one that the archive does not have."""
    links = conn.execute(
        "SELECT post_id, kind, url, display, domain FROM links WHERE document_id = ? ORDER BY id", (document_id,)
    )
    media = conn.execute("SELECT post_id, kind, url, alt FROM media WHERE document_id = ? ORDER BY id", (document_id,))
    return Parts(tuple(StoredLink(*row) for row in links), tuple(StoredMedia(*row) for row in media))
