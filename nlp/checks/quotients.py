"""Quotients: a total shared out to so many, so many of one thing for each of another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp.checks.amounts import DURATIONS, PERIOD_NAMES, Amount, alike, stem, stems
from nlp.checks.conversions import size_factor
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.rates import ANYTHING, PRICED, counts, each_nouns
from nlp.checks.ties import Tie, tie
from nlp.checks.words import DOWN_AFTER, LABELS, SHARED_OUT, UP_AFTER, WHOLE

# "un médecin pour 1 500 habitants", "1 médecin pour 1 500 habitants", "une place tous les 40 enfants".
# "Il en faudrait un pour 2 000": what should be, not what is.
NORM = re.compile(
    r"\b(?:moyenne|objectif|ailleurs|faudrait|devrait|norme|recommand\w+|preconis\w+|exig\w+|prevoit|minimum)\b"
)
ONE_FOR = re.compile(
    r"(?:\bune?|(?<![\w,.])1) (?:([a-z][\w·.]+)(?: \w+)? )??"
    r"(?:pour|tous les|toutes les|par|sur)\s*(?:environ|pres de|plus de|quelque)?\s*$"
)
EACH_FOR = re.compile(r"^\s*(?:pour|par) une? ")
EACH_SUBJECT = re.compile(r"\b(?:chaque|chacun\w*)\b")
PER_THING = re.compile(
    r"^\s*(?:(?:de|d'|en) ?[\w'’-]+ |[\w'’-]+ ){0,2}?(?:par|pour chaque|a chaque) "
    r"(?!(?:la|le|les|l|une?|des|rapport|ailleurs|an|mois)\b)([a-z][\w·]+)"
)

# "par place et par an", "chaque année"
PER_PERIOD = re.compile(r"^[^.;:!?\d]*?(?:\b(?:par|chaque)\s|/)\s?(an|annee|mois|semaine|jour)\b")
OVER = re.compile(r"\b(?:sur|pendant|durant|en)\s*(?:les|ces|nos)?\s*$")
REACH = 45
NEAREST = 8


def unit_costs(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "T pour N X, soit A par X", "chaque X nous coûte donc A": total / number."""
    nouns = each_nouns(stated) | _per_thing(stated)
    if stated.kind not in ("money", "count", "duration") or not nouns or stated.quantity.surface[:1] in "+-−":
        return
    told = tie(stated)
    if PRICED.match(stated.before) and told == Tie.NONE:
        return
    for rank, (number, by_name) in enumerate(_numbers(stated, nouns, amounts)):
        for place, (total, tied) in enumerate(_totals(stated, number, amounts)):
            sure = rank == place == 0 and tied and (by_name or told == Tie.FIRM or _joined(total, number))
            told_of = EACH_SUBJECT.search(stated.before) is not None and number.index == stated.index - 1
            sure = sure and not _another_between(stated, total, amounts)
            sure = sure and not (UP_AFTER.match(stated.after) or DOWN_AFTER.match(stated.after))
            sure = sure and (told != Tie.NONE or (told_of and _joined(total, number)))
            yield Hypothesis(
                relation="unit_cost",
                stated=stated,
                computed=total.value / number.value / (size_factor(number.unit, stated.per) or 1.0),
                operands=(("total", total), ("number", number)),
                strength=Strength.SURE if sure else Strength.PLAUSIBLE,
                rule="unit_cost:shared-out",
            )


def spread_over_time(cost: Hypothesis, amounts: Sequence[Amount]) -> Hypothesis:
    """ "18 M€ sur deux ans pour 45 consultants. 200 000 € par consultant et par an": a total shared out to so many is
    shared out to the time it was spent in as well, where the outcome is told per period too; else `cost` as it is.
    """
    stated = cost.stated
    also = PER_PERIOD.match(stated.tail[:REACH])
    if cost.relation != "unit_cost" or also is None or [role for role, _ in cost.operands] != ["total", "number"]:
        return cost
    (_, total), (_, number) = cost.operands
    if total.per is not None or number.per is not None or number.kind != "count":
        return cost
    at = bisect_left(amounts, stated.quantity.start, key=lambda a: a.quantity.start)
    beside = [a for a in amounts[max(0, at - NEAREST) : at] if a.sentence in (total.sentence, number.sentence)]
    spans = (a for a in beside if a.kind == "duration" and a.per is None and a.value > 1)
    span = next((a for a in spans if OVER.search(a.before)), None)
    if span is None:
        return cost
    periods = span.value * DURATIONS[str(span.unit)] / DURATIONS[PERIOD_NAMES.get(also[1], also[1])]
    return replace(cost, computed=cost.computed / periods, operands=(*cost.operands, ("number", span)))


def _another_between(stated: Amount, total: Amount, amounts: Sequence[Amount]) -> bool:
    """ "120 € par logement, 10 € par jour": the rate just before may be what is shared out."""
    last = amounts[stated.index - 1]
    return (
        last is not total and last.sentence == stated.sentence and last.comparable(stated) and last.value > stated.value
    )


