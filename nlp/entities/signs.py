"""Signs of X: @handles and #hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.records import Entity, EntityLabel
from nlp.entities.bodies import at_place
from nlp.entities.context import Context, Span
from nlp.entities.words import name_words
from nlp.lexicon import Word

# @Cpam93, @CAF_75_officiel: a body and the number of its department.
NUMBERED = re.compile(r"(\D{2,}?)_?(\d{2,3}|2[ab])(?:_?(?:officiel|off))?")
YEAR = re.compile(r"(?:19|20)?\d\d$")
MANY_CAPITALS = 3
ARTICLES = ("le", "la", "les")
ACRONYM = 3
"""Capitals in a row, at least: SNPESPJJ is no person."""
POLICY = re.compile(r"(?:loi|plan|reforme|pjl|ppl|pacte|segur)(?!s$)\w+")


def signs(ctx: Context) -> Iterator[Span]:
    """Every @handle, and the #hashtags that name something."""
    for i, word in enumerate(ctx.words):
        if word.key[0] not in "@#" or len(word.key) < 3:
            continue
        entity = ctx.lexicon.find_sign(word) or local_sign(ctx, word.key[1:]) or dated_sign(ctx, word.key)
        if entity is not None:
            yield ctx.span(i, i + 1, entity.label, "sign", entity)
        elif word.key[0] == "@":
            yield ctx.span(i, i + 1, handle_label(ctx, word), "handle")
        elif POLICY.fullmatch(word.key[1:]) and len(word.capitals) > 1:
            yield ctx.span(i, i + 1, "POLICY", "hashtag-policy")


def local_sign(ctx: Context, body: str) -> Entity | None:
    """@Cpam93 and @ars_idf: a body that exists in many places, and its place."""
    numbered = NUMBERED.fullmatch(body)
    if numbered:
        head, place = numbered.group(1).rstrip("_"), ctx.lexicon.numbers.get(numbered.group(2))
    else:
        head, _, tail = body.partition("_")
        place = ctx.lexicon.glued.get(tail.replace("_", ""))
    entity = ctx.lexicon.glued.get(head.replace("_", ""))
    if entity is None or place is None or place.label != "LOC" or entity.id not in ctx.lexicon.places:
        return None
    return at_place(entity, place.name)


def dated_sign(ctx: Context, sign: str) -> Entity | None:
    """#PLFSS2021: what the hashtag names without its year."""
    return ctx.lexicon.glued.get(YEAR.sub("", sign[1:])) if sign[0] == "#" and YEAR.search(sign) else None


def handle_label(ctx: Context, word: Word) -> EntityLabel:
    """Whether an unknown handle is a person's, or looks like a body's: a number, an acronym, a word for bodies."""
    lists, body = name_words(), word.key[1:]
    pieces = [piece for piece in re.split(r"[_\d]+", body) if piece]
    if lists.titles.intersection(pieces[:1]):
        return "PER"
    if any(ctx.lexicon.glued[piece].label == "ORG" for piece in pieces if piece in ctx.lexicon.glued):
        return "ORG"
    if lists.handle_parts.intersection(pieces) or body.startswith(tuple(lists.handle_heads)):
        return "ORG"
    if any(body.startswith(article) and len(article) + 1 in word.capitals for article in ARTICLES):
        return "ORG"
    if pieces and (of_a_first_name(pieces[0]) or of_an_initial(ctx, pieces)):
        return "PER"
    numbered = any(c.isdigit() for c in body)
    acronym = any(set(range(at, at + ACRONYM)) <= word.capitals for at in word.capitals)
    named_so = body.endswith("france") or len(word.capitals) >= MANY_CAPITALS
    return "ORG" if numbered or acronym or named_so else "PER"


def of_a_first_name(piece: str) -> bool:
    """Whether it begins with a first name that is no beginning of many words: "jacquesduplessy"."""
    names = name_words().first_names
    return piece in names or any(piece[:length] in names for length in range(5, len(piece)))


def of_an_initial(ctx: Context, pieces: list[str]) -> bool:
    """s_cluzel, vpecresse: an initial, and the last name of somebody known if nothing parts them."""
    if len(pieces) > 1:
        return len(pieces[0]) == 1
    return pieces[0][1:] in ctx.lexicon.last_names
