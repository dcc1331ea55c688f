"""Changes and gaps: from A to B, in percent or in the unit itself; what is left of A without B."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations, pairwise

from nlp.checks.amounts import Amount
from nlp.checks.hypothesis import WINDOW, Hypothesis, Strength, earlier
from nlp.checks.levels import FROM, TO, WISH, level_pairs, same_per, told_as_change, told_as_gap
from nlp.checks.ties import Tie, tie
from nlp.checks.words import (
    BALANCE,
    DOWN,
    DOWN_AFTER,
    INCOME,
    LOST_AFTER,
    OPENING,
    OPPOSITES,
    REMAINS,
    SPENDING,
    UP,
    UP_AFTER,
)

REFERENCE = re.compile(r"\b(?:du|des|de la|de l')\s+(?:total|budget|recettes|depenses|population|effectifs)\b")
# "tout le reste : 2 M€": an item of a list.
REST_ITEM = re.compile(r"\b(?:le|tout le)\s+reste\s*:\s*$")
# "Seuls 800 trient", "12 seulement": this amount is a part of the one before.
ONLY = re.compile(
    r"\b(?:seul\w*|dont|sur ces|en ont|en a|couvr\w+|rembours\w+|verse\w*|paie\w*|compens\w+|financ\w+|prend\w*)\b"
)


# "Reste 1,5 million": a sentence that only draws the balance.
LEFT = re.compile(r"^\W*(?:il (?:nous |leur |lui )?)?(?:reste\w*|manque\w*)\b")
# "Ce sont 620 appels perdus": draws the balance of what was just told.
OPENS_WITH_IT = re.compile(r"^\W*(?:ce (?:sont|sera\w*|seraient)|c'est|cela|ca)\b[^.;!?\d]{0,20}$")
# "Il reste 300 € après les courses": something else was taken, and not told.
AFTER_OTHERS = re.compile(r"^\s*(?:apres|une fois|sans compter|hors)\b")
# "Sur dix mois, l'écart atteint B": so many times the difference.
OVER_A_SPAN = re.compile(r"\b(?:sur|pendant|en)\s(?:[\w ]{1,12}) (?:ans?|mois|semaines|jours|annees)\b")
# "Pour trois enfants, cela fait 90 € de plus": three times the difference.
FOR_SO_MANY = re.compile(r"^\W*(?:\d+[/.)]\s*)?pour (?:\d[\d ]*|deux|trois|quatre|cinq|six|dix) [a-z]")
CENT = 0.01
# "Loyer : 640 €, dont 90 € de charges": taken once.
PART_OF_IT = re.compile(r"\bdont\b[^.;:!?]{0,30}$")
WIDE = 8
"""Sentences back to the levels of a gap: "revenir au niveau d'avant" is told at the end."""
# "60 000 de plus qu'au cours des années 50": than something that no other amount tells.
THAN = re.compile(r"^[^.,;:!?]{0,25}?(?:de|en) (?:plus|moins) qu")


def changes(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "passé de A à B, soit x % de plus", "B contre A avant: une baisse de x", "on a perdu x par tête"."""
    direction = _direction(stated) or ("told" if tie(stated) == Tie.FIRM else None)
    percent = stated.kind == "share"
    if percent and direction == "told":
        previous = amounts[stated.index - 1] if stated.index else None
        changed = previous is not None and told_as_change(previous) and previous.kind != "share"
        direction = "told" if changed else "gap" if OPENING.match(stated.lead) else None
    if direction is None or (percent and REFERENCE.match(stated.after.strip())):
        return
    if stated.kind == "times":
        return
    for old, new, strength in level_pairs(stated, amounts, WIDE if direction == "gap" else WINDOW + 1):
        if not percent and not _same_unit(stated, old):
            continue
        low, high = sorted((old, new), key=lambda a: a.value)
        base = {"up": low, "down": high}.get(direction, old)
        change = high.value - low.value
        yield Hypothesis(
            relation="percent_change" if percent else "difference",
            stated=stated,
            computed=100 * change / base.value if percent else change,
            operands=(("from", old), ("to", new)),
            strength=_strength(strength, stated, (old, new), "" if percent and direction == "told" else direction),
            rule="change:percent" if percent else "change:difference",
        )


