"""Mining may be killed at any instant: the next one goes on, and finds what an undisturbed one finds.

FILATURE_KILLS=20 kills more often than the usual once.
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
from typing import Any

import pytest

from filature.demo import DemoSite
from tests.kills import PATIENCE, Note, check, kill

KILLS = int(os.environ.get("FILATURE_KILLS", "1"))
# Row numbers depend on the order of mining, which two processes share out: what rows say does not.
WHAT_IS_FOUND = {
    "analyses": "SELECT document_id, version, pipeline FROM analyses ORDER BY 1",
    "mentions": 'SELECT document_id, start, "end", label, entity_id, rule FROM mentions ORDER BY 1, 2, 3',
    "quantities": 'SELECT document_id, start, "end", value, unit, bound, per FROM quantities ORDER BY 1, 2, 3, 4',
    "claims": 'SELECT document_id, start, "end", kind, score, attributed_to FROM claims ORDER BY 1, 2, 3',
    "topics": "SELECT document_id, topic_id, weight FROM document_topics ORDER BY 1, 2",
    "checks": "SELECT document_id, relation, stated, computed, verdict FROM checks ORDER BY 1, 2, 3, 4",
    "groups": """SELECT a.document_id, a.start, b.document_id, b.start FROM claim_groups ga
                 JOIN claim_groups gb ON ga.group_id = gb.group_id AND ga.claim_id != gb.claim_id
                 JOIN claims a ON a.id = ga.claim_id JOIN claims b ON b.id = gb.claim_id ORDER BY 1, 2, 3, 4""",
    "entities": "SELECT id, name, label FROM entities ORDER BY id",
}


def filature(folder: Path, command: str) -> list[str]:
    return [sys.executable, "-m", "filature", command, "--quiet", "--config", str(folder / "config.toml")]


def run(folder: Path, command: str) -> None:
    done = subprocess.run(filature(folder, command), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode in (0, 3), done.stderr


def rows(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "filature.db")) as conn:
        return conn.execute(sql).fetchall()


def found(folder: Path) -> dict[str, list[Any]]:
    return {name: rows(folder, sql) for name, sql in WHAT_IS_FOUND.items()}


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harvested")
    with DemoSite() as site:
        (folder / "config.toml").write_text(site.config(folder), encoding="utf-8")
        run(folder, "harvest")
    return folder


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, dirs_exist_ok=True)
    config = to / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(folder), str(to)), encoding="utf-8")
    return to


@pytest.fixture(scope="module")
def undisturbed(harvested: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], float]:
    """What mining finds when nobody disturbs it, and how long it takes here."""
    folder = copied(harvested, tmp_path_factory.mktemp("undisturbed"))
    start = time.monotonic()
    run(folder, "mine")
    return found(folder), time.monotonic() - start


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("number", range(KILLS))
def test_mining_after_a_killed_run_completes_it(
    harvested: Path,
    undisturbed: tuple[dict[str, list[Any]], float],
    tmp_path: Path,
    record_property: Note,
    number: int,
) -> None:
    expected, seconds = undisturbed
    folder = copied(harvested, tmp_path)
    process = subprocess.Popen(filature(folder, "mine"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The model loads first: the later two thirds of a run are where something can be lost.
    chance = random.Random(f"kill mining {number}")
    time.sleep(seconds * (1 / 3 + 2 / 3 * (number + chance.random()) / KILLS))
    kill(process, record_property)
    check(folder / "filature.db", record_property)
    run(folder, "mine")

    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    assert found(folder) == expected
