"""Acronyms that a text explains: "Agence nationale de la cohésion des territoires (ANCT)", or the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.records import Entity, EntityLabel
from nlp.entities.context import Context, Span
from nlp.entities.words import name_words
from nlp.lexicon import make_entity

SHORT = re.compile(r"[A-ZÀ-Ý][A-ZÀ-Ýa-z0-9]*[A-ZÀ-Ý0-9][a-z0-9]?")
SMALL = frozenset(
    {
        "de",
        "d",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "et",
        "en",
        "a",
        "au",
        "aux",
        "pour",
        "par",
        "sur",
        "dans",
        "contre",
    }
)
MAX_WORDS = 16


@dataclass(frozen=True, slots=True)
class Definition:
    """A long form and its acronym, as numbers of words."""

    first: int
    last: int
    acronym: int


def definitions(ctx: Context) -> Iterator[Definition]:
    """Long form (ACRONYM) and ACRONYM (long form), where the initials agree."""
    for i, word in enumerate(ctx.words):
        surface = ctx.text[word.start : word.end]
        if len(word.capitals) < 2 or not SHORT.fullmatch(surface) or not 2 <= len(word.key) <= 10:
            continue
        before = ctx.text[word.start - 1 : word.start]
        after = ctx.text[word.end : word.end + 2]
        if before == "(" and after[:1] in {")", ",", ":"} and i:
            first = long_form_start(ctx, i - 1, word.key)
            if first is not None:
                yield Definition(first, i, i)
        elif after == " (" and i + 1 < len(ctx.words):
            last = long_form_end(ctx, i + 1, word.key)
            if last is not None:
                yield Definition(i + 1, last, i)


def long_form_start(ctx: Context, last: int, acronym: str) -> int | None:
    """The first word of the long form that ends with word `last`: the nearest one whose initials spell the acronym."""
    for first in range(last, max(-1, last - MAX_WORDS), -1):
        if first < last and not ctx.joined(first + 1):
            return None
        if ctx.words[first].key not in SMALL and spells(ctx, first, last + 1, acronym):
            return first
    return None


def long_form_end(ctx: Context, first: int, acronym: str) -> int | None:
    """The end of the long form in parentheses that begins with word `first`."""
    for last in range(first + 1, min(len(ctx.words), first + MAX_WORDS) + 1):
        if ctx.text[ctx.words[last - 1].end : ctx.words[last - 1].end + 1] == ")":
            return last if spells(ctx, first, last, acronym) else None
        if last < len(ctx.words) and not ctx.joined(last):
            return None
    return None


def spells(ctx: Context, first: int, last: int, acronym: str) -> bool:
    """Whether the initials of the words, small words at will, give the acronym's letters."""
    keys = [word.key for word in ctx.words[first:last]]
    great = "".join(key[0] for key in keys if key not in SMALL)
    every = "".join(key[0] for key in keys)
    return acronym in (great, every) or _in_order(acronym, keys)


def _in_order(acronym: str, keys: Sequence[str]) -> bool:
    """CCTOVAL, Insee, Dares: each full word gives one letter or more from its start, in order, the first at once."""
    if len(acronym) < 3:
        return False
    states = {0}
    for number, key in enumerate(keys):
        following = set(states) if key in SMALL else set()
        for at in states:
            run = 0
            while run < 4 and run < len(key) and at + run < len(acronym) and key[run] == acronym[at + run]:
                run += 1
                following.add(at + run)
        states = following
        if not states or (number == 0 and states == {0}):
            return False
    return len(acronym) in states


def acronym_spans(ctx: Context, found: Sequence[Span]) -> tuple[list[Span], dict[str, Entity]]:
    """The spans of explained acronyms and their long forms, and the entity that each acronym names in this text."""
    spans: list[Span] = []
    named: dict[str, Entity] = {}
    for definition in definitions(ctx):
        key = ctx.words[definition.acronym].key
        long = ctx.surface(definition.first, definition.last)
        entity = known_entity(ctx, definition, found)
        if entity is None:
            label = long_form_label(ctx, definition)
            if label is None:
                continue
            entity = make_entity(long, label)
        named.setdefault(key, entity)
        spans.append(ctx.span(definition.first, definition.last, entity.label, "acronym", entity))
    spans += list(_uses(ctx, named))
    return spans, named


def known_entity(ctx: Context, definition: Definition, found: Sequence[Span]) -> Entity | None:
    """What other rules made of the long form, or else of the acronym."""
    start, end = ctx.words[definition.first].start, ctx.words[definition.last - 1].end
    short = ctx.words[definition.acronym]
    for span in found:
        if (span.start, span.end) == (start, end):
            return span.entity or make_entity(ctx.text[start:end], span.label)
    for span in found:
        if (span.start, span.end) == (short.start, short.end) and span.entity and span.rule != "model":
            return span.entity
    return None


def long_form_label(ctx: Context, definition: Definition) -> EntityLabel | None:
    """Whether an unknown long form names a body, a scheme, or a mere kind of thing (None)."""
    lists = name_words()
    if ctx.words[definition.acronym].key in lists.kinds:
        return None
    keys = {ctx.words[definition.first].key, ctx.words[definition.first].key.removesuffix("s")}
    if keys & lists.schemes:
        return "POLICY"
    if keys & lists.bodies:
        return "ORG"
    capital = ctx.capital(definition.first) and not ctx.opens(definition.first)
    return "ORG" if capital else None


def _uses(ctx: Context, named: Mapping[str, Entity]) -> Iterator[Span]:
    for i, word in enumerate(ctx.words):
        entity = named.get(word.key)
        if entity is not None and len(word.capitals) >= 2:
            yield ctx.span(i, i + 1, entity.label, "acronym", entity)