def gaps(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "60 lits autorisés, 44 ouverts: 16 sont donc fermés", "l'écart est de 80", "A, dont B. Reste C"."""
    if stated.kind not in ("money", "count") or not _told_as_rest(stated):
        return
    near = [
        a
        for a in earlier(stated, amounts, window=3)
        if a.kind == stated.kind and _same_unit(stated, a) and same_per(a, stated) and not told_as_change(a)
    ]
    if stated.per is None and len([a for a in near if a.per is None]) >= 2:
        near = [a for a in near if a.per is None]
    whole = None
    if (left := _less_each(stated, near[::-1])) is not None:
        yield left
        whole = near[-1]
    distinct = list({a.value: a for a in near[::-1]}.values())[::-1]
    pairs = [(b, a) for b, a in combinations(distinct[:5], 2) if whole is None or whole in (a, b)]
    if REMAINS.search(stated.before):
        pairs.sort(key=lambda pair: (pair[0] is not distinct[0], pair[1].value < pair[0].value))
    for rank, (b, a) in enumerate(pairs):
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=abs(a.value - b.value),
            operands=(("from", max(a, b, key=lambda x: x.value)), ("taken", min(a, b, key=lambda x: x.value))),
            strength=_rest_strength(stated, a, b, len(distinct)) if rank == 0 and whole is None else Strength.PLAUSIBLE,
            rule="change:gap",
        )


def _less_each(stated: Amount, told: Sequence[Amount]) -> Hypothesis | None:
    """ "45 € de consultation. Sécu : 16,50 €. Mutuelle : 8,50 €. Reste 20 €": the first, less all the others."""
    if len(told) < 3 or not REMAINS.search(stated.before) or stated.sentence - told[-1].sentence > 1:
        return None
    whole, *taken = told
    beside = all(b.index == a.index + 1 and b.sentence - a.sentence <= 1 for a, b in pairwise(told))
    sums = accumulate(a.value for a in taken[:-1])
    subtotal = any(abs(total - a.value) <= CENT for total, a in zip(sums, taken[1:], strict=True))
    nested = any(PART_OF_IT.search(a.before) for a in taken) or (
        FROM.search(whole.before) and TO.match(taken[0].before)
    )
    left = whole.value - sum(a.value for a in taken)
    if not beside or subtotal or nested or left <= 0:
        return None
    return Hypothesis(
        relation="difference",
        stated=stated,
        computed=left,
        operands=(("from", whole), *(("taken", a) for a in taken)),
        strength=Strength.SURE,
        rule="change:less-each",
    )


def shortfalls(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "48 000 titres, 32 000 rendez-vous. Il manque donc 16 000 créneaux": of things that go by different names."""
    if (
        stated.kind != "count"
        or stated.index < 2
        or not (REMAINS.search(stated.before) or BALANCE.search(stated.before))
    ):
        return
    first, second = amounts[stated.index - 2 : stated.index]
    beside = first.sentence == second.sentence and stated.sentence - second.sentence <= 1
    if first.kind == second.kind == "count" and beside and first.value > second.value and same_per(first, second):
        firm = re.search(r"\b(?:donc|alors|soit|ainsi)\b", stated.before) is not None
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=first.value - second.value,
            operands=(("from", first), ("taken", second)),
            strength=Strength.SURE if firm else Strength.PLAUSIBLE,
            rule="change:shortfall",
        )


