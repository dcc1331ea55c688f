"""Amounts that stand together: from a to b, a or b, a, b and c."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.quantities.draft import Draft
from nlp.quantities.words import any_of

TO = re.compile(r" ?(?:à|-|–|jusqu'à|ou|/) ?", re.IGNORECASE)
AND = re.compile(r" ?(?:,|et|ou|puis|contre) ?", re.IGNORECASE)
BETWEEN = re.compile(r"\bentre (?:environ |les )?$", re.IGNORECASE)
# "passé de 3 à 5 %" tells two amounts, one after the other, not a range.
CHANGE = re.compile(rf"{any_of('change', 'verbs')}(?: [^\W\d_]+'?[^\W\d_]*){{0,4}} (?:de |d')$", re.IGNORECASE)
FROM = re.compile(r"\b(?:de|du|des|entre) (?:près de |plus de |environ )?$|\bd'$", re.IGNORECASE)
CENTS = re.compile(r"(?:centime|cent|ct)s?$", re.IGNORECASE)
REACH = 60
SHARED = re.compile(r" ?(?:chacun|(?:par|pour chaque|la|l'|le) (?:personne|tête|agent|élève|unité|pièce)|pièce)")
# "3 à 4 000 € pièce": so many, and what each costs.
EACH = re.compile(r" ?(?:pièce|l'un|l'unité|chacune?)\b")
# "J'en ai six, 4 800 € de ma poche", "partagés à trois, 560 € chacun": so many, and then what they cost.
SO_MANY = re.compile(r"\b(?:en (?:\w+ )?\w+|sont|sommes|étions|étaient|à) $", re.IGNORECASE)


def join_ranges(plain: str, drafts: list[Draft]) -> list[Draft]:
    """The drafts, with units and scales shared inside ranges and lists, and the bounds of ranges set."""
    result = list(drafts)
    for at in range(len(result) - 2, -1, -1):
        left, right = result[at], result[at + 1]
        if right.start - left.end > 10:
            continue
        gap = plain[left.end : right.start]
        between = bool(BETWEEN.search(plain[max(0, left.start - REACH) : left.start])) and gap.strip() == "et"
        if between or TO.fullmatch(gap):
            result[at], result[at + 1] = _range(plain, left, right, between)
        elif (
            left.bare
            and not right.bare
            and AND.fullmatch(gap)
            and right.unit not in ("%", "fois")
            and left.scale == 1 == right.scale
            and not ("," in gap and _counts_sharers(plain, left, right))
        ):
            result[at] = replace(left, unit=right.unit, bare=False, rule="list")
    return result


def _counts_sharers(plain: str, left: Draft, right: Draft) -> bool:
    if SHARED.match(plain, right.end):
        return True
    return left.literal != right.literal and SO_MANY.search(plain[max(0, left.start - REACH) : left.start]) is not None


def _range(plain: str, left: Draft, right: Draft, between: bool) -> tuple[Draft, Draft]:
    apart = _at_a_price(plain, left, right) or _shared_among(plain, left, right)
    if left.bare and (right.unit is not None or right.scale >= 1e6) and not apart:
        left = _like(plain, left, right)
    if not (apart or EACH.match(plain, right.end)):
        left = _same_scale(left, right)
    if left.unit != right.unit or left.value >= right.value:
        return left, right
    before = plain[max(0, left.start - REACH) : left.start]
    both_written = left.noun >= 0 and right.noun >= 0
    if not between and (CHANGE.search(before) or both_written):
        return left, right
    return replace(left, bound=">=", rule="range"), replace(right, bound="<=", rule="range")


def _at_a_price(plain: str, left: Draft, right: Draft) -> bool:
    """`tablettes : 1 900 à 330 €`: so many of them; a change is told from one to the other, a range upwards."""
    falls = right.unit == "EUR" and left.scale == 1 and left.value > right.value
    return falls and not FROM.search(plain[max(0, left.start - REACH) : left.start])


def _shared_among(plain: str, left: Draft, right: Draft) -> bool:
    """`1,5 milliard à 5 millions d'entreprises`: so much to so many; two ends of a range rise or are told "de"."""
    if not 1e6 <= right.scale < left.scale:
        return False
    return not FROM.search(plain[max(0, left.start - REACH) : left.start])


def _same_scale(left: Draft, right: Draft) -> Draft:
    """`120 à 130 000 lits`, `3 à 5 000 euros`: the thousands are said once."""
    said_once = left.scale == 1 == right.scale and 1 <= left.value < 1000 <= right.value and right.value % 1000 == 0
    large = right.value >= 100_000
    grouped = left.literal == "digits" and right.literal == "grouped"
    least = right.value / (3 if large else 2)
    if said_once and (large or grouped) and least <= left.value * 1000 < right.value:
        return replace(left, value=left.value * 1000)
    return left


def _like(plain: str, left: Draft, right: Draft) -> Draft:
    """The first takes the unit of the second, and its scale: "de 40 à 32 millions", "de 16 à 25 centimes"."""
    value, scale = left.value, left.scale
    if left.scale == 1 and right.scale >= 1e3 and left.literal != "grouped" and value < 1000:
        value, scale = value * right.scale, right.scale
    elif right.unit == "EUR" and CENTS.search(plain[right.start : right.end]):
        value /= 100
    still_bare = right.unit is None
    return replace(left, value=float(f"{value:.12g}"), scale=scale, unit=right.unit, bare=still_bare, per=right.per)
