"""Whether a stated number and a recomputed one agree: at the stated precision, within 1 %, within 10 %, or not."""

from __future__ import annotations

import re
from functools import lru_cache

from db.records import Bound, Quantity, Verdict

CONSISTENT = 0.01
APPROXIMATE = 0.10
TOLERANCE, TENTH = 0.01, 5.0
ONE_IN = re.compile(r"\bsur\s+[\w ]+$", re.IGNORECASE)
DIGITS = re.compile(r"\d[\d\s.\u00a0\u202f]*(?:,\d+)?|\d+\.\d+")


def judge(stated: Quantity, computed: float) -> Verdict:
    """The verdict on `stated` when its inputs give `computed`, both in the unit of `stated`."""
    if holds(stated.value, computed, half_step(stated), stated.bound):
        return "consistent"
    close = abs(stated.value - computed) <= APPROXIMATE * max(abs(stated.value), 1e-12)
    return "approximate" if close else "inconsistent"


def holds(value: float, computed: float, precision: float, bound: Bound) -> bool:
    """Whether `computed` is what is stated: within 1 %, within `precision` (its `half_step`), or on the right side of a
    bound.
    """
    difference = abs(value - computed)
    if difference <= CONSISTENT * max(abs(value), 1e-12) or difference < precision:
        return True
    return computed >= value if bound == ">=" else bound == "<=" and computed <= value


@lru_cache(maxsize=1024)  # asked once for each calculation that an amount may be the outcome of
def half_step(stated: Quantity) -> float:
    """Half of the last digit that the surface shows, in the unit of the value: 0.5 for "65 %", 5e5 for "15 millions".

    0 when the surface shows no digits of its own precision (words, whole numbers without a scale word).
    """
    if stated.unit == "%" and ONE_IN.search(stated.surface):
        return _one_in_step(stated.value)
    match = DIGITS.search(stated.surface)
    if not match:
        return 0.5 if stated.unit == "fois" and stated.value == int(stated.value) else 0.0
    shown = re.sub(r"[\s\u00a0\u202f]", "", match[0])
    decimals = len(shown.rpartition(",")[2]) if "," in shown else 0
    number = _number(shown)
    scale = stated.value / number if number else 1.0
    return 0.5 * scale * 10.0**-decimals if decimals or scale != 1.0 or stated.unit in ("%", "fois") else 0.5


def _one_in_step(share: float) -> float:
    """One person in 11 is true of any share nearer to 1/11 than to 1/12, and as far above."""
    n = 100.0 / share if share else 0.0
    if abs(n - round(n)) > TOLERANCE or n < 2 - TOLERANCE:
        return TENTH  # six in ten
    return share - 100.0 / (n + 0.5)


def _number(shown: str) -> float:
    try:
        return float(shown.replace(".", "").replace(",", ".")) if "," in shown else float(shown)
    except ValueError:
        return float(re.sub(r"\D", "", shown) or 0)
