"""`filature serve`: the archive in Datasette, described, with questions ready to run, and nothing to write with."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import httpx
import pytest

from db.archive import Archive
from filature.commands.serve import application
from tests.report.conftest import fill


@pytest.fixture
def archive(here: Path) -> Path:
    path = here / "small.db"
    with Archive.open(path) as opened:
        fill(opened)
    return path


# Building it takes longer than most answers.
served = cache(application)


def get(archive: Path, *paths: str) -> list[httpx.Response]:
    """What Datasette answers, asked in its own process."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=served(archive))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def test_tables_are_described_and_questions_ready(archive: Path) -> None:
    home, table, query = get(archive, "/small", "/small/claims", "/small/sums_that_are_wrong.json?_shape=array")
    assert home.status_code == table.status_code == query.status_code == 200
    assert "sums_that_are_wrong" in home.text
    assert len(query.json()) == 1


def test_nothing_can_be_written(archive: Path) -> None:
    (answer,) = get(archive, "/small.json?sql=delete+from+documents")
    assert answer.status_code == 400
    with Archive.open(archive, readonly=True) as opened:
        assert opened.status().tables["documents"] == 2
