"""What came into the archive in a time: documents, edits, disappearances, claims, wrong sums, failing sources.

Times here are those of the archive, not of publication. A document came when the request or the import that first
brought it was made; a file's own date, which may be years old, is not that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from db.claims import CHOSEN, Chosen, of_chosen
from db.records import Document, Post

OPENING = 600  # characters of a text that say what it is about
_AUTHOR = "coalesce('@' || a.handle, a.name)"
# When a request was made, on the clock of its run: a file is dated by its own time, which the run's bounds correct.
_MADE = "min(max(f.fetched_at, r.started_at), coalesce(r.finished_at, '9999'))"
_RECENT = """
SELECT DISTINCT d.id FROM runs r JOIN fetches f ON f.run_id = r.id JOIN documents d ON d.snapshot = f.snapshot
WHERE r.finished_at IS NULL OR r.finished_at >= :since
UNION
SELECT v.document_id FROM runs r JOIN fetches f ON f.run_id = r.id JOIN versions v ON v.snapshot = f.snapshot
WHERE r.finished_at IS NULL OR r.finished_at >= :since
"""
_ARRIVED = f"""
(SELECT {_MADE} FROM fetches f JOIN runs r ON r.id = f.run_id
    WHERE f.snapshot IN (SELECT d.snapshot UNION SELECT snapshot FROM versions WHERE document_id = d.id)
        AND f.fetched_at >= d.first_seen_at ORDER BY f.id LIMIT 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document that came at `arrived_at`. `check_worthy` counts its claims that are worth a check."""

    id: int
    kind: str
    url: str
    title: str | None
    opening: str
    author: str | None
    published_at: str | None
    lang: str | None
    words: int
    source: str | None
    snapshot: str | None
    version: int
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    check_worthy: int
    arrived_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a document said, as read from `snapshot` (a sha256). `seen_at` is when it was last seen saying so."""

    title: str | None
    text: str
    snapshot: str | None
    seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One text of a document and the next. `known_at` is when the archive had both."""

    document_id: int
    kind: str
    url: str
    title: str | None
    opening: str
    author: str | None
    lang: str | None
    known_at: str
    before: Wording
    after: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A document found missing, and the answer that shows it.

    `status` is that of the answer: 404, 410, or another (200) for a page that now begins with another post.
    `fetch_id` and what follows are None when no request of that time is kept.
    """

    document_id: int
    kind: str
    url: str
    title: str | None
    opening: str
    author: str | None
    published_at: str | None
    last_seen_at: str
    gone_at: str
    snapshot: str | None
    fetch_id: int | None
    asked: str | None
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSource:
    """A source whose last visit failed. `worked_at` is the last proper answer of its address, None for never."""

    id: str
    url: str
    checked_at: str
    worked_at: str | None
    error: str


def last_report(conn: sqlite3.Connection, command: str, before: str = "9") -> str | None:
    """When the last run of this command started, before a time, that ended well; None when none did."""
    row = conn.execute(
        "SELECT max(started_at) FROM runs WHERE command = ? AND status = 'ok' AND started_at < ?", (command, before)
    ).fetchone()
    return row[0] if row else None


def first_run(conn: sqlite3.Connection) -> str | None:
    """When the archive was first written to: no two archives began in the same millisecond."""
    row = conn.execute("SELECT started_at FROM runs ORDER BY id LIMIT 1").fetchone()
    return row[0] if row else None


def new_documents(conn: sqlite3.Connection, chosen: Chosen) -> list[NewDocument]:
    """Documents that came in a time, in the order they came."""
    derived = ("opening", "author", "check_worthy", "arrived_at")
    names = ", ".join(f"d.{name}" for name in NewDocument.__slots__ if name not in derived)
    rows = conn.execute(
        f"""
        SELECT * FROM (
            SELECT {names}, substr(d.text, 1, {OPENING}) AS opening, {_AUTHOR} AS author,
                (SELECT count(*) FROM claims c WHERE c.document_id = d.id AND c.check_worthy) AS check_worthy,
                coalesce({_ARRIVED}, d.first_seen_at) AS arrived_at
            FROM documents d LEFT JOIN authors a ON a.id = d.author_id WHERE d.id IN ({_RECENT}) AND {CHOSEN}
        ) WHERE arrived_at >= :since AND (:until IS NULL OR arrived_at < :until) ORDER BY arrived_at, id
        """,
        _bounds(chosen),
    )
    columns = [column[0] for column in rows.description]
    return [NewDocument(**dict(zip(columns, row, strict=True))) for row in rows]


def edits(conn: sqlite3.Connection, chosen: Chosen) -> list[Edit]:
    """Changes of texts and titles that the archive came to know in a time, in that order."""
    rows = conn.execute(
        f"""
        SELECT d.id, d.kind, d.url, d.title, d.opening, {_AUTHOR}, d.lang FROM documents d
        LEFT JOIN authors a ON a.id = d.author_id WHERE d.version > 1 AND d.id IN ({_RECENT}) AND {CHOSEN}
        """,
        _bounds(chosen),
    ).fetchall()
    names = ("document_id", "kind", "url", "title", "opening", "author", "lang")
    found = []
    for row in rows:
        for before, after in pairwise(_wordings(conn, row[0])):
            known_at = _known_at(conn, before, after)
            if (before.title, before.text) != (after.title, after.text) and _within(known_at, chosen):
                named = dict(zip(names, row, strict=True))
                found.append(Edit(**named, known_at=known_at, before=before, after=after))
    return sorted(found, key=lambda edit: (edit.known_at, edit.document_id))


def vanished(conn: sqlite3.Connection, chosen: Chosen) -> list[Vanished]:
    """Documents found missing in a time, and still missing, in the order they were found so."""
    rows = conn.execute(
        f"""
        SELECT d.id AS document_id, d.kind, d.url, d.title, substr(d.text, 1, {OPENING}) AS opening,
            {_AUTHOR} AS author, d.published_at, d.last_seen_at, d.gone_at, d.snapshot, f.id AS fetch_id,
            f.url AS asked, f.status
        FROM documents d LEFT JOIN authors a ON a.id = d.author_id
        LEFT JOIN fetches f ON f.id = (SELECT max(id) FROM fetches WHERE fetched_at = d.gone_at AND url IN
            (SELECT d.url UNION SELECT url FROM targets WHERE document_id = d.id))
        WHERE d.gone_at >= :since AND (:until IS NULL OR d.gone_at < :until) AND {CHOSEN}
        ORDER BY d.gone_at, d.id
        """,
        _bounds(chosen),
    )
    columns = [column[0] for column in rows.description]
    return [Vanished(**dict(zip(columns, row, strict=True))) for row in rows]


def new_claims(conn: sqlite3.Connection, chosen: Chosen) -> list[int]:
    """claims.id of what was first mined in a time, strongest first."""
    return [key for key, _ in _new_claims(conn, chosen, "1")]


def latest_claims(conn: sqlite3.Connection, chosen: Chosen, limit: int | None) -> list[tuple[int, str]]:
    """(claims.id, when its words were first mined) of the new claims that are worth a check, newest first."""
    found = sorted(_new_claims(conn, chosen, "c.check_worthy"), key=lambda claim: (claim[1], claim[0]), reverse=True)
    return found[:limit]


def _new_claims(conn: sqlite3.Connection, chosen: Chosen, which: str) -> list[tuple[int, str]]:
    rows = conn.execute(
        f"""
        SELECT c.id, c.document_id, n.mined_at, c.text FROM first_mined n
        JOIN documents d ON d.id = n.document_id AND d.digest = n.digest JOIN claims c ON c.document_id = d.id
        WHERE n.mined_at >= :since AND {CHOSEN} AND {which}
        ORDER BY c.check_worthy DESC, c.score DESC, n.mined_at, c.id
        """,
        _bounds(chosen),
    ).fetchall()
    return _first_mined(conn, rows, chosen)


def new_wrong_sums(conn: sqlite3.Connection, chosen: Chosen) -> list[int]:
    """checks.id of sums that do not come out right and were first mined in a time."""
    rows = conn.execute(
        f"""
        SELECT k.id, d.id, n.mined_at, substr(d.text, min(q.start) + 1, max(q."end") - min(q.start)) FROM first_mined n
        JOIN documents d ON d.id = n.document_id AND d.digest = n.digest JOIN checks k ON k.document_id = d.id
        JOIN check_quantities cq ON cq.check_id = k.id JOIN quantities q ON q.id = cq.quantity_id
        WHERE k.verdict = 'inconsistent' AND n.mined_at >= :since AND {CHOSEN}
        GROUP BY k.id ORDER BY n.mined_at, k.id
        """,
        _bounds(chosen),
    ).fetchall()
    return [key for key, _ in _first_mined(conn, rows, chosen)]


def mined_again(conn: sqlite3.Connection, chosen: Chosen) -> int:
    """How many texts were mined in a time that had been mined before: what is newly found in them is no news."""
    row = conn.execute(
        f"""
        SELECT count(*) FROM analyses n JOIN documents d ON d.id = n.document_id
        JOIN first_mined o ON o.document_id = d.id AND o.digest = d.digest
        WHERE n.analysed_at >= :since AND (:until IS NULL OR n.analysed_at < :until) AND o.mined_at < :since
            AND {CHOSEN}
        """,
        _bounds(chosen),
    ).fetchone()
    return int(row[0])


def failing_sources(conn: sqlite3.Connection, chosen: Chosen) -> list[FailingSource]:
    """Sources whose last visit failed, if that was in a time."""
    rows = conn.execute(
        """
        SELECT s.id, s.url, s.last_checked_at, (SELECT max(fetched_at) FROM fetches f WHERE f.url = s.url
            AND f.error IS NULL AND f.status < 400), s.last_error
        FROM sources s
        WHERE s.last_error IS NOT NULL AND s.last_checked_at >= :since
            AND (:until IS NULL OR s.last_checked_at < :until)
            AND (:sources = '[]' OR s.id IN (SELECT value FROM json_each(:sources)))
        ORDER BY s.id
        """,
        _bounds(chosen),
    )
    return [FailingSource(**dict(zip(FailingSource.__slots__, row, strict=True))) for row in rows]


def _first_mined(
    conn: sqlite3.Connection, rows: Sequence[tuple[int, int, str, str]], chosen: Chosen
) -> list[tuple[int, str]]:
    """(id, when first mined) of the (id, document, when its text was, words) whose words were first mined in a time.

    What an edit left as it was is as old as the first text that had it.
    """
    texts: dict[int, list[tuple[str, str]]] = {}
    found = []
    for key, document_id, mined_at, words in rows:
        if document_id not in texts:
            texts[document_id] = _mined_before(conn, document_id)
        squeezed = " ".join(words.split())
        at = min([mined_at, *(earlier for earlier, text in texts[document_id] if squeezed in text)])
        if _within(at, chosen):
            found.append((key, at))
    return found


def _mined_before(conn: sqlite3.Connection, document_id: int) -> list[tuple[str, str]]:
    """When each earlier text of a document was mined, and the text, white space squeezed."""
    when = dict(conn.execute("SELECT digest, mined_at FROM first_mined WHERE document_id = ?", (document_id,)))
    if len(when) < 2:
        return []
    found = []
    for title, text, posts in conn.execute(
        "SELECT title, text, posts FROM versions WHERE document_id = ?", (document_id,)
    ):
        kept = tuple(Post(id=key, text=text[start:end], start=start, end=end) for key, start, end in json.loads(posts))
        digest = Document(kind="page", url="", title=title, text=text, posts=kept).digest
        if digest in when:
            found.append((when[digest], " ".join(text.split())))
    return found


def _wordings(conn: sqlite3.Connection, document_id: int) -> list[Wording]:
    """All that a document said, oldest first; versions are numbered as they came, which may be another order.

    A text that was only read worse before (`reparsed`) is not something it said.
    """
    rows = conn.execute(
        "SELECT title, text, snapshot, seen_at FROM versions WHERE document_id = ?1 AND NOT reparsed"
        " ORDER BY seen_at, version",
        (document_id,),
    ).fetchall()
    rows += conn.execute(
        "SELECT title, text, snapshot, last_seen_at FROM documents WHERE id = ?", (document_id,)
    ).fetchall()
    return [Wording(title=row[0], text=row[1], snapshot=row[2], seen_at=row[3]) for row in rows]


def _known_at(conn: sqlite3.Connection, before: Wording, after: Wording) -> str:
    """When the archive had both texts: an old copy may be imported long after what followed it was harvested."""
    times = (_first(conn, before, ""), _first(conn, after, before.seen_at))
    return max(time or wording.seen_at for time, wording in zip(times, (before, after), strict=True))


def _first(conn: sqlite3.Connection, wording: Wording, after: str) -> str | None:
    row = conn.execute(
        f"SELECT {_MADE} FROM fetches f JOIN runs r ON r.id = f.run_id WHERE f.snapshot = ? AND f.fetched_at > ?"
        " ORDER BY f.id LIMIT 1",
        (wording.snapshot, after),
    ).fetchone()
    return row[0] if row else None


def _within(at: str, chosen: Chosen) -> bool:
    return (chosen.since or "") <= at and (chosen.until is None or at < chosen.until)


def _bounds(chosen: Chosen) -> Mapping[str, object]:
    return {**of_chosen(chosen), "since": chosen.since or ""}
