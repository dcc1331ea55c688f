"""What has no gold, to be judged by eye: the most frequent names, and every wrong sum with its sentence."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from benchmarks.quality.gold import filature
from benchmarks.quality.scores import ROOT, SHARED
from filature.output import counted

CORPUS = SHARED / "corpora" / "fredsum.jsonl"
MOST = 50
NAMES = "SELECT e.label, e.name, count(*) FROM mentions m JOIN entities e ON e.id = m.entity_id GROUP BY e.id"
WRONG = """
SELECT d.title, k.relation, k.rule, k.explanation, w.claim
FROM wrong_sums w JOIN checks k ON k.id = w.check_id JOIN documents d ON d.id = k.document_id ORDER BY k.id
"""


def show_unseen(console: Console, folder: Path) -> None:
    """Mine a corpus of debates and the demo; print their most frequent names and all their wrong sums."""
    archives = {"debates": debates(folder), "demo": demo(folder)}
    names: Counter[tuple[str, str]] = Counter()
    for archive in archives.values():
        names.update({(label, name): count for label, name, count in ask(archive, NAMES)})
    console.print(f"[bold]The {MOST} most frequent names")
    listed = [f"{name} ({label}, {count})" for (label, name), count in names.most_common(MOST)]
    console.print("; ".join(listed), highlight=False, markup=False)
    for part, archive in archives.items():
        wrong = list(ask(archive, WRONG))
        ((sums, documents),) = ask(archive, "SELECT (SELECT count(*) FROM checks), (SELECT count(*) FROM documents)")
        found = f"{counted(sums, 'sum')} recomputed, {len(wrong)} wrong"
        console.print(f"\n[bold]{part}: {counted(documents, 'document')}, {found}")
        for title, relation, rule, explanation, sentences in wrong:
            console.print(Text(f"- {explanation}  [{relation}, {rule}, {' '.join((title or '').split())[:50]}]"))
            console.print(Text(f"    {' '.join((sentences or '').split())}"))


def ask(archive: Path, query: str) -> Iterator[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as conn:
        yield from conn.execute(query)


def debates(folder: Path) -> Path:
    archive, texts = folder / "debates.db", folder / "debates"
    texts.mkdir()
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = "".join(c if c.isalnum() else "_" for c in row["id"])
        (texts / f"{name}.txt").write_text("\n\n".join(turn["text"] for turn in row["turns"]), encoding="utf-8")
    filature("import", str(texts), archive=archive)
    filature("mine", archive=archive)
    return archive


def demo(folder: Path) -> Path:
    command = [sys.executable, "-m", "filature", "demo", "--folder", str(folder / "demo")]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder / "demo" / "demo.db"
