"""Names, beside the trained model alone: python -m benchmarks.quality_entities

Judged on our annotated threads (persons, bodies, places, policies; and which thing each names) and on sentences of
newspapers and of the European parliament, where the French State and newspapers are left out on both sides: that
scheme does not annotate them as we do. `written on`: what the rules were written on. `held out`: only counted, though
the names annotated there (not the errors) were seen once while the lists were made. Exit 1 below a floor.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from db.records import Mention
from nlp.entities import find_mentions
from nlp.lexicon import FOLDER, fold, read_file
from nlp.parsing import Unit, cut_units, parse, unit_texts
from nlp.pipeline import Miner, load_miner
from nlp.sentences import split_sentences
from nlp.settings import MiningSettings

SHARED = Path(__file__).resolve().parents[2] / "shared"
WRITTEN_ON = {"texts/000.txt", "texts/001.txt", "texts/002.txt"}
FLOORS = {"seeds": 0.92, "seeds, held out": 0.88, "linking": 0.97, "newspapers": 0.79}

Row = dict[str, Any]
Named = tuple[int, int, str]
Counted = Callable[[str, str], bool]


@dataclass
class Score:
    """Names right in both span and label, of ours and of the model alone, and the pairs of (their id, our id)."""

    gold: int = 0
    ours: list[int] = field(default_factory=lambda: [0, 0])
    model: list[int] = field(default_factory=lambda: [0, 0])
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, gold: dict[Named, str], ours: dict[Named, str], model: set[Named]) -> None:
        self.gold += len(gold)
        for tally, found in ((self.ours, set(ours)), (self.model, model)):
            tally[0] += len(found & set(gold))
            tally[1] += len(found)
        self.pairs.update((gold[name], ours[name]) for name in gold.keys() & ours.keys())

    def f1(self, tally: list[int]) -> float:
        return 2 * tally[0] / (tally[1] + self.gold) if tally[1] + self.gold else 0.0

    def linking(self) -> float:
        """The share of names found whose two ids are each other's most frequent partner."""
        theirs: dict[str, str] = {}
        own: dict[str, str] = {}
        for (gold, found), _ in self.pairs.most_common():
            theirs.setdefault(gold, found)
            own.setdefault(found, gold)
        right = sum(n for (gold, found), n in self.pairs.items() if theirs[gold] == found and own[found] == gold)
        return right / self.pairs.total() if self.pairs else 0.0


def rows(path: str) -> list[Row]:
    return [json.loads(line) for line in (SHARED / path).read_text(encoding="utf-8").splitlines() if line.strip()]


def read(miner: Miner, text: str, *, whole: bool) -> tuple[tuple[Mention, ...], set[Named]]:
    """Our mentions, and what the model alone says of the same units."""
    ranges = ((0, len(text)),) if whole else cut_units(text, split_sentences(text))
    docs = parse(miner.nlp, unit_texts(text, ranges))
    units = [Unit(start, doc) for (start, _), doc in zip(ranges, docs, strict=True)]
    alone = {(u.start + e.start_char, u.start + e.end_char, e.label_) for u in units for e in u.doc.ents}
    return find_mentions(text, units, miner.lexicon, miner.known_word), {n for n in alone if n[2] != "MISC"}


def score(miner: Miner, documents: Iterable[Row], counted: Counted, *, whole: bool = False) -> Score:
    total = Score()
    for row in documents:
        text = row["text"]
        mentions, alone = read(miner, text, whole=whole)
        annotated = [e for e in row["entities"] if not e.get("nested") and not e.get("discontinuous")]
        total.add(
            {(e["start"], e["end"], e["label"]): e.get("id", "") for e in annotated
             if counted(text[e["start"] : e["end"]], e["label"])},
            {(m.start, m.end, m.label): m.entity.id for m in mentions if counted(m.surface, m.label)},
            {name for name in alone if counted(text[name[0] : name[1]], name[2])},
        )  # fmt: skip
    return total


def annotated_alike() -> Counted:
    """What both schemes annotate: persons, bodies and places, but for the State and newspapers."""
    media = {
        fold(name)[0] for entry in read_file(FOLDER / "media.toml").entity for name in (entry.name, *entry.aliases)
    }
    left_out = media | {"etat", "l'etat"}
    return lambda surface, label: label in {"PER", "ORG", "LOC"} and fold(surface.replace("’", "'"))[0] not in left_out


def every(_surface: str, label: str) -> bool:
    return label in {"PER", "ORG", "LOC", "POLICY"}


def main() -> int:
    if not SHARED.exists():
        Console().print("nothing to judge names with here: no ../shared")
        return 0
    miner = load_miner(MiningSettings())
    seeds, sequoia, alike = rows("gold/seeds.jsonl"), rows("yardsticks/ner_sequoia.jsonl"), annotated_alike()
    half = len(sequoia) // 2
    scores = {
        "seeds": score(miner, seeds, every),
        "seeds, written on": score(miner, [r for r in seeds if r["file"] in WRITTEN_ON], every),
        "seeds, held out": score(miner, [r for r in seeds if r["file"] not in WRITTEN_ON], every),
        "checks, written on": score(miner, rows("gold/checks.jsonl"), every),
        "newspapers": score(miner, sequoia, alike, whole=True),
        "newspapers, written on": score(miner, sequoia[:half], alike, whole=True),
        "newspapers, held out": score(miner, sequoia[half:], alike, whole=True),
    }
    show(scores)
    reached = {name: s.f1(s.ours) for name, s in scores.items()} | {"linking": scores["seeds"].linking()}
    missed = [name for name, floor in FLOORS.items() if reached[name] < floor]
    for name in missed:
        Console().print(f"below its floor: {name} {reached[name]:.3f} < {FLOORS[name]}")
    return int(bool(missed))


def show(scores: dict[str, Score]) -> None:
    table = Table("names, strict F1", "ours", "model alone", "precision", "recall", "linking", "annotated")
    for name, s in scores.items():
        right, found = s.ours
        linking = f"{s.linking():.3f}" if not name.startswith("newspapers") else "-"
        shares = (s.f1(s.ours), s.f1(s.model), right / found, right / s.gold)
        table.add_row(name, *(f"{share:.3f}" for share in shares), linking, str(s.gold))
    Console(width=110).print(table)


if __name__ == "__main__":
    sys.exit(main())
