"""Bodies by what stands beside a known name: branches of unions, committees of parliaments, authorities of a place."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.entities.context import Context, Span
from nlp.entities.departments import is_amount
from nlp.entities.phrases import linked
from nlp.entities.words import name_words
from nlp.lexicon import Match

ROADS = frozenset({"rn"})
COMMITTEES = frozenset({"commission", "delegation"})
PREDICATES = frozenset({"VERB", "AUX", "PRON"})
COMMITTEE_WORDS = 12
PARLIAMENTS = frozenset({"Sénat", "Assemblée nationale", "Parlement européen", "Parlement"})
PREFIXED = frozenset({"grand"})


def branches(ctx: Context) -> Iterator[Span]:
    """Committees, authorities, branches of unions whose own name is a common word; the others: `branch_end`."""
    lists = name_words()
    for i, word in enumerate(ctx.words):
        if word.key in COMMITTEES:
            yield from committee(ctx, i)
        if word.key in lists.territories and ctx.capital(i):
            yield from territory(ctx, i)
        if word.key in lists.unions and spaced(ctx, i + 1) and i not in ctx.known and ctx.capital(i):
            yield from union(ctx, i)


def branch_end(ctx: Context, match: Match) -> int:
    """The end of a body's branch: Fnaut Nouvelle-Aquitaine, Attac 94, CGT services publics."""
    lists, last = name_words(), match.last
    if match.entity.label != "ORG" or not spaced(ctx, last):
        return match.last
    place = ctx.known.get(last)
    if place is not None and place.entity.label == "LOC":
        return place.last
    road = ctx.words[match.last - 1].key in ROADS
    if ctx.words[last].key in ctx.lexicon.numbers and not road and not is_amount(ctx, last):
        return last + 1
    if ctx.words[match.last - 1].key not in lists.unions:
        return match.last
    while ctx.key(last) in lists.branches:
        last += 1
    return last


def spaced(ctx: Context, i: int) -> bool:
    """Whether a space alone parts word `i` from the word before."""
    return 0 < i < len(ctx.words) and ctx.text[ctx.words[i - 1].end : ctx.words[i].start] == " "


def committee(ctx: Context, i: int) -> Iterator[Span]:
    """Commission des affaires sociales du Sénat: of a parliament, within a few words; not a commission d'enquête."""
    theme = linked(ctx, i + 1)
    if theme == i + 1 or theme in ctx.known or ctx.key(theme) == "enquete":
        return
    for at in range(theme + 1, i + COMMITTEE_WORDS):
        if not ctx.joined(at) or ctx.tags[at] in PREDICATES:
            return
        match = ctx.known.get(at)
        if (
            match is not None
            and match.entity.name in PARLIAMENTS
            and linked(ctx, at - 1 - (ctx.key(at - 1) == "l")) == at
        ):
            yield ctx.span(i, match.last, "ORG", "committee")
            return


def territory(ctx: Context, i: int) -> Iterator[Span]:
    """Région Grand Est, Ville de Pantin, Tours Métropole, Grand Nancy: what governs a place."""
    key, before = ctx.words[i].key, ctx.known_until(i)
    if key not in PREFIXED and before is not None and before.entity.label == "LOC" and spaced(ctx, i):
        yield ctx.span(before.first, i + 1, "ORG", "territory")
        return
    first = linked(ctx, i + 1)
    match = ctx.known.get(first)
    if match is None or match.entity.label != "LOC" or not ctx.joined(first):
        return
    bare = first == i + 1 and spaced(ctx, first)
    if bare if key in PREFIXED | {"region"} else first > i + 1 and not ctx.opens(i):
        yield ctx.span(i, match.last, "ORG", "territory")


def union(ctx: Context, i: int) -> Iterator[Span]:
    """Sud éducation, Solidaires 29: a union whose own name is a common word, and its branch."""
    last = i + 1
    if ctx.words[last].key in ctx.lexicon.numbers and not is_amount(ctx, last):
        last += 1
    while ctx.key(last) in name_words().branches:
        last += 1
    if last > i + 1:
        yield ctx.span(i, last, "ORG", "union")
