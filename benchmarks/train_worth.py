"""Train the check-worthiness score; write its weights; print scores on sentences that it was not trained on.

Run: python -m benchmarks.train_worth [--write]. Trains on benchmarks/sentences.jsonl, the first three files of
benchmarks/documents*.jsonl and, where it lies beside the repository, on ../shared/gold. No text goes into the
weights file.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from db.records import ClaimKind, MiningTask, TopicSeed
from nlp.claims.attribution import speakers
from nlp.claims.kinds import kind_of
from nlp.claims.signals import read_signals
from nlp.claims.tokens import read_tokens
from nlp.claims.worth import NEVER, THRESHOLD, WEIGHTS, features
from nlp.parsing import parse, unit_texts
from nlp.pipeline import Miner, analyse, load_miner, outline, units_of
from nlp.settings import MiningSettings
from nlp.text import Range
from nlp.topics import claim_topics, topic_words

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "gold"
OWN = tuple(ROOT / "benchmarks" / f"{name}.jsonl" for name in ("sentences", "documents", "documents2", "documents3"))
GOLD_COUNTS = 3.0
"""How much a sentence of the gold counts beside ours, of which there are seven times as many."""


@dataclass(frozen=True)
class Row:
    """A sentence with known kind and worth. `group`: what is left out together; `own`: of our own writing."""

    group: str
    own: bool
    kind: ClaimKind
    gold_kind: str
    worthy: bool
    digit: bool
    values: dict[str, float]


def rows_of(document: dict[str, Any], miner: Miner, *, own: bool) -> Iterator[Row]:
    """The annotated sentences of one document, seen as mining sees them: names and amounts are those it finds."""
    text = document["text"]
    gold = sorted(document["claims"], key=lambda c: c["start"])
    spans: list[Range] = [(c["start"], c["end"]) for c in gold]
    sketch = outline(MiningTask(document_id=0, version=1, text=text))
    analysis = analyse(sketch, units_of(sketch, parse(miner.nlp, unit_texts(text, sketch.ranges))))
    tokens, mentions = read_tokens(analysis.units), miner.mentions(analysis)
    topics = claim_topics(topic_words(miner.topics, text, spans))
    who = speakers(text, spans, mentions)
    for claim, span, speaker, about in zip(gold, spans, who, topics, strict=True):
        signals = read_signals(text, span, tokens, analysis.quantities, mentions)
        kind: ClaimKind = kind_of(signals)[0]
        if speaker.quoted and kind != "other":
            kind = "quote"
        yield Row(
            group=_group(document.get("doc_id") or document["id"]),
            own=own,
            kind=kind,
            gold_kind=claim["kind"],
            worthy=bool(claim["check_worthy"]),
            digit=any(c.isdigit() for c in text[span[0] : span[1]]),
            values=features(
                signals, kind, quoted=speaker.quoted, attributed=speaker.name is not None, topical=bool(about)
            ),
        )


def _group(name: str) -> str:
    """Documents left out together: the cards of a capture; a card and the thread it shows."""
    return "002" if name == "000#card6" else name.split("#")[0] + "#cards" * ("#" in name)


def fit(rows: Sequence[Row], names: Sequence[str]) -> LogisticRegression:
    used = [row for row in rows if row.kind not in NEVER]
    matrix = np.array([[row.values[name] for name in names] for row in used])
    weights = [1.0 if row.own else GOLD_COUNTS for row in used]
    return LogisticRegression(C=1.0, max_iter=2_000).fit(matrix, [row.worthy for row in used], sample_weight=weights)


def predict(model: LogisticRegression, rows: Sequence[Row], names: Sequence[str]) -> list[float]:
    chances = model.predict_proba(np.array([[row.values[name] for name in names] for row in rows]))[:, 1]
    return [0.0 if row.kind in NEVER else float(p) for row, p in zip(rows, chances, strict=True)]


def scores(rows: Sequence[Row], chosen: Sequence[bool]) -> tuple[float, float, float, float]:
    hits = [row for row, c in zip(rows, chosen, strict=True) if c and row.worthy]
    precision = len(hits) / max(1, sum(chosen))
    recall = len(hits) / max(1, sum(row.worthy for row in rows))
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return precision, recall, f1, sum(row.kind == row.gold_kind for row in hits) / max(1, len(hits))


def read_documents() -> list[tuple[dict[str, Any], bool]]:
    """All annotated documents, each with whether it is of our own writing."""
    files = [*((path, True) for path in OWN), (GOLD / "seeds.jsonl", False), (GOLD / "checks.jsonl", False)]
    return [
        (json.loads(line), own)
        for path, own in files
        if path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def left_out(rows: Sequence[Row], names: Sequence[str]) -> list[float]:
    """The score of each row by a model that saw nothing of its document."""
    found = [0.0] * len(rows)
    for group in sorted({row.group for row in rows}):
        model = fit([row for row in rows if row.group != group], names)
        inside = [i for i, row in enumerate(rows) if row.group == group]
        for i, chance in zip(inside, predict(model, [rows[i] for i in inside], names), strict=True):
            found[i] = chance
    return found


def main(arguments: Sequence[str] = ()) -> int:
    config = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    seeds = tuple(TopicSeed(name=t["name"], label=t["label"], terms=tuple(t["terms"])) for t in config["topics"])
    miner = load_miner(MiningSettings(topics=seeds))
    documents = read_documents()
    rows = [row for document, own in documents for row in rows_of(document, miner, own=own)]
    gold, ours = [r for r in rows if not r.own], [r for r in rows if r.own]
    names = list(rows[0].values)
    print(f"{'check-worthy':48}{'P':>7}{'R':>7}{'F1':>7}{'kind':>7}")
    if gold:
        _print("gold: has a digit", scores(gold, [row.digit for row in gold]))
        only_ours = predict(fit(ours, names), gold, names)
        _print("gold: trained on our own sentences alone", scores(gold, [p >= THRESHOLD for p in only_ours]))
    chances = left_out(rows, names)
    for label, own in (("gold", False), ("our own sentences", True)):
        part = [(row, p) for row, p in zip(rows, chances, strict=True) if row.own == own]
        if part:
            figures = scores([row for row, _ in part], [p >= THRESHOLD for _, p in part])
            _print(f"{label}: each document left out in turn", figures)
    print(f"{'calibration, left out':30}" + "".join(f"{cell:>12}" for cell in calibration(rows, chances)))
    model = fit(rows, names)
    _print("all: trained on all (not a test)", scores(rows, [p >= THRESHOLD for p in predict(model, rows, names)]))
    if "--write" in arguments:
        write_weights(model, names, documents)
    return 0


def calibration(rows: Sequence[Row], chances: Sequence[float]) -> list[str]:
    """For each fifth of the scores: mean score -> share that is check-worthy."""
    cells = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [(p, r.worthy) for r, p in zip(rows, chances, strict=True) if low < p <= low + 0.2]
        if inside:
            cells.append(f"{np.mean([p for p, _ in inside]):.2f}->{np.mean([w for _, w in inside]):.2f}")
    return cells


def write_weights(
    model: LogisticRegression, names: Sequence[str], documents: Sequence[tuple[dict[str, Any], bool]]
) -> None:
    weights = {"intercept": model.intercept_[0], **dict(zip(names, model.coef_[0], strict=True))}
    raw = json.dumps([document for document, _ in documents], sort_keys=True).encode()
    content = {
        "trained_on": hashlib.sha256(raw).hexdigest()[:16],
        "weights": {name: round(float(value), 4) for name, value in weights.items()},
    }
    WEIGHTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _print(name: str, figures: tuple[float, float, float, float]) -> None:
    print(f"{name:48}" + "".join(f"{figure:7.3f}" for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
