"""What the tests of killed commands share."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PATIENCE = 300.0  # mining takes minutes where many others use the machine
Note = Callable[[str, object], None]


def unnoted(name: str, value: object) -> None:
    """Nobody counts this kill."""


def kill(process: subprocess.Popen[bytes], note: Note = unnoted) -> None:
    """Kill a command, and note for the table of `python -m benchmarks kills` whether it was still running."""
    process.send_signal(signal.SIGKILL)
    note("landed", process.wait(PATIENCE) == -signal.SIGKILL)


def check(archive: Path, note: Note) -> None:
    """The file that a kill left behind is sound, and refers to nothing that is not there."""
    if archive.exists():
        with closing(sqlite3.connect(archive)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    note("whole", True)
