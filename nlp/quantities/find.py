"""Amounts: numerals that measure something, each with its value, unit, bound and what it counts.

The conventions: `value` is in base units (15 M€ is 15 000 000 EUR), `unit` is EUR, %, fois or a singular French noun.
The span is numeral, scale and unit word; "plus de" and its like show in `bound` only. Articles, dates, hours, ranks,
labels and names are no amounts (`masks`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from db.records import Quantity
from nlp.numbers import Number, find_numbers
from nlp.quantities.bounds import with_bound, with_per
from nlp.quantities.context import inherit, keep_amounts
from nlp.quantities.counted import what_is_counted
from nlp.quantities.draft import AND_A_HALF, Draft
from nlp.quantities.excerpts import Excerpt, find_excerpts
from nlp.quantities.idioms import find_idioms
from nlp.quantities.masks import hide
from nlp.quantities.ranges import join_ranges
from nlp.quantities.units import Unit, read_unit
from nlp.quantities.words import any_of, words
from nlp.sentences import split_sentences
from nlp.text import Range, normalise

COINS = re.compile(
    r" (?:et )?(?P<n>\d{1,2})(?: (?:centimes?|cents?|cts)\b|(?!\w|[.,]?\d| ?(?:[^\W\d_]|%|€)))"
    r"|(?<=€)(?P<glued>\d\d)(?!\d)",
    re.IGNORECASE,
)
ARTICLE_HALF = re.compile(
    r"\b(?:une?|cette|l') ?(?P<core>(?P<unit>[^\W\d_]{3,}|an))"
    r" et demie?\b",
    re.IGNORECASE,
)
PREFIXED = re.compile(r"(?<!\d)(?<!\d )(?P<sign>[$£€]|EUR|USD|GBP|CHF) ?$")
NEVER_NONE = frozenset(words("zero", "never"))
# A digit may belong to a name before: "la société 0 cash".
OPENS = re.compile(
    r"(?:^|[^\w\s] ?|\n|\b(?:a|ai|avons|avez|ont|avec|et|soit|donc|eu|reste|toujours|pour) )$", re.IGNORECASE
)
BELOW_ZERO = re.compile(r" (?:en[- ]dessous de|sous) (?:z[ée]ro|0)\b", re.IGNORECASE)
# "à zéro", "le taux zéro", "objectif zéro": a name, a start, and none of what follows
NO_COUNT = re.compile(rf"{any_of('zero', 'before')}(?: «)? $", re.IGNORECASE)
LOOSE = "loose"
"""The rule of a numeral that may or may not measure something: what it is a number of has to be guessed."""


def find_quantities(text: str, sentences: Sequence[Range] | None = None) -> tuple[Quantity, ...]:
    """Every amount of `text`, in its order; offsets are code points of `text`.

    `sentences`: ranges from `split_sentences(text)`, if the caller has them. A numeral whose noun is understood
    ("dont 70 000") takes the unit of an amount before it, at most two sentences back; with none, `unit` is None.
    """
    return amounts_only(find_numerals(text, sentences))


def amounts_only(numerals: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Those of `find_numerals` that measure something for sure."""
    return tuple(numeral for numeral in numerals if numeral.rule != LOOSE)


def find_numerals(text: str, sentences: Sequence[Range] | None = None) -> tuple[Quantity, ...]:
    """The amounts of `find_quantities` and, by the rule `LOOSE`, without a unit, other numerals: "Gare 1 315", "Dix."

    Dates, hours, ranks and labels are never among them.
    """
    normal = normalise(text)
    if sentences is None or normal.starts:
        sentences = split_sentences(normal.text)
    found: list[Quantity] = []
    for excerpt in find_excerpts(normal.text, sentences):
        plain = hide(excerpt.text)
        for draft in _drafts(plain, excerpt):
            start, end = (normal.original(excerpt.original(at)) for at in (draft.start, draft.end))
            found.append(_quantity(plain, draft, text, start, end))
    return tuple(found)


def _drafts(plain: str, excerpt: Excerpt) -> list[Draft]:
    numbers = find_numbers(plain)
    idioms = [*find_idioms(plain, numbers), *_halves_of_articles(plain)]
    every = join_ranges(plain, _merge(idioms, _from_numbers(plain, numbers, idioms)))
    kept = keep_amounts(plain, every)
    sure = {draft.start for draft in kept}
    drafts = [draft if draft.rule == "range" else with_bound(plain, draft) for draft in kept]
    drafts = inherit(plain, [with_per(plain, draft) for draft in drafts], excerpt)
    loose = (draft for draft in every if draft.start not in sure and draft.value > 1)
    return sorted([*drafts, *(_loose(plain, draft) for draft in loose)], key=lambda draft: draft.start)


