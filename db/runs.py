"""Executions of commands."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from db.clock import now


def start_run(conn: sqlite3.Connection, command: str, version: str) -> int:
    """Note that `command` starts, by filature `version`; the run's id."""
    cursor = conn.execute(
        "INSERT INTO runs (command, started_at, status, version) VALUES (?, ?, 'running', ?)", (command, now(), version)
    )
    return int(cursor.lastrowid or 0)


def finish_run(conn: sqlite3.Connection, run_id: int, status: str, counts: Mapping[str, int]) -> None:
    """Note how a run ended, and what it counted."""
    conn.execute(
        "UPDATE runs SET finished_at = ?, status = ?, counts = ? WHERE id = ?",
        (now(), status, json.dumps(dict(counts)), run_id),
    )


def mark_interrupted(conn: sqlite3.Connection) -> int:
    """Name the runs whose process was killed; only whoever holds the archive can know. How many they are."""
    return conn.execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running'").rowcount
