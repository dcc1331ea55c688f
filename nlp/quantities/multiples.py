"""Times: 2x, the double, has doubled, divided by three, a double increase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.records import Bound
from nlp.numbers import Number
from nlp.quantities.draft import AND_A_HALF, Draft
from nlp.quantities.units import lexicon

MULTIPLES = {"doubl": 2, "tripl": 3, "quadrupl": 4, "quintupl": 5, "sextupl": 6, "décupl": 10, "centupl": 100}
ROOT = r"(?P<root>doubl|tripl|quadrupl|quintupl|sextupl|décupl|centupl)"
ALMOST = r"(?:environ |presque |près de |plus de )?"

# "x3", "3x"; in "2 x 115 km" the cross multiplies what stands before it.
TIMES = re.compile(
    r"(?<![\w,.])(?P<before>\d+(?:,\d+)?) ?[x×](?!\w| ?\d)"
    r"|(?<!\w)(?:[x×]|(?<!\d )[x×] )(?P<after>\d+(?:,\d+)?)\b"
    r"(?!,\d| ?[\d€%$=]| (?:M|Md|k|m)€| [^\W\d_]+s\b)",
    re.IGNORECASE,
)
NOUN = re.compile(
    rf"\b(?:(?P<so_much>le )|du |au |en |un )(?P<word>{ROOT}e)"
    r"(?= (?:de|du|des|voire|en|que?)\b| d'| ?[,.;:!?)]| ?$|\n|(?(so_much) (?:pour|avec|sans|chez)\b|(?!)))",
    re.IGNORECASE | re.MULTILINE,
)
# "Un doublement !": it has; "le doublement" tells no amount by itself.
DOUBLING = re.compile(
    r"\b(?:un|d'un) (?:quasi[ -])?(?P<word>(?P<root>doubl|tripl|quadrupl|quintupl|décupl)ement)\b", re.IGNORECASE
)
# "Doublée !", "Doublement sec", "Elle double, tranquillement": what has changed is named before.
ALONE = re.compile(
    rf"""(?:(?:^|[.!?:;\n=→»(]\ ?)(?:plus\ que\ |presque\ |quasi(?:ment)?\ |(?<!\(\ )[^\W\d_]{{4,}}\ )?
            (?P<word>{ROOT}ée?s?)
          |(?:^|[.!?\n]\ ?)(?P<noun>{ROOT.replace("root", "noun_root")}ement)(?=\ sec\b|\ net\b|\ en\ \d|\ ?[.!?])
          |\b(?:il|elle|ils|elles|ça|cela)\ (?P<verb>{ROOT.replace("root", "verb_root")}e(?:nt)?))
        (?=\ ?[.!?,;:)\n]|\ ?$|\ (?:sec|net|depuis|en\ (?:\d|deux|trois|cinq|dix|un\ an))\b)""",
    re.IGNORECASE | re.VERBOSE,
)
# After an auxiliary only: "a presque doublé", "va tripler".
VERB = re.compile(
    rf"""\b(?:a|ont|avait|avaient|aura|auront|aurait|auraient|ait|ayant|été|est|sont|va|vont|doit|doivent|devrait
            |devraient|pourrait|pourraient|faire|fait|veut|faut|à|de|pour|quasi|presque)[ ]
        (?:(?:presque|quasiment|quasi|plus\ que|même|déjà|ainsi|donc|bien|largement|nettement|tout\ simplement
            |carrément|littéralement)\ ){{0,2}}
        (?:[«"“]\ ?)?
        (?P<word>{ROOT}(?:ée?s?|er))\b""",
    re.VERBOSE | re.IGNORECASE,
)
ADJECTIVE = re.compile(rf"\b(?:une?|la|le|cette|ce|sa|son) (?P<word>{ROOT}e) (?P<noun>[^\W\d_]{{3,}})", re.IGNORECASE)
# "A plus que doublé": at least. No bound of all amounts: "il ne reste plus que 12 lits" tells the contrary.
MORE_THAN = re.compile(r"(?<!\w)plus que (?:[«\"“] ?)?$", re.IGNORECASE)
BY_FACTOR = re.compile(
    rf"\b(?:multipli|divis|démultipli)\w* (?:[^\W\d_]+(?:'[^\W\d_]+)? ){{0,6}}?{ALMOST}par {ALMOST}$", re.IGNORECASE
)
# "divisé par 1 050 agents": shared out, no factor.
THINGS = re.compile(
    r" (?!fois\b|en |depuis |dans |entre |pour |sous |plus |ans\b|moins |mais |alors |puis |chez |apr)[^\W\d_]{3,}s\b"
)
# "un écart de 1 à 5": the greater is five times the smaller; "une fourchette de 1 à 5 %" is another thing.
RATIO = re.compile(
    r"\b(?:rapport|écart|ratio|différentiel|disproportion)s?(?: [^\W\d_]+(?:'[^\W\d_]+)?){0,5} (?P<one>(?:1|un) à )$",
    re.IGNORECASE,
)
RATIO_ENDS = re.compile(
    r" ?(?:[.,;:!?)…]|$|\n)| (?:entre|selon|pour|en|dans|avec|contre|au|aux|chez|depuis|d'une?)\b", re.IGNORECASE
)
REACH = 60


def find_multiples(plain: str, numbers: Iterable[Number]) -> list[Draft]:
    """Drafts of all multiples that are not "n fois", finder by finder."""
    numbers = tuple(numbers)
    found = [*_times(plain), *_by_factor(plain, numbers), *_ratios(plain, numbers)]
    lowered = plain.lower()
    if any(map(lowered.__contains__, MULTIPLES)):  # cheaper than to see that no pattern matches
        found += [*_words(plain), *_adjectives(plain)]
    return found


def _times(plain: str) -> Iterator[Draft]:
    for match in TIMES.finditer(plain):
        value = float((match["before"] or match["after"]).replace(",", "."))
        yield Draft(match.start(), match.end(), value, "fois", "times", core=match.start())


def _words(plain: str) -> Iterator[Draft]:
    for pattern in (NOUN, VERB, DOUBLING):
        for match in pattern.finditer(plain):
            yield _changed(plain, *match.span("word"), match["root"])
    for match in ALONE.finditer(plain):
        name = next(name for name in ("word", "noun", "verb") if match[name])
        start, end = match.span(name)
        root: str = match["root"] or match["noun_root"] or match["verb_root"]
        yield _changed(plain, start, end, root)


def _changed(plain: str, start: int, end: int, root: str) -> Draft:
    bound: Bound = ">=" if MORE_THAN.search(plain[max(0, start - REACH) : start]) else "="
    return Draft(start, end, MULTIPLES[root.lower()], "fois", "multiple", core=start, bound=bound)


def _adjectives(plain: str) -> Iterator[Draft]:
    for match in ADJECTIVE.finditer(plain):
        noun = match["noun"].lower()
        if noun not in lexicon().double_idioms and noun not in lexicon().never_nouns:
            value, start = MULTIPLES[match["root"].lower()], match.start("word")
            yield Draft(start, match.end(), value, noun, "multiple", core=start, noun=match.start("noun"))


def _ratios(plain: str, numbers: Iterable[Number]) -> Iterator[Draft]:
    """`un rapport de 1 à 5`."""
    for number in numbers:
        if not plain.startswith(" à ", number.start - 3) or not RATIO_ENDS.match(plain, number.end):
            continue
        ratio = RATIO.search(plain[max(0, number.start - REACH) : number.start])
        if ratio and number.value > 1:
            start = number.start - len(ratio["one"])
            yield Draft(start, number.end, number.value, "fois", "factor", core=start)


def _by_factor(plain: str, numbers: Iterable[Number]) -> Iterator[Draft]:
    """`multiplié par trois`, `divisées par 10`."""
    for number in numbers:
        things = THINGS.match(plain, number.end)
        if not things and BY_FACTOR.search(plain[max(0, number.start - REACH) : number.start]):
            half = AND_A_HALF.match(plain, number.end)
            value, end = (number.value + 0.5, half.end()) if half else (number.value, number.end)
            yield Draft(number.start, end, value, "fois", "factor", core=number.start)
