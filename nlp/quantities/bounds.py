"""What surrounds an amount: how exact it is, and what it is divided by."""

from __future__ import annotations

import re
from dataclasses import replace

from db.records import Bound
from nlp.quantities.draft import Draft
from nlp.quantities.units import INCLUSIVE, lexicon, looks_plural, singular
from nlp.quantities.words import any_of, one_of, words

LOOK_BACK = 48
# Articles and "de" between the words of a bound and the amount: "plus du triple", "près des deux tiers".
ARTICLE = r"(?: (?:la|le|les|un|une|ces|ses|seulement))?(?: ?l')?"
# The space goes after a sign: "les +de 60 ans".
DE = r"(?: ?d'| ?de\b| ?du\b| ?des\b)"
LINK = rf"(?: {any_of('bounds', 'adverbs')})?(?:{DE}| à| aux?)?{ARTICLE} ?$"
KINDS: tuple[tuple[Bound, str], ...] = (("<=", "at_most"), (">=", "at_least"), ("~", "about"))


def _before(key: str) -> re.Pattern[str]:
    with_de = set(words("bounds", "with_de"))
    strict = one_of(tuple(word for word in words("bounds", key) if word in with_de) or ("\0",))
    free = one_of(tuple(word for word in words("bounds", key) if word not in with_de))
    # "pas moins de" is no "moins de".
    return re.compile(rf"(?:(?<!\bpas ){strict}{DE}{ARTICLE} ?|{free}{LINK})$", re.IGNORECASE)


def _beginnings(key: str) -> tuple[str, ...]:
    """What must stand somewhere for `_before` to match: to see that nothing does is ten times cheaper."""
    return tuple(dict.fromkeys(word.split("*")[0].lower() for word in words("bounds", key)))


def _after(key: str) -> re.Pattern[str]:
    """After a comma it must end the clause: "12 lits, environ 40 agents" is about the agents."""
    word = any_of("bounds_after", key)
    comma = rf"(?:,(?= {word} ?(?:[.,;:!?)\n]|$)))?"
    return re.compile(rf"{BETWEEN}{comma} ?\(?{word}(?! (?:de|que)\b| d')", re.IGNORECASE)


# "980 euros net environ", "quatre fois plus, en gros"
BETWEEN = r"(?: (?:nets?|nettes?|bruts?|brutes?|ht|ttc|(?:de )?(?:plus|moins))\b)?"
BEFORE = tuple((bound, _before(key), _beginnings(key)) for bound, key in KINDS)
AFTER = tuple((bound, _after(key)) for bound, key in KINDS)
# "sous les 5 %" and "dans les 60 %"; but "sous 24 h", "dans les 20 lits", "dans les 70 milliards de déficit"
OF = re.compile(r" (?:de |d')")
UNDER, ROUGHLY = re.compile(r"\bsous (?:les )?$", re.IGNORECASE), re.compile(r"\bdans les $", re.IGNORECASE)
# "au-delà du plafond de douze ans": there is a ceiling, and it does not hold.
CROSSED = re.compile(r"\b(?:au[- ]delà|au[- ]dessus) du plafond(?: [^\W\d_]+)? (?:de |d'|à )$", re.IGNORECASE)
PLUS = re.compile(r"(?:^|(?<=[\s(«\"]))\+ ?$")
SUMMAND = re.compile(r"[\d%€] ?$")
BAC = re.compile(r"bac ?\+ ?$", re.IGNORECASE)

