"""Whether a number may be a department's: le 93, dans le 2A, Attac 94."""

from __future__ import annotations

import re

from nlp.entities.context import Context
from nlp.entities.words import name_words

# What makes a number an amount, a date, a score, a telephone's or part of a longer number.
COUNTS = re.compile(r"[.,/:%€°]\d| ?[%€°/]|-\w| \d")
ALSO = frozenset({"et", "ou", "a", "au"})


def is_amount(ctx: Context, i: int) -> bool:
    """Whether the number may be a day of a month, or what follows it says that it counts."""
    word = ctx.words[i]
    a_day = word.key.isdigit() and int(word.key) < 32 and ctx.words[i - 2].key != "dans"
    a_range = ctx.key(i + 1) in ALSO and (ctx.key(i + 2) in ALSO or ctx.key(i + 2).isdigit())
    counted = ctx.key(i + 1) in name_words().after_numbers or ctx.tag(i + 1) == "NOUN"
    return a_day or a_range or counted or bool(COUNTS.match(ctx.text, word.end))
