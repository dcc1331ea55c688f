"""Floors under the scores, and digests of the data they were measured on: in floors.json beside this module.

A floor goes up with `--update` and down only by name. A score on data that changed says nothing beside its floor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.quality.scores import Score, digest

FILE = Path(__file__).with_name("floors.json")
PRECISION = 10_000  # floors are cut off here, so that a score never misses the floor it set
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Floors:
    """A floor for each score by name (a ceiling where fewer is better), and a sha256 for each data file."""

    floors: dict[str, float]
    data: dict[str, str]

    @classmethod
    def load(cls) -> Self:
        """Those of floors.json; none where there is no file."""
        if not FILE.exists():
            return cls({}, {})
        stored = json.loads(FILE.read_text(encoding="utf-8"))
        return cls(stored["floors"], stored["data"])

    def save(self) -> None:
        """Write floors.json."""
        content = {"floors": dict(sorted(self.floors.items())), "data": dict(sorted(self.data.items()))}
        FILE.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def missed(self, scores: Iterable[Score]) -> Iterator[str]:
        """One line for each score on the wrong side of its floor."""
        for score in scores:
            for name, value in score.held.items():
                floor = self.floors.get(name)
                if floor is not None and _worse(score, value, floor):
                    yield f"{name}: {value:g}, floor {floor:g}"

    def changed(self, scores: Iterable[Score]) -> Iterator[str]:
        """One line for each data file that is not the one the floors were measured on."""
        for name in sorted({name for score in scores for name in score.files}):
            if name in self.data and self.data[name] != digest(name):
                yield f"{name}: not the data that its floors were measured on; look, then --update"

    def raised(self, scores: Collection[Score], lower: Collection[str]) -> Floors:
        """These floors moved up to the scores, those named in `lower` moved to them wherever they are."""
        floors = dict(self.floors)
        for score in scores:
            for name, value in score.held.items():
                if name in lower or name not in floors or not _worse(score, value, floors[name]):
                    floors[name] = math.floor(value * PRECISION) / PRECISION
        names = {name for score in scores for name in score.files}
        return Floors(floors, {**self.data, **{name: digest(name) for name in names}})


def _worse(score: Score, value: float, floor: float) -> bool:
    # 90.1 of 100 is not quite 0.901.
    return value > floor + ROUNDING if score.fewer else value < floor - ROUNDING
