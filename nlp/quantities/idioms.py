"""Amounts that are not a numeral and a unit: fractions, one in three, dozens, half an hour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.records import Bound
from nlp.numbers import SPOKEN, Number, find_numbers
from nlp.quantities.draft import Draft, percent
from nlp.quantities.multiples import find_multiples
from nlp.quantities.ones import find_ones
from nlp.quantities.units import INCLUSIVE, Unit, lexicon, read_unit

ONE = {"un": 1, "une": 1}
PARTS = {
    "tiers": 3,
    "quart": 4,
    "cinquième": 5,
    "sixième": 6,
    "septième": 7,
    "huitième": 8,
    "neuvième": 9,
    "dixième": 10,
    "douzième": 12,
    "quinzième": 15,
    "vingtième": 20,
    "trentième": 30,
    "quarantième": 40,
    "cinquantième": 50,
    "centième": 100,
    "millième": 1000,
}
COLLECTIVES = {
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "millier": 1e3,
    "million": 1e6,
    "milliard": 1e9,
}
DIGIT_WORD = r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix)"
ROUND_WORD = r"(?:onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|cent|mille|cent mille)"

FRACTION = re.compile(
    r"""\b(?:(?P<count>une?|deux|trois|quatre|cinq|six|sept|huit|neuf|\d)(?P<joint>[ -])
          (?P<about>bon\ |gros\ |petit\ )?)?
        (?P<part>tiers|quarts?|(?:cinqu|six|sept|huit|neuv|dix|douz|quinz|vingt|trent|quarant|cinquant|cent|mill)ièmes?)\b
        (?!\ ?-|\ (?:payant|lieux?|état|monde|secteur|temps|exclu)|\ d'heure
          |\ de\ (?:finale|confiance|siècle|litre|tour))""",
    re.VERBOSE | re.IGNORECASE,
)
COMPLEMENT = re.compile(r" (?:de|du|des)\b| d'", re.IGNORECASE)
SHARE_OF = re.compile(r" (?:de (?:la|l'|nos|ses|ces|leurs)|du|des)\b", re.IGNORECASE)
BEFORE_THIRD = re.compile(r"(?:\b(?:d'|du |le |au |dernier |autre |dont |soit )|[:;(] )$")
# "un tiers évaporé", "un tiers couvert par les usagers": a person is never that.
GONE = re.compile(
    r" (?:\w{3,}(?:é|ée|és|ées)|envolée?s?|perdue?s?|partie?s?|couverte?s?|ouverte?s?|vide|disparue?s?)\b",
    re.IGNORECASE,
)
# "à un tiers", "par un tiers": a third person.
THIRD_PERSON = re.compile(r"\b(?:à|par|pour|avec|chez|un) $")
# ", un cinquième pour un lit", "soit un dixième donc"
OPENS = re.compile(
    r"(?:[,:;(–—] ?|\b(?:soit|est|fait|prend|pèse|perd|mange|représente) |(?:coupe|baisse|hausse|recul|réduction) d')$"
)
ENDS_CLAUSE = re.compile(r" ?(?:[.,;:!?)]|$|\n|[^\w\s])")
BEFORE_QUARTER = re.compile(r"\b(?:le |du |au |d'un |dernier |ce |premier )$")
PART_OF = re.compile(
    r" (?:de|du|des|d'|seulement|environ|plus|moins|sont|ont|a|est|en|dans|chez|pour|voire|ou|et|restent|manque|à|donc"
    r"|alors)\b"
    r"|d'|,? ?[.,;:!?)]| ?$|\n| ?[^\w\s]",
    re.IGNORECASE,
)
# "un cinquième y passe", "un tiers provient de": what a part does, where a noun would make a rank of it.
DOES = re.compile(
    r" (?:n'|s'|ne\b|se\b|y\b|en (?!effet)|va\b|vont\b|(?:pro)?vien(?:t|nent)\b|par(?:t|tent)\b|passe(?:nt)?\b"
    r"|disparai|disparaî|concern|relève|échappe|dépend|revien|rest(?:e|ent)\b|dor(?:t|ment)\b|vi(?:t|vent)\b|habite|touche|perçoi|attend"
    r"|quitt|abandonn|renonc|déclar|travaill|représent|seulement\b|à peine\b|environ\b|tout juste\b)",
    re.IGNORECASE,
)
LESS = re.compile(r" (?:(?:de|en) (?:plus|moins)\b|a disparu\b|ont disparu\b|manque)", re.IGNORECASE)
HALF = re.compile(r"(?<!-)\b(?:la )?moitié\b(?!-)", re.IGNORECASE)
HALFWAY = re.compile(
    r" (?:du|de la|de l'|de son|de leur|des) ?"
    r"(?:mandat|chemin|parcours|année|mois|siècle|quinquennat|saison|trajet|séance|vie)",
    re.IGNORECASE,
)
NOT_HALF = re.compile(r"\b(?:à|ma|sa|ta|moitié) $", re.IGNORECASE)
HALVED = (
    r"(?:heure|journée|siècle|litre|point|kilo|tonne|mètre|année|part|douzaine|dizaine|million|milliard"
    r"|tarif|poste|page|ETP)s?"
)
PART_OF_UNIT = re.compile(
    rf"(?<!\d )\b(?:(?P<count>une?|deux|trois|\d) )?"
    rf"(?:demie?[ -](?P<unit>{HALVED})|(?:quarts?|(?P<fourths>[13])/4) (?:d'|de )(?P<of>heure|litre|siècle))\b",
    re.IGNORECASE,
)
DEFINITE = re.compile(r"(?:\b(?:la|le|les|cette|chaque|par) |l')$", re.IGNORECASE)
HOURS = re.compile(r"\b(?P<hours>\d{1,3}) ?h ?(?P<minutes>[0-5]\d)(?: ?(?:mn|min|minutes?))?\b", re.IGNORECASE)
SLASHED = re.compile(
    r"(?<![\w/])(?P<a>\d{1,3}) ?/ ?(?P<b>\d{1,4})(?= (?:de|du|des)\b| d'(?!heure))"
    r"|\b(?:soit|les|aux|environ) (?P<c>\d) ?/ ?(?P<d>\d{1,2})\b(?!/)"
)

ONE_IN = re.compile(
    rf"""(?<![\w,.])(?P<count>\d{{1,3}}(?:,\d)?|une?(?:[·.]e)?|{DIGIT_WORD})
        (?P<what>(?:\ (?!sur\b)[^\W\d_][\w'-]{{0,24}}(?:{INCLUSIVE})?){{0,3}}?)\ sur[ ]
        (?P<of>\d{{1,3}}(?:\ \d{{3}})*|{DIGIT_WORD}|{ROUND_WORD}(?:[\ -](?:et[\ -])?{SPOKEN})*)\b(?![,.]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
NOT_IN = re.compile(r" ?(?:(?:ans?|années?|euros?|millions?|milliards?|h|pages?)\b|€|%|M€|k€|\d)", re.IGNORECASE)

VAGUE = re.compile(
    r"""(?P<lead>\b(?:des|les|ces|ses|nos|leurs|de|par|quelques|plusieurs|plusieures|qques|pls)\ )?
        \b(?P<core>(?P<many>100|1000|10)?(?P<word>aines|iers|dizaines|vingtaines|centaines|milliers|millions|milliards)
        (?:\ et\ \w+aines)?(?:\ de\ (?P<scale>milliers|millions|milliards))?)\b""",
    re.VERBOSE | re.IGNORECASE,
)
ABOUT = re.compile(
    rf"""\b(?P<core>(?:une\ (?:bonne\ |petite\ |grosse\ )?|(?P<count>{DIGIT_WORD}|\d{{1,2}})\ )
          (?P<word>dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|centaine|millier)s?
         |un\ (?P<thousand>millier)|(?:une\ )?(?P<tens>10|15|20|30|40|50|60|100)z?aine(?!\w))
        (?:\ de\ (?P<scale>milliers|millions|milliards))?\b""",
    re.VERBOSE | re.IGNORECASE,
)
SHORT_ENDINGS = ("aines", "iers")  # 100aines, 1000iers
OF_SOMETHING = re.compile(r" d[e'u]", re.IGNORECASE)
AFTER_A_NUMERAL = re.compile(rf"(?:\d|\b{SPOKEN})[ -]$", re.IGNORECASE)
NEEDS_NOUN = ("quinzaine", "quarantaine")  # alone: two weeks, an isolation


def find_idioms(plain: str, numbers: Iterable[Number]) -> list[Draft]:
    """Drafts of all amounts said without a plain numeral and unit, in the order of the text, without overlaps."""
    drafts, lowered = find_multiples(plain, numbers), plain.lower()
    for finder, pieces in (
        (_one_in, (" sur ",)),
        (_hours, ("h",)),
        (_parts_of_units, ("demi", "quart", "/4 ")),
        (_fractions, ("tiers", "quart", "ième")),
        (_halves, ("moitié",)),
        (_slashed, ("/",)),
        (_about, ("aine", "millier")),
        (find_ones, ("un ", "une ")),
        (_vague, ("aines", "milliers", "0iers", "millions", "milliards")),
    ):
        # To see that none of these stands in a text is ten times cheaper than that no pattern matches.
        if any(map(lowered.__contains__, pieces)):
            drafts += finder(plain)
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda d: (d.start, d.start - d.end)):
        if not kept or draft.start >= kept[-1].end:
            kept.append(draft)
    return kept


def small(word: str) -> float:
    """The value of a small numeral, in digits or in words."""
    number = find_numbers(word)
    return ONE.get(word.lower().split("·")[0].split(".")[0]) or (number[0].value if number else 0.0)


def _one_in(plain: str) -> Iterator[Draft]:
    for match in ONE_IN.finditer(plain):
        count, of = small(match["count"]), small(match["of"])
        tight = count <= 10 or not match["what"]
        if not 0 < count < of or NOT_IN.match(plain, match.end()) or not tight:
            continue
        words = match["what"].split()
        if len(words) > 1 and words[-1].endswith("ent") and count > 1:
            continue  # "deux agents veillent sur 80 lits"
        if any(word.lower() in lexicon().never_nouns for word in words[:1]):
            continue
        noun = match.start("what") + 1 if match["what"] else -1
        yield Draft(match.start(), match.end(), percent(count / of), "%", "one-in", core=match.start(), noun=noun)


def _fractions(plain: str) -> Iterator[Draft]:
    for match in FRACTION.finditer(plain):
        part = match["part"].lower()
        count = small(match["count"]) if match["count"] else 1.0
        if match["joint"] == "-" and part.startswith("quart") and not SHARE_OF.match(plain, match.end()):
            continue  # a cake, a coat, a player
        if match["about"] or _is_fraction(match, part, count):
            share = percent(count / (PARTS.get(part) or PARTS[part.rstrip("s")]))
            bound: Bound = "~" if match["about"] else "="
            yield Draft(match.start(), match.end(), share, "%", "fraction", bound, match.start())


def _is_fraction(match: re.Match[str], part: str, count: float) -> bool:
    """Leaves out a third person (un tiers), ranks (le dixième arrondissement) and the tenth of a list."""
    plain, start, end = match.string, match.start(), match.end()
    before = plain[max(0, start - 14) : start].lower()
    if match["count"] and not THIRD_PERSON.search(before) and DOES.match(plain, end):
        return True
    if match["count"] and GONE.match(plain, end) and not THIRD_PERSON.search(before):
        return True
    if count == 1 and not PART_OF.match(plain, end):
        return False
    complement = COMPLEMENT.match(plain, end)
    if part == "tiers":
        alone = match["count"] and ENDS_CLAUSE.match(plain, end) and not THIRD_PERSON.search(before)
        return count > 1 or bool(complement or alone or BEFORE_THIRD.search(before) or LESS.match(plain, end))
    if part.startswith("quart"):
        return bool(match["count"] or BEFORE_QUARTER.search(before))
    if match["count"] and (ENDS_CLAUSE.match(plain, end) or LESS.match(plain, end)):
        return True
    if match["count"] and OPENS.search(before) and not _follows_in_rank(plain, start, part):
        return True
    return bool(complement) and (match["count"] is not None or before.endswith(("le ", "du ", "au ")))


def _follows_in_rank(plain: str, start: int, part: str) -> bool:
    """`quatre élus, un cinquième est parti`: one more of those told before."""
    one_less = PARTS.get(part, PARTS.get(part.rstrip("s"), 0)) - 1
    before = plain[max(0, start - 60) : start].lower()
    return any(small(word) == one_less for word in re.findall(rf"\b{DIGIT_WORD}\b|\b\d\b", before))


def _halves(plain: str) -> Iterator[Draft]:
    for match in HALF.finditer(plain):
        article = len(match.group()) > len("moitié")
        of_it = article and COMPLEMENT.match(plain, match.end()) and not HALFWAY.match(plain, match.end())
        if of_it or not NOT_HALF.search(plain[max(0, match.start() - 10) : match.start()]):
            yield Draft(match.start(), match.end(), 50.0, "%", "fraction", core=match.start())


def _slashed(plain: str) -> Iterator[Draft]:
    for match in SLASHED.finditer(plain):
        count, of = int(match["a"] or match["c"]), int(match["b"] or match["d"])
        start = match.start("a") if match["a"] else match.start("c")
        if 0 < count < of:
            yield Draft(start, match.end(), percent(count / of), "%", "fraction", core=start)


def _parts_of_units(plain: str) -> Iterator[Draft]:
    """`une demi-heure`, `trois quarts d'heure`, `un demi-milliard d'euros`."""
    for match in PART_OF_UNIT.finditer(plain):
        if not (match["count"] or match["fourths"]) and DEFINITE.search(
            plain[max(0, match.start() - 8) : match.start()]
        ):
            continue
        written = match["count"] or match["fourths"]
        count = small(written) if written else 1.0
        if match["of"]:
            unit = read_unit(plain, match.start("of"), 1)
            yield Draft(
                match.start(), match.end(), count / 4, unit.name if unit else None, "part of unit", core=match.start()
            )
            continue
        word = match["unit"].lower().rstrip("s")
        if word in COLLECTIVES:
            unit = read_unit(plain, match.end(), 100, scaled=True)
            end = unit.end if unit else match.end()
            bound: Bound = "~" if word in ("douzaine", "dizaine") else "="
            yield Draft(
                match.start(),
                end,
                COLLECTIVES[word] / 2,
                unit.name if unit else None,
                "part of unit",
                bound,
                match.start(),
            )
        else:
            unit = read_unit(plain, match.start("unit"), 1)
            yield Draft(
                match.start(), match.end(), count / 2, unit.name if unit else None, "part of unit", core=match.start()
            )


def _hours(plain: str) -> Iterator[Draft]:
    """`3h30 d'attente`: hours of the clock are masked before."""
    for match in HOURS.finditer(plain):
        value = int(match["hours"]) + int(match["minutes"]) / 60
        yield Draft(match.start(), match.end(), value, "heure", "hours", core=match.start())


def _about(plain: str) -> Iterator[Draft]:
    for match in ABOUT.finditer(plain):
        word = (match["word"] or match["thousand"] or "").lower()
        each = float(match["tens"]) if match["tens"] else COLLECTIVES[word]
        value = each * (small(match["count"]) if match["count"] else 1) * _scale(match["scale"])
        unit = read_unit(plain, match.end(), value, scaled=True)
        if unit is None and word in NEEDS_NOUN:
            continue
        yield _counted(match.start("core"), match.end(), value, unit, "~")


def _vague(plain: str) -> Iterator[Draft]:
    for match in VAGUE.finditer(plain):
        many, word = match["many"], match["word"].lower()
        if bool(many) != (word in SHORT_ENDINGS) or (
            not many and not match["lead"] and not OF_SOMETHING.match(plain, match.end())
        ):
            continue
        if AFTER_A_NUMERAL.search(plain[max(0, match.start() - 10) : match.start()]):
            continue
        value = (float(many) if many else COLLECTIVES[word.rstrip("s")]) * _scale(match["scale"])
        yield _counted(match.start("core"), match.end(), value, read_unit(plain, match.end(), value, scaled=True), ">=")


def _counted(start: int, end: int, value: float, unit: Unit | None, bound: Bound) -> Draft:
    if unit is None:
        return Draft(start, end, value, None, "vague", bound, start, scale=10, bare=True)
    return Draft(start, unit.end, value * unit.factor, unit.name, "vague", bound, start, unit.noun_start, scale=10)


def _scale(word: str | None) -> float:
    return COLLECTIVES[word.lower().rstrip("s")] if word else 1.0
