"""What code knows, docs repeat by cog only: these tests fail when `make docs` was forgotten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from filature.documentation import config_keys

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
