"""Copies of a whole archive: made while others write to it, and put back."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from db.clock import now
from db.connection import connect, connect_as_it_is, transaction
from db.errors import ArchiveHeldError, ArchiveUnusableError, explaining
from db.forget import forget_again, purge
from db.lock import run_lock
from db.tombstones import Row, carry_tombstones

_LOGS = ("-wal", "-shm")
_BESIDE = ("", *_LOGS)


def backup(path: Path, to: Path, *, replace: bool = False) -> int:
    """Copy the archive as it is at one moment to `to`, one file; its size in bytes. Readers and writers go on.

    The copy takes its name when it is whole and checked: what had the name before stays until then. Raises
    ArchiveError, and FileExistsError when `to` is there and not to be replaced.
    """
    if to.exists() and (not replace or to.samefile(path)):
        raise FileExistsError(errno.EEXIST, "there already; give another path", str(to))
    with explaining(path), closing(connect_as_it_is(path)) as conn:
        part = _copy(conn, to, path.stat().st_mode & 0o777)
    try:
        _take_logs_away(to)
    except BaseException:
        _remove(part)
        raise
    os.replace(part, to)
    _settle(to.parent)
    return to.stat().st_size


def restore(copy: Path, path: Path, *, replace: bool = False) -> Path | None:
    """Put a copy in the archive's place; where the archive that was there is kept now, None when there was none.

    The copy is left as it is. Raises ArchiveError (a copy that is damaged is refused, as is an archive in use), and
    FileExistsError when an archive is there and not to be replaced.
    """
    if not copy.exists():
        raise ArchiveUnusableError(f"{copy}: no such file; name a backup")
    if path.exists() and not replace:
        raise FileExistsError(errno.EEXIST, "an archive is there already; --replace puts it aside", str(path))
    with run_lock(path, "restore"):
        with explaining(copy), closing(connect_as_it_is(copy)) as conn:
            part = _copy(conn, path, copy.stat().st_mode & 0o777)
        try:
            if path.exists():
                _keep_forgotten(path, part)
            aside = _put_aside(path)
        except BaseException:
            _remove(part)
            raise
        os.replace(part, path)
        _settle(path.parent)
        return aside


def _copy(conn: sqlite3.Connection, to: Path, mode: int) -> Path:
    """A whole and checked copy beside `to`, under a name of its own."""
    part = to.with_name(f"{to.name}.part")
    _remove(part)
    try:
        with explaining(to), closing(sqlite3.connect(part, isolation_level=None)) as other:
            os.chmod(part, mode)
            # In one step, so in one read transaction: in several, each write by another would start it anew.
            conn.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
            _check(other, to)
        with part.open("rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        _remove(part)
        raise
    return part


def _check(conn: sqlite3.Connection, to: Path) -> None:
    (found,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ArchiveUnusableError(
            f"{to}: not written, what was to be copied is damaged ({' '.join(found.split())}); take an older backup, or"
            " save what can be read with `sqlite3 FILE .recover`"
        )


def _keep_forgotten(path: Path, part: Path) -> None:
    """Have a copy know what was forgotten since it was made, and forget it too."""
    stones = _tombstones(path)
    if not stones[0]:
        return
    with explaining(part), closing(connect(part, readonly=False)) as conn, transaction(conn):
        carry_tombstones(conn, *stones)
        forget_again(conn)
    purge(part)
    part.with_name(f"{part.name}.lock").unlink(missing_ok=True)
    with closing(sqlite3.connect(part, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")


def _tombstones(path: Path) -> tuple[list[Row], list[Row]]:
    """The tombstones and their keys in an archive; none where it is damaged, or too old to have any."""
    try:
        with closing(connect_as_it_is(path)) as conn:
            return (
                conn.execute("SELECT * FROM tombstones ORDER BY id").fetchall(),
                conn.execute("SELECT * FROM tombstone_keys").fetchall(),
            )
    except (sqlite3.DatabaseError, ArchiveUnusableError):
        return [], []


def _put_aside(path: Path) -> Path | None:
    """Rename an archive that nobody has open, and a log that outlived one; the archive's new name, None without one.

    One that is damaged is taken as it is, log included. A log that stays would be played over whatever file comes next.
    """
    there = path.exists()
    if there:
        _fold_log(path)
    aside = path.with_name(f"{path.name}.before-restore-{_stamp()}")
    for ending in _BESIDE:
        _rename(path, aside, ending)
    return aside if there else None


def _take_logs_away(to: Path) -> None:
    """Have no log beside a copy that is about to be replaced: it would be played over the new one."""
    if not to.with_name(f"{to.name}-wal").exists():
        return
    if to.exists():
        _fold_log(to)
    aside = to.with_name(f"{to.name}.before-backup-{_stamp()}")
    for ending in _LOGS:
        _rename(to, aside, ending)


def _fold_log(path: Path) -> None:
    """Write the log into the file and take it away. Where the file is damaged, the log stays."""
    try:
        with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")  # refused while another has it open
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ArchiveHeldError(
                f"{path}: in use by another program; close it (Datasette?), and try again"
            ) from error
    except sqlite3.DatabaseError:
        pass


def _rename(path: Path, aside: Path, ending: str) -> None:
    with suppress(FileNotFoundError):
        path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))


def _stamp() -> str:
    return now().replace(":", "")


def _remove(part: Path) -> None:
    for ending in (*_BESIDE, "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the folder remember the new name, whatever happens to the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
