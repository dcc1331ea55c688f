"""Policies by their form: loi X, plan X, réforme de X, stratégie nationale de X, Ségur de X.

Each rule gives the end of the name whose head is word `i`, and `i` itself where there is no name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nlp.entities.context import NAME_LIKE, Context, Span
from nlp.entities.phrases import ARTICLES, FOR, OF, core_end, linked, phrase_end
from nlp.entities.words import name_words

NUMBER = re.compile(
    r" n ?[°ºo]\.? ?\d+(?:-\d+)?(?: du \d{1,2}(?:er)? \w+ \d{4})?| du \d{1,2}(?:er)? \w+ (?:1[789]|20)\d\d"
    r"| de (?:19|20)\d\d\b| (?:19|20)\d\d/\d+/\w+"
)
NATIONAL = frozenset(
    {"national", "nationale", "pluriannuel", "pluriannuelle", "interministeriel", "interministerielle"}
)
DEFINITE = frozenset({"la", "cette", "sa", "leur", "contre", "votre", "notre"})
BILLS = frozenset({"projet", "proposition"})
# Loi « bien vieillir »: a name of a few words between marks.
QUOTED = re.compile(r"(?: dite)? ?[«\"“] ?[^«»\"“”\n]{3,60}[»\"”]")
# Before a name these are common nouns, outside of it: le dispositif Pinel.
OUTSIDE = frozenset({"programme", "dispositif"})
GOES_ON = frozenset({"pour", "dans", "contre"})
ISSUED_BY = frozenset({"europeenne", "ministerielle", "interministerielle"})
BETWEEN = frozenset({"entre"})
HOLDERS = frozenset({"ministere", "ministeres"})
AT = frozenset({"a", "au", "aux"})
SUBJECTS = frozenset({"sur", "pour", "contre"})


def policies(ctx: Context) -> Iterator[Span]:
    """The named policies of a text."""
    for i, word in enumerate(ctx.words):
        rule = RULES.get(word.key)
        end = rule(ctx, i) if rule else i
        if end > i + 1:
            bill = word.key == "loi" and i > 1 and ctx.key(i - 1) == "de" and ctx.words[i - 2].key in BILLS
            first = i - 2 if bill else i + 1 if word.key in OUTSIDE and ctx.capital(i + 1) else i
            yield ctx.span(first, end, "POLICY", f"policy-{word.key}")


def law_end(ctx: Context, i: int) -> int:
    """Loi n° 2019-828 du 6 août 2019, loi Touraine, loi de finances, loi sur l'immigration."""
    lists = name_words()
    numbered = numbered_end(ctx, i)
    if numbered > i:
        return numbered
    if quoted := _definite(ctx, i) and QUOTED.match(ctx.text, ctx.words[i].end):
        return next((at for at in range(i + 1, len(ctx.words)) if ctx.words[at].start > quoted.end()), len(ctx.words))
    if ctx.key(i + 1) == "d" and ctx.key(i + 2) == "urgence" and ctx.key(i + 3) == "pour":
        place = ctx.known.get(linked(ctx, i + 3, GOES_ON))
        return place.last if place else phrase_end(ctx, i + 3, links=1, by=FOR)
    if ctx.key(i + 1) in {"de", "d"} and ctx.key(linked(ctx, i + 1)) in lists.laws:
        return _subject_end(ctx, phrase_end(ctx, i + 1, links=2, coordinated=True))
    if ctx.key(i + 1) in SUBJECTS and ctx.key(linked(ctx, i + 1, SUBJECTS)) not in lists.sayings:
        return _subject_end(ctx, phrase_end(ctx, i + 1, links=1))
    if ctx.key(i + 1) == "relative" and ctx.key(i + 2) in AT:
        return phrase_end(ctx, i + 2, links=2, coordinated=True, by=FOR)
    known = ctx.known.get(i + 1)
    of_a_party = known is not None and known.entity.label == "ORG"
    return i if of_a_party else max(named_end(ctx, i + 1), _theme_end(ctx, i + 1))


def _definite(ctx: Context, i: int) -> bool:
    """Whether the law of word `i` is one of its own: la loi « bien vieillir », not une loi « scélérate »."""
    bill = ctx.key(i) == "loi" and i > 1 and ctx.words[i - 2].key in BILLS
    return ctx.joined(i) and (ctx.words[i - 1].key in DEFINITE or bill)


def _subject_end(ctx: Context, end: int) -> int:
    """The end of what a law is for, where its name goes on: "pour la refondation de Mayotte", "dans l'institution"."""
    if ctx.key(end) in GOES_ON and ctx.key(end + 1) in ARTICLES:
        return max(end, phrase_end(ctx, end, links=1, by=GOES_ON | OF))
    if ctx.key(end) in OF and ctx.key(linked(ctx, end)) in HOLDERS:
        return phrase_end(ctx, end, links=1)
    return end


def _theme_end(ctx: Context, first: int) -> int:
    """The end of two themes that a hyphen ties at word `first`: loi énergie-climat, loi sécurité-immigration."""
    tied = ctx.joined(first + 1) and ctx.text[ctx.words[first].end] == "-" and ctx.joined(first)
    both = tied and all(len(ctx.words[at].key) > 3 and ctx.tags[at] in NAME_LIKE for at in (first, first + 1))
    return first + 2 if both else first


