"""A backup and a restore may be killed at any instant: the archive is whole, a copy is whole or has not its name yet.

FILATURE_KILLS=30 kills more often than the usual once.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from db.archive import Archive
from tests.db.samples import problems, thread, visit
from tests.kills import PATIENCE, Note, kill

KILLS = int(os.environ.get("FILATURE_KILLS", "1"))
# Large enough for the copying to take a while: a kill must meet it.
VISITS, BODY = 24, 1_000_000


def filature(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "filature", *words, "--quiet", "--config", str(folder / "config.toml")]


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(filature(folder, *words), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run(folder: Path, *words: str) -> None:
    done = subprocess.run(
        filature(folder, *words), cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr


def fill(path: Path, visits: int) -> None:
    chance = random.Random("pages")
    with Archive.open(path) as archive:
        run_id = archive.start_run("harvest", "0.1.0")
        for number in range(visits):
            url = f"https://threads.example/t/{number}"
            text = [(f"{number}01", f"Le fil numéro {number}."), (f"{number}02", "Sa suite.")]
            archive.save_visit(run_id, visit(thread(text, url), url=url, body=chance.randbytes(BODY)))
        archive.finish_run(run_id, "ok", {})


def await_copying(folder: Path, process: subprocess.Popen[bytes], name: str) -> None:
    """Return when the command has begun to write its copy, or has ended."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and not (folder / f"{name}.part").exists():
        assert time.monotonic() < until
        time.sleep(0.0005)


def answers(path: Path) -> set[tuple[str, str]]:
    """Which bytes came of which address: what two archives differ in here."""
    with closing(sqlite3.connect(path)) as conn:
        return set(conn.execute("SELECT url, snapshot FROM fetches JOIN snapshots ON sha256 = snapshot"))


def whole(path: Path) -> set[tuple[str, str]]:
    assert list(problems(path)) == []
    return answers(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """An archive, an older backup of it (`old.db`), one of now (`copy.db`), and how long copying takes."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "config.toml").write_text('archive = "filature.db"\n', encoding="utf-8")
    fill(folder / "filature.db", VISITS // 2)
    run(folder, "backup", "old.db")
    fill(folder / "filature.db", VISITS)
    process = start(folder, "backup", "copy.db")
    await_copying(folder, process, "copy.db")
    began = time.monotonic()
    assert process.wait(PATIENCE) == 0
    assert len(answers(folder / "old.db")) < len(answers(folder / "copy.db"))
    return folder, time.monotonic() - began


def instant(number: int, seconds: float) -> float:
    """Kills are spread over the copying."""
    return seconds * (number + random.Random(f"kill {number}").random()) / KILLS


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_backup_leaves_the_archive_and_the_backup_before(
    made: tuple[Path, float], tmp_path: Path, record_property: Note, number: int
) -> None:
    original, seconds = made
    folder = shutil.copytree(original, tmp_path / "killed")
    (folder / "copy.db").unlink()
    before = answers(folder / "old.db")
    name, *words = ("new.db",) if number % 2 else ("old.db", "--replace")
    process = start(folder, "backup", name, *words)
    await_copying(folder, process, name)
    time.sleep(instant(number, seconds))
    kill(process, record_property)

    expected = answers(original / "copy.db")
    assert whole(folder / "filature.db") == expected
    if (folder / name).exists():
        assert whole(folder / name) in ((expected,) if number % 2 else (expected, before))
    record_property("whole", True)
    run(folder, "backup", name, "--replace")
    assert (folder / name).read_bytes() == (original / "copy.db").read_bytes()
    assert [file.name for file in folder.iterdir() if ".part" in file.name] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_restore_loses_neither_archive_nor_copy(
    made: tuple[Path, float], tmp_path: Path, record_property: Note, number: int
) -> None:
    original, seconds = made
    folder = shutil.copytree(original, tmp_path / "killed")
    before, wanted = answers(folder / "filature.db"), answers(folder / "old.db")
    process = start(folder, "restore", "--replace", "old.db")
    await_copying(folder, process, "filature.db")
    time.sleep(instant(number, seconds))
    kill(process, record_property)

    asides = [whole(aside) for aside in folder.glob("filature.db.before-restore-*") if aside.name.endswith("Z")]
    present = [whole(folder / "filature.db")] if (folder / "filature.db").exists() else []
    assert before in present + asides
    record_property("whole", True)
    run(folder, "restore", "--replace", "old.db")
    assert whole(folder / "filature.db") == wanted
    kept = [answers(aside) for aside in folder.glob("filature.db.before-restore-*") if aside.name.endswith("Z")]
    assert before in kept
