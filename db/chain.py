"""The chain over all requests: whoever knows its last value can tell whether anything before it has changed.

    digest = sha256(the row as a compact JSON array of COLUMNS, UTF-8)
    chain  = sha256(chain of the row before, then digest)

Both in hexadecimal; the chain before the first row is empty. A row holds the sha256 of its snapshot, so the chain
covers every byte of every answer. A row that was forgotten is empty, and its digest is kept in `erased_fetches`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Fixed for good: archives in the world are chained by these columns, in this order.
COLUMNS = (
    "run_id", "url", "final_url", "status", "content_type", "bytes", "snapshot", "elapsed_ms", "error", "fetched_at",
    "etag", "last_modified", "headers",
)  # fmt: skip
# What is left of a request that was forgotten; the run, the moment and the chain stay.
ERASED = {
    "url": "", "final_url": "", "status": None, "content_type": None, "bytes": None, "snapshot": None, "elapsed_ms": 0,
    "error": None, "etag": None, "last_modified": None, "headers": "{}",
}  # fmt: skip
_ALL = f"""
SELECT f.id, f.chain, e.digest, {", ".join(f"f.{column}" for column in COLUMNS)}
FROM fetches f LEFT JOIN erased_fetches e ON e.fetch_id = f.id ORDER BY f.id
"""

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain. `digest` was kept when the row was erased; `expected` follows from the row before it."""

    fetch_id: int
    chain: str
    expected: str
    erased: bool
    row: tuple[Cell, ...]


def digest(row: Sequence[Cell]) -> str:
    """The sha256 of a row's columns, in the order of COLUMNS."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def link(before: str, row_digest: str) -> str:
    """The chain after a row: `before` is the chain of the row before it, empty for the first."""
    return hashlib.sha256(f"{before}{row_digest}".encode()).hexdigest()


def extend(conn: sqlite3.Connection, row: Sequence[Cell]) -> str:
    """The chain value of a row about to be added, which becomes the head. Must run in the row's transaction."""
    (before,) = conn.execute("SELECT chain FROM chain_head").fetchone()
    chain = link(before, digest(row))
    conn.execute("UPDATE chain_head SET fetches = fetches + 1, chain = ?", (chain,))
    return chain


def head(conn: sqlite3.Connection) -> tuple[int, str]:
    """How many requests the chain counts, and its last value."""
    count, chain = conn.execute("SELECT fetches, chain FROM chain_head").fetchone()
    return int(count), str(chain)


def links(conn: sqlite3.Connection) -> Iterator[Link]:
    """Every row with the chain value it must have, if the row before it has the right one."""
    before = ""
    for fetch_id, chain, kept, *row in conn.execute(_ALL):
        yield Link(fetch_id, chain, link(before, kept or digest(row)), kept is not None, tuple(row))
        before = chain
