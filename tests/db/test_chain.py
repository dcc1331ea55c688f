"""The chain over requests: what it is made of, that it grows with each, and what it costs."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from pathlib import Path

import pytest

from db import chain
from db.archive import Archive
from tests.db.samples import DAY_2, gone, rows, thread, visit


def by_hand(path: Path) -> list[str]:
    """The chain as docs/integrity.md says anybody can work it out."""
    columns = ", ".join(chain.COLUMNS)
    before, found = "", []
    for row in rows(path, f"SELECT {columns} FROM fetches ORDER BY id"):
        digest = hashlib.sha256(json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        before = hashlib.sha256((before + digest).encode()).hexdigest()
        found.append(before)
    return found


def test_each_request_is_chained_to_those_before_it(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread(), headers={"X-Été": "« œuf » 🥚", "etag": '"1"'}))
    archive.save_fetch(run_id, visit().fetches[0])
    archive.save_visit(run_id, gone(at=DAY_2))
    expected = by_hand(path)
    assert len(expected) == 3
    assert [row[0] for row in rows(path, "SELECT chain FROM fetches ORDER BY id")] == expected
    assert rows(path, "SELECT fetches, chain FROM chain_head") == [(3, expected[-1])]


def test_a_visit_that_fails_leaves_the_chain_as_it_was(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    before = rows(path, "SELECT * FROM chain_head")
    with pytest.raises(sqlite3.IntegrityError):
        archive.save_visit(999, visit(thread()))
    assert rows(path, "SELECT * FROM chain_head") == before


def test_the_chain_costs_a_page_next_to_nothing(archive: Archive, run_id: int) -> None:
    headers = json.dumps({f"header-{number}": "a value of usual length" for number in range(20)})
    row = (run_id, "https://a.example/", "https://a.example/", 200, "text/html", 9, None, 3, None, DAY_2, None, None)
    best = float("inf")
    archive._conn.execute("BEGIN")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(100):
            chain.extend(archive._conn, (*row, headers))
        best = min(best, (time.perf_counter() - start) / 100)
    archive._conn.execute("ROLLBACK")
    assert best < 0.0005  # measured: 0.00002; a harvest stores a page in 0.007
