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


@lru_cache(maxsize=1024)  # each rule asks again of the same amount
def tie(stated: Amount) -> Tie:
    """How `stated` follows on; "soit A, soit B" are two choices and tie nothing."""
    if DEFINES.match(stated.lead) and stated.lead == stated.before:
        return Tie.NONE
    if EITHER.search(f"{stated.lead} {stated.tail}"):
        return Tie.NONE
    if (
        EQUIVALENCE.search(stated.before)
        or INTRODUCES.search(stated.before)
        or TOTAL.search(stated.before)
        or _concluded(stated)
        or HEADED.match(stated.lead)
    ):
        return Tie.FIRM
    if APPOSED.search(stated.before) or APPOSED_CHANGE.search(stated.before) or OPENING.match(stated.lead):
        return Tie.LOOSE
    return Tie.NONE


def _concluded(stated: Amount) -> bool:
    """ "750 masques, donc."; in "48 000 € l'année, donc 2,5 fois moins" the word belongs to the amount that follows."""
    match = TOTAL_AFTER.match(stated.after) or CONCLUDES_AFTER.match(stated.after)
    if match is not None and match[0].endswith("donc"):
        return ENDS.match(stated.tail, match.end()) is not None
    last = len(stated.after) == len(stated.tail)
    return match is not None and (last or match.end() < len(stated.after.rstrip()))


def told_elsewhere(stated: Amount, operands: Iterable[Amount]) -> bool:
    """Whether the sentence opens with a place or a time of its own, and none of `operands` stands in it."""
    apart = all(operand.sentence != stated.sentence for operand in operands)
    return apart and ELSEWHERE_OPENS.match(stated.lead) is not None
