"""An amount on its way: what has been read of it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.records import Bound

AND_A_HALF = re.compile(r" et demie?\b")


@dataclass(frozen=True, slots=True)
class Draft:
    """`[start, end)` is the span of the amount; `core` is where its numeral begins, `noun` where its unit word does.

    `bare`: no unit stands beside the numeral; one may be inherited. `rule` names what read it.
    """

    start: int
    end: int
    value: float
    unit: str | None
    rule: str
    bound: Bound = "="
    core: int = -1
    noun: int = -1
    scale: float = 1.0
    literal: str = ""
    bare: bool = False
    per: str | None = None

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def percent(share: float) -> float:
    """A share as a percentage, to four digits: one in three is 33.33 %."""
    return float(f"{100 * share:.4g}")
