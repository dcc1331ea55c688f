"""Requests and answers, as an export of the archive needs them: in order, each body once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from typing import Any

from db.records import KeptFetch
from db.snapshots import FETCH, body_of, fetch_of

_PAGE = 200
# A table of numbers, in SQLite's hands: what is exported does not move while it is written, however large it is.
_CHOOSE = """
INSERT INTO exported SELECT id FROM fetches
WHERE url <> '' AND (:runs IS NULL OR run_id IN (SELECT value FROM json_each(:runs)))
    AND (:since IS NULL OR fetched_at >= :since)
"""
# What a 304 says is unchanged may have come in an earlier run: an export without it would show nothing.
_ADD_UNCHANGED = """
INSERT OR IGNORE INTO exported
SELECT max(o.id) FROM exported e JOIN fetches f ON f.id = e.id
JOIN fetches o ON o.url = f.url AND o.snapshot = f.snapshot AND o.status IS NOT 304 AND o.error IS NULL
WHERE f.status = 304 GROUP BY f.id
"""
_FETCHES = f"""
SELECT {FETCH}, f.id, f.snapshot, r.command, r.version,
    (SELECT p.status FROM fetches p WHERE p.url = f.url AND p.run_id = f.run_id AND p.id < f.id
        ORDER BY p.id DESC LIMIT 1) IN (301, 302, 303, 307, 308),
    (SELECT min(o.id) FROM fetches o JOIN exported x ON x.id = o.id
        WHERE o.snapshot = f.snapshot AND o.status IS NOT 304 AND o.id < f.id)
FROM exported e JOIN fetches f ON f.id = e.id JOIN runs r ON r.id = f.run_id
"""


def last_answer_at(conn: sqlite3.Connection, runs: Collection[int] | None, since: str | None) -> str | None:
    """When the newest answer of these runs (None: all), made at `since` or later, came; None when there is none."""
    row = conn.execute(
        "SELECT max(fetched_at) FROM fetches WHERE (snapshot IS NOT NULL OR status IS NOT NULL)"
        " AND (:runs IS NULL OR run_id IN (SELECT value FROM json_each(:runs)))"
        " AND (:since IS NULL OR fetched_at >= :since)",
        _chosen(runs, since),
    ).fetchone()
    return None if row[0] is None else str(row[0])


def fetches_to_export(conn: sqlite3.Connection, runs: Collection[int] | None, since: str | None) -> Iterator[KeptFetch]:
    """The requests of these runs, made at `since` or later, oldest first; those that brought what a 304 confirms too.

    Bodies are loaded one at a time, and only where bytes are met for the first time. Works on an archive that is open
    to read only; nothing else may be exported over this connection meanwhile.
    """
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS exported (id INTEGER PRIMARY KEY)")
    conn.execute("DELETE FROM exported")
    conn.execute(_CHOOSE, _chosen(runs, since))
    conn.execute(_ADD_UNCHANGED)
    after = 0
    while rows := conn.execute(f"{_FETCHES} WHERE e.id > ? ORDER BY e.id LIMIT ?", (after, _PAGE)).fetchall():
        for row in rows:
            yield _kept(conn, row)
        after = rows[-1][8]


def _chosen(runs: Collection[int] | None, since: str | None) -> dict[str, str | None]:
    return {"runs": None if runs is None else json.dumps(sorted(runs)), "since": since}


def _kept(conn: sqlite3.Connection, row: tuple[Any, ...], *, whole: bool = True) -> KeptFetch:
    *fetch, number, snapshot, command, version, moved, first = row
    status = fetch[4]
    body = body_of(conn, snapshot) if whole and snapshot and first is None and status != 304 else None
    same = conn.execute(f"{_FETCHES} WHERE e.id = ?", (first,)).fetchone() if whole and first else None
    return KeptFetch(
        id=number,
        fetch=fetch_of(fetch, body),
        sha256=snapshot,
        command=command,
        version=version,
        redirected=bool(moved),
        same_as=_kept(conn, same, whole=False) if same else None,
    )
