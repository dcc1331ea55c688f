"""The weights that the model of sums was trained to, read once, in the shapes that they are asked for in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from nlp.checks.forms import FORMS, TOLD

WEIGHTS = Path(__file__).with_name("learned.json")
NONE = "none"
EVERY_FORM = (NONE, *FORMS, TOLD)
CROSSED = " & "
"""Between a form and what is told of the amount alone, which counts apart for each form."""


@cache
def weights_of(look: str) -> dict[str, float]:
    """What each cue adds to the log-odds at this look."""
    weights: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))[look]
    return weights


def odds_by_form(look: str, told: Iterable[str]) -> dict[str, float]:
    """What is `told` of an amount adds to the log-odds of each form, and of "none"."""
    rows, table = _crossed(look)
    own = [rows[cue] for cue in told if cue in rows]
    return dict(zip(EVERY_FORM, table[own].sum(axis=0).tolist(), strict=True))


@cache
def _crossed(look: str) -> tuple[dict[str, int], Any]:
    """The row of each cue, and in it one weight for each form: all forms are asked for at once."""
    columns = {form: column for column, form in enumerate(EVERY_FORM)}
    split = [(name.partition(CROSSED), weight) for name, weight in weights_of(look).items()]
    crossed = [(columns[form], cue, weight) for (form, _, cue), weight in split if cue and form in columns]
    rows = {cue: row for row, cue in enumerate(dict.fromkeys(cue for _, cue, _ in crossed))}
    table = np.zeros((len(rows), len(columns)))
    for column, cue, weight in crossed:
        table[rows[cue], column] = weight
    return rows, table
