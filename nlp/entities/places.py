"""Places by their form: departments by number, quarters of a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.entities.bodies import town_end
from nlp.entities.compounds import QUARTERS
from nlp.entities.context import Context, Span
from nlp.entities.departments import is_amount, may_be_a_day
from nlp.entities.phrases import linked
from nlp.entities.words import name_words

ON = frozenset({"sur"})
FIGURES = frozenset({"neuf", "sept", "huit"})
MOTORWAY, NATIONAL = re.compile(r"a\d{1,3}"), re.compile(r"rn\d{1,4}")
ELIDED = frozenset({"l", "d"})
SAINTS = frozenset({"st", "ste"})


def department_numbers(ctx: Context) -> Iterator[Span]:
    """Le 93, dans le 2A, du 59; never a date, an amount or an address. "Le" belongs to the name, "du" does not."""
    for i, word in enumerate(ctx.words):
        place = ctx.lexicon.numbers.get(word.key)
        if (
            place
            and ctx.joined(i)
            and ctx.words[i - 1].key in {"le", "du", "au"}
            and not (may_be_a_day(ctx, i) or is_amount(ctx, i))
        ):
            first = i - 1 if ctx.words[i - 1].key == "le" else i
            yield ctx.span(first, i + 1, "LOC", "department-number", place)


def nicknames(ctx: Context) -> Iterator[Span]:
    """Le neuf-trois, le 9-3: as with a number, "le" belongs to the name."""
    for match in ctx.known.values():
        nickname = ctx.words[match.first].key[0].isdigit() or ctx.words[match.first].key in FIGURES
        if (
            nickname
            and ctx.key(match.first)
            and ctx.words[match.first - 1].key == "le"
            and any(place.id == match.entity.id for place in ctx.lexicon.numbers.values())
        ):
            yield ctx.span(match.first - 1, match.last, "LOC", "department-number", match.entity)


def departments_of_towns(ctx: Context) -> Iterator[Span]:
    """Denain (Nord), Anse (Rhône): a department in brackets after a name, though its own name is a common word."""
    for i, word in enumerate(ctx.words[1:], 1):
        if ctx.text[word.start - 2 : word.start] != " (" or ctx.text[word.end : word.end + 1] != ")":
            continue
        if not (ctx.capital(i) and ctx.capital(i - 1) and ctx.words[i - 1].end == word.start - 2):
            continue
        name = ctx.text[word.start : word.end].lower()
        place = next((place for place in ctx.lexicon.numbers.values() if place.name.lower() == name), None)
        if place:
            yield ctx.span(i, i + 1, "LOC", "department-of-town", place)


def roads(ctx: Context) -> Iterator[Span]:
    """L'A69, la RN 88: motorways and national roads."""
    for i, word in enumerate(ctx.words):
        if not word.capitals or word.key[0] not in "ar":
            continue
        motorway = MOTORWAY.fullmatch(word.key) and ctx.capital(i) and ctx.key(i) and ctx.words[i - 1].key in ELIDED
        national = word.key == "rn" and len(word.capitals) == 2 and ctx.key(i + 1).isdigit()
        if motorway or national or (NATIONAL.fullmatch(word.key) and len(word.capitals) == 2):
            yield ctx.span(i, i + 1 + national, "LOC", "road")


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
    rivers = name_words().rivers
    for i, word in enumerate(ctx.words):
        on_river = word.key in rivers and ctx.capital(i) and ctx.joined(i) and ctx.key(i - 1) in ON
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
