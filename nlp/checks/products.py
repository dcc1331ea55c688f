"""Products: so much each, times so many."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount, alike, says_how_many, stem
from nlp.checks.conversions import size_factor
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.rates import ANYTHING, PRICED, counts, each_nouns, per_period
from nlp.checks.ties import Tie, tie
from nlp.checks.words import DOWN_AFTER, OVER, PEOPLE, PERSONS, UP_AFTER

# "L'équipe en fait 400": of what the rate is told for.
EN = re.compile(r"\ben \w+ $")
EACH_ONE = re.compile(r"\b(?:chaque|chacun\w*|une?)\b")
SOLD = re.compile(r"\b(?:vend|vendu|ecoule|delivre|distribue|achete|commande|imprime|loue)\w*\s*$")
TIMES = re.compile(r"^[^.;:!?\d]{0,20}(?:[x×*]|\bfois|multiplie\w* par)\s*(?:les|ces|par)?\s*$")


# The opening phrase holds a number, and nothing but the main verb stands between it and the outcome.
OVER_NUMBER = re.compile(
    r"^\W*(?:\d{1,2}[/.)]\s*)?(?:[\w' ]{1,25}[:,]\s*)?(?:sur|pendant|pour|avec)\s(?:les |ces |nos |environ )?"
    r"(?:\d[\d ]*|[a-z]+) [^.;:!?\d,]{0,40}[:,][^.;:!?\d,]{0,40}$"
)


def products(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A par X, N X: soit B au total", "A × N = B", "N X à A par mois pendant M mois: B"."""
    told = _concludes(stated)
    if stated.kind not in ("money", "count", "duration") or told == Tie.NONE:
        return
    nearer = False
    for rate in (a for a in earlier(stated, amounts) if a.value > 0 and _yields(a, stated)):
        factors = list(_numbers(rate, stated, amounts))
        triple = _triple(rate, factors, stated)
        if triple:
            yield _product(stated, triple, Strength.CERTAIN, "product:three")
            continue
        for number, strength in factors:
            if (
                strength < Strength.CERTAIN or stated.value < rate.value * (size_factor(rate.unit, stated.unit) or 1.0)
            ) and not _fits_rate(stated, rate, number):
                continue
            near = stated.sentence - rate.sentence <= 2
            scale = size_factor(rate.unit, stated.unit) or 1.0
            sure = strength if near and (told == Tie.FIRM or _adjacent(stated, rate, number)) else Strength.PLAUSIBLE
            if _told_as_more(stated) and not _told_as_more(rate):
                sure = Strength.PLAUSIBLE
            # Of several rates, the nearest is meant.
            sure = min(sure, Strength.PLAUSIBLE) if nearer else sure
            nearer = nearer or sure > Strength.PLAUSIBLE
            yield _product(stated, (rate, number), sure, "product:each", scale)


def _told_as_more(amount: Amount) -> bool:
    """ "6 € de plus par semaine": a difference, which only differences add up to."""
    return bool(UP_AFTER.match(amount.after) or DOWN_AFTER.match(amount.after))


def rows(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "6 lignes, 12 injections par heure et par ligne, 8 heures : 576 injections": three factors in a row."""
    row = amounts[max(0, stated.index - 3) : stated.index]
    if len(row) < 3 or _concludes(stated) == Tie.NONE or stated.kind not in ("money", "count"):
        return
    rate = next((a for a in row if _yields(a, stated) and a.per is not None), None)
    if rate is None or stated.sentence - row[0].sentence > 1 or any(a.kind in ("share", "times") for a in row):
        return
    yield _product(stated, row, Strength.PLAUSIBLE, "product:row")


def chains(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "1 450 repas par jour, 4 jours par semaine, 36 semaines par an: 208 800 repas": rates that follow on."""
    if stated.kind not in ("money", "count") or _concludes(stated) == Tie.NONE:
        return
    for first in earlier(stated, amounts):
        links = [first]
        while links[-1].per and (following := _next_link(links[-1], amounts, stated)):
            links.append(following)
        if len(links) >= 3 and _yields(first, stated):
            yield _product(stated, links, Strength.CERTAIN, "product:chain")


def _product(
    stated: Amount, factors: Sequence[Amount], strength: Strength, rule: str, scale: float = 1.0
) -> Hypothesis:
    return Hypothesis(
        relation="product",
        stated=stated,
        computed=scale * math.prod(factor.value for factor in factors),
        operands=(("each", factors[0]), *(("number", factor) for factor in factors[1:])),
        strength=strength,
        rule=rule,
    )


def _concludes(stated: Amount) -> Tie:
    """How the amount is told as the outcome of what came before; "sur les trois ans :" tells it firmly."""
    return Tie.FIRM if _over(stated) else tie(stated)


def _over(stated: Amount) -> bool:
    """ "Pour 80 repas, on dépense B": the amount is what the opening phrase, with its number, gives."""
    return bool(OVER.search(stated.before) if stated.lead == stated.before else OVER_NUMBER.search(stated.lead))


def _numbers(rate: Amount, stated: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength]]:
    """What `rate` is multiplied by. A number of just the things the rate is told per may stand far back."""
    near = [a for a in earlier(stated, amounts) if a is not rate and says_how_many(a) and a.value > 0]
    nouns = each_nouns(rate)
    told = [(number, _multiplies(rate, number, nouns, amounts)) for number in near]
    sure = False
    for number, strength in told:
        if strength:
            yield number, strength if not sure or strength == Strength.CERTAIN else Strength.PLAUSIBLE
            sure = sure or strength > Strength.PLAUSIBLE
    if not any(counts(number, nouns) and number.per is None for number in near):
        far = {
            a.value: a
            for a in earlier(stated, amounts, window=12)
            if a.kind == "count" and a.per is None and counts(a, nouns) and a is not rate
        }
        for number in far.values():
            yield number, Strength.SURE if len(far) == 1 else Strength.PLAUSIBLE


