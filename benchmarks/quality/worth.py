"""Whether a sentence is worth checking, judged by a score that never saw its document."""

from __future__ import annotations

from benchmarks import train_worth
from benchmarks.quality.scores import ROOT, Score
from nlp.claims.worth import THRESHOLD
from nlp.pipeline import Miner

FILES = ("gold/seeds.jsonl", "gold/checks.jsonl")
OWN = tuple(str(path.relative_to(ROOT)) for path in train_worth.OWN)


def left_out_scores(miner: Miner) -> list[Score]:
    """F1 on the gold's own sentences: each document left out of training in turn, and trained on our sentences alone.

    The shipped weights have seen all of it: the other figures of the table flatter them.
    """
    rows = [r for document, own in train_worth.read_documents() for r in train_worth.rows_of(document, miner, own=own)]
    names = list(rows[0].values)
    gold = [row for row in rows if not row.own]
    chances = [p for row, p in zip(rows, train_worth.left_out(rows, names), strict=True) if not row.own]
    digits = f"{100 * train_worth.scores(gold, [row.digit for row in gold])[2]:.1f}  has a digit"
    files = (*FILES, *(name for name in OWN if (ROOT / name).exists()))
    found = [_score("each document left out of training", gold, chances, digits, files)]
    if len(gold) < len(rows):
        model = train_worth.fit([row for row in rows if row.own], names)
        found.append(_score("trained on our sentences", gold, train_worth.predict(model, gold, names), digits, files))
    return found


def _score(name: str, gold: list[train_worth.Row], chances: list[float], beside: str, files: tuple[str, ...]) -> Score:
    f1 = train_worth.scores(gold, [p >= THRESHOLD for p in chances])[2]
    return Score(
        group="worth checking, F1, on seeds and checks", name=name, ours=f1, unseen=f1, beside=beside, files=files
    )
