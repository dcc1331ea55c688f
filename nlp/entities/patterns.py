"""Names that a rule can tell by their form: handles, bodies and their places, departments by number, persons, policies.

Each function yields spans; which of them stay is decided in `nlp.entities.find`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.records import Entity, EntityLabel
from nlp.entities.context import Context, Span
from nlp.entities.phrases import ARTICLES, OF, linked, phrase_end
from nlp.entities.words import name_words
from nlp.lexicon import make_entity

PARTICLES = frozenset(
    {"de", "d", "du", "des", "la", "le", "von", "van", "der", "den", "el", "al", "ben", "bin", "di", "da"}
)
TOWN_WORDS = frozenset({"sur", "en", "les", "lez", "la", "le", "de", "du", "d", "des", "aux", "sous", "et", "l"})
NUMBERED = re.compile(r"(\D{2,}?)_?(\d{2,3}|2[ab])(?:_?(?:officiel|off))?")
HASHTAG_POLICY = re.compile(r"(?:loi|plan|reforme|pjl|ppl|pacte|segur)(?=.)(?!s$)\w+")
CAMEL = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
PLURAL_TITLES = frozenset({"mm", "mmes", "messieurs", "mesdames"})
NATIONAL = frozenset({"national", "nationale", "pluriannuel", "interministeriel", "interministerielle"})


# --- Signs of X -------------------------------------------------------------------------------------------


def signs(ctx: Context) -> Iterator[Span]:
    """Every @handle, and the #hashtags that name something."""
    for i, word in enumerate(ctx.words):
        if word.key[0] not in "@#" or len(word.key) < 3:
            continue
        entity = ctx.lexicon.find_sign(word) or local_sign(ctx, word.key[1:])
        if entity is not None:
            yield ctx.span(i, i + 1, entity.label, "sign", entity)
        elif word.key[0] == "@":
            yield ctx.span(i, i + 1, handle_label(word.key[1:]), "handle")
        elif HASHTAG_POLICY.fullmatch(word.key[1:]) and len(word.capitals) > 1:
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


def handle_label(body: str) -> EntityLabel:
    """Whether an unknown handle looks like a body's; most are persons'."""
    lists = name_words()
    pieces = re.split(r"[_\d]+", body)
    return "ORG" if lists.handle_parts.intersection(pieces) or body.startswith(tuple(lists.handle_heads)) else "PER"


# --- Bodies -----------------------------------------------------------------------------------------------


def at_place(entity: Entity, place: str) -> Entity:
    """The body of one place: Agence régionale de santé Île-de-France."""
    return make_entity(f"{entity.name} {place}", entity.label)


def lexicon_spans(ctx: Context) -> Iterator[Span]:
    """What the lexicon knows; a body that exists in many places takes its place along."""
    for match in ctx.known.values():
        entity = match.entity
        if ctx.words[match.first].key[0] in "@#":
            continue
        placed = body_at_place(ctx, match.last, entity) if entity.id in ctx.lexicon.places else None
        if placed:
            yield ctx.span(match.first, placed[0], entity.label, "lexicon+place", placed[1])
        elif entity.id not in ctx.lexicon.only_with_place:
            yield ctx.span(match.first, match.last, entity.label, "lexicon", entity)


def body_at_place(ctx: Context, i: int, entity: Entity) -> tuple[int, Entity] | None:
    """Where the place of a body ends that may be named from word `i` on, and the body of that place."""
    first = linked(ctx, i)
    match = ctx.known.get(first)
    if match and match.entity.label == "LOC" and ctx.joined(first):
        return match.last, at_place(entity, match.entity.name)
    number = ctx.key(first)
    if number in ctx.lexicon.numbers:
        return first + 1, at_place(entity, ctx.lexicon.numbers[number].name)
    if first == i and not _takes_bare_town(ctx, i, entity):
        return None
    end = town_end(ctx, first)
    return (end, at_place(entity, ctx.surface(first, end))) if end > first else None


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
    first = i + 1
    while ctx.key(first) in lists.rank or (
        first == i + 1 and ctx.words[i].key in {"haut", "haute"} and ctx.key(first) in HIGH
    ):
        first += 1
    rank = first > i + 1
    named = ctx.capital(i) and not ctx.opens(i)
    if not (named or (rank and ctx.words[i].key in lists.ranked)):
        return
    end = phrase_end(ctx, first, links=1, coordinated=rank)
    if end > first:
        yield ctx.span(i, end, "ORG", "body")


HIGH = frozenset({"conseil", "autorite", "comite", "commissariat", "commissaire"})