def _multiplies(rate: Amount, number: Amount, nouns: frozenset[str], amounts: Sequence[Amount]) -> Strength | None:
    first, second = sorted((rate, number), key=lambda a: a.index)
    beside = second.index == first.index + 1
    if beside and TIMES.match(second.before):
        return Strength.CERTAIN
    if beside and rate is second and PRICED.match(rate.before):
        return Strength.CERTAIN
    if beside and number.bare and rate.kind == "money" and SOLD.search(number.before):
        return Strength.SURE
    if beside and number.bare and nouns - {ANYTHING} and EN.search(number.before):
        return Strength.SURE
    if counts(number, nouns):
        return Strength.SURE if abs(rate.sentence - number.sentence) <= 2 else Strength.PLAUSIBLE
    if beside and number.kind == "count" and ANYTHING in nouns and abs(rate.sentence - number.sentence) <= 1:
        return Strength.SURE
    if beside and number.kind == "count" and (number.bare or per_period(rate)):
        return Strength.PLAUSIBLE
    return Strength.PLAUSIBLE if beside and number.kind == "count" and rate.kind == "money" else None


def _triple(
    rate: Amount, factors: Sequence[tuple[Amount, Strength]], stated: Amount
) -> tuple[Amount, Amount, Amount] | None:
    """So many, at so much per month, for so many months: all in a row before the outcome."""
    if not per_period(rate) or stated.per is not None:
        return None
    periods = [n for n, s in factors if n.kind == "duration" and counts(n, each_nouns(rate)) and s > Strength.PLAUSIBLE]
    things = [n for n, _ in factors if n.kind == "count" and abs(n.index - rate.index) <= 2]
    if len(periods) != 1 or len(things) != 1:
        return None
    row = sorted(a.index for a in (rate, periods[0], things[0]))
    return (rate, things[0], periods[0]) if row[2] - row[0] == 2 and stated.index - row[2] == 1 else None


def _fits_rate(stated: Amount, rate: Amount, number: Amount) -> bool:
    """An outcome per week comes of a number per week, or of a rate per week; a cost for each thing of neither."""
    if stated.per is None:
        own = each_nouns(stated) - {ANYTHING}
        return own <= each_nouns(rate) or (_over(stated) and not EACH_ONE.search(stated.before))
    a_year = stated.per == "an" and per_period(rate) and rate.per == number.unit  # "140 jours d'école"
    period_goes_without_saying = per_period(stated) and rate.per is None and number.per is None
    return (
        stated.per in (number.per, rate.per)
        or stem(stated.per) in each_nouns(rate)
        or _per_heads(stated, rate)
        or period_goes_without_saying
        or a_year
    )


def _per_heads(stated: Amount, rate: Amount) -> bool:
    """ "110 € par personne ... 40 150 € par détenu": so much a head, by two names."""
    return stem(rate.per or "") in PERSONS and stem(stated.per or "") in PERSONS | PEOPLE


def _adjacent(stated: Amount, rate: Amount, number: Amount) -> bool:
    """The two factors stand just before the outcome, in its sentence."""
    last = max(rate.index, number.index)
    return stated.index - last == 1 and abs(rate.index - number.index) == 1 and rate.sentence == stated.sentence


def _yields(rate: Amount, stated: Amount) -> bool:
    """So much each of `rate` adds up to `stated`: money to money, things to things of the same kind."""
    if rate.kind != stated.kind:
        return False
    if rate.kind == "duration":
        return rate.unit == stated.unit and rate.unit in ("heure", "minute", "jour")
    return rate.kind == "money" or alike(rate.noun, stated.noun) or size_factor(rate.unit, stated.unit) is not None


def _next_link(rate: Amount, amounts: Sequence[Amount], stated: Amount) -> Amount | None:
    following = amounts[rate.index + 1] if rate.index + 1 < stated.index else None
    return following if following is not None and counts(following, each_nouns(rate)) else None
