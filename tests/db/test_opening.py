"""Opening, refusing and locking an archive, and what its errors say."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.archive import Archive
from db.errors import ArchiveError, ArchiveHeldError, ArchiveUnusableError
from db.records import Lead
from tests.db.samples import one, thread, visit

LEAD = Lead(url="https://a.example/", kind="page")


def test_an_archive_opens_again_and_keeps_what_it_had(path: Path) -> None:
    for _ in range(2):
        with Archive.open(path) as archive:
            archive.add_targets([LEAD], source=None)
    assert one(path, "SELECT count(*) FROM targets") == 1
    assert one(path, "PRAGMA journal_mode") == "wal"


def test_two_archives_can_be_opened_while_one_reads(path: Path) -> None:
    with Archive.open(path) as writer, Archive.open(path, readonly=True) as reader:
        writer.save_visit(writer.start_run("harvest", "0"), visit(thread()))
        assert reader.search("prestataires")


def newer(path: Path) -> None:
    Archive.open(path).close()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('filature', 'm999', '')")


def another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE bookmarks (url TEXT)")


def older(path: Path) -> None:
    path.touch()


def text_file(path: Path) -> None:
    path.write_text("This is a diary, and not a short one.\n" * 100, encoding="utf-8")


def cut_off(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.save_visit(archive.start_run("harvest", "0"), visit(thread()))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def absent(path: Path) -> None:
    pass


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (newer, "newer filature (m999 is unknown here); upgrade"),
        (another_programs, "the database of another program"),
        (text_file, "not a filature archive"),
        (cut_off, "damaged; restore a backup"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_not_our_archive_is_refused_and_left_alone(path: Path, make: object, says: str, readonly: bool) -> None:
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(ArchiveUnusableError) as caught, Archive.open(path, readonly=readonly) as archive:
        archive.status()
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("make", "says"), [(absent, "run `filature harvest`"), (older, "older filature")])
def test_reading_needs_an_archive_that_is_there_and_up_to_date(path: Path, make: object, says: str) -> None:
    make(path)  # type: ignore[operator]
    with pytest.raises(ArchiveUnusableError, match=says):
        Archive.open(path, readonly=True)


def test_reading_never_writes(path: Path) -> None:
    Archive.open(path).close()
    with Archive.open(path, readonly=True) as archive, pytest.raises(ArchiveUnusableError, match="cannot be written"):
        archive.add_targets([LEAD], source=None)


@pytest.mark.parametrize("folder", ["missing", "a file"])
def test_a_folder_that_cannot_hold_it_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(ArchiveUnusableError, match="check that its folder exists"):
        Archive.open(tmp_path / folder / "archive.db")


def test_a_read_only_folder_can_be_read(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.save_visit(archive.start_run("harvest", "0"), visit(thread()))
    path.parent.chmod(0o500)
    try:
        if os.access(path.parent, os.W_OK):
            pytest.skip("this user may write anywhere")
        with Archive.open(path, readonly=True) as archive:
            assert archive.search("prestataires")
        with pytest.raises(ArchiveUnusableError), Archive.open(path) as archive:
            archive.add_targets([LEAD], source=None)
    finally:
        path.parent.chmod(0o700)


def test_a_full_disk_is_said_in_words(path: Path) -> None:
    with Archive.open(path) as archive:
        run = archive.start_run("harvest", "0")
        pages = archive._conn.execute("PRAGMA page_count").fetchone()[0]
        archive._conn.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ArchiveUnusableError, match="the disk is full"):
            archive.save_visit(run, visit(thread(), body=os.urandom(50_000)))
    assert one(path, "SELECT count(*) FROM documents") == 0


def test_a_writer_that_stays_is_waited_for_then_named(path: Path) -> None:
    with Archive.open(path) as archive, closing(sqlite3.connect(path, isolation_level=None)) as other:
        archive._conn.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveHeldError, match="another program is writing"):
            archive.add_targets([LEAD], source=None)


def test_a_defect_of_ours_is_not_dressed_up(path: Path) -> None:
    with Archive.open(path) as archive, pytest.raises(sqlite3.IntegrityError):
        archive.save_fetch(999, visit().fetches[0])


# --- One run at a time ------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from db.archive import Archive
with Archive.open(sys.argv[1]) as archive, archive.hold("harvest"):
    archive.start_run("harvest", "0.1.0")
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_run_at_a_time_and_a_killed_one_lets_go(path: Path) -> None:
    Archive.open(path).close()
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with Archive.open(path) as archive:
            with pytest.raises(ArchiveHeldError) as caught, archive.hold("mine"):
                pass
            assert f"{path}: held by `filature harvest`, process {holder.pid}, since 20" in str(caught.value)
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            with archive.hold("mine"):
                assert [run.status for run in archive.status().runs] == ["interrupted"]


@pytest.mark.parametrize("command", ["harvest", "mine"])
def test_a_run_of_another_machine_keeps_writers_off_a_shared_folder(path: Path, command: str) -> None:
    with Archive.open(path) as archive, archive.hold(command):
        note = path.with_name("archive.db.lock").read_text()
        assert note.endswith(f", on {socket.gethostname()}")
    elsewhere = path.with_name("archive.db.lock")
    elsewhere.write_text(note.replace(socket.gethostname(), "other-machine"))
    before = sorted(path.parent.iterdir())
    with pytest.raises(ArchiveHeldError) as caught:
        Archive.open(path)
    assert f"held by `filature {command}`, process {os.getpid()}" in str(caught.value)
    assert "on other-machine; machines cannot share an archive" in str(caught.value)
    assert str(caught.value).endswith(f"if it was killed, delete {elsewhere}")
    assert sorted(path.parent.iterdir()) == before
    Archive.open(path, readonly=True).close()
    elsewhere.unlink()
    with Archive.open(path) as archive, archive.hold(command):
        pass


def test_a_run_that_was_killed_here_is_in_nobodys_way(path: Path) -> None:
    path.with_name("archive.db.lock").write_text(
        f"`filature harvest`, process 1, since 2020, on {socket.gethostname()}"
    )
    with Archive.open(path) as archive, archive.hold("harvest"):
        pass


def test_the_lock_is_given_back_after_an_error(path: Path) -> None:
    with Archive.open(path) as archive:
        with pytest.raises(ValueError, match="of the run"), archive.hold("harvest"):
            raise ValueError("of the run")
        with archive.hold("harvest"):
            pass


def test_errors_are_one_tree() -> None:
    assert issubclass(ArchiveHeldError, ArchiveError)
    assert issubclass(ArchiveUnusableError, ArchiveError)
