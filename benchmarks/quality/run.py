"""One run: measure, print, hold against the floors."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.quality.floors import Floors
from benchmarks.quality.scores import ROOT, SHARED, WIDTH, Score, print_table


def main(arguments: Sequence[str] = ()) -> int:
    """0 when every score is above its floor on the data of that floor, else 1."""
    asked = options(arguments)
    console = Console(width=WIDTH, highlight=False)
    if not SHARED.exists():
        console.print(f"nothing to measure: no {SHARED}")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        if asked.unseen:
            from benchmarks.quality.unseen import show_unseen

            show_unseen(console, Path(scratch))
            return 0
        scores = measured(Path(scratch))
    floors = Floors.load()
    if asked.update or asked.lower:
        floors = floors.raised(scores, asked.lower)
        floors.save()
    print_table(console, scores, floors.floors.get)
    console.print("written on: " + WRITTEN_ON)
    problems = [*floors.missed(scores), *floors.changed(scores)]
    for line in problems:
        console.print(f"[bold red]{line}")
    return 1 if problems else 0


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--update", action="store_true", help="raise floors to what is measured; never lowers one")
    parser.add_argument("--lower", metavar="NAME", action="append", default=[], help="move this floor down on purpose")
    parser.add_argument("--unseen", action="store_true", help="mine what has no gold, and print what to judge by eye")
    return parser.parse_args(arguments)


WRITTEN_ON = (
    "captures 000, 001, 002, the card that shows 002, all of checks, most own threads, the first halves of the "
    "yardsticks of names and sentences, 192 of our documents. Not: captures 003, 004, the other cards, every other "
    "thread of our third set, those after it, our documents4.jsonl. Of amounts, errors were read on all gold."
)


def measured(scratch: Path) -> list[Score]:
    """Every score, in the order of the table."""
    from benchmarks.quality.gold import gold_scores
    from benchmarks.quality.worth import left_out_scores
    from benchmarks.quality.yardsticks import yardstick_scores
    from filature.config import load_config
    from filature.wiring import mining_settings
    from nlp.pipeline import load_miner

    miner = load_miner(mining_settings(load_config(ROOT / "config.toml")))
    return [*gold_scores(scratch), *left_out_scores(miner), *yardstick_scores(miner, scratch)]
