"""The same claim elsewhere, on the CheckThat! 2025 posts: ours beside TF-IDF words, all pairs and re-phrasings only.

Run: python -m benchmarks.sameclaim (needs ../shared/yardsticks)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.sameclaim import group_claims, nearest_claims

YARDSTICKS = Path(__file__).resolve().parents[2] / "shared" / "yardsticks"
Ranker = Callable[[Sequence[str]], list[list[int]]]
Grouper = Callable[[Sequence[str]], list[int]]


def baseline_ranked(texts: Sequence[str]) -> list[list[int]]:
    vectors = TfidfVectorizer().fit_transform(texts)
    similar = (vectors @ vectors.T).toarray()
    return [[j for j in row.argsort()[::-1][:60].tolist() if j != i] for i, row in enumerate(similar)]


def baseline_groups(texts: Sequence[str]) -> list[int]:
    vectors = TfidfVectorizer().fit_transform(texts)
    distance = 1.0 - (vectors @ vectors.T).toarray()
    # The threshold that suits TF-IDF words best on this half: the yardstick gets every chance.
    model = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=0.65)
    return [int(label) for label in model.fit_predict(distance.clip(0))]


def ours_ranked(texts: Sequence[str]) -> list[list[int]]:
    return [[j for j, _ in found] for found in nearest_claims(texts, most=60)]


def score(rows: Sequence[dict[str, str]], key: str, values: Sequence[object], *, hard: bool) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row, value in zip(rows, values, strict=True):
            file.write(json.dumps({"id": row["id"], key: value}) + "\n")
        file.flush()
        gold = YARDSTICKS / "sameclaim_fr.jsonl"
        command = [sys.executable, str(YARDSTICKS / "score_sameclaim.py"), str(gold), file.name]
        output = subprocess.run(command + ["--hard"] * hard, capture_output=True, check=True, text=True).stdout
    return dict(json.loads(output))


def main() -> int:
    gold = YARDSTICKS / "sameclaim_fr.jsonl"
    if not gold.exists():
        print("sameclaim: skipped, no ../shared/yardsticks here")
        return 0
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    texts, ids = [row["text"] for row in rows], [row["id"] for row in rows]
    print(f"{'same claim':22}{'MAP@10':>9}{'hard':>9}{'pairs F1':>10}{'hard':>9}")
    systems: list[tuple[str, Ranker, Grouper]] = [
        ("TF-IDF words", baseline_ranked, baseline_groups),
        ("filature", ours_ranked, group_claims),
    ]
    for name, rank, group in systems:
        ranked = [[ids[j] for j in found] for found in rank(texts)]
        groups = group(texts)
        figures = [
            score(rows, key, values, hard=hard)[figure]
            for key, values, figure in (("ranked", ranked, "MAP10"), ("cluster", groups, "F1"))
            for hard in (False, True)
        ]
        print(f"{name:22}{figures[0]:9}{figures[1]:9}{figures[2]:10}{figures[3]:9}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
