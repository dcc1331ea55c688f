"""Floors of the quality benchmark: they go up by themselves and down by name only, and hold for their data alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import floors as module
from benchmarks.quality import scores
from benchmarks.quality.floors import Floors
from benchmarks.quality.scores import Score

DATA = "benchmarks/threads.jsonl"


def score(value: float, *, fewer: bool = False, unseen: float | None = None) -> Score:
    return Score(group="names", name="F1", ours=value, unseen=unseen, files=(DATA,), fewer=fewer)


@pytest.mark.parametrize(
    ("floor", "value", "fewer", "held"),
    [
        (0.8, 0.8, False, True),
        (0.8, 0.9, False, True),
        (0.8, 0.79, False, False),
        (1, 1, True, True),
        (1, 0, True, True),
        (1, 2, True, False),
    ],
)
def test_a_score_on_the_wrong_side_is_named(floor: float, value: float, fewer: bool, held: bool) -> None:
    missed = list(Floors({"names: F1": floor}, {}).missed([score(value, fewer=fewer)]))
    assert missed == ([] if held else [f"names: F1: {value:g}, floor {floor:g}"])


def test_what_no_rule_was_written_on_has_a_floor_of_its_own() -> None:
    stored = Floors({}, {}).raised([score(0.9, unseen=0.7)], ())
    assert stored.floors == {"names: F1": 0.9, "names: F1, not written on": 0.7}
    assert list(stored.missed([score(0.95, unseen=0.6)])) == ["names: F1, not written on: 0.6, floor 0.7"]


@pytest.mark.parametrize(
    ("value", "fewer", "lower", "after"),
    [
        (0.9, False, (), 0.9),
        (0.7, False, (), 0.8),
        (0.7, False, ("names: F1",), 0.7),
        (0.7, False, ("names: recall",), 0.8),
        (0.5, True, (), 0.5),
        (0.9, True, (), 0.8),
    ],
)
def test_an_update_moves_floors_up_only(value: float, fewer: bool, lower: tuple[str, ...], after: float) -> None:
    assert Floors({"names: F1": 0.8}, {}).raised([score(value, fewer=fewer)], lower).floors == {"names: F1": after}


@pytest.mark.parametrize("value", [2 / 3, 0.972213, 1.0, 0.29])
def test_a_score_holds_the_floor_it_set(value: float) -> None:
    assert list(Floors({}, {}).raised([score(value)], ()).missed([score(value)])) == []


def test_other_data_than_the_floors_were_measured_on_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores, "ROOT", tmp_path)
    monkeypatch.setattr(module, "FILE", tmp_path / "floors.json")
    data = tmp_path / DATA
    data.parent.mkdir()
    data.write_text("one", encoding="utf-8")
    Floors.load().raised([score(0.9)], ()).save()
    assert list(Floors.load().changed([score(0.9)])) == []
    data.write_text("two", encoding="utf-8")
    (line,) = Floors.load().changed([score(0.9)])
    assert line.startswith(f"{DATA}: not the data")
