"""What people see in a terminal of 80 columns, and what programs get."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from db.archive import Archive
from filature.output import print_table
from filature.screen import wrapped
from tests.filature.conftest import Run
from tests.report.conftest import fill

URL = "https://threadreaderapp.com/thread/1623973044399658045.html?a-very-long-address-that-no-terminal-holds=1"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")


@pytest.mark.usefixtures("terminal")
def test_lines_break_between_words_and_addresses_stay_whole() -> None:
    lines = wrapped(f"one two three four five six seven eight {URL} nine", "  ", "  ").split("\n")
    assert lines == ["  one two three four five six seven", "    eight", f"    {URL}", "    nine"]


def test_programs_get_one_line() -> None:
    assert wrapped("word " * 60, "  ") == "  " + "word " * 60


def test_columns_with_nothing_in_them_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("file", "came", "doubts"), [("a.txt", 1, ""), ("b.txt", 20, None)])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0].split() == ["file", "came"]
    assert lines[2:] == ["a.txt      1", "b.txt     20"]


def test_status_gives_addresses_whole_and_what_is_to_be_said_below(here: Path, run: Run) -> None:
    path = here / "a.db"
    with Archive.open(path) as opened:
        fill(opened)
        number = opened.start_run("harvest", "0.1.0")
        opened.finish_run(number, "ok", {"new": 2, "targets_added": 1, "edits": 1, "wrong_sums": 2, "failed": 0})
    out = run("status", "--archive", path).stdout
    assert "2 new, 1 address found, 1 edit, 2 wrong sums" in out
    assert os.linesep.join(["", "Last runs", ""]) in out
