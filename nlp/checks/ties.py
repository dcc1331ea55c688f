"""What ties an amount to those before it: "soit", "au total", a colon or a comma, or that it opens its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from nlp.checks.amounts import Amount
from nlp.checks.words import (
    APPOSED,
    APPOSED_CHANGE,
    CONCLUDES_AFTER,
    EITHER,
    EQUIVALENCE,
    INTRODUCES,
    OPENING,
    TOTAL,
    TOTAL_AFTER,
)

# "Un temps plein, c'est 1 607 heures": says what something is, not what follows.
DEFINES = re.compile(r"^\W*(?:une?|le|la|les|l'|chaque)\b[^.;!?:]{2,60},\s*(?:c'est|ce sont)\b")


# A line of its own: "Cumul sur trois ans : 803 000 €".
HEADED = re.compile(
    r"^\W*(?:cout |montant |nombre |la |le )?(?:cumul|total|somme|addition|bilan|facture totale|ensemble)\b"
    r"[^.;!?]{0,40}[:=]\s*$"
)


# "Au ministère, la moyenne est à 80 000 €", "En Allemagne, ...": told of another place or time than what stands before.
ELSEWHERE_OPENS = re.compile(
    r"^\W*(?:\d+[/.)]\s*)?(?:et |mais |or )?(?:(?:aux?|a la|dans|chez|en|cote|ailleurs|pour (?:la|le|les))\b|a l')\s*+"
    r"(?!total|final|bout|rythme|ce |cet|ces|raison|moyenne|tout|clair|somme|fait|realite|gros|resume|une? |\d|echange"
    r"|revanche|outre|plus|moins|d'autres termes|tarif|prix|taux|cours|meme|faisant|comptant|divis|ajout|cumul)"
    r"[^,.;:!?\d]{2,40}(?:19\d\d|20\d\d)?,"
)


ENDS = re.compile(r"\s*(?:[.,;:!?)»…]|$)")


class Tie(IntEnum):
    """How firmly the words say that the amount follows from what stands before."""

    NONE = 0
    LOOSE = 1
    """In apposition, or first in its sentence: it comments on what was just said."""
    FIRM = 2
    """By a word: "soit", "donc", "au total"."""


def tie(stated: Amount) -> Tie:
    """How `stated` follows on; "soit A, soit B" are two choices and tie nothing."""
    return _tie(stated.before, stated.after, stated.lead, stated.tail)


@lru_cache(maxsize=2048)  # each rule asks again of the same words
def _tie(before: str, after: str, lead: str, tail: str) -> Tie:
    if lead == before and DEFINES.match(lead):
        return Tie.NONE
    if EITHER.search(f"{lead} {tail}"):
        return Tie.NONE
    if (
        EQUIVALENCE.search(before)
        or INTRODUCES.search(before)
        or TOTAL.search(before)
        or _concluded(after, tail)
        or HEADED.match(lead)
    ):
        return Tie.FIRM
    if APPOSED.search(before) or APPOSED_CHANGE.search(before) or OPENING.match(lead):
        return Tie.LOOSE
    return Tie.NONE


def _concluded(after: str, tail: str) -> bool:
    """ "750 masques, donc."; in "48 000 € l'année, donc 2,5 fois moins" the word belongs to the amount that follows."""
    match = TOTAL_AFTER.match(after) or CONCLUDES_AFTER.match(after)
    if match is not None and match[0].endswith("donc"):
        return ENDS.match(tail, match.end()) is not None
    last = len(after) == len(tail)
    return match is not None and (last or match.end() < len(after.rstrip()))


def told_elsewhere(stated: Amount, operands: Iterable[Amount]) -> bool:
    """Whether the sentence opens with a place or a time of its own, and none of `operands` stands in it."""
    apart = all(operand.sentence != stated.sentence for operand in operands)
    return apart and ELSEWHERE_OPENS.match(stated.lead) is not None
