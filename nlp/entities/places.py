"""Places by their form: departments by number, quarters of a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.entities.bodies import town_end
from nlp.entities.compounds import QUARTERS
from nlp.entities.context import Context, Span
from nlp.entities.phrases import linked
from nlp.entities.words import name_words

# What makes a number an amount, a date, a score or part of a longer number.
ON = frozenset({"sur"})
SAINTS = frozenset({"st", "ste"})
COUNTS = re.compile(r"[.,/:%€°]\d| ?[%€°/]|-\w")
ALSO = frozenset({"et", "ou", "a", "au"})


def department_numbers(ctx: Context) -> Iterator[Span]:
    """Le 93, dans le 2A, du 59; never a date, an amount or an address. "Le" belongs to the name, "du" does not."""
    for i, word in enumerate(ctx.words):
        place = ctx.lexicon.numbers.get(word.key)
        if place and ctx.joined(i) and ctx.words[i - 1].key in {"le", "du", "au"} and not is_amount(ctx, i):
            first = i - 1 if ctx.words[i - 1].key == "le" else i
            yield ctx.span(first, i + 1, "LOC", "department-number", place)


def is_amount(ctx: Context, i: int) -> bool:
    """Whether the number may be a day of a month, or what follows it says that it counts."""
    word = ctx.words[i]
    a_day = word.key.isdigit() and int(word.key) < 32 and ctx.words[i - 2].key != "dans"
    a_range = ctx.key(i + 1) in ALSO and (ctx.key(i + 2) in ALSO or ctx.key(i + 2).isdigit())
    counted = ctx.key(i + 1) in name_words().after_numbers or ctx.tag(i + 1) == "NOUN"
    return a_day or a_range or counted or bool(COUNTS.match(ctx.text, word.end))


def saints(ctx: Context) -> Iterator[Span]:
    """St-Omer, Ste-Geneviève-des-Bois: towns, as people write them."""
    for i, word in enumerate(ctx.words):
        if word.key not in SAINTS or not ctx.capital(i) or i in ctx.known:
            continue
        end = town_end(ctx, i)
        if end > i + 1 and ctx.text[word.end] == "-":
            yield ctx.span(i, end, "LOC", "saint")


def river_towns(ctx: Context) -> Iterator[Span]:
    """Coteaux sur Loire: a town that is written without its hyphens."""
    for i, word in enumerate(ctx.words):
        on_river = word.key in name_words().rivers and ctx.capital(i) and ctx.joined(i) and ctx.key(i - 1) in ON
        if on_river and ctx.capital(i - 2) and not ctx.opens(i - 2):
            yield ctx.span(i - 2, i + 1, "LOC", "river-town")


def quarters(ctx: Context) -> Iterator[Span]:
    """Sud de la France: a quarter of a place, with a capital."""
    for i, word in enumerate(ctx.words):
        if word.key not in QUARTERS or not ctx.capital(i):
            continue
        match = ctx.known.get(linked(ctx, i + 1))
        if match and match.first > i + 1 and match.entity.label == "LOC":
            yield ctx.span(i, match.last, "LOC", "quarter")
