"""The same text with other numbers: right sums made wrong as people err, wrong ones put right.

The words stay, so a model that learns from both learns what the words say, not which numbers happen to agree.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

GROUPED = re.compile(r"(?P<first>\d{1,3})(?P<rest>(?:(?P<sep>[ \u00a0\u202f.])\d{3})+)(?:,(?P<decimals>\d+))?")
PLAIN = re.compile(r"(?P<whole>\d+)(?:(?P<mark>[.,])(?P<decimals>\d+))?")
NUMBER = re.compile(rf"{GROUPED.pattern}(?!\d)|\d+(?:[.,]\d+)?")
SPOILT, MENDED = 0.7, 0.35
"""How many of the right sums are made wrong, and of the wrong ones right."""
RIVAL, SWAPPED, TENFOLD = 0.35, 0.15, 0.06
"""How often people take another calculation, swap two digits, or slip by a zero; else they just miscalculate."""
FACTORS = (
    0.3,
    0.4,
    0.5,
    0.55,
    0.6,
    0.65,
    0.7,
    0.75,
    0.8,
    0.85,
    1.15,
    1.2,
    1.25,
    1.3,
    1.4,
    1.5,
    1.6,
    1.8,
    2.0,
    2.5,
    3.0,
)
WRONG, RIGHT = 0.12, 0.01
"""How far from the recomputed number a wrong one has to be at least, and a right one at most, in parts of it."""
TRIES = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sum that a text tells in digits: `surface` from `start` on is `stated`; the operands give `computed`, other
    calculations `rivals`.
    """

    start: int
    surface: str
    stated: float
    computed: float
    rivals: tuple[float, ...] = ()


def varied(text: str, outcomes: Sequence[Outcome], chance: random.Random) -> tuple[str, dict[int, float]] | None:
    """The text with some outcomes changed, and what is stated now, by their place in `outcomes`; None if none is.

    No outcome may be an operand of another one.
    """
    edits: list[tuple[int, int, str]] = []
    stated: dict[int, float] = {}
    for at, outcome in enumerate(outcomes):
        match = NUMBER.search(outcome.surface)
        told = read_number(match[0]) if match else None
        if match is None or not told:
            continue
        scale = outcome.stated / told
        new = _changed(outcome, match[0], scale, chance)
        if new is not None:
            start = outcome.start + match.start()
            edits.append((start, start + len(match[0]), new))
            stated[at] = (read_number(new) or 0.0) * scale
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return (text, stated) if edits else None


def _changed(outcome: Outcome, written: str, scale: float, chance: random.Random) -> str | None:
    if abs(outcome.stated - outcome.computed) > 0.1 * outcome.stated:
        new = write_like(written, outcome.computed / scale, rounded=False) if chance.random() <= MENDED else None
        off = abs((read_number(new) or 0.0) * scale - outcome.computed) if new else 0.0
        return new if off <= RIGHT * outcome.computed else None
    if chance.random() > SPOILT:
        return None
    for _ in range(TRIES):
        new = write_like(written, _miscalculated(outcome.computed, outcome.rivals, chance) / scale)
        value = (read_number(new) or 0.0) * scale if new else 0.0
        if value and abs(value - outcome.computed) > WRONG * value:
            return new
    return None


def _miscalculated(value: float, rivals: Sequence[float], chance: random.Random) -> float:
    way = chance.random()
    if rivals and way < RIVAL:
        return chance.choice(rivals)
    if way < RIVAL + SWAPPED and (swapped := _swapped(f"{value:g}", chance)) is not None:
        return swapped
    if way < RIVAL + SWAPPED + TENFOLD:
        return value * chance.choice((10, 0.1))
    return value * chance.choice(FACTORS)


def _swapped(digits: str, chance: random.Random) -> float | None:
    """Two neighbouring digits in the other order."""
    pairs = [i for i in range(len(digits) - 1) if digits[i : i + 2].isdigit() and digits[i] != digits[i + 1]]
    if not pairs or "e" in digits:
        return None
    i = chance.choice(pairs)
    return float(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :])


def read_number(written: str) -> float | None:
    """Of digits as French texts write them: "1 200", "1.200", "3,4"; None for anything else."""
    if match := GROUPED.fullmatch(written):
        return float(re.sub(r"\D", "", match["first"] + match["rest"]) + f".{match['decimals'] or 0}")
    if match := PLAIN.fullmatch(written):
        return float(f"{match['whole']}.{match['decimals'] or 0}")
    return None


def write_like(like: str, value: float, rounded: bool = True) -> str | None:
    """`value` written as `like` is: grouped the same way, as many decimals, as round. None if it can't be.

    Not `rounded`: a whole number is told to its last digit.
    """
    match = GROUPED.fullmatch(like) or PLAIN.fullmatch(like)
    if match is None or value <= 0:
        return None
    named = match.groupdict()
    decimals = len(named["decimals"] or "")
    if decimals:
        whole, _, fraction = f"{value:.{decimals}f}".partition(".")
    else:
        digits = re.sub(r"\D", "", like)
        zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 1) if rounded else 0
        while zeros and value < 3 * 10**zeros:
            zeros -= 1
        whole, fraction = str(int(round(value / 10**zeros) * 10**zeros)), ""
    if not float(f"{whole}.{fraction or 0}"):
        return None
    never_grouped = len(named.get("whole") or "") > 3
    if len(whole) > 3 and not never_grouped:
        whole = f"{int(whole):,}".replace(",", named.get("sep") or " ")
    return whole + (f"{named.get('mark') or ','}{fraction}" if fraction else "")