def ratios(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "12 médecins pour 18 000 habitants, soit un médecin pour 1 500 habitants": the count for each one."""
    if stated.kind != "count":
        return
    if EACH_FOR.match(stated.after):
        yield from _each_for(stated, earlier(stated, amounts, window=1))
    one = ONE_FOR.search(stated.before)
    if not one or NORM.search(stated.lead):
        return
    before = earlier(stated, amounts, window=2)
    if one[1]:
        number = next((a for a in before if _is_one_of(a, stem(one[1]))), None)
    else:
        number = next((a for a in before if a.kind == "count" and a.noun and not a.comparable(stated)), None)
    if number is None:
        return
    far = earlier(stated, amounts, window=6)
    totals = [a for a in far if a is not number and a.comparable(stated) and a.value > stated.value and a.per is None]
    totals = [a for a in totals if not ONE_FOR.search(a.before)]
    for total in totals[:3] if number.value > 0 else []:
        yield Hypothesis(
            relation="unit_cost",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.SURE if total is totals[0] and total in before else Strength.PLAUSIBLE,
            rule="unit_cost:one-for",
        )


def tells_a_norm(cost: Hypothesis) -> bool:
    """ "Il faudrait un médecin pour 1 000 habitants": what should be follows from nothing."""
    stated = cost.stated
    return cost.relation == "unit_cost" and bool(ONE_FOR.search(stated.before) and NORM.search(stated.lead))


def _is_one_of(number: Amount, noun: str) -> bool:
    """Whether the amount counts what the noun names: "8 000 créations de postes" are posts."""
    return alike(number.noun, noun) or noun in stems(number.quantity.counted or "")


def _each_for(stated: Amount, before: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "6 300 demandes, 450 attributions : 14 demandes pour un logement": the other thing may go by another name."""
    total = next((a for a in before if a.comparable(stated) and a.value > stated.value), None)
    number = next((a for a in before if total is not None and a is not total and a.kind == "count"), None)
    if total is not None and number is not None and number.value > 0:
        beside = abs(total.index - number.index) == 1 and stated.index - max(total.index, number.index) == 1
        yield Hypothesis(
            relation="multiple",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.SURE if beside and tie(stated) else Strength.PLAUSIBLE,
            rule="unit_cost:each-for",
        )


def _per_thing(stated: Amount) -> frozenset[str]:
    match = PER_THING.match(stated.after)
    return frozenset({stem(match[1])}) if match else frozenset()


def _numbers(stated: Amount, nouns: frozenset[str], amounts: Sequence[Amount]) -> list[tuple[Amount, bool]]:
    """Whom the total is shared out to: those of that name first, else the count told just before."""
    near = [
        a
        for a in earlier(stated, amounts, window=4)
        if a.kind in ("count", "duration") and a.value > 1 and a.unit != "point"
    ]
    named = [a for a in near if counts(a, nouns) and (a.per is None or a.per in DURATIONS)]
    if not named:
        far = [
            a for a in earlier(stated, amounts, window=9) if a.kind == "count" and counts(a, nouns) and a.per is None
        ]
        named = far if len({a.value for a in far}) == 1 and far[0].value > 1 else []
    if named:
        return [(a, True) for a in named[:2]]
    if stated.per in DURATIONS and ANYTHING not in nouns:
        return []
    others = [a for a in near if a.kind == "count" and not (stated.kind == "count" and a.comparable(stated))]
    others = [a for a in others if stated.sentence - a.sentence <= 2 and (a.per is None or a.per in DURATIONS)]
    return [(a, ANYTHING in nouns and stated.index - a.index <= 2) for a in others[:2]]


def _totals(stated: Amount, number: Amount, amounts: Sequence[Amount]) -> list[tuple[Amount, bool]]:
    """What may be shared out, best first, and whether the words tie it to the number."""
    fits = [a for a in earlier(stated, amounts, window=8) if a is not number and _divisible(a, stated)]
    fits = [a for a in fits if not counts(number, each_nouns(a))]
    beside = [a for a in fits if a.sentence == number.sentence]
    about = stems(f"{number.before} {number.after} {stated.before}") - stems(number.unit or "") - LABELS
    tied = [a for a in fits if stems(a.before[-40:]) & about]
    close = sorted((a for a in fits if stated.sentence - a.sentence <= 3), key=lambda a: a.per is not None)
    labelled = [a for a in close if a.words & (WHOLE | LABELS)]
    ordered = list(dict.fromkeys((*beside, *tied[:1], *labelled[:1], *close[:2])))
    near = [a for a in close if number.sentence - a.sentence <= 1]
    sure = bool(beside or len(tied) == 1 or labelled or near)
    return [(a, sure and place == 0) for place, a in enumerate(ordered[:4])]


def _divisible(total: Amount, stated: Amount) -> bool:
    """A total of the kind, larger than what each gets; no rate per the same thing."""
    if total.value <= 0 or total.kind != stated.kind:
        return False
    if stated.kind == "duration":
        return total.unit == stated.unit and total.per is None and total.unit in ("heure", "minute", "jour")
    if not total.comparable(stated):
        return False
    if total.per is None:
        return not each_nouns(total) & each_nouns(stated)
    return total.per in DURATIONS and total.per != stated.per and stated.per not in DURATIONS


def _joined(total: Amount, number: Amount) -> bool:
    """ "9 M€ pour 4 500 élèves": shared out in so many words."""
    last = max(total, number, key=lambda a: a.index)
    return abs(total.index - number.index) == 1 and bool(SHARED_OUT.search(last.before))
