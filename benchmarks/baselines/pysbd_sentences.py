"""pySBD's sentences, for `benchmarks.quality_text`: JSON lines in (id, text), JSON lines out (id, sents)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pysbd


def spans(text: str) -> Iterator[tuple[int, int]]:
    segmenter = pysbd.Segmenter(language="fr", clean=False)
    at = 0
    for sentence in segmenter.segment(text):
        start = text.index(sentence.strip(), at)
        at = start + len(sentence.strip())
        yield start, at


for line in sys.stdin:
    row = json.loads(line)
    sys.stdout.write(json.dumps({"id": row["id"], "sents": list(spans(row["text"]))}) + "\n")
