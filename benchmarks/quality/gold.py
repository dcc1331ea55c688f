"""The gold through the product's own path: `filature import`, `filature mine`, then the gold's own score.py."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.quality.baselines import store_baseline
from benchmarks.quality.scores import DOCUMENTS, ROOT, SHARED, THREADS, Score

SCORER = SHARED / "gold" / "score.py"
SEEDS, CHECKS = "gold/seeds.jsonl", "gold/checks.jsonl"
# The sixth card of the first capture shows the thread of the third.
WRITTEN_ON = frozenset({"000", "001", "002", "000#card6"})
# Of our own threads, those whose misses nobody has read: every other one of the third set, the fourth, seventh, eighth
# and tenth; rules were written on the misses of all others, and the model of sums learned from them.
UNREAD = frozenset(
    (
        *(f"d{number:02}" for number in range(2, 27, 2)),
        *(f"{file}{number:02}" for file in "ehik" for number in range(1, 81)),
    )
)
NOTHING: dict[str, list[object]] = {"entities": [], "quantities": [], "claims": []}

Row = dict[str, Any]
Result = dict[str, Any]


class UnmeasurableError(Exception):
    """A document of the gold is not in the archive: its scores would be wrong."""


def read_rows(path: Path) -> list[Row]:
    """The rows of a gold file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def own(paths: Iterable[Path]) -> list[Row]:
    """Our annotated texts in the gold's form; threads have checks only."""
    files = [ROOT / path for path in paths if (ROOT / path).exists()]
    return [{**NOTHING, **row, "doc_id": row["id"]} for path in files for row in read_rows(path)]


def gold_scores(folder: Path) -> list[Score]:
    """Everything that the gold, our threads and our documents say; `folder` is for scratch files."""
    seeds, checks, threads = read_rows(SHARED / SEEDS), read_rows(SHARED / CHECKS), own(THREADS)
    read, unread = own(DOCUMENTS[:-1]), own(DOCUMENTS[-1:])
    ours, theirs = folder / "ours.db", folder / "baseline.db"
    import_texts([*seeds, *checks, *threads, *read, *unread], folder / "texts", ours)
    shutil.copy(ours, theirs)
    filature("mine", archive=ours)
    store_baseline(theirs, [*seeds, *checks, *read, *unread])
    whole, apart, baseline = score(seeds, ours, folder), split(seeds, ours, folder), score(seeds, theirs, folder)
    found = seed_scores(whole, *apart, baseline)
    found += check_file_scores(score(checks, ours, folder), score(checks, theirs, folder))
    if threads:
        parts = [[row for row in threads if (row["doc_id"] in UNREAD) == kept] for kept in (False, True)]
        seen, unseen = (score(part, ours, folder) for part in parts)
        files = tuple(str(path) for path in THREADS)
        found += sums("own threads", files, score(threads, ours, folder), seen=seen, unseen=unseen)
    if read and unread:
        every = [*read, *unread]
        whole, baseline = score(every, ours, folder), score(every, theirs, folder)
        apart = score(read, ours, folder), score(unread, ours, folder)
        found += marked_scores("own documents", tuple(map(str, DOCUMENTS)), whole, *apart, baseline)
    return found


def split(rows: Iterable[Row], archive: Path, folder: Path) -> tuple[Result, Result]:
    """The scores of the documents that rules were written on, and of the others."""
    rows = list(rows)
    seen = [row for row in rows if row["doc_id"] in WRITTEN_ON]
    unseen = [row for row in rows if row["doc_id"] not in WRITTEN_ON]
    return score(seen, archive, folder), score(unseen, archive, folder)


def import_texts(rows: Iterable[Row], folder: Path, archive: Path) -> None:
    """Each row's text as a file of its own, imported."""
    folder.mkdir()
    for row in rows:
        (folder / f"{row['doc_id'].replace('#', '_')}.txt").write_text(row["text"], encoding="utf-8")
    filature("import", str(folder), archive=archive)


def filature(*words: str, archive: Path) -> None:
    """Run a command as a user does, with the configuration that comes with the program."""
    options = ["--config", str(ROOT / "config.toml"), "--archive", str(archive), "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "filature", *options, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def score(rows: Iterable[Row], archive: Path, folder: Path) -> Result:
    """What score.py says of an archive, for some rows of the gold."""
    gold = folder / "part.jsonl"
    gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCORER), str(gold), str(archive), "--json"], capture_output=True, text=True, check=True
    )
    result: Result = json.loads(done.stdout)
    if result["documents"]["missing"]:
        raise UnmeasurableError(f"not found in {archive}: {', '.join(result['documents']['missing'])}")
    return result


