"""An import of a web archive and a reparse may be killed at any instant: done again, they end as if nothing had been.

FILATURE_KILLS=30 kills more often than the usual few.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.archive import Archive
from db.records import Document, Target, Visit, join_posts
from db.reparse import answers_read
from filature.demo import DemoSite
from tests.db.samples import problems
from tests.kills import PATIENCE, Note, check, kill

KILLS = int(os.environ.get("FILATURE_KILLS", "1"))
IMPORT = ("import", "demo.warc.gz")
REPARSE = ("reparse", "--yes")
WHAT_IS_KEPT = {
    "documents": "SELECT url, kind, version, title, published_at, text FROM documents ORDER BY url",
    "versions": "SELECT url, v.version, v.text, reparsed FROM versions v JOIN documents d ON d.id = document_id"
    " ORDER BY 1, 2",
    "posts": "SELECT id, text FROM posts ORDER BY id",
    "links": "SELECT kind, url, display FROM links ORDER BY 1, 2, 3",
    "fetches": "SELECT url, fetched_at, status, snapshot FROM fetches ORDER BY 1, 2",
}


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "filature", *words, "--quiet", "--config", str(folder / "config.toml")]


def run(folder: Path, *words: str) -> None:
    done = subprocess.run(
        command(folder, *words), capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=folder
    )
    assert done.returncode in (0, 3), done.stderr


def kill_at(folder: Path, words: tuple[str, ...], sql: str, count: int, note: Note) -> None:
    """Run a command and kill it once `sql` counts so many rows, or a little later."""
    process = subprocess.Popen(
        command(folder, *words), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and counted(folder, sql) < count:
        assert time.monotonic() < until
    time.sleep(random.Random(count).uniform(0, 0.01))
    kill(process, note)


def place(number: int, every: int) -> int:
    """Kills are spread over the run, one alone is in its middle."""
    return 1 + (2 * number + 1) * every // (2 * KILLS)


def counted(folder: Path, sql: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'filature.db'}?mode=ro", uri=True)) as conn:
            return int(conn.execute(sql).fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def kept(folder: Path) -> dict[str, list[Any]]:
    """What an archive at rest holds."""
    assert list(problems(folder / "filature.db")) == []
    return held(folder)


def held(folder: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(folder / "filature.db")) as conn:
        return {name: conn.execute(sql).fetchall() for name, sql in WHAT_IS_KEPT.items()}


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo site, harvested and exported."""
    folder = tmp_path_factory.mktemp("harvested")
    with DemoSite() as site:
        (folder / "config.toml").write_text(site.config(folder).replace(f"{folder}/", ""), encoding="utf-8")
        run(folder, "harvest")
        run(folder, "export", "warc", "-o", "demo.warc.gz")
        yield folder


def fresh(harvested: Path, folder: Path, *, archive: Path | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    shutil.copy(harvested / "config.toml", folder)
    shutil.copy(harvested / "demo.warc.gz", folder)
    if archive:
        shutil.copy(archive, folder / "filature.db")
    return folder


@pytest.fixture(scope="module")
def imported(harvested: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What an archive holds after an import that nobody disturbed."""
    folder = fresh(harvested, tmp_path_factory.mktemp("imported"))
    run(folder, *IMPORT)
    return kept(folder)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_import_goes_on(
    harvested: Path, imported: dict[str, list[Any]], tmp_path: Path, record_property: Note, number: int
) -> None:
    folder = fresh(harvested, tmp_path / "killed")
    every = len(imported["fetches"])
    kill_at(folder, IMPORT, "SELECT count(*) FROM fetches", place(number, every), record_property)
    check(folder / "filature.db", record_property)
    run(folder, *IMPORT)
    assert kept(folder) == imported


def poorer(document: Document) -> Document:
    """A document as a reader that loses its end and its title would have read it."""
    text, posts = join_posts(document.posts[:-1])
    return replace(document, title=None, links=(), text=text if posts else document.text[:-9], posts=posts)


@pytest.fixture(scope="module")
def poor(harvested: Path) -> Path:
    """The same answers as the harvest's, read by an earlier version of the program."""
    path = harvested / "poor.db"
    with Archive.open(harvested / "filature.db") as old, Archive.open(path) as new:
        run_id = new.start_run("harvest", "0.0.1")
        for answer in old.read(answers_read, None, None):
            documents = tuple(poorer(one.document) for one in answer.documents)
            target = Target(url=answer.fetch.url, kind=answer.kind or "", state="done")
            new.save_visit(run_id, Visit(target=target, fetches=(answer.fetch,), documents=documents))
    return path


@pytest.fixture(scope="module")
def reread(harvested: Path, poor: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What it holds after a reparse that nobody disturbed."""
    folder = fresh(harvested, tmp_path_factory.mktemp("reread"), archive=poor)
    run(folder, *REPARSE)
    held_now = kept(folder)
    assert len(held_now["versions"]) == len(held_now["documents"])
    return held_now


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_reparse_loses_nothing(
    harvested: Path,
    poor: Path,
    reread: dict[str, list[Any]],
    tmp_path: Path,
    record_property: Note,
    number: int,
) -> None:
    folder = fresh(harvested, tmp_path / "killed", archive=poor)
    before = kept(folder)
    every = len(reread["documents"])
    kill_at(folder, REPARSE, "SELECT count(*) FROM versions", place(number, every), record_property)
    check(folder / "filature.db", record_property)
    now = held(folder)
    told = {(row[0], row[5]) for row in now["documents"]} | {(row[0], row[2]) for row in now["versions"]}
    assert {(row[0], row[5]) for row in before["documents"]} <= told
    run(folder, *REPARSE)
    assert kept(folder) == reread
