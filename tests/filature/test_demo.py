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