def numbered_end(ctx: Context, i: int) -> int:
    """The end of "n° 2019-828 du 6 août 2019" after word `i`."""
    number = NUMBER.match(ctx.text, ctx.words[i].end)
    last = i
    while number and last < len(ctx.words) and ctx.words[last].start < number.end():
        last += 1
    return last


def named_end(ctx: Context, first: int) -> int:
    """The end of a name of capitals and figures at word `first`: Touraine, El Khomri, 3DS, Ma santé 2022."""
    end = first
    while ctx.joined(end) and (ctx.words[end].capitals or (end > first and ctx.words[end].key[0].isdigit())):
        end += 1
    return end


def reform_end(ctx: Context, i: int) -> int:
    """La réforme de l'ENA, la réforme des retraites; but not une réforme de fond."""
    definite = ctx.joined(i) and ctx.words[i - 1].key in DEFINITE
    first = i + 1
    if ctx.key(first) == "de" and ctx.key(first + 1) not in ARTICLES:
        return named_end(ctx, first + 1) if ctx.capital(first + 1) else i
    if ctx.key(first) in OF:
        mine = ctx.key(linked(ctx, first)) in name_words().functions | {"gouvernement"}
        definite = definite or _of_a_body(ctx, linked(ctx, first))
        return phrase_end(ctx, first, links=1, by=OF) if definite and not mine else i
    return named_end(ctx, first)


def _of_a_body(ctx: Context, i: int) -> bool:
    """Whether word `i` opens the name of a body: even "une réforme de l'ENA" is one reform."""
    if not ctx.joined(i):
        return False
    match = ctx.known.get(i)
    entity = match.entity if match else ctx.lexicon.find_sign(ctx.words[i])
    return entity is not None and entity.label == "ORG"


def plan_end(ctx: Context, i: int) -> int:
    """Plan Hôpital 2007, programme national d'investigation, dispositif Pinel; but not plan d'action, plan B."""
    if ctx.key(i + 1) in NATIONAL:
        end = phrase_end(ctx, i + 2, links=2)
        return end if end > i + 2 else i
    known = ctx.known.get(i + 1)
    if known is not None and known.entity.label == "POLICY" and ctx.joined(i + 1):
        return known.last
    end = named_end(ctx, i + 1)
    return end if end > i + 2 or len(ctx.key(i + 1)) > 1 else i


def assembly_end(ctx: Context, i: int) -> int:
    """Ségur de la santé, Grenelle de l'environnement."""
    return phrase_end(ctx, i + 1, links=0, by=OF) if ctx.capital(i) else i


def decree_end(ctx: Context, i: int) -> int:
    """Ordonnances Macron, ordonnance n° 2021-702, directive européenne du 16 décembre 2020."""
    told = i + 1 if ctx.key(i + 1) in ISSUED_BY else i
    numbered = numbered_end(ctx, told)
    return numbered if numbered > told else named_end(ctx, i + 1)


def code_end(ctx: Context, i: int) -> int:
    """Code de justice pénale des mineurs, code des relations entre le public et l'administration; no code de porte."""
    if ctx.key(i + 1) in {"de", "du", "des"} and ctx.key(linked(ctx, i + 1)) in name_words().codes:
        end = phrase_end(ctx, i + 1, links=2, coordinated=True)
        return _two_parties_end(ctx, end)
    return i


def _two_parties_end(ctx: Context, i: int) -> int:
    """The end of "entre le public et l'administration" at word `i`; `i` itself where it does not stand."""
    one = core_end(ctx, linked(ctx, i, BETWEEN))
    other = one + 2 if ctx.key(one + 1) in ARTICLES else one + 1
    whole = ctx.key(i) in BETWEEN and one > i + 1 and ctx.key(one) == "et" and core_end(ctx, other) > other
    return core_end(ctx, other) if whole else i


def treaty_end(ctx: Context, i: int) -> int:
    """Traité de Lisbonne, convention de Genève, Charte des droits fondamentaux."""
    town = ctx.key(i + 1) in {"de", "d", "du"} and ctx.capital(i + 2) and len(ctx.words[i + 2].capitals) == 1
    if town or (ctx.words[i].key == "charte" and ctx.capital(i) and not ctx.opens(i)):
        return phrase_end(ctx, i + 1 + (ctx.tag(i + 1) == "ADJ"), links=0 if town else 1, by=OF)
    return i


Rule = Callable[[Context, int], int]
RULES: dict[str, Rule] = {
    "loi": law_end,
    "reforme": reform_end,
    **dict.fromkeys(("plan", "programme", "strategie", "dispositif", "pacte"), plan_end),
    **dict.fromkeys(("segur", "grenelle", "beauvau", "assises"), assembly_end),
    **dict.fromkeys(
        ("ordonnance", "ordonnances", "decret", "circulaire", "amendement", "directive", "ppl", "pjl"), decree_end
    ),
    "code": code_end,
    **dict.fromkeys(("traite", "convention", "charte", "protocole", "accord", "accords"), treaty_end),
}
