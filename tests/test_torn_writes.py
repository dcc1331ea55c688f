"""What a crash, a full disk or another program leaves: an archive that opens, holds, and lacks at most its last pages.

FILATURE_TEARS=200 tears more often than the usual few.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import care
from db.archive import Archive
from db.errors import ArchiveUnusableError
from filature.cli import main
from filature.demo import DemoSite
from tests.db.samples import one, problems, rows, thread, visit

TEARS = int(os.environ.get("FILATURE_TEARS", "12"))
PATIENCE = 60.0
VISITS = 12


def url(number: int) -> str:
    return f"https://threads.example/t/{number}"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive whose visits are all in its log, none in its file yet, copied as a crash leaves them."""
    folder = tmp_path_factory.mktemp("written")
    path = folder / "open.db"
    Archive.open(path).close()
    with Archive.open(path) as archive:
        archive._conn.execute("PRAGMA wal_autocheckpoint = 0")
        run = archive.start_run("harvest", "0.1.0")
        for number in range(VISITS):
            text = [(f"{number}01", f"Le fil numéro {number}."), (f"{number}02", "Sa suite.")]
            body = random.Random(number).randbytes(2000)
            archive.save_visit(run, visit(thread(text, url(number)), url=url(number), body=body))
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", folder / f"torn.db{ending}")
    return folder


def cut(log: bytes, chance: random.Random) -> bytes:
    return log[: chance.randrange(len(log))]


def zeros(log: bytes, chance: random.Random) -> bytes:
    kept = cut(log, chance)
    return kept + bytes(len(log) - len(kept))


def noise(log: bytes, chance: random.Random) -> bytes:
    kept = cut(log, chance)
    return kept + chance.randbytes(len(log) - len(kept))


def one_bit(log: bytes, chance: random.Random) -> bytes:
    torn = bytearray(log)
    torn[chance.randrange(len(log))] ^= 1 << chance.randrange(8)
    return bytes(torn)


