"""Copies of an archive: whole at any moment, never in the way, never half there; and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from db import care
from db.archive import Archive
from db.backup import backup, restore
from db.errors import ArchiveHeldError, ArchiveUnusableError
from tests.db.samples import one, problems, rows, thread, visit


def test_a_backup_has_all_rows_and_is_one_file(full: Archive, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert backup(path, copy) == copy.stat().st_size
    assert sorted(file.name for file in tmp_path.iterdir() if "copy" in file.name) == ["copy.db"]
    tables = [name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        assert rows(copy, f'SELECT * FROM "{table}"') == rows(path, f'SELECT * FROM "{table}"'), table
    assert list(care.problems(copy, Counter())) == []
    assert list(problems(copy)) == []


def test_a_backup_made_while_another_thread_stores_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    stored: list[int] = []

    def harvest() -> None:
        with Archive.open(path) as archive:
            run = archive.start_run("harvest", "0.1.0")
            number = 0
            while not stop.is_set():
                url = f"https://threads.example/t/{number}"
                archive.save_visit(run, visit(thread(url=url), url=url, body=os.urandom(3000)))
                number += 1
                stored.append(number)

    Archive.open(path).close()
    writer = threading.Thread(target=harvest)
    writer.start()
    try:
        for number in range(6):
            while len(stored) < 20 * (number + 1):
                stop.wait(0.001)
            before = len(stored)
            copy = tmp_path / f"copy{number}.db"
            backup(path, copy)
            assert list(care.problems(copy, Counter())) == []
            assert list(care.problems(path, Counter())) == []  # the archive itself can be verified meanwhile, too
            assert one(copy, "SELECT count(*) FROM fetches") >= before
            assert one(copy, "SELECT count(*) FROM fetches") == one(copy, "SELECT count(*) FROM documents")
    finally:
        stop.set()
        writer.join()


def test_a_copy_that_is_there_is_replaced_only_when_asked(full: Archive, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("something else")
    with pytest.raises(FileExistsError):
        backup(path, copy)
    assert copy.read_text() == "something else"
    backup(path, copy, replace=True)
    assert one(copy, "SELECT count(*) FROM fetches") == 4


def test_an_archive_is_not_its_own_backup(full: Archive, path: Path) -> None:
    with pytest.raises(FileExistsError):
        backup(path, path, replace=True)
    assert one(path, "SELECT count(*) FROM fetches") == 4


def damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        page = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'posts'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))


def test_a_damaged_archive_does_not_replace_a_good_copy(full: Archive, path: Path, tmp_path: Path) -> None:
    copy, bad = tmp_path / "copy.db", tmp_path / "bad.db"
    backup(path, copy)
    backup(path, bad)
    good = copy.read_bytes()
    damaged(bad)
    with pytest.raises(ArchiveUnusableError, match="damaged"):
        backup(bad, copy, replace=True)
    assert copy.read_bytes() == good
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "no such file"), ("", "it is empty"), ("This is a diary. " * 99, "not a filature archive")],
)
def test_what_is_no_archive_is_neither_copied_nor_put_back(
    path: Path, tmp_path: Path, text: str | None, says: str
) -> None:
    source = tmp_path / "source.db"
    if text is not None:
        source.write_text(text)
    for attempt in (lambda: backup(source, tmp_path / "to.db"), lambda: restore(source, tmp_path / "to.db")):
        with pytest.raises(ArchiveUnusableError, match=says):
            attempt()
    assert not (tmp_path / "to.db").exists()


def test_a_backup_is_put_back_and_what_was_there_is_kept(full: Archive, path: Path, tmp_path: Path) -> None:
    there, copy = tmp_path / "there.db", tmp_path / "copy.db"
    backup(path, copy)
    with Archive.open(there) as archive:
        archive.save_visit(archive.start_run("harvest", "0.1.0"), visit(thread()))
    with pytest.raises(FileExistsError, match="--replace"):
        restore(copy, there)
    aside = restore(copy, there, replace=True)
    assert aside is not None
    assert one(aside, "SELECT count(*) FROM fetches") == 1
    with Archive.open(there) as archive:
        assert archive.search("prestataires")
    assert one(there, "SELECT count(*) FROM fetches") == 4
    assert list(care.problems(there, Counter())) == []
    assert copy.exists()


def test_a_backup_is_put_where_nothing_was(full: Archive, path: Path, tmp_path: Path) -> None:
    copy, there = tmp_path / "copy.db", tmp_path / "there.db"
    backup(path, copy)
    assert restore(copy, there) is None
    assert list(care.problems(there, Counter())) == []


def test_an_archive_that_is_damaged_beyond_reading_makes_room_for_its_backup(
    full: Archive, path: Path, tmp_path: Path
) -> None:
    copy, there = tmp_path / "copy.db", tmp_path / "there.db"
    backup(path, copy)
    there.write_bytes(b"\xff" * 9000)
    aside = restore(copy, there, replace=True)
    assert aside is not None
    assert aside.read_bytes() == b"\xff" * 9000
    assert list(care.problems(there, Counter())) == []


@pytest.mark.parametrize("in_use", ["by a run", "by a reader"])
def test_an_archive_in_use_is_not_replaced(full: Archive, path: Path, tmp_path: Path, in_use: str) -> None:
    copy = tmp_path / "copy.db"
    backup(path, copy)
    before = rows(path, "SELECT * FROM fetches")
    if in_use == "by a run":
        with full.hold("harvest"), pytest.raises(ArchiveHeldError, match="held by `filature harvest`"):
            restore(copy, path, replace=True)
    else:
        with pytest.raises(ArchiveHeldError, match="in use by another program"):
            restore(copy, path, replace=True)
    assert rows(path, "SELECT * FROM fetches") == before
    assert not list(tmp_path.glob("*.before-restore-*"))
    assert not list(tmp_path.glob("*.part"))


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """An archive whose process was killed: most of it is in its log."""
    path, left = tmp_path / "open.db", tmp_path / "crashed.db"
    with Archive.open(path) as archive:
        archive._conn.execute("PRAGMA wal_autocheckpoint = 0")
        run = archive.start_run("harvest", "0.1.0")
        for number in range(20):
            url = f"https://threads.example/crashed/{number}"
            archive.save_visit(run, visit(thread(url=url), url=url, body=os.urandom(3000)))
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{left}{ending}")
    return left


def test_a_log_that_outlived_its_archive_is_not_played_over_a_restored_one(
    full: Archive, path: Path, tmp_path: Path, crashed: Path
) -> None:
    backup(path, tmp_path / "copy.db")
    crashed.unlink()
    assert restore(tmp_path / "copy.db", crashed) is None
    assert list(problems(crashed)) == []
    assert rows(crashed, "SELECT url FROM documents") == rows(path, "SELECT url FROM documents")
    assert len(list(tmp_path.glob("crashed.db.before-restore-*-wal"))) == 1


@pytest.mark.parametrize("removed", [False, True])
def test_the_log_of_an_older_copy_is_not_played_over_a_new_one(
    full: Archive, path: Path, tmp_path: Path, crashed: Path, removed: bool
) -> None:
    if removed:
        crashed.unlink()
    backup(path, crashed, replace=True)
    assert list(problems(crashed)) == []
    assert rows(crashed, "SELECT url FROM documents") == rows(path, "SELECT url FROM documents")


def test_a_copy_that_another_program_writes_to_is_not_replaced(
    full: Archive, path: Path, tmp_path: Path, crashed: Path
) -> None:
    with closing(sqlite3.connect(crashed)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveHeldError):
            backup(path, crashed, replace=True)
    assert one(crashed, "SELECT count(*) FROM documents") == 20
    assert list(tmp_path.glob("*.part")) == []
