"""Shares: a part, a whole and a percentage (or fraction) that the text says are one and the same fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount, stem
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.verdict import ONE_IN
from nlp.checks.words import DOWN, DOWN_AFTER, EQUIVALENCE, INTRODUCES_WHOLE, OPENING, SAME, UP, UP_AFTER, WHOLE

DIRECTLY_OF = re.compile(r"^\s*(?:des|du|de|d')\s*(?:les|ces|nos|quelque|\w+\s+de)?\s*$")
# "72 000 détenus pour 60 000 places" compares two things more often than it takes a part of one.
FOR = re.compile(r"\bpour\s*(?:les|ces)?\s*$")
# "65 % du total", "5 % des recettes", "la moitié de nos effectifs": the noun that names the whole.
OF_WHOLE = re.compile(
    r"^\s*(?:du|de la|de l'|des|de|d')\s*"
    r"(?:ces?|ses|leurs?|nos|notre|l'ensemble d\w+|toutes?|tous|les?|la|l')?\s*([a-z][\w·.]{2,})"
)


def shares(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A sur B, soit x %", "A, soit x % du total", "Parmi ces B, A: x %": 100 * part / whole."""
    if stated.kind != "share" or not _equates(stated) or _is_change(stated):
        return
    near = [a for a in earlier(stated, amounts) if a.kind in ("money", "count", "duration") and a.value > 0]
    yield from _of_what_follows(stated, near, amounts)
    for whole, told in _wholes(stated, near, amounts):
        for rank, part in enumerate(_parts_of(whole, near, stated)):
            yield Hypothesis(
                relation="share",
                stated=stated,
                computed=100 * part.value / whole.value,
                operands=(("part", part), ("whole", whole)),
                strength=told if rank == 0 else Strength.PLAUSIBLE,
                rule="share:introduced" if _introduced(whole) else "share:named",
            )


def parts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "x % de B, soit A": the part that a share of a whole gives."""
    if stated.kind not in ("money", "count") or not EQUIVALENCE.search(stated.before):
        return
    before = earlier(stated, amounts, window=1)
    if not before or before[0].kind != "share" or _is_change(before[0]):
        return
    share = before[0]
    wholes = [a for a in before[1:] if a.kind == stated.kind and a.value > 0]
    named = [a for a in wholes if _names(share, a)]
    if not (whole := next(iter(named or wholes), None)):
        return
    sure = bool(named) and (stated.kind == "money" or whole.noun == stated.noun)
    yield Hypothesis(
        relation="share",
        stated=stated,
        computed=share.value * whole.value / 100,
        operands=(("share", share), ("whole", whole)),
        strength=Strength.SURE if sure else Strength.PLAUSIBLE,
        rule="share:part",
    )


def fractions(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "6 médecins sur 12, soit 50 %": a fraction told again as a percentage."""
    before = earlier(stated, amounts, window=1)
    if stated.kind != "share" or not before or not EQUIVALENCE.search(stated.before):
        return
    if before[0].kind == "share" and ONE_IN.search(before[0].quantity.surface):
        yield Hypothesis(
            relation="share",
            stated=stated,
            computed=before[0].value,
            operands=(("fraction", before[0]),),
            strength=Strength.SURE,
            rule="share:fraction",
        )


def _of_what_follows(stated: Amount, near: Sequence[Amount], amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, soit x % des B": the whole stands right after the share."""
    following = later(stated, amounts)
    if not following or not DIRECTLY_OF.match(stated.after) or not near:
        return
    whole = following[0]
    part = next((a for a in near if a.kind == whole.kind and stated.sentence - a.sentence <= 1), None)
    if part is not None and 0 < part.value <= whole.value:
        yield Hypothesis(
            relation="share",
            stated=stated,
            computed=100 * part.value / whole.value,
            operands=(("part", part), ("whole", whole)),
            strength=Strength.SURE if part is near[0] else Strength.PLAUSIBLE,
            rule="share:followed",
        )


def _equates(stated: Amount) -> bool:
    return bool(EQUIVALENCE.search(stated.before) or EQUIVALENCE.search(stated.lead) or OPENING.match(stated.lead))


def _is_change(stated: Amount) -> bool:
    before, after = stated.before, stated.after
    return bool(UP.search(before) or DOWN.search(before) or UP_AFTER.match(after) or DOWN_AFTER.match(after))


def _introduced(whole: Amount) -> bool:
    return bool(INTRODUCES_WHOLE.search(whole.before))


def _wholes(stated: Amount, near: Sequence[Amount], amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength]]:
    """Amounts that may be the whole: introduced as one ("sur B"), named after the share, or just larger."""
    introduced = [a for a in near if _introduced(a) and a.kind != "duration"]
    wide = [a for a in earlier(stated, amounts, window=6) if a.kind in ("money", "count") and a.value > 0][1:]
    named = [a for a in wide if _names(stated, a)]
    larger = [a for a in wide if near and a.comparable(near[0]) and a.value > near[0].value]
    for whole in introduced:
        sure = whole is introduced[0] and stated.sentence - whole.sentence <= 1 and not FOR.search(whole.before)
        yield whole, Strength.SURE if sure else Strength.PLAUSIBLE
    for whole in named:
        yield whole, Strength.SURE if whole is named[0] and not introduced else Strength.PLAUSIBLE
    for whole in larger[:2]:
        sure = len(larger) == 1 and not introduced and not named and _says_total(stated)
        yield whole, Strength.SURE if sure else Strength.PLAUSIBLE


def _names(stated: Amount, whole: Amount) -> bool:
    match = OF_WHOLE.match(stated.after) or OF_WHOLE.match(stated.tail)
    if not match:
        return False
    head = stem(match[1])
    return bool(({head} | SAME.get(head, frozenset())) & whole.words) and head not in WHOLE


def _says_total(stated: Amount) -> bool:
    match = OF_WHOLE.match(stated.after)
    return bool(match and stem(match[1]) in WHOLE)


def _parts_of(whole: Amount, near: Sequence[Amount], stated: Amount) -> list[Amount]:
    """Amounts of the whole's kind that may be the part, nearest to the share first."""
    smaller = [a for a in near if a is not whole and a.kind == whole.kind and a.value <= whole.value]
    return [a for a in smaller if stated.sentence - a.sentence <= 2][:2]
