"""Signs of X: @handles and #hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.records import Entity, EntityLabel
from nlp.entities.bodies import at_place
from nlp.entities.context import Context, Span
from nlp.entities.words import name_words

# @Cpam93, @CAF_75_officiel: a body and the number of its department.
NUMBERED = re.compile(r"(\D{2,}?)_?(\d{2,3}|2[ab])(?:_?(?:officiel|off))?")
YEAR = re.compile(r"(?:19|20)?\d\d$")
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
            yield ctx.span(i, i + 1, handle_label(ctx, word.key[1:]), "handle")
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


def handle_label(ctx: Context, body: str) -> EntityLabel:
    """Whether an unknown handle looks like a body's; most are persons'."""
    lists = name_words()
    pieces = re.split(r"[_\d]+", body)
    if any(ctx.lexicon.glued[piece].label == "ORG" for piece in pieces if piece in ctx.lexicon.glued):
        return "ORG"
    return "ORG" if lists.handle_parts.intersection(pieces) or body.startswith(tuple(lists.handle_heads)) else "PER"
