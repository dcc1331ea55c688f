"""Opening the SQLite file: creating, migrating, refusing what is not ours, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from db.errors import ArchiveUnusableError
from db.lock import refuse_other_machines, run_lock
from db.migrations import migrations

BUSY_SECONDS = 10.0
# Negative: kibibytes. A run's memory must not follow the size of the archive.
CACHE_PRAGMA = "PRAGMA cache_size = -8000"
# Pages (16 MB) that the log holds before they go to the archive. SQLite's own 1000 are ten visits: pages of indexes
# that every visit changes would be written each time.
CHECKPOINT_PRAGMA = "PRAGMA wal_autocheckpoint = 4000"
# What a statement changes is noted, to undo it if it fails: in memory, not in a file each time.
JOURNAL_PRAGMA = "PRAGMA temp_store = MEMORY"


def connect(path: Path, *, readonly: bool, create: bool = True) -> sqlite3.Connection:
    """A connection to the archive at `path`, migrated unless `readonly`; made where there is none, if it may be.

    ArchiveUnusableError when the file is another program's, was written by a newer filature, is missing and not to be
    made, or, `readonly`, has an older schema; ArchiveHeldError when a run of another machine has it. Errors of SQLite
    pass.
    """
    if (readonly or not create) and not path.exists():
        raise ArchiveUnusableError(
            f"{path}: no archive here yet; name one with --archive, or run `filature harvest` or `filature add` first"
        )
    if not readonly:
        refuse_other_machines(path)
    conn = _open_readonly(path) if readonly else _open(path)
    try:
        _bring_up_to_date(conn, path, readonly=readonly)
    except BaseException:
        conn.close()
        raise
    return conn


def connect_as_it_is(path: Path) -> sqlite3.Connection:
    """A read-only connection to an archive of this filature's schema or an older one. Raises like `connect`."""
    if not path.exists():
        raise ArchiveUnusableError(f"{path}: no such file; name an archive, or a backup of one")
    conn = _open_readonly(path)
    try:
        db = Database(conn, execute_plugins=False)
        _refuse_strangers(db, path)
        if not migrations.applied(db):
            raise ArchiveUnusableError(f"{path}: it is empty; name an archive, or a backup of one")
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. The write lock is taken at once, so that a busy archive is met before any work is done.

    Inside another it is a part of that one: who catches its failure goes on without any of it.
    """
    begin, undo, end = "BEGIN IMMEDIATE", ["ROLLBACK"], "COMMIT"
    if conn.in_transaction:
        begin, undo, end = "SAVEPOINT inner", ["ROLLBACK TO inner", "RELEASE inner"], "RELEASE inner"
    conn.execute(begin)
    try:
        yield
        conn.execute(end)
    except BaseException:
        if conn.in_transaction:  # a full disk has undone all of it
            for statement in undo:
                conn.execute(statement)
        raise


def _open(path: Path) -> sqlite3.Connection:
    return _connection(str(path.absolute()), uri=False)


def _open_readonly(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    try:
        return _connection(f"{uri}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        # Where nothing can be written a WAL archive has no shared-memory file; without a log beside it, the file
        # is whole and can be read as immutable.
        if path.with_name(path.name + "-wal").exists():
            raise
        return _connection(f"{uri}?immutable=1", uri=True)


def _connection(name: str, *, uri: bool) -> sqlite3.Connection:
    conn = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, uri=uri, cached_statements=256)
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute(CACHE_PRAGMA)
        conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def _bring_up_to_date(conn: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    db = Database(conn, execute_plugins=False)
    _refuse_strangers(db, path)
    pending = migrations.pending(db)
    if pending and readonly:
        raise ArchiveUnusableError(
            f"{path}: written by an older filature; run `filature harvest` once to bring it up to date"
        )
    if readonly:
        return
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute(CHECKPOINT_PRAGMA)
    conn.execute(JOURNAL_PRAGMA)
    if pending:
        # All or nothing: an upgrade that fails half way leaves the file to the filature that wrote it.
        with run_lock(path, "migrate"), transaction(conn):
            migrations.apply(db)


def _refuse_strangers(db: Database, path: Path) -> None:
    applied = {done.name for done in migrations.applied(db)}
    newer = applied - _known_migrations()
    if newer:
        raise ArchiveUnusableError(
            f"{path}: written by a newer filature ({min(newer)} is unknown here); upgrade filature to open it"
        )
    if not applied and db.table_names():
        raise ArchiveUnusableError(f"{path}: the database of another program; name another file for the archive")


@cache
def _known_migrations() -> frozenset[str]:
    with Database(memory=True, execute_plugins=False) as nothing_applied:
        return frozenset(migration.name for migration in migrations.pending(nothing_applied))
