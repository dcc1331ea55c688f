"""What the archive holds, and what went wrong: the answer to `filature status`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLES = (
    "runs", "sources", "targets", "fetches", "snapshots", "authors", "documents", "versions", "posts", "links",
    "media", "cards", "analyses", "entities", "mentions", "quantities", "claims", "claim_topics", "document_topics",
    "topics", "topic_terms", "claim_groups", "checks", "check_quantities",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source, when it was last asked, what went wrong then, and what it has given."""

    id: str
    kind: str
    url: str
    last_checked_at: str | None
    last_error: str | None
    documents: int
    waiting: int


@dataclass(frozen=True, slots=True)
class FailedTarget:
    """An address that failed, and why. `next_attempt_at` is None when it will not be asked again by itself."""

    url: str
    source: str | None
    state: str
    attempts: int
    next_attempt_at: str | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a command: status is running, interrupted, or what the command reported."""

    id: int
    command: str
    started_at: str
    finished_at: str | None
    status: str
    counts: Mapping[str, int]
    version: str


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """A document that is no longer online, and is kept here."""

    id: int
    url: str
    title: str | None
    author: str | None
    last_seen_at: str
    gone_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`file_bytes` counts the write-ahead log too; `failed` and `gone` hold the newest, their `_count` says all."""

    path: Path
    file_bytes: int
    tables: Mapping[str, int]
    targets: Mapping[str, int]
    sources: tuple[SourceStatus, ...]
    failed: tuple[FailedTarget, ...]
    failed_count: int
    waiting_count: int
    runs: tuple[Run, ...]
    gone: tuple[GoneDocument, ...]
    gone_count: int
    mined_count: int


def status(conn: sqlite3.Connection, path: Path, *, limit: int) -> Status:
    """A summary of the archive; at most `limit` failed targets, gone documents and runs."""
    states = dict(conn.execute("SELECT state, count(*) FROM targets GROUP BY state").fetchall())
    return Status(
        path=path,
        file_bytes=_size(path),
        tables={table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES},
        targets=states,
        sources=_sources(conn),
        failed=_failed(conn, limit),
        failed_count=conn.execute("SELECT count(*) FROM targets WHERE last_error IS NOT NULL").fetchone()[0],
        waiting_count=states.get("waiting", 0),
        runs=_runs(conn, limit),
        gone=_gone(conn, limit),
        gone_count=conn.execute("SELECT count(*) FROM documents WHERE gone_at IS NOT NULL").fetchone()[0],
        mined_count=conn.execute(
            "SELECT count(*) FROM analyses a JOIN documents d ON d.id = a.document_id AND d.version = a.version"
        ).fetchone()[0],
    )


def _size(path: Path) -> int:
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _sources(conn: sqlite3.Connection) -> tuple[SourceStatus, ...]:
    rows = conn.execute(
        "SELECT s.id, s.kind, s.url, s.last_checked_at, s.last_error,"
        " (SELECT count(*) FROM documents WHERE source = s.id),"
        " (SELECT count(*) FROM targets WHERE source = s.id AND state = 'waiting') FROM sources s ORDER BY s.id"
    )
    return tuple(SourceStatus(*row) for row in rows)


def _failed(conn: sqlite3.Connection, limit: int) -> tuple[FailedTarget, ...]:
    rows = conn.execute(
        "SELECT url, source, state, attempts, next_attempt_at, last_error FROM targets"
        " WHERE last_error IS NOT NULL ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return tuple(FailedTarget(*row) for row in rows)


def _runs(conn: sqlite3.Connection, limit: int) -> tuple[Run, ...]:
    rows = conn.execute(
        "SELECT id, command, started_at, finished_at, status, counts, version FROM runs ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return tuple(Run(*[*row[:5], json.loads(row[5]), row[6]]) for row in rows)


def _gone(conn: sqlite3.Connection, limit: int) -> tuple[GoneDocument, ...]:
    rows = conn.execute(
        "SELECT d.id, d.url, d.title, coalesce('@' || a.handle, a.name), d.last_seen_at, d.gone_at FROM documents d"
        " LEFT JOIN authors a ON a.id = d.author_id WHERE d.gone_at IS NOT NULL ORDER BY d.gone_at DESC LIMIT ?",
        (limit,),
    )
    return tuple(GoneDocument(*row) for row in rows)
