"""Bodies: those of the lexicon with their place, ministries, ranked bodies, houses that bear a name."""

from __future__ import annotations

from collections.abc import Iterator

from db.records import Entity, EntityLabel
from nlp.entities.branches import branch_end
from nlp.entities.compounds import TOWN_WORDS
from nlp.entities.context import Context, Span
from nlp.entities.departments import is_amount
from nlp.entities.phrases import ARTICLES, OF, linked, phrase_end
from nlp.entities.words import name_words
from nlp.lexicon import Match, make_entity

# There is one in each department or region: a category, unless a capital or a list says otherwise.
LOCAL_RANKS = frozenset({"regional", "regionale", "departemental", "departementale", "primaire"})
UNION_OF_TOWNS = "Communauté de communes"
MOST_PLACES = 8
HIGH = frozenset({"haut", "haute"})
HIGH_BODIES = frozenset({"conseil", "autorite", "comite", "commissariat", "commissaire"})


def at_place(entity: Entity, place: str) -> Entity:
    """The body of one place: Agence régionale de santé Île-de-France."""
    return make_entity(f"{entity.name} {place}", entity.label)


def lexicon_spans(ctx: Context) -> Iterator[Span]:
    """What the lexicon knows; a body that exists in many places takes its place along."""
    for match in ctx.known.values():
        entity = match.entity
        if ctx.words[match.first].key[0] in "@#" or _mere_word(ctx, match):
            continue
        placed = body_at_place(ctx, match.last, entity) if entity.id in ctx.lexicon.places else None
        branch = branch_end(ctx, match)
        if placed:
            yield ctx.span(match.first, placed[0], entity.label, "lexicon+place", placed[1])
        elif branch > match.last:
            yield ctx.span(match.first, branch, "ORG", "lexicon+branch")
        elif entity.id not in ctx.lexicon.only_with_place:
            yield ctx.span(match.first, match.last, entity.label, "lexicon", entity)


def _mere_word(ctx: Context, match: Match) -> bool:
    """Whether it is but ordinary words at the head of a sentence: "Tâche énorme" is not M. Taché, "Le Point positif"
    no newspaper.
    """
    if not ctx.opens(match.first):
        return False
    if match.entity.label == "PER":
        return match.last == match.first + 1 and ctx.ordinary(match.first)
    newspaper = match.last == match.first + 2 and ctx.words[match.first].key in ARTICLES
    return newspaper and ctx.ordinary(match.first + 1) and ctx.tag(match.last) == "ADJ"


def body_at_place(ctx: Context, i: int, entity: Entity) -> tuple[int, Entity] | None:
    """Where the place of a body ends that may be named from word `i` on, and the body of that place."""
    first = linked(ctx, i)
    match = ctx.known.get(first)
    if match and match.entity.label == "LOC" and ctx.joined(first) and entity.name != UNION_OF_TOWNS:
        end = _tied_end(ctx, match)
        return end, at_place(entity, ctx.surface(first, end) if end > match.last else match.entity.name)
    number = ctx.key(first)
    if number in ctx.lexicon.numbers and not is_amount(ctx, first):
        return first + 1, at_place(entity, ctx.lexicon.numbers[number].name)
    if first == i and not _takes_bare_town(ctx, i, entity):
        return None
    end = _union_end(ctx, first) if entity.name == UNION_OF_TOWNS else town_end(ctx, first)
    return (end, at_place(entity, ctx.surface(first, end))) if end > first else None


def _tied_end(ctx: Context, place: Match) -> int:
    """The end of the places that hyphens tie to `place`: Nancy-Metz."""
    last = place.last
    while (other := ctx.known.get(last)) and other.entity.label == "LOC" and ctx.text[ctx.words[last].start - 1] == "-":
        last = other.last
    return last


def _union_end(ctx: Context, i: int) -> int:
    """The end of several places' names at word `i`: Sor et Agout, Monts et Vallées Ouest Creuse."""
    last = i
    while ctx.joined(last) and last < i + MOST_PLACES:
        after = last
        while ctx.key(after) in TOWN_WORDS and after < last + 3:
            after += 1
        if not (ctx.joined(after) and ctx.capital(after)):
            break
        last = after + 1
    return last


