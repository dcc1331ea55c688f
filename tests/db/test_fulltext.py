"""The search index, filled in batches: whatever happens between storing and indexing, nothing is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Document
from tests.db.samples import DAY_2, PAGE, TWEETS, one, problems, thread, visit

MANY = 420
INDEXED = "SELECT count(*) FROM posts_fts WHERE posts_fts MATCH ?"
WAITING = "SELECT count(*) FROM unindexed"


def numbered(number: int) -> Document:
    url = f"https://threads.example/{number}"
    return replace(thread([(f"{number}1", "Même mot"), (f"{number}2", f"Mot{number} unique")]), url=url)


@pytest.fixture
def burst(archive: Archive, run_id: int) -> Archive:
    """An archive into which two pages came at once: the second waits for its batch."""
    archive.save_visit(run_id, visit(numbered(0), url=numbered(0).url))
    archive.save_visit(run_id, visit(thread()))
    assert one(archive.path, WAITING) == 1
    return archive


def test_a_harvest_that_takes_its_time_has_each_page_in_the_index_at_once(
    archive: Archive, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.archive._INDEX_SECONDS", 0.0)
    for number in range(3):
        archive.save_visit(run_id, visit(numbered(number), url=numbered(number).url))
        assert one(archive.path, WAITING) == 0


def test_a_fast_one_never_leaves_many_waiting(archive: Archive, run_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.archive._INDEX_SECONDS", 1000.0)
    waiting = []
    for number in range(MANY):
        archive.save_visit(run_id, visit(numbered(number), url=numbered(number).url))
        waiting.append(one(archive.path, WAITING))
    assert max(waiting) < 200
    assert waiting.count(0) >= MANY // 200


def test_search_sees_what_waits(burst: Archive) -> None:
    assert [hit.url for hit in burst.search("prestataires")] == [PAGE]


def test_the_end_of_a_run_leaves_nothing_waiting(burst: Archive, run_id: int) -> None:
    burst.finish_run(run_id, "ok", {})
    assert one(burst.path, WAITING) == 0
    assert one(burst.path, INDEXED, "prestataires") == 1


def test_so_does_closing_the_archive(path: Path) -> None:
    with Archive.open(path) as archive:
        run_id = archive.start_run("harvest", "0")
        for number in range(3):
            archive.save_visit(run_id, visit(numbered(number), url=numbered(number).url))
        assert one(path, WAITING) == 2
    assert one(path, WAITING) == 0
    assert not list(problems(path))


@pytest.mark.parametrize("indexed", [False, True])
def test_a_text_that_changes_is_found_by_its_new_words_alone(burst: Archive, run_id: int, indexed: bool) -> None:
    if indexed:
        burst.index_new_texts()
    burst.save_visit(run_id, visit(thread([*TWEETS[:2], ("102", "Rectificatif.")]), at=DAY_2))
    assert [hit.url for hit in burst.search("rectificatif")] == [PAGE]
    assert not burst.search("30 000")
    assert not list(problems(burst.path))


KILLED = """
import sys, time
from db.archive import Archive
from tests.db.test_fulltext import numbered, visit
archive = Archive.open(sys.argv[1])
run = archive.start_run("harvest", "0")
for number in range(10):
    archive.save_visit(run, visit(numbered(number), url=numbered(number).url))
print("stored", flush=True)
time.sleep(60)
"""


@pytest.fixture
def killed(path: Path) -> Path:
    """The archive of a run that was killed when ten pages were stored and most of them not indexed."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        os.kill(process.pid, signal.SIGKILL)
    assert one(path, WAITING) > 5
    return path


def test_after_a_kill_search_finds_every_text(killed: Path) -> None:
    with Archive.open(killed, readonly=True) as archive:
        assert len(archive.search("même", limit=20)) == 10
        assert [hit.url for hit in archive.search("mot9")] == [numbered(9).url]
    assert not list(problems(killed))


def test_after_a_kill_the_next_run_indexes_the_rest(killed: Path) -> None:
    with Archive.open(killed) as archive:
        run = archive.start_run("harvest", "0")
        archive.save_visit(run, visit(thread([("1", "Autre chose")]), url=PAGE))
    assert one(killed, INDEXED, "meme") == 10
    assert not list(problems(killed))


def test_where_nobody_may_write_search_still_finds_what_is_indexed(killed: Path) -> None:
    with closing(sqlite3.connect(killed, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with Archive.open(killed, readonly=True) as archive:
            assert [hit.url for hit in archive.search("mot0")] == [numbered(0).url]
