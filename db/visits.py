"""Storing all that came of one target, or of one file. Each function must run in a transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial

from db import tellings
from db.clock import now, timestamp
from db.documents import Change, Sighting, mark_gone, sighted, store_document, touch
from db.queue import add_targets, update_target
from db.records import Document, Fetch, Stored, Visit
from db.snapshots import store_fetch

# The earlier texts of a document that now says something else, and said it last at another address.
_EARLIER = """
SELECT d.id, v.text FROM documents d JOIN versions v ON v.document_id = d.id
WHERE d.url = ? AND d.digest <> ? AND NOT EXISTS (SELECT 1 FROM fetches f WHERE f.snapshot = d.snapshot AND f.url = ?)
"""


def store_visit(conn: sqlite3.Connection, run_id: int, visit: Visit) -> Stored:
    """Keep the requests, documents, leads and new state of one target; what that changed."""
    at = visit.fetches[-1].fetched_at if visit.fetches else now()
    snapshot = None
    for fetch in visit.fetches:
        snapshot = store_fetch(conn, run_id, fetch)
    kept_at = _memento_time(visit)
    sighting = Sighting(kept_at or at, snapshot, visit.target.source, from_file=kept_at is not None)
    stored = [store_seen(conn, document, sighting, visit.target.url) for document in visit.documents]
    update_target(conn, visit.target, stored[0][0] if _is_the_page_of(visit) else None)
    changes = Counter(change for _, change in stored)
    gone = mark_gone(conn, _gone_with(conn, visit) - {document_id for document_id, _ in stored}, at)
    if not stored and not visit.gone and visit.fetches and visit.fetches[-1].status == 304:
        changes["unchanged"] += touch(conn, _documents_of(conn, visit.target.url), at)
    return Stored(
        new=changes["new"],
        changed=changes["changed"],
        unchanged=changes["unchanged"],
        gone=gone,
        targets_added=_queue(conn, visit, any_new=changes["new"] > 0),
    )


def _memento_time(visit: Visit) -> str | None:
    """When a web archive kept the page that it gave (RFC 7089); None for a page that its own site gave.

    Such a page is as old as that, and no proof that the document is online.
    """
    told = visit.fetches[-1].headers.get("memento-datetime") if visit.fetches else None
    return None if told is None else captured_at(told) or visit.fetches[-1].fetched_at


def captured_at(told: str) -> str | None:
    """The time in a Memento-Datetime header, as the archive writes times; None where it cannot be read."""
    try:
        at = parsedate_to_datetime(told)
        return timestamp(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # the year 9999 in a zone where it is over at Greenwich
        return None


def store_seen(conn: sqlite3.Connection, document: Document, sighting: Sighting, asked: str) -> tuple[int, Change]:
    """Keep what a document says. A form of it that another address shows beside this one is no change.

    A feed and a page may word one post differently: without this, each visit would make a version.
    """
    if (found := tellings.store_page(conn, document, sighting)) is not None:
        return found
    for document_id, text in conn.execute(_EARLIER, (document.url, document.digest, asked)):
        if text == document.text:
            sighted(conn, document_id, sighting)
            return document_id, "unchanged"
    return store_document(conn, document, sighting)


def _queue(conn: sqlite3.Connection, visit: Visit, *, any_new: bool) -> int:
    """Put what a visit leads to in the queue; how many addresses were not known."""
    put = partial(add_targets, conn, source=visit.target.source, discovered_from=visit.target.url)
    added = put(visit.leads, again=False)
    if visit.target.source is None:
        # Who gives an address by hand, perhaps once more, means what it stands for.
        put([lead for lead in visit.leads if lead.relation == "moved"], again=True)
    # In the same transaction: a run killed between the two would never come back to the older posts of a blog.
    return added + put(visit.more, again=True) if added or any_new else added


def _gone_with(conn: sqlite3.Connection, visit: Visit) -> set[int]:
    """Documents that the visit shows to be gone: the page is, or shows a thread that has lost its first post."""
    if visit.gone:
        return _documents_of(conn, visit.target.url)
    if not visit.documents or any(document.url == visit.target.url for document in visit.documents):
        return set()
    rows = conn.execute("SELECT id FROM documents WHERE url = ? AND kind = 'thread'", (visit.target.url,))
    return {row[0] for row in rows}


def store_import(conn: sqlite3.Connection, run_id: int, fetch: Fetch, documents: Iterable[Document]) -> Stored:
    """Keep a file and the documents read from it; what that changed.

    A file proves neither that a document is online nor that it is the latest: it never clears `gone_at`, never
    replaces posts known by X's ids with posts that have none, and an older copy becomes a version.
    """
    sighting = Sighting(fetch.fetched_at, store_fetch(conn, run_id, fetch), None, from_file=True)
    stored = [
        tellings.store_page(conn, document, sighting) or store_document(conn, document, sighting)
        for document in documents
    ]
    changes = Counter(change for _, change in stored)
    return Stored(new=changes["new"], changed=changes["changed"], unchanged=changes["unchanged"])


def _is_the_page_of(visit: Visit) -> bool:
    """Whether the address is that of the one document it gave: when it vanishes, so has the document.

    A feed or an interface with a single item is not: it may close while the article stays.
    """
    if len(visit.documents) != 1 or _memento_time(visit):
        return False
    answer = visit.fetches[-1] if visit.fetches else None
    return visit.documents[0].url in (visit.target.url, answer and answer.final_url) or (
        answer is not None and "html" in (answer.content_type or "")
    )


def _documents_of(conn: sqlite3.Connection, url: str) -> set[int]:
    rows = conn.execute(
        "SELECT document_id FROM targets WHERE url = ?1 AND document_id IS NOT NULL"
        " UNION SELECT id FROM documents WHERE url = ?1",
        (url,),
    )
    return {row[0] for row in rows}