def named_house(ctx: Context, i: int, label: EntityLabel) -> Iterator[Span]:
    """Lycée Jean-Moulin, rue de Danjoutin: a house or a spot and the name it bears."""
    first = i + 1
    if ctx.key(first) in OF and label == "LOC":
        first = linked(ctx, first)
    end = first
    while ctx.joined(end) and (
        ctx.capital(end) or (end > first and ctx.key(end) in PARTICLES and ctx.capital(end + 1))
    ):
        end += 1
    if end > first and ctx.words[end - 1].key not in {"m", "mme"}:
        yield ctx.span(i, end, label, "house" if label == "ORG" else "spot")


# --- Places -----------------------------------------------------------------------------------------------


def department_numbers(ctx: Context) -> Iterator[Span]:
    """Le 93, dans le 2A, du 59; never a date, an amount or an address. "Le" belongs to the name, "du" does not."""
    for i, word in enumerate(ctx.words):
        place = ctx.lexicon.numbers.get(word.key)
        if place is None or not ctx.joined(i) or ctx.words[i - 1].key not in {"le", "du", "au"}:
            continue
        at_risk = word.key.isdigit() and int(word.key) < 32 and ctx.words[i - 2].key != "dans"
        after = ctx.text[word.end : word.end + 2]
        counts = ctx.key(i + 1) in name_words().after_numbers or ctx.tag(i + 1) == "NOUN"
        if at_risk or counts or re.match(r"[.,/:%€°-]\d| ?[%€°/]|-\w", after):
            continue
        first = i - 1 if ctx.words[i - 1].key == "le" else i
        yield ctx.span(first, i + 1, "LOC", "department-number", place)


def regions_of_places(ctx: Context) -> Iterator[Span]:
    """Sud de la France: a quarter of a place, with a capital."""
    for i, word in enumerate(ctx.words):
        if word.key not in {"sud", "nord", "est", "ouest", "centre"} or not ctx.capital(i):
            continue
        match = ctx.known.get(linked(ctx, i + 1))
        if match and match.first > i + 1 and match.entity.label == "LOC":
            yield ctx.span(i, match.last, "LOC", "quarter")


# --- Persons ----------------------------------------------------------------------------------------------


def titled_persons(ctx: Context) -> Iterator[Span]:
    """M. Farinet, MM. Farinet et Verneau: the names, without the titles."""
    titles = name_words().titles
    for i, word in enumerate(ctx.words):
        if word.key not in titles or not (ctx.capital(i) or len(word.key) > 4):
            continue
        first = i + 1
        while first < len(ctx.words):
            end = person_end(ctx, first, dotted=ctx.text[ctx.words[first - 1].end : ctx.words[first].start])
            if end == first:
                break
            yield ctx.span(first, end, "PER", "title")
            if word.key not in PLURAL_TITLES or ctx.key(end) != "et":
                break
            first = end + 1


def person_end(ctx: Context, i: int, *, dotted: str = " ") -> int:
    """The end of a person's name that begins at word `i`, after `dotted` ("M. Farinet"); `i` when there is none."""
    if dotted not in {" ", ". ", "."} or not (ctx.capital(i) or ctx.words[i].key in {"de", "d", "von", "van"}):
        return i
    if ctx.words[i].key in name_words().openers - PARTICLES:
        return i
    last = i
    while last < i + 6 and last < len(ctx.words) and (last == i or ctx.joined(last)):
        if ctx.capital(last):
            last += 1
        elif ctx.words[last].key in PARTICLES and any(ctx.capital(last + k) and ctx.joined(last + k) for k in (1, 2)):
            if last > i and ctx.words[last].key in {"de", "du", "des", "la", "le"} and last + 1 in ctx.known:
                break
            last += 1
        else:
            break
    return last if any(ctx.capital(k) for k in range(i, last)) else i


def first_named_persons(ctx: Context) -> Iterator[Span]:
    """Roger Thiriot, E. Macron: a known first name or an initial, then a name."""
    names = name_words().first_names
    i = 0
    while i < len(ctx.words) - 1:
        initial = len(ctx.words[i].key) == 1 and ctx.text[ctx.words[i].end : ctx.words[i].end + 1] == "."
        if not ctx.capital(i) or not (initial or ctx.words[i].key in names):
            i += 1
            continue
        first = i
        second = i + 1
        while ctx.joined(second) and ctx.capital(second) and ctx.words[second].key in names:
            second += 1
        end = _last_name_end(ctx, second, initial=initial)
        if end > second:
            yield ctx.span(first, end, "PER", "first-name")
        i = max(end, i + 1)


