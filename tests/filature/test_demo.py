"""`filature demo`: the whole job, offline, as a newcomer runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.archive import Archive
from db.errors import ArchiveError
from filature.commands.demo import WROTE, start_anew
from tests.filature.conftest import Run, run_outside
from tests.harvester.server import Reply, Site


@pytest.mark.model
@pytest.mark.slow
def test_demo_leaves_an_archive_and_reports(here: Path, run: Run) -> None:
    done = run_outside("demo", cwd=here)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert [line.split(":")[0] for line in lines[1:5]] == [
        "harvest, first visit",
        "harvest, second visit",
        "mine",
        "report topics",
    ]
    assert " 1 changed, " in lines[2]
    assert lines[6:8] == [
        "Not read: 2 closed by robots.txt, 1 behind a challenge that no program may pass, 1 behind a login, "
        "1 removed since the first visit.",
        "Kept all the same: 1 earlier version of texts that changed, 1 document removed from the site.",
    ]
    status = json.loads(run("status", "--json", "--archive", "demo/demo.db").stdout)
    assert status["tables"]["documents"] == status["mined_count"] > 25
    assert status["tables"]["claims"] > 50
    assert [run["status"] for run in status["runs"]] == ["ok", "ok", "some failed"]
    pages = {path.name for path in (here / "demo/reports").iterdir()}
    assert {"index.html", "topics.html"} < pages
    found = run("search", "aide medicale", "--archive", "demo/demo.db").stdout
    assert "aide médicale" in found
    assert set((here / "demo" / WROTE).read_text(encoding="utf-8").split()) == pages


def test_a_demo_leaves_alone_what_none_wrote(here: Path, run: Run) -> None:
    reports = here / "work/reports"
    reports.mkdir(parents=True)
    (reports / "topics-2021-05-04.html").write_text("cited", encoding="utf-8")
    refused = run("demo", "--folder", "work")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "filature: work/reports: not known as a demo's, so it is kept; give another folder with --folder\n",
    )
    (here / "mine").mkdir()
    (here / "mine/demo.db").write_bytes(b"an archive")
    assert run("demo", "--folder", "mine").exit_code == 2
    assert (reports / "topics-2021-05-04.html").read_text(encoding="utf-8") == "cited"
    assert (here / "mine/demo.db").read_bytes() == b"an archive"


def test_a_demo_replaces_what_a_demo_wrote(here: Path) -> None:
    reports = here / "demo/reports"
    reports.mkdir(parents=True)
    for name in ("topics.html", "index.html", "notes.html"):
        (reports / name).write_text("x", encoding="utf-8")
    (here / "demo" / WROTE).write_text("topics.html\nindex.html\n", encoding="utf-8")
    (here / "demo/demo.db").write_bytes(b"an archive")
    start_anew(here / "demo")
    assert [path.name for path in reports.iterdir()] == ["notes.html"]
    assert not (here / "demo/demo.db").exists()


def test_a_demo_takes_no_archive(here: Path, run: Run) -> None:
    refused = run("demo", "--archive", "mine.db")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "leave out --archive" in refused.stderr
    assert not list(here.iterdir())


@pytest.mark.slow
def test_an_interrupted_harvest_keeps_what_it_has_and_ends_in_130(site: Site, here: Path) -> None:
    (here / "config.toml").write_text(
        '[harvest]\ncontact = "t"\npause_seconds = 1.0\nallow_private_addresses = true\n'
        + "".join(f'[[sources]]\nname = "s{n}"\nkind = "page"\nurl = "{site[f"/{n}"]}"\n' for n in range(9))
    )
    site.routes["/0"] = Reply(200, b"<article><h1>Note</h1><p>" + b"Un texte assez long pour en faire un. " * 20)
    running = subprocess.Popen(
        [sys.executable, "-m", "filature", "harvest"],
        cwd=here,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 20
    while not _pages(here) and time.monotonic() < until:
        time.sleep(0.1)
    os.kill(running.pid, signal.SIGINT)
    stdout, stderr = running.communicate(timeout=20)
    assert running.returncode == 130
    assert stderr.splitlines()[-1] == "filature: interrupted; what was stored stays, run again to go on"
    assert stdout.startswith("1 new; ")
    with Archive.open(here / "filature.db", readonly=True) as archive:
        assert archive.status().runs[0].status == "interrupted"


def _pages(here: Path) -> int:
    path = here / "filature.db"
    if not path.exists():
        return 0
    try:
        with Archive.open(path, readonly=True) as archive:
            return archive.status().tables["documents"]
    except ArchiveError:  # it is being created
        return 0