# --- From what score.py says to scores ---------------------------------------------------------------------

MEASURES = (
    ("names, strict F1", "entities strict f1"),
    ("  persons", "entities by_label PER f1"),
    ("  bodies", "entities by_label ORG f1"),
    ("  places", "entities by_label LOC f1"),
    ("  policies", "entities by_label POLICY f1"),
    ("names linked right", "entities linking"),
    ("amounts, F1", "quantities value f1"),
    ("  unit", "quantities unit_accuracy"),
    ("  bound", "quantities bound_accuracy"),
    ("worth checking, F1", "claims check_worthy f1"),
    ("  kind", "claims kind_accuracy"),
    ("  topics, F1", "claims topics f1"),
)
FEWER = frozenset({"wrong sums missed", "false alarms"})
OTHERS = {
    "names, strict F1": "spaCy as it comes",
    "names linked right": "spaCy, equal words",
    "amounts, F1": "text2num + digits",
    "worth checking, F1": "has a digit",
    "  kind": "always “quantity”",
}


def at(result: Result, path: str) -> float | None:
    """A value of a result, by its keys; None where there was nothing to measure."""
    value: Any = result
    for key in path.split():
        if key not in value:
            return None
        value = value[key]
    return float(value)


def beside(name: str, path: str, baseline: Result) -> str:
    value = at(baseline, path)
    if path.startswith("claims topics") or value is None:
        return ""
    return f"{100 * value:.1f}  {OTHERS.get(name, '')}".rstrip()


def marked_scores(
    group: str, files: tuple[str, ...], whole: Result, seen: Result, unseen: Result, baseline: Result
) -> list[Score]:
    """Of names, amounts and sentences."""
    return [
        Score(
            group=group, name=name, ours=at(whole, path) or 0.0, seen=at(seen, path), unseen=at(unseen, path),
            beside=beside(name, path, baseline), files=files,
        )
        for name, path in MEASURES
    ]  # fmt: skip


def seed_scores(whole: Result, seen: Result, unseen: Result, baseline: Result) -> list[Score]:
    rows = marked_scores("seeds", (SEEDS,), whole, seen, unseen, baseline)
    return rows + sums("seeds", (SEEDS,), whole, seen=seen, unseen=unseen)


def check_file_scores(whole: Result, baseline: Result) -> list[Score]:
    rows = [
        Score(
            group="checks", name=name, ours=at(whole, path) or 0.0, seen=at(whole, path),
            beside=beside(name, path, baseline), files=(CHECKS,),
        )
        for name, path in MEASURES
        if name.strip() in ("names, strict F1", "amounts, F1", "unit", "bound", "worth checking, F1")
    ]  # fmt: skip
    return rows + sums("checks", (CHECKS,), whole, seen=whole)


def sums(
    group: str, files: tuple[str, ...], whole: Result, *, seen: Result | None = None, unseen: Result | None = None
) -> list[Score]:
    """Precision, recall, verdicts, wrong sums that were not caught, right ones called wrong."""
    checks = whole["checks"]
    words = {
        "sums found, precision": f"{checks['found']['pred']} reported",
        "sums found, recall": f"{checks['found']['gold']} in the texts",
        "wrong sums missed": f"of {checks['wrong_sums_caught'].partition('/')[2]}",
        "false alarms": "no program known to us recomputes sums",
    }
    before, after = (sum_values(part) if part else {} for part in (seen, unseen))
    return [
        Score(
            group=group, name=name, ours=value, seen=before.get(name), unseen=after.get(name), files=files,
            fewer=name in FEWER, beside=words.get(name, ""),
        )
        for name, value in sum_values(whole).items()
    ]  # fmt: skip


def sum_values(result: Result) -> dict[str, float]:
    """The same by name, for one part of the gold."""
    checks = result["checks"]
    caught, wrong = map(int, checks["wrong_sums_caught"].split("/"))
    return {
        "sums found, precision": checks["found"]["p"],
        "sums found, recall": checks["found"]["r"],
        "  verdict": checks["verdict_accuracy"],
        "wrong sums missed": wrong - caught,
        "false alarms": checks["false_alarms"],
    }