def balances(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A de recettes, B de dépenses: un déficit de C": income and spending, told by their names."""
    if stated.kind not in ("money", "count"):
        return
    tied = tie(stated)
    after = DOWN_AFTER.match(stated.after) or LOST_AFTER.match(stated.after)
    before = DOWN.search(stated.before) or UP.search(stated.before)
    told = BALANCE.search(stated.before) or (after and tied) or (before and tied == Tie.FIRM)
    pair = _opposites(stated, amounts) if told else None
    if pair:
        income, spending = pair
        yield Hypothesis(
            relation="difference",
            stated=stated,
            computed=abs(income.value - spending.value),
            operands=(("income", income), ("spending", spending)),
            strength=Strength.CERTAIN,
            rule="change:balance",
        )


def _told_as_rest(stated: Amount) -> bool:
    return bool(
        (REMAINS.search(stated.before) and not REST_ITEM.search(stated.before))
        or LOST_AFTER.match(stated.after)
        or BALANCE.search(stated.before[-45:])
    )


def _rest_strength(stated: Amount, whole: Amount, part: Amount, choices: int) -> Strength:
    """Sure when just two amounts of the kind stand before: one a part of the other, or the rest told as an outcome."""
    close = (
        stated.sentence - part.sentence <= (2 if LEFT.match(stated.lead) else 1) and part.sentence - whole.sentence <= 2
    )
    firm = REMAINS.search(stated.before) or told_as_gap(stated)
    lost = OPENS_WITH_IT.match(stated.lead) and LOST_AFTER.match(stated.after)
    tied = firm or lost or tie(stated) == Tie.FIRM or ONLY.search(part.before) or ONLY.search(part.after[:20])
    ordered = whole.value > part.value or bool(BALANCE.search(stated.before))
    sure = close and tied and (choices == 2 or whole.sentence == part.sentence or LEFT.match(stated.lead)) and ordered
    concluded = re.search(r"\b(?:donc|alors|soit)\b", f"{stated.before} {stated.after[:25]}") is not None
    alike = stated.kind == "money" or stated.noun == whole.noun == part.noun or "" in (stated.noun, part.noun)
    if (
        not sure
        or OVER_A_SPAN.search(stated.lead)
        or AFTER_OTHERS.match(stated.after)
        or (not alike and not concluded)
        or (choices > 2 and not (firm and concluded) and not LEFT.match(stated.lead))
    ):
        return Strength.PLAUSIBLE
    return Strength.SURE


def _same_unit(stated: Amount, level: Amount) -> bool:
    if stated.kind != level.kind:
        return False
    return stated.comparable(level) or (stated.kind == "count" and "" in (stated.noun, level.noun))


def _opposites(stated: Amount, amounts: Sequence[Amount]) -> tuple[Amount, Amount] | None:
    """The nearest two amounts whose names are opposites: receipts and spending, arrivals and departures."""
    near = [a for a in earlier(stated, amounts, window=2) if a.kind == stated.kind]
    if stated.kind == "money":
        income = next((a for a in near if a.words & INCOME), None)
        spending = next((a for a in near if a.words & SPENDING and not a.words & INCOME), None)
        return (income, spending) if income and spending else None
    for a, b in combinations(near[:4], 2):
        for one, other in ((a, b), (b, a)):
            if any((head == one.noun or head in one.words) and other.words & OPPOSITES[head] for head in OPPOSITES):
                return a, b
    return None


def _strength(levels: Strength, stated: Amount, pair: tuple[Amount, Amount], direction: str) -> Strength:
    """Ages and lengths of time are told side by side for many reasons, and a gap has no direction: never sure."""
    if direction in ("gap", "told") or WISH.search(stated.before) or THAN.match(stated.after):
        return Strength.PLAUSIBLE
    if stated.kind != "share" and FOR_SO_MANY.search(stated.lead):
        return Strength.PLAUSIBLE
    highest = max(level.value for level in pair)
    term = pair[0].unit in ("an", "mois") and not (levels == Strength.CERTAIN and tie(stated) == Tie.FIRM)
    if stated.kind != "share" and (term or highest < stated.value < 9 * highest):
        return Strength.PLAUSIBLE
    return levels


def _direction(stated: Amount) -> str | None:
    """up, down, or gap (a difference told without direction); None when the amount is not told as a change."""
    sign = stated.quantity.surface[:1]
    if (
        sign in "-−–"
        or stated.quantity.surface.lower().startswith("moins ")
        or DOWN_AFTER.match(stated.after)
        or DOWN.search(stated.before)
    ):
        return "down"
    if sign == "+" or UP_AFTER.match(stated.after) or UP.search(stated.before):
        return "up"
    return "gap" if told_as_gap(stated) else None
