"""What a list of bodies makes a body: Solidaires among unions, Renaissance among parties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.entities.context import Context, Span
from nlp.entities.words import name_words

LINKS = frozenset({"et", "ou", "ni", "la", "le", "l", "les", "puis"})
LISTED = re.compile(r"(?:,| et| ou|, et|, puis|/| ?-) ?(?:la |le |l'|les )?")


def listed(ctx: Context) -> Iterator[Span]:
    """Common words that are bodies where others stand beside them, or that stand in brackets as parties do."""
    bodies = name_words().listed_bodies
    for i, word in enumerate(ctx.words):
        if word.key not in bodies or not ctx.capital(i) or i in ctx.known:
            continue
        bracketed = ctx.text[word.start - 1 : word.start] == "(" and ctx.text[word.end : word.end + 1] == ")"
        if bracketed or beside_bodies(ctx, i) > 0:
            yield ctx.span(i, i + 1, "ORG", "listed")


def beside_bodies(ctx: Context, i: int) -> int:
    """How many bodies of the lexicon stand right before and after word `i` in a list: "FSU, Solidaires et FO"."""
    return _body_before(ctx, i) + _body_after(ctx, i)


def _body_before(ctx: Context, i: int) -> bool:
    match = ctx.known_until(i) or (ctx.known_until(i - 1) if i and ctx.words[i - 1].key in LINKS else None)
    if match is None or match.entity.label != "ORG":
        return False
    return LISTED.fullmatch(ctx.text, ctx.words[match.last - 1].end, ctx.words[i].start) is not None


def _body_after(ctx: Context, i: int) -> bool:
    match = ctx.known.get(i + 1) or (ctx.known.get(i + 2) if ctx.key(i + 1) in LINKS else None)
    if match is None or match.entity.label != "ORG":
        return False
    return LISTED.fullmatch(ctx.text, ctx.words[i].end, ctx.words[match.first].start) is not None