def _last_name_end(ctx: Context, i: int, *, initial: bool) -> int:
    if initial:
        following = ctx.text[ctx.words[i - 1].end : ctx.words[i].start] if i < len(ctx.words) else ""
        person = i in ctx.known and ctx.known[i].entity.label == "PER"
        return person_end(ctx, i) if following in {". ", "."} and person else i
    if not ctx.joined(i) or "'" in ctx.text[ctx.words[i - 1].end : ctx.words[i].start]:
        return i
    if i in ctx.known and ctx.known[i].entity.label in {"ORG", "POLICY"}:
        return i
    return person_end(ctx, i)


# --- Policies ---------------------------------------------------------------------------------------------


def policies(ctx: Context) -> Iterator[Span]:
    """Loi X, plan X, réforme de X, stratégie nationale de X, Ségur de X, by their form."""
    for i, word in enumerate(ctx.words):
        rule = POLICY_HEADS.get(word.key)
        end = rule(ctx, i) if rule else i
        if end > i:
            first = i
            if word.key == "loi" and ctx.joined(i) and ctx.words[i - 1].key == "de" and ctx.words[i - 2].key in BILLS:
                first = i - 2
            yield ctx.span(first, end, "POLICY", f"policy-{word.key}")


BILLS = frozenset({"projet", "proposition"})


def law_end(ctx: Context, i: int) -> int:
    """Loi n° 2019-828 du 6 août 2019, loi Touraine, loi de finances, loi sur l'immigration."""
    number = re.compile(
        r" n ?[°o]\.? ?\d+(?:-\d+)?(?: du \d{1,2}(?:er)? \w+ \d{4})?| du \d{1,2}(?:er)? \w+ (?:1[789]|20)\d\d"
    ).match(ctx.text, ctx.words[i].end)
    if number:
        return next((k for k in range(i, len(ctx.words)) if ctx.words[k].start >= number.end()), len(ctx.words))
    lists = name_words()
    if ctx.key(i + 1) in {"de", "d"} and ctx.key(linked(ctx, i + 1)) in lists.laws:
        return phrase_end(ctx, i + 1, links=2)
    if ctx.key(i + 1) in {"sur", "pour", "contre"}:
        end = phrase_end(ctx, i + 1, links=1)
        return end if ctx.key(linked(ctx, i + 1, frozenset({"sur", "pour", "contre"}))) not in lists.sayings else i
    return named_end(ctx, i + 1, i)


def named_end(ctx: Context, first: int, none: int) -> int:
    """The end of a name of capitals and figures at word `first`: Touraine, El Khomri, 3DS, Ma santé 2022."""
    end = first
    while ctx.joined(end) and (ctx.words[end].capitals or (end > first and ctx.words[end].key[0].isdigit())):
        end += 1
    return end if end > first else none


def reform_end(ctx: Context, i: int) -> int:
    """La réforme de l'ENA, la réforme des retraites; but not une réforme de fond."""
    definite = ctx.joined(i) and ctx.words[i - 1].key in {"la", "cette", "sa", "leur", "contre", "votre", "notre"}
    first = i + 1
    if ctx.key(first) == "de" and ctx.key(first + 1) not in ARTICLES:
        return named_end(ctx, first + 1, i)
    if ctx.key(first) in OF and definite:
        end = phrase_end(ctx, first, links=1, by=OF)
        return end if end > first else i
    return named_end(ctx, first, i)


def plan_end(ctx: Context, i: int) -> int:
    """Plan Hôpital 2007, programme national d'investigation, dispositif Pinel; but not plan d'action, plan B."""
    if ctx.key(i + 1) in NATIONAL:
        end = phrase_end(ctx, i + 2, links=2)
        return end if end > i + 2 else i
    end = named_end(ctx, i + 1, i)
    return end if end > i + 2 or len(ctx.key(i + 1)) > 1 else i


def assembly_end(ctx: Context, i: int) -> int:
    """Ségur de la santé, Grenelle de l'environnement."""
    if not ctx.capital(i):
        return i
    end = phrase_end(ctx, i + 1, links=0, by=OF)
    return end if end > i + 1 else i


def decree_end(ctx: Context, i: int) -> int:
    """Ordonnances Macron, ordonnance n° 2021-702, décret n° 2020-260."""
    return law_end(ctx, i) if ctx.key(i + 1) not in {"de", "d", "sur", "pour", "contre"} else i


POLICY_HEADS = {
    "loi": law_end,
    "reforme": reform_end,
    "plan": plan_end,
    "programme": plan_end,
    "strategie": plan_end,
    "dispositif": plan_end,
    "pacte": plan_end,
    "segur": assembly_end,
    "grenelle": assembly_end,
    "beauvau": assembly_end,
    "assises": assembly_end,
    "ordonnance": decree_end,
    "ordonnances": decree_end,
    "decret": decree_end,
}