def _loose(plain: str, draft: Draft) -> Draft:
    return with_per(plain, with_bound(plain, replace(draft, unit=None, rule=LOOSE)))


def _quantity(plain: str, draft: Draft, text: str, start: int, end: int) -> Quantity:
    return Quantity(
        surface=text[start:end],
        value=draft.value,
        unit=draft.unit,
        bound=draft.bound,
        counted=None if draft.rule == LOOSE else what_is_counted(plain, draft),
        per=draft.per,
        start=start,
        end=end,
        rule=draft.rule,
    )


def _merge(first: Iterable[Draft], second: Iterable[Draft]) -> list[Draft]:
    """Both, in the order of the text; where two overlap the first list wins."""
    kept = list(first)
    taken = sorted((draft.start, draft.end) for draft in kept)
    free = (draft for draft in second if not any(draft.overlaps(*span) for span in _near(taken, draft)))
    return sorted([*kept, *free], key=lambda draft: draft.start)


def _near(taken: list[Range], draft: Draft) -> list[Range]:
    at = bisect_left(taken, (draft.start, draft.start))
    return taken[max(0, at - 1) : at + 2]


def _halves_of_articles(plain: str) -> list[Draft]:
    """`un an et demi`, `cette année et demie`."""
    drafts = []
    for match in ARTICLE_HALF.finditer(plain):
        word = match["unit"].lower()
        unit = read_unit(plain, match.start("core"), 1)
        article = match.group().lower().startswith("un")
        start = match.start() if article else match.start("core")
        drafts.append(
            Draft(
                start, match.end(), 1.5, unit.name if unit else word, "and a half", core=start, noun=match.start("core")
            )
        )
    return drafts


def _from_numbers(plain: str, numbers: Iterable[Number], taken: list[Draft]) -> list[Draft]:
    spans = sorted((draft.start, draft.end) for draft in taken)
    drafts: list[Draft] = []
    for number in numbers:
        probe = Draft(number.start, number.end, number.value, None, "number")
        if drafts and probe.start < drafts[-1].end:
            continue
        if any(probe.overlaps(*span) for span in _near(spans, probe)):
            continue
        draft = _from_number(plain, number)
        if draft:
            drafts.append(draft)
    return drafts


def _from_number(plain: str, number: Number) -> Draft | None:
    prefixed = PREFIXED.search(plain[max(0, number.start - 6) : number.start])
    if prefixed:
        unit = read_unit(prefixed["sign"], 0, number.value)
        start = number.start - len(prefixed.group())
        return Draft(
            start,
            number.end,
            number.value,
            unit.name if unit else None,
            "sign before",
            core=number.start,
            scale=number.scale,
        )
    # "3 000 000 d'euros", as "3 millions d'euros"
    unit = read_unit(plain, number.end, number.value, scaled=number.scale >= 1e3 or number.value >= 1e6)
    if unit is None:
        half = AND_A_HALF.match(plain, number.end) if number.scale == 1 else None
        value, end = (number.value + 0.5, half.end()) if half else _below_zero(plain, number.value, number.end)
        return Draft(
            number.start,
            end,
            value,
            None,
            "number",
            core=number.start,
            scale=number.scale,
            literal=number.literal,
            bare=True,
        )
    if number.value == 0 and unit.kind == "noun" and not _none_of(plain, number, unit):
        return None
    return _with_unit(plain, number, unit)


def _none_of(plain: str, number: Number, unit: Unit) -> bool:
    """`zéro pédiatre`, and no `zéro carbone`: things that could be counted."""
    before = plain[max(0, number.start - 16) : number.start]
    if unit.name.lower() in NEVER_NONE or (number.literal != "words" and not OPENS.search(before)):
        return False
    return not NO_COUNT.search(before)


def _with_unit(plain: str, number: Number, unit: Unit) -> Draft:
    value, end = float(f"{number.value * unit.factor:.12g}"), unit.end
    half = AND_A_HALF.match(plain, end)
    coins = (
        COINS.match(plain, end) if unit.name in ("EUR", "dollar") and unit.factor == 1 and number.scale == 1 else None
    )
    if half:
        value, end = value + 0.5, half.end()
    elif coins:
        value, end = value + int(coins["n"] or coins["glued"]) / 100, coins.end()
    value, end = _below_zero(plain, value, end)
    return Draft(
        number.start,
        end,
        value,
        unit.name,
        "number",
        core=number.start,
        noun=unit.noun_start,
        scale=number.scale,
        literal=number.literal,
    )


def _below_zero(plain: str, value: float, end: int) -> tuple[float, int]:
    match = BELOW_ZERO.match(plain, end)
    return (-value, match.end()) if match else (value, end)
