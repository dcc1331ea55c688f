"""A harvest may be killed at any instant: the next one goes on, and the archive ends as if nothing had happened.

FILATURE_KILLS=30 kills more often than the usual two.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from filature.demo import DemoSite
from tests.kills import PATIENCE, Note, check, kill

KILLS = int(os.environ.get("FILATURE_KILLS", "2"))
ENDED = {0, 3}  # 3 names the challenge page; 0 where the run before had asked for it
BUSY = 4
WHAT_IS_KEPT = {
    "documents": "SELECT url, kind, version, title, published_at, lang, text, gone_at FROM documents ORDER BY url",
    "versions": "SELECT url, versions.version FROM versions JOIN documents ON id = document_id ORDER BY 1, 2",
    "posts": "SELECT id, text FROM posts ORDER BY id",
    "links": "SELECT kind, url, display FROM links ORDER BY 1, 2, 3",
    "media": "SELECT kind, url, alt FROM media ORDER BY 1, 2, 3",
    "authors": "SELECT handle, name FROM authors ORDER BY 1, 2",
    # A source's own address is put back to waiting when a run starts, due or not.
    "targets": "SELECT url, kind, state FROM targets WHERE url NOT IN (SELECT url FROM sources) ORDER BY url",
    "sources": "SELECT id, kind, url FROM sources ORDER BY id",
}


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], int]:
    """What an archive holds after one harvest that nobody disturbed, and how many requests that took."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run(site, folder)  # the first one meets the host that asks to wait
    before = len(site.visits)
    run(site, again := tmp_path_factory.mktemp("again"))
    return kept(again), len(site.visits) - before


def command(site: DemoSite, folder: Path, *, pause: float = 0.0) -> list[str]:
    config = folder / f"config-{pause}.toml"
    text = site.config(folder)
    assert "pause_seconds = 0.0" in text
    config.write_text(text.replace("pause_seconds = 0.0", f"pause_seconds = {pause}"), encoding="utf-8")
    return [sys.executable, "-m", "filature", "harvest", "--quiet", "--config", str(config)]


def run(site: DemoSite, folder: Path) -> None:
    """One harvest to its end."""
    done = subprocess.run(command(site, folder), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode in ENDED, done.stderr


def start(site: DemoSite, folder: Path, *, pause: float = 0.0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(site, folder, pause=pause), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def await_requests(site: DemoSite, process: subprocess.Popen[bytes], total: int) -> None:
    """Return when the site has answered so many requests in all, or the process has ended."""
    until = time.monotonic() + PATIENCE
    while len(site.visits) < total and process.poll() is None:
        assert time.monotonic() < until, "the harvest asked for too little"
        time.sleep(0.001)


def rows(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "filature.db")) as conn:
        return conn.execute(sql).fetchall()


def kept(folder: Path) -> dict[str, list[Any]]:
    return {name: rows(folder, sql) for name, sql in WHAT_IS_KEPT.items()}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_the_run_after_a_killed_one_completes_it(
    site: DemoSite,
    undisturbed: tuple[dict[str, list[Any]], int],
    tmp_path: Path,
    record_property: Note,
    number: int,
) -> None:
    expected, requests = undisturbed
    # Spread over the run, and at any point of a page: while asking, reading, storing.
    chance = random.Random(f"kill {number}")
    before = len(site.visits)
    process = start(site, tmp_path)
    await_requests(site, process, before + 1 + int(requests * (number + chance.random()) / KILLS))
    time.sleep(chance.uniform(0, 0.02))
    kill(process, record_property)
    check(tmp_path / "filature.db", record_property)
    run(site, tmp_path)

    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []
    assert rows(tmp_path, "SELECT url FROM documents GROUP BY url HAVING count(*) > 1") == []
    now = kept(tmp_path)
    assert {name: set(now[name]) ^ set(expected[name]) for name in expected} == {name: set() for name in expected}
    assert now == expected
    states = [status for (status,) in rows(tmp_path, "SELECT status FROM runs ORDER BY id")]
    assert "running" not in states
    assert states[-1] in ("ok", "some failed")


@pytest.mark.slow
def test_of_two_harvests_at_once_the_second_leaves(site: DemoSite, tmp_path: Path) -> None:
    before = len(site.visits)
    first = start(site, tmp_path, pause=1.0)
    try:
        await_requests(site, first, before + 1)
        asked = len(site.visits)
        second = subprocess.run(command(site, tmp_path), capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert first.poll() is None, "the first harvest ended too early to be in the way"
        assert second.returncode == BUSY
        assert str(first.pid) in second.stderr
        assert len(second.stderr.splitlines()) == 1
        # The second asked for nothing: what came meanwhile is the first one's, at its pace.
        assert len(site.visits) - asked < 30
    finally:
        kill(first)
    run(site, tmp_path)
