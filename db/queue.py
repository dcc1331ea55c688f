"""Sources and the addresses to fetch: the queue that the next run resumes.

A target is due when it waits, or has a `next_attempt_at`, and that time is null or past: one that is done, gone,
failed or refused and has no `next_attempt_at` is not asked for again.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable

from db.records import Lead, Source, Target
from db.tombstones import admitted_leads, admitted_sources

# Each begins with the condition, word for word, of a partial index: targets_waiting, targets_again. What was read is
# due again in months: no look for what is due may pass all of it.
_WAITING = "state = 'waiting'"
_AGAIN = "next_attempt_at IS NOT NULL"
_DUE = """
    AND (next_attempt_at IS NULL OR next_attempt_at <= :now)
    AND (:sources IS NULL OR coalesce(source, '') IN (SELECT value FROM json_each(:sources)))
"""
_DUE_AGAIN = _DUE.replace("next_attempt_at IS NULL OR ", "")
# From each host to the next in the index, not through all its targets.
_HOSTS = f"""
WITH RECURSIVE
    a(host) AS (SELECT min(host) FROM targets WHERE {_WAITING} UNION ALL
        SELECT (SELECT min(host) FROM targets WHERE {_WAITING} AND host > a.host) FROM a WHERE host IS NOT NULL),
    b(host) AS (SELECT min(host) FROM targets WHERE {_AGAIN} UNION ALL
        SELECT (SELECT min(host) FROM targets WHERE {_AGAIN} AND host > b.host) FROM b WHERE host IS NOT NULL)
SELECT host FROM a WHERE EXISTS (SELECT 1 FROM targets t WHERE t.host = a.host AND {_WAITING} {_DUE})
UNION
SELECT host FROM b WHERE EXISTS (SELECT 1 FROM targets t WHERE t.host = b.host AND {_AGAIN} {_DUE_AGAIN})
ORDER BY host
"""
_TARGETS = f"""
SELECT url, kind, source, state, discovered_from, paging, next_attempt_at, attempts, last_error FROM targets
WHERE id IN (
    SELECT * FROM (SELECT id FROM targets WHERE host = :host AND {_WAITING} {_DUE} ORDER BY id LIMIT :limit)
    UNION
    SELECT * FROM (SELECT id FROM targets WHERE host = :host AND {_AGAIN} {_DUE_AGAIN} ORDER BY id LIMIT :limit)
) ORDER BY id LIMIT :limit
"""
_HOST = re.compile(r"[^/?#]*//(?:[^/?#]*@)?([^/?#@]*)")
_INSERT = """
INSERT INTO targets (url, source, kind, state, host, discovered_from, paging) VALUES (?, ?, ?, 'waiting', ?, ?, ?)
ON CONFLICT (url) DO NOTHING
"""
# Who names an address wants it looked at now, however old the page; only a host that failed or refused may wait.
_NAME_SOURCE = """
UPDATE targets SET state = 'waiting', source = ?2, kind = ?3, discovered_from = NULL, paging = 0,
    next_attempt_at = CASE WHEN state = 'done' THEN NULL ELSE next_attempt_at END
WHERE url = ?1 AND (state <> 'waiting' OR source IS NOT ?2 OR kind <> ?3 OR discovered_from IS NOT NULL OR paging)
"""
_UPDATE = """
INSERT INTO targets (url, source, kind, state, host, discovered_from, next_attempt_at, attempts, last_error,
    document_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (url) DO UPDATE SET kind = ?3, state = ?4, next_attempt_at = ?7, attempts = ?8, last_error = ?9,
    document_id = coalesce(?10, document_id)
WHERE (kind, state, next_attempt_at, attempts, last_error, document_id)
    IS NOT (?3, ?4, ?7, ?8, ?9, coalesce(?10, document_id))
"""


def sync_sources(conn: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Store the sources and queue their addresses; one asked before is due again, unless it was told to wait.

    Those that were forgotten are passed over.
    """
    for source in admitted_sources(conn, sources):
        conn.execute(
            "INSERT INTO sources (id, kind, url) VALUES (?1, ?2, ?3)"
            " ON CONFLICT (id) DO UPDATE SET kind = ?2, url = ?3 WHERE kind <> ?2 OR url <> ?3",
            (source.id, source.kind, source.url),
        )
        conn.execute(_INSERT, (source.url, source.id, source.kind, host_of(source.url), None, False))
        conn.execute(_NAME_SOURCE, (source.url, source.id, source.kind))


def add_targets(
    conn: sqlite3.Connection, leads: Iterable[Lead], *, source: str | None, discovered_from: str | None, again: bool
) -> int:
    """Put addresses in the queue; how many were not known. `again`: known ones become due at once.

    Those that were forgotten are passed over.
    """
    added = 0
    for lead in admitted_leads(conn, leads):
        row = (lead.url, source, lead.kind, host_of(lead.url), discovered_from, lead.relation == "more")
        found = conn.execute(_INSERT, row).rowcount
        added += found
        if again and not found:
            conn.execute(
                "UPDATE targets SET state = 'waiting', next_attempt_at = NULL, attempts = 0 WHERE url = ?", (lead.url,)
            )
    return added


def due_hosts(conn: sqlite3.Connection, now: str, sources: Collection[str] | None) -> list[str]:
    """Hosts (`host[:port]`) with due targets, in alphabetical order."""
    return [row[0] for row in conn.execute(_HOSTS, _due(now, sources))]


def due_targets(
    conn: sqlite3.Connection, host: str, now: str, sources: Collection[str] | None, limit: int
) -> list[Target]:
    """Due targets of one host, oldest in the queue first."""
    rows = conn.execute(_TARGETS, {**_due(now, sources), "host": host, "limit": limit})
    return [
        Target(url=url, kind=kind, source=source, state=state, discovered_from=discovered_from, paging=bool(paging),
               next_attempt_at=next_attempt_at, attempts=attempts, last_error=last_error)
        for url, kind, source, state, discovered_from, paging, next_attempt_at, attempts, last_error in rows
    ]  # fmt: skip


def update_target(conn: sqlite3.Connection, target: Target, document_id: int | None) -> None:
    """Store the state of a target after a visit, and the document read there, if one was."""
    row = (
        target.url, target.source, target.kind, target.state, host_of(target.url), target.discovered_from,
        target.next_attempt_at, target.attempts, target.last_error, document_id,
    )  # fmt: skip
    conn.execute(_UPDATE, row)


def note_source(conn: sqlite3.Connection, source: str, checked_at: str, error: str | None) -> None:
    """When a source was last asked, and what went wrong."""
    conn.execute("UPDATE sources SET last_checked_at = ?, last_error = ? WHERE id = ?", (checked_at, error, source))


def host_of(url: str) -> str:
    """`host[:port]` of an address, lower case; empty when it has none."""
    # urlsplit takes ten times as long, and raises on addresses that were only ever seen on a page.
    match = _HOST.match(url)
    return match[1].lower() if match else ""


def _due(now: str, sources: Collection[str] | None) -> dict[str, str | None]:
    return {"now": now, "sources": None if sources is None else json.dumps(sorted(sources))}