def _takes_bare_town(ctx: Context, i: int, entity: Entity) -> bool:
    """CHU Purpan, université Lyon 2; but not ARS Julie."""
    return entity.id in ctx.lexicon.only_with_place and ctx.joined(i) and ctx.capital(i) and i not in ctx.known


def town_end(ctx: Context, i: int) -> int:
    """The end of a place's name that begins with a capital at word `i`: Coteaux-sur-Loire."""
    if not (ctx.joined(i) and ctx.capital(i)) or i in ctx.known:
        return i
    last = i + 1
    while ctx.joined(last):
        after = last
        while ctx.key(after) in TOWN_WORDS and after < last + 3:
            after += 1
        hyphened = ctx.text[ctx.words[last].start - 1] == "-"
        if not (ctx.joined(after) and ctx.capital(after) and (hyphened or after > last) and after not in ctx.known):
            break
        if after > last and not hyphened and ctx.key(last) in {"et", "de", "d", "du", "des", "l", "aux"}:
            break
        last = after + 1
    return last


def bodies(ctx: Context) -> Iterator[Span]:
    """Ministries, ranked bodies (direction générale de ..., haut conseil de ...), houses and spots that bear a name."""
    lists = name_words()
    for i, word in enumerate(ctx.words):
        key = word.key
        if key == "ministere" or (key == "secretariat" and ctx.key(i + 1) == "d" and ctx.key(i + 2) == "etat"):
            first = i + 1 if key == "ministere" else i + 3
            first += ctx.key(first) in {"charge", "chargee", "delegue"}
            end = phrase_end(ctx, first, links=0, coordinated=True)
            if end > first:
                yield ctx.span(i, end, "ORG", "ministry")
            continue
        if key in lists.bodies:
            yield from ranked_body(ctx, i)
        if key in lists.houses or key in lists.spots:
            yield from named_house(ctx, i, "ORG" if key in lists.houses else "LOC")


def ranked_body(ctx: Context, i: int) -> Iterator[Span]:
    """Direction générale de la santé, Observatoire des inégalités: from word `i`."""
    lists = name_words()
    known = ctx.known.get(i)
    if known and known.last > i + 1 and known.entity.id not in ctx.lexicon.only_with_place:
        return  # the list knows where its name ends
    first = i + 1
    while ctx.key(first) in lists.rank or (
        first == i + 1 and ctx.words[i].key in HIGH and ctx.key(first) in HIGH_BODIES
    ):
        first += 1
    rank = first > i + 1
    named = ctx.capital(i)
    one_of_many = ctx.key(i + 1) in LOCAL_RANKS
    if not (named or (rank and ctx.words[i].key in lists.ranked and not one_of_many)):
        return
    end = phrase_end(ctx, first, links=1, coordinated=rank, by=OF | {"pour", "contre", "a"} if rank else OF)
    themed = not ctx.capital(linked(ctx, first)) and any(ctx.capital(at) for at in range(first, end))
    proper = rank or not ctx.opens(i) or themed
    if end > first and proper:
        yield ctx.span(i, end, "ORG", "body")


def named_house(ctx: Context, i: int, label: EntityLabel) -> Iterator[Span]:
    """Lycée Jean-Moulin, rue de Danjoutin: a house or a spot and the name it bears."""
    first = i + 1
    if ctx.key(first) in OF and label == "LOC":
        first = linked(ctx, first)
        if is_acronym(ctx, first) or ctx.key(first) == "etat":
            return  # "une place d'IME", "la place de l'État"
    end = first
    while ctx.joined(end) and (ctx.capital(end) or (end > first and hyphen_follows(ctx, end))):
        end += 1
    if end > first and ctx.words[end - 1].key not in {"m", "mme"}:
        yield ctx.span(i, end, label, "house" if label == "ORG" else "spot")


def is_acronym(ctx: Context, i: int) -> bool:
    """Whether word `i` is all capitals, more than one."""
    return i < len(ctx.words) and len(ctx.words[i].capitals) == len(ctx.words[i].key) > 1


def hyphen_follows(ctx: Context, i: int) -> bool:
    """Whether word `i` stands between hyphens: Saint-Germain-des-Prés."""
    return ctx.text[ctx.words[i].start - 1] == "-" == ctx.text[ctx.words[i].end : ctx.words[i].end + 1]
