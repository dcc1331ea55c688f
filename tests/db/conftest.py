"""An archive in a folder of its own, checked for damage after every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.archive import Archive
from tests.db.samples import problems


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as opened:
        yield opened
    assert list(problems(path)) == []


@pytest.fixture
def run_id(archive: Archive) -> int:
    return archive.start_run("harvest", "0.1.0")
