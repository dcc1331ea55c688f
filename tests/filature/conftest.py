"""A folder of one's own to run commands in, and a way to run them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from filature.cli import main
from tests.harvester.server import Site, serving

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: empty. The terminal has one width, whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Run a command in this process; the result has exit_code, stdout and stderr apart."""

    def call(*words: object) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


def run_outside(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "filature", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on this machine whose answers a test scripts."""
    with serving() as opened:
        yield opened
