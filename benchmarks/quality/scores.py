"""What is measured, and the table it is printed in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
THREADS = tuple(Path(f"benchmarks/threads{part}.jsonl") for part in ("", "2", "3", "4", "5", "6", "7", "8", "9", "10"))
DOCUMENTS = tuple(Path(f"benchmarks/documents{part}.jsonl") for part in ("", "2", "3", "5", "4"))
"""Our documents with names, amounts and sentences marked: rules were written on all but the last one here."""
WIDTH = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One measure. `seen` is on documents that rules were written on, `unseen` on the others, `ours` on all of them.

    `beside` words what others reach on the same data; `files` is the data, relative to the repository or, for the
    reference material, to `../shared`. Where `fewer`, less is better: such scores are counts, the others 0 to 1.
    """

    group: str
    name: str
    ours: float
    files: tuple[str, ...]
    seen: float | None = None
    unseen: float | None = None
    beside: str = ""
    fewer: bool = False

    @property
    def key(self) -> str:
        """The name of its floor."""
        return f"{self.group}: {self.name.strip()}"

    @property
    def held(self) -> dict[str, float]:
        """What has a floor: the whole, and apart what no rule was written on."""
        apart = {} if self.unseen is None else {f"{self.key}, not written on": self.unseen}
        return {self.key: self.ours, **apart}


def data_file(name: str) -> Path:
    """Where the data of a score lies."""
    return ROOT / name if name.startswith("benchmarks/") else SHARED / name


def digest(name: str) -> str:
    """sha256 of a data file, hexadecimal."""
    return hashlib.sha256(data_file(name).read_bytes()).hexdigest()


def print_table(console: Console, scores: Iterable[Score], floors: Callable[[str], float | None]) -> None:
    """All scores, a group after the other, with what others reach and the floor under ours."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1))
    for name in ("measure", "written on", "not", "all", "floor"):
        table.add_column(name, justify="left" if name == "measure" else "right", no_wrap=True)
    table.add_column("beside it", overflow="fold")
    for group, members in groupby(scores, key=lambda score: score.group):
        table.add_row(Text(group, style="bold"))
        for score in members:
            cells = (score.seen, score.unseen, score.ours, floors(score.key))
            table.add_row(f"  {score.name}", *(_cell(value, score) for value in cells), score.beside)
    console.print(table)


def _cell(value: float | None, score: Score) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if score.fewer else f"{100 * value:.1f}"