COMPLEMENT = rf"(?:\ (?:de\ |d'|du\ |des\ |en\ )(?:la\ |l')?[^\W\d_][\w'-]{{1,30}}(?:{INCLUSIVE})?)?"
FILLER = rf"(?:\ {any_of('per', 'fillers')})*"
PER = re.compile(
    rf"""{COMPLEMENT}{FILLER}
        (?:\ ?/\ ?|\ par\ |\ de\ l'(?=heure)|\ l'(?=heure\b|unité\b|hectare\b)
          |\ (?P<article>la|le|chaque|du|au|à\ la|de\ la|à)\ (?={any_of("per", "article_units")})
          |\ (?:à\ |de\ )?l'(?=(?:année|unité|entrée)\b)|\ pour\ (?:chaque|1)\ (?=[^\W\d_]))
        (?P<unit>m[23²³]|[^\W\d_]+(?:{INCLUSIVE})?)""",
    re.IGNORECASE | re.VERBOSE,
)
ADJECTIVE_PER = re.compile(
    rf"{COMPLEMENT}{FILLER} (?P<word>annuel|mensuel|hebdomadaire|quotidien|journalier)(?:le|ne)?s?\b", re.IGNORECASE
)
# "14 volailles à la minute", and no "300 € à la seconde tranche"
OFTEN = re.compile(r"à la (?:minute|seconde|journée|semaine)$", re.IGNORECASE)
AT_EACH = re.compile(r" ?[.,;:!?)]| ?$|\n| (?:et|soit|ou|pour|en|chez|dans|sur)\b")
PERIODS = {"annuel": "an", "mensuel": "mois", "hebdomadaire": "semaine", "quotidien": "jour", "journalier": "jour"}
NOT_PER = frozenset(words("per", "never"))
SLASH_UNITS = {"h": "heure", "j": "jour", "m": "mois", "a": "an", "sem": "semaine", "L": "litre", "l": "litre"}
NAME_GOES_ON = re.compile(r" [A-ZÀ-Þ]")


def with_bound(plain: str, draft: Draft) -> Draft:
    """The draft with the bound that its neighbours give it; a vague numeral keeps its own unless they are clear."""
    signed = _plus_sign(plain, draft)
    if signed:
        return signed
    before = plain[max(0, draft.start - LOOK_BACK) : draft.start].replace("\n", " ")
    lowered = before.lower()
    if CROSSED.search(before):
        return draft
    for bound, pattern, beginnings in BEFORE:
        if (
            any(map(lowered.__contains__, beginnings))
            and pattern.search(before)
            and not (draft.rule == "vague" and bound == "~")
        ):
            return replace(draft, bound=bound)
    for bound, pattern in AFTER:
        if pattern.match(plain, draft.end):
            return replace(draft, bound=bound)
    if draft.unit in ("%", "EUR"):
        if UNDER.search(before):
            return replace(draft, bound="<=")
        if draft.rule == "number" and ROUGHLY.search(before) and not OF.match(plain, draft.end):
            return replace(draft, bound="~")
    return draft


def _plus_sign(plain: str, draft: Draft) -> Draft | None:
    """`les +50 ans` are those of at least 50; `+3 %` is a rise of 3, its sign in the span."""
    before = plain[max(0, draft.start - 8) : draft.start]
    match = PLUS.search(before)
    if not match or BAC.search(before) or SUMMAND.search(before[: match.start()]):
        return None
    bound: Bound = ">=" if draft.unit == "an" else "="
    return replace(draft, start=draft.start - len(match.group()), bound=bound)


def with_per(plain: str, draft: Draft) -> Draft:
    """The draft with what its amount is divided by: a year, a head, an hour."""
    match = PER.match(plain, draft.end)
    if match and _is_named(match):
        match = None
    often = match and OFTEN.search(match.group())
    if often and not AT_EACH.match(plain, match.end()):  # type: ignore[union-attr]
        match = None
    if match and (draft.unit == "EUR" or not match["article"] or often):
        unit = match["unit"]
        short = SLASH_UNITS.get(unit) if "/" in match.group() else None
        if short or _divides(unit.lower()):
            return replace(draft, per=short or singular(unit))
    adjective = ADJECTIVE_PER.match(plain, draft.end)
    return replace(draft, per=PERIODS[adjective["word"].lower()]) if adjective else draft


def _is_named(match: re.Match[str]) -> bool:
    """`23 fois par Claire Hédon`, and the list "36,8 / Chine 8"; but "un médecin par Parisiens", "3 lits par EHPAD"."""
    unit = match["unit"]
    if " / " in match.group():
        return _is_name(unit)
    counted = unit.isupper() or (looks_plural(unit) and not NAME_GOES_ON.match(match.string, match.end()))
    return " par " in match.group() and _is_name(unit) and not counted


def _is_name(unit: str) -> bool:
    return unit[0].isupper() and unit not in SLASH_UNITS and unit.lower() not in lexicon().forms


def _divides(unit: str) -> bool:
    """A noun, and no manner: "par rapport", "par virement" divide nothing."""
    return unit not in NOT_PER and unit not in lexicon().never_nouns
