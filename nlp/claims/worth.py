"""Whether a fact-checker would bother: a logistic model on what can be seen of a sentence, its weights in a file.

Trained by `python -m benchmarks.train_worth`; the score is the model's probability, calibrated by construction.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from db.records import ClaimKind
from nlp.claims.signals import Signals

WEIGHTS = Path(__file__).with_name("worth.json")
NEVER: frozenset[ClaimKind] = frozenset(("stance", "personal", "other"))
THRESHOLD = 0.4
"""Below one half: most sentences are not worth a check, and one too many costs a reader less than one too few."""


def features(s: Signals, kind: ClaimKind, *, quoted: bool, attributed: bool, topical: bool) -> dict[str, float]:
    """What the score is computed from; names are those of the weights file."""
    return {
        "amount": float(s.strong_amounts > 0),
        "amounts": min(s.strong_amounts, 3) / 3,
        "duration": float(s.amounts > s.strong_amounts),
        "names": min(s.names, 3) / 3,
        "actor": float(s.actors > 0),
        "policy": float(s.policies > 0),
        "past": float(s.past),
        "dated": float(s.dated),
        "future": float(s.future),
        "conditional": float(s.conditional),
        "verbless": float(not s.finite),
        "words": min(s.words, 40) / 40,
        "short": float(s.words <= 4),
        "first_singular": float(s.first_singular > 0),
        "first_plural": float(s.first_plural > 0),
        "second": float(s.second > 0),
        "stance": min(len(s.cues.get("stance", ())), 3) / 3,
        "causal": float(s.has("causal")),
        "rule": float(s.has("rule")),
        "event": float(s.has("event")),
        "deed": float(s.actors > 0 and s.past and s.has("event")),
        "item": float(s.item),
        "quoted": float(quoted),
        "attributed": float(attributed),
        "topical": float(topical),
        **{f"kind={name}": float(kind == name) for name in ("quantity", "event", "causal", "rule", "comparison")},
    }


def score(values: Mapping[str, float]) -> float:
    """P(check-worthy), 0 to 1."""
    weights = _weights()
    total = weights["intercept"] + sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1.0 / (1.0 + math.exp(-total))


@cache
def _weights() -> dict[str, float]:
    return {name: float(value) for name, value in json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"].items()}
