"""Whether a number may be a department's: le 93, dans le 2A, Attac 94."""

from __future__ import annotations

import re

from nlp.entities.context import Context
from nlp.entities.words import name_words

# What makes a number an amount, a date, a score, a telephone's or part of a longer number.
COUNTS = re.compile(r"[.,/:%€°]\d| ?[%€°/]|-\w| \d")
ALSO = frozenset({"et", "ou", "a", "au"})


def may_be_a_day(ctx: Context, i: int) -> bool:
    """Whether "le" before the number may tell a date: "le 12"; not "dans le 12"."""
    word = ctx.words[i]
    return word.key.isdigit() and int(word.key) < 32 and ctx.words[i - 2].key != "dans"


def is_amount(ctx: Context, i: int) -> bool:
    """Whether what follows the number says that it counts, dates or goes on."""
    word = ctx.words[i]
    a_range = ctx.key(i + 1) in ALSO and (ctx.key(i + 2) in ALSO or ctx.key(i + 2).isdigit())
    counted = ctx.key(i + 1) in name_words().after_numbers or ctx.tag(i + 1) == "NOUN"
    return a_range or counted or bool(COUNTS.match(ctx.text, word.end))
