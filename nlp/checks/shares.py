"""Shares: a part, a whole and a percentage (or fraction) that the text says are one and the same fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount, stem, stems
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.verdict import ONE_IN
from nlp.checks.words import (
    AMONG_THEM,
    APPOSED,
    DOWN,
    DOWN_AFTER,
    EQUIVALENCE,
    INTRODUCES_WHOLE,
    LABELS,
    OPENING,
    SAME,
    UP,
    UP_AFTER,
    WHOLE,
)

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
    yield from _among_them(stated, near, amounts)
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


def named_shares(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "personnel : A ... total : B ... Le personnel pèse x % de l'ensemble": part and whole are called by name."""
    if stated.kind != "share" or _is_change(stated) or not OF_WHOLE.match(stated.after):
        return
    subject = stems(stated.lead)
    far = [
        a for a in earlier(stated, amounts, window=9) if a.kind in ("money", "count") and a.sentence < stated.sentence
    ]
    parts_named = [a for a in far if stems(a.before[-40:]) & subject and not a.words & LABELS]
    wholes = [a for a in far if (a.words & LABELS if _says_total(stated) else _names(stated, a))]
    if (
        len(parts_named) == 1
        and wholes
        and parts_named[0].comparable(wholes[0])
        and wholes[0].value > parts_named[0].value
    ):
        yield Hypothesis(
            relation="share",
            stated=stated,
            computed=100 * parts_named[0].value / wholes[0].value,
            operands=(("part", parts_named[0]), ("whole", wholes[0])),
            strength=Strength.SURE,
            rule="share:by-name",
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


def _among_them(stated: Amount, near: Sequence[Amount], amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, dont B, soit x %", "A. Parmi eux, B: x %": the whole is told just before the part."""
    part = next((a for a in near[:3] if AMONG_THEM.search(a.before)), None)
    if part is None or part.kind == "duration" or stated.sentence - part.sentence > 1:
        return
    whole = next((a for a in amounts[: part.index][::-1] if a.kind == part.kind), None)
    if whole is not None and whole.value >= part.value and part.sentence - whole.sentence <= 1:
        yield Hypothesis(
            relation="share",
            stated=stated,
            computed=100 * part.value / whole.value,
            operands=(("part", part), ("whole", whole)),
            strength=Strength.SURE,
            rule="share:among-them",
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
    """The share is told as another way to say what came before: by "soit", in apposition, or opening a sentence."""
    told = EQUIVALENCE.search(stated.before) or EQUIVALENCE.search(stated.lead) or OPENING.match(stated.lead)
    return bool(told or (APPOSED.search(stated.before) and OF_WHOLE.match(stated.after)))


def _is_change(stated: Amount) -> bool:
    before, after = stated.before, stated.after
    return bool(UP.search(before) or DOWN.search(before) or UP_AFTER.match(after) or DOWN_AFTER.match(after))


def _introduced(whole: Amount) -> bool:
    return bool(INTRODUCES_WHOLE.search(whole.before))


def _wholes(stated: Amount, near: Sequence[Amount], amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength]]:
    """Amounts that may be the whole: introduced as one ("sur B"), named after the share, or just larger."""
    introduced = [a for a in near if _introduced(a) and a.kind == near[0].kind != "duration"]
    wide = [a for a in earlier(stated, amounts, window=6) if a.kind in ("money", "count") and a.value > 0][1:]
    named = [a for a in wide if _names(stated, a)]
    larger = [a for a in wide if near and a.comparable(near[0]) and a.value > near[0].value]
    total = [a for a in larger if a.words & LABELS] if _says_total(stated) else []
    for whole in introduced:
        sure = whole is introduced[0] and stated.sentence - whole.sentence <= 1 and not FOR.search(whole.before)
        yield whole, Strength.SURE if sure else Strength.PLAUSIBLE
    for whole in named:
        yield whole, Strength.SURE if whole is named[0] and not introduced else Strength.PLAUSIBLE
    for whole in (*total[:1], *larger[:2]):
        alone = whole in total[:1] or (len(larger) == 1 and _says_total(stated))
        sure = alone and not introduced and not named
        yield whole, Strength.SURE if sure else Strength.PLAUSIBLE


def _names(stated: Amount, whole: Amount) -> bool:
    match = OF_WHOLE.match(stated.after) or OF_WHOLE.match(stated.tail)
    if not match:
        return False
    head = stem(match[1])
    if head in WHOLE:
        return False
    phrase = stems(re.split(r"[.,;:!?(]", stated.tail, maxsplit=1)[0][:45])
    return bool(
        ({head} | SAME.get(head, frozenset()) | phrase) & (whole.words - stems(whole.unit or "") | {whole.noun})
    )


def _says_total(stated: Amount) -> bool:
    match = OF_WHOLE.match(stated.after)
    return bool(match and stem(match[1]) in WHOLE)


def _parts_of(whole: Amount, near: Sequence[Amount], stated: Amount) -> list[Amount]:
    """Amounts of the whole's kind that may be the part, nearest to the share first."""
    smaller = [a for a in near if a is not whole and a.kind == whole.kind and a.value <= whole.value]
    return [a for a in smaller if stated.sentence - a.sentence <= 2][:2]
