"""What code knows, docs repeat by cog only: these tests fail when `make docs` was forgotten."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.archive import Archive
from filature.documentation import config_keys
from tests.report.conftest import fill

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["config.md", "cli.md"])
def test_produced_parts_are_up_to_date(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", f"docs/{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nrun: make docs"


def test_no_key_is_undocumented() -> None:
    rows = [line for line in config_keys().splitlines() if line.startswith("| `")]
    assert len(rows) >= 20
    assert not [row for row in rows if "| |" in row.replace("  ", " ")]


def readme_queries() -> list[str]:
    """The SQL of the README, a query each."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", readme, re.DOTALL)
    return [query.strip() for block in blocks for query in block.split(";") if query.strip()]


@pytest.mark.parametrize("query", readme_queries(), ids=lambda query: query.splitlines()[0].removeprefix("-- "))
def test_queries_of_the_readme_run(query: str, here: Path) -> None:
    path = here / "filature.db"
    with Archive.open(path) as archive:
        fill(archive)
    with closing(sqlite3.connect(path)) as conn:
        rows = conn.execute(query).fetchall()
    assert rows or "gone_at is not null" in query


def test_links_of_the_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