def a_lost_page(log: bytes, chance: random.Random) -> bytes:
    """One frame of the log that never reached the disk, though later ones did."""
    frame = 24 + 4096
    at = 32 + frame * chance.randrange((len(log) - 32) // frame)
    return log[:at] + bytes(frame) + log[at + frame :]


@pytest.mark.parametrize("tear", [cut, zeros, noise, one_bit, a_lost_page])
@pytest.mark.parametrize("number", range(max(1, TEARS // 5)))
def test_a_torn_log_gives_a_whole_beginning(written: Path, tmp_path: Path, tear: object, number: int) -> None:
    chance = random.Random(f"{tear} {number}".split(" at ")[0] + str(number))
    path = tmp_path / "archive.db"
    shutil.copy(written / "torn.db", path)
    log = (written / "torn.db-wal").read_bytes()
    path.with_name("archive.db-wal").write_bytes(tear(log, chance))  # type: ignore[operator]

    with Archive.open(path) as archive:
        left = [row[0] for row in rows(path, "SELECT url FROM documents ORDER BY id")]
        assert left == [url(number) for number in range(len(left))]
        assert one(path, "SELECT count(*) FROM fetches") == len(left)
        if left:
            archive.save_visit(1, visit(thread(url=url(99)), url=url(99)))
    assert [str(problem) for problem in care.problems(path, Counter())] == []
    assert list(problems(path)) == []


def test_a_whole_log_loses_nothing(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    for ending in ("", "-wal"):
        shutil.copy(written / f"torn.db{ending}", f"{path}{ending}")
    Archive.open(path).close()
    assert one(path, "SELECT count(*) FROM documents") == VISITS


# --- Runs that are stopped --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


def harvest(site: DemoSite, folder: Path) -> list[str]:
    config = folder / "config.toml"
    config.write_text(site.config(folder), encoding="utf-8")
    return [sys.executable, "-m", "filature", "harvest", "--quiet", "--config", str(config)]


def start(site: DemoSite, folder: Path, requests: int) -> subprocess.Popen[str]:
    """A harvest that has made so many requests, or has ended."""
    before = len(site.visits)
    process = subprocess.Popen(harvest(site, folder), stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + PATIENCE
    while len(site.visits) < before + requests and process.poll() is None:
        assert time.monotonic() < until, "the harvest asked for too little"
        time.sleep(0.001)
    return process


@pytest.mark.slow
def test_a_copy_at_any_instant_is_an_archive_and_a_harvest_told_to_end_stores_what_it_has(
    site: DemoSite, tmp_path: Path
) -> None:
    process = start(site, tmp_path, 3)
    copies: list[Path] = []
    chance = random.Random(7)
    while process.poll() is None and len(copies) < TEARS:
        process.send_signal(signal.SIGSTOP)  # what is on the disk while it stands is what a power cut leaves, at best
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        copy = tmp_path / f"copy{len(copies)}.db"
        for ending in ("", "-wal"):
            if (file := tmp_path / f"filature.db{ending}").exists():
                shutil.copy(file, f"{copy}{ending}")
        process.send_signal(signal.SIGCONT)
        copies.append(copy)
        time.sleep(chance.uniform(0.001, 0.01))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    seen = []
    for copy in filter(Path.exists, copies):
        Archive.open(copy).close()
        assert [str(problem) for problem in care.problems(copy, Counter())] == []
        seen.append(one(copy, "SELECT count(*) FROM fetches"))
    assert seen
    assert seen == sorted(seen)
    assert "Traceback" not in said
    assert process.returncode in (0, 3, 130)  # 0 and 3 where it had ended before it was told to
    path = tmp_path / "filature.db"
    if process.returncode == 130:
        assert rows(path, "SELECT status FROM runs") == [("interrupted",)]
    assert path.with_name("filature.db.lock").read_bytes() == b""
    assert list(care.problems(path, Counter())) == []


# --- Disks ------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if mount("-t", "tmpfs", "-o", "size=3m", "none", folder) != 0:
        pytest.skip("this user may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True, timeout=PATIENCE)


def mount(*words: object) -> int:
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False, timeout=PATIENCE).returncode


def store(archive: Archive, run_id: int, first: int, count: int) -> int:
    """Store so many visits, from that number on; how many were stored before the disk was full."""
    for number in range(first, first + count):
        body = random.Random(number).randbytes(50_000)
        try:
            archive.save_visit(run_id, visit(thread(url=url(number)), url=url(number), body=body))
        except ArchiveUnusableError as error:
            said = str(error)
            break
    else:
        return count
    assert "the disk is full; free some space" in said
    return number - first


@pytest.mark.slow
def test_a_disk_that_fills_up_is_one_line_and_loses_nothing(site: DemoSite, disk: Path) -> None:
    path = disk / "filature.db"
    command = harvest(site, disk)
    full = Archive.open(path)
    run = full.start_run("harvest", "0.1.0")
    stored = store(full, run, 0, 1000)
    assert 0 < stored < 1000
    full._conn.close()  # a run that has no room to say how it ended
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "full" in done.stderr or "no space left" in done.stderr

    assert mount("-o", "remount,size=20m", disk) == 0
    with Archive.open(path) as archive:
        assert store(archive, run, stored, 10) == 10
    assert one(path, "SELECT count(*) FROM documents") == stored + 10
    assert [str(problem) for problem in care.problems(path, Counter())] == []


@pytest.mark.slow
def test_a_read_only_disk_can_be_read_and_refuses_a_harvest_in_one_line(site: DemoSite, disk: Path) -> None:
    with Archive.open(disk / "filature.db") as archive:
        archive.save_visit(archive.start_run("harvest", "0.1.0"), visit(thread()))
    command = harvest(site, disk)
    assert mount("-o", "remount,ro", disk) == 0
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert list(care.problems(disk / "filature.db", Counter())) == []
    with Archive.open(disk / "filature.db", readonly=True) as archive:
        assert archive.search("prestataires")


@pytest.mark.parametrize("command", [("add", "@lagent"), ("seal",), ("forget", "@lagent", "--yes")])
def test_another_writer_is_waited_for_then_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("db.connection.BUSY_SECONDS", 0.1)
    path = tmp_path / "filature.db"
    Archive.open(path).close()
    (tmp_path / "config.toml").write_text(f"archive = '{path}'\n", encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = CliRunner().invoke(main, [*command, "--config", str(tmp_path / "config.toml")])
    assert done.exit_code == 4
    assert done.stderr.endswith("another program is writing to it; wait for it to end, or close it, and try again\n")
    assert len(done.stderr.splitlines()) == 1
