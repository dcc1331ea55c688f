"""`un` and `une` that measure: "moins d'un an", "un jour par semaine". Everywhere else they are articles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.quantities.draft import Draft
from nlp.quantities.units import lexicon, read_unit
from nlp.quantities.words import any_of, words

ONE = re.compile(
    rf"\b(?<!\bet )(?<!-)une? (?P<unit>{any_of('ones', 'units')})(?![\w-])(?! et demie?\b)(?! sur )", re.IGNORECASE
)
BOUND = re.compile(rf"(?:\b(?:plus|moins|près) d'|{any_of('ones', 'after')} )$", re.IGNORECASE)
PER = re.compile(r" par (?P<per>[^\W\d_]{2,})", re.IGNORECASE)
NOT_PER = frozenset(words("per", "never"))
ALWAYS = "an"  # of it there is nothing to tell: "un jour" is some day, "un an" is a year
LOOK_BACK = 16


def find_ones(plain: str) -> Iterator[Draft]:
    """Drafts of one year, one day a week, more than one hour."""
    for match in matches(plain, 0, len(plain)):
        unit = read_unit(plain, match.start("unit"), 1)
        if unit:
            yield Draft(match.start(), unit.end, 1.0, unit.name, "one", core=match.start(), noun=match.start("unit"))


def matches(plain: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Where one of something is measured in `plain[start:end]`."""
    for match in ONE.finditer(plain, start, end):
        before = plain[max(start, match.start() - LOOK_BACK) : match.start()]
        per = PER.match(plain, match.end())
        if match["unit"].lower() == ALWAYS or BOUND.search(before) or (per and _divides(per["per"].lower())):
            yield match


def _divides(word: str) -> bool:
    return word not in NOT_PER and word not in lexicon().never_nouns
