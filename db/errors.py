"""What can go wrong with an archive, and the one place where SQLite's errors become ours.

ArchiveError
├── ArchiveHeldError        another run or program is writing to it: wait
├── ArchiveUnusableError    not ours, too new, read-only, full, damaged: something has to be done
├── ContradictionError      documents that break a rule of the archive, such as two posts of one id
└── NoSealError             a file that was given for a seal is none
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ArchiveError(Exception):
    """Root of what can go wrong with an archive. The message is one line and names the file and the next step."""


class ArchiveHeldError(ArchiveError):
    """Another run or program holds the archive."""


class ArchiveUnusableError(ArchiveError):
    """The archive cannot be used as it is."""


class ContradictionError(ArchiveError):
    """Documents to be kept contradict themselves, and nothing of them was kept; the archive is not to blame."""


class NoSealError(ArchiveError):
    """A file that was given for a seal is none; the archive is not to blame."""


# Primary result codes of SQLite (an extended code is one of these in its low byte) that a user can cause.
_REASONS: dict[int, tuple[type[ArchiveError], str]] = {
    sqlite3.SQLITE_BUSY: (
        ArchiveHeldError,
        "another program is writing to it; wait for it to end, or close it, and try again",
    ),
    sqlite3.SQLITE_LOCKED: (
        ArchiveHeldError,
        "another program is writing to it; wait for it to end, or close it, and try again",
    ),
    sqlite3.SQLITE_READONLY: (
        ArchiveUnusableError,
        "it cannot be written to; give yourself write permission on the file and its folder, or use a copy",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        ArchiveUnusableError,
        "it cannot be opened; check that its folder exists and that you may write there",
    ),
    sqlite3.SQLITE_PERM: (
        ArchiveUnusableError,
        "access to it was denied; check the permissions of the file and its folder",
    ),
    sqlite3.SQLITE_FULL: (
        ArchiveUnusableError,
        "the disk is full; free some space and run the command again, what was stored before is safe",
    ),
    sqlite3.SQLITE_IOERR: (
        ArchiveUnusableError,
        "the disk failed to read or write it; check the disk, then run `PRAGMA integrity_check` on the file",
    ),
    sqlite3.SQLITE_CORRUPT: (
        ArchiveUnusableError,
        "it is damaged; restore a backup, or save what can be read with `sqlite3 FILE .recover`",
    ),
    sqlite3.SQLITE_NOTADB: (
        ArchiveUnusableError,
        "it is not a filature archive (not an SQLite database); name another file",
    ),
}


def explain(error: sqlite3.Error, path: Path) -> ArchiveError | None:
    """The error that tells a user what SQLite's `error` on `path` means; None when it is a defect of the program."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or (code & 0xFF) not in _REASONS:
        return None
    kind, reason = _REASONS[code & 0xFF]
    return kind(f"{path}: {reason}")


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turns SQLite's errors on `path` that a user can cause into ArchiveErrors; lets the others through."""
    try:
        yield
    except sqlite3.Error as error:
        explained = explain(error, path)
        if explained is None:
            raise
        raise explained from error
