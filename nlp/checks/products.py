"""Products and quotients: so much each, times so many; a total shared out; the same rate per month and per year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import DURATIONS, Amount, fold, stem
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.words import EACH, EQUIVALENCE, OPENING, PERSONS, SAME, SHARED_OUT, TOTAL, TOTAL_AFTER

# How many of the smaller unit make the larger one; more than one where working time is meant as often.
PERIODS: dict[tuple[str, str], tuple[float, ...]] = {
    ("mois", "an"): (12,),
    ("trimestre", "an"): (4,),
    ("semaine", "an"): (52, 47, 48),
    ("jour", "an"): (365, 366, 220, 230, 250, 260, 300),
    ("jour", "mois"): (30, 31, 20, 21, 22),
    ("jour", "semaine"): (7, 5, 6),
    ("semaine", "mois"): (4, 4.33),
    ("heure", "jour"): (24, 7, 7.5, 8),
    ("heure", "semaine"): (168, 35, 39),
    ("heure", "mois"): (151.67, 152),
    ("heure", "an"): (1607, 1820),
    ("minute", "heure"): (60,),
}
# "un médecin pour 1 500 habitants", "une place tous les 40 enfants".
ONE_FOR = re.compile(r"\bune? ([a-z][\w·.]+)(?: \w+)? (?:pour|tous les|toutes les|par|sur)\s*$")
# "160 jours à 1 500 €"
PRICED = re.compile(r"^\W*(?:\w+ ){0,2}(?:factur\w+ |pay\w+ )?a\s*$")
COLON = re.compile(r":\s*(?:environ|pres de|a peine)?\s*$")
TIMES = re.compile(r"^\s*(?:[x×*]|fois|multiplie\w* par)\s*(?:les|ces|par)?\s*$")


def products(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A par X, N X: soit B au total", "A × N = B"."""
    if stated.kind not in ("money", "count", "duration") or not _concludes(stated):
        return
    near = [a for a in earlier(stated, amounts) if a.value > 0]
    for rate in near:
        if not _yields(rate, stated):
            continue
        for number, strength in _numbers(rate, stated, amounts):
            yield Hypothesis(
                relation="product",
                stated=stated,
                computed=rate.value * number.value,
                operands=(("each", rate), ("number", number)),
                strength=strength if stated.sentence - rate.sentence <= 2 else Strength.PLAUSIBLE,
                rule="product:each",
            )


def _numbers(rate: Amount, stated: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength]]:
    """What `rate` is multiplied by. A number of just the things the rate is told per may stand far back."""
    near = earlier(stated, amounts)
    for number in near:
        if number is not rate and (strength := _multiplies(rate, number)):
            yield number, strength
    if not any(_names(rate, number) for number in near):
        told = {a.value: a for a in earlier(stated, amounts, window=12) if a.kind == "count" and _names(rate, a)}
        for number in told.values():
            yield number, Strength.SURE if len(told) == 1 else Strength.PLAUSIBLE


def unit_costs(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "T pour N X, soit A par X": total / number."""
    if stated.kind not in ("money", "count", "duration") or not _is_rate(stated):
        return
    if not (_follows(stated) or OPENING.match(stated.lead)):
        return
    before = [a for a in earlier(stated, amounts, window=2) if a.value > 0]
    for number in before:
        if number.kind not in ("count", "duration") or not (_counts(stated, number)):
            continue
        total = next(
            (a for a in before if a is not number and a.comparable(stated) and not _same_rate(a, stated)), None
        )
        if total is None:
            continue
        joined = abs(total.index - number.index) == 1 and total.sentence == number.sentence
        shared = SHARED_OUT.search(max(total, number, key=lambda a: a.index).before)
        sure = joined and (bool(shared) or _names(stated, number) or stem(stated.per or "") in PERSONS)
        yield Hypothesis(
            relation="unit_cost",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.SURE if sure else Strength.PLAUSIBLE,
            rule="unit_cost:shared-out",
        )
        return


def conversions(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "100 € par mois, soit 1 200 € par an", "48 heures, soit 2 jours": the same amount in another period."""
    if not EQUIVALENCE.search(stated.before):
        return
    for other in earlier(stated, amounts, window=1)[:2]:
        factors = _factors(other, stated)
        if factors:
            best = min((other.value * f for f in factors), key=lambda value: abs(value - stated.value))
            yield Hypothesis(
                relation="conversion",
                stated=stated,
                computed=best,
                operands=(("converted", other),),
                strength=Strength.SURE,
                rule="conversion:period",
            )
            return


def _factors(source: Amount, target: Amount) -> tuple[float, ...]:
    if source.kind == target.kind == "duration" and source.unit != target.unit and not (source.per or target.per):
        return (DURATIONS[source.unit or ""] / DURATIONS[target.unit or ""],)
    if source.kind != target.kind or source.kind not in ("money", "count") or source.per is None or target.per is None:
        return ()
    if not source.comparable(target):
        return ()
    small, large = PERIODS.get((source.per, target.per), ()), PERIODS.get((target.per, source.per), ())
    return small or tuple(1 / f for f in large)


def _concludes(stated: Amount) -> bool:
    """The amount is told as the outcome of what came before, and not itself per something."""
    told = EQUIVALENCE.search(stated.before) or TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after)
    return bool(told) and not _is_rate(stated)


def ratios(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "12 médecins pour 18 000 habitants, soit un médecin pour 1 500 habitants": the count for each one."""
    one = ONE_FOR.search(stated.before)
    if not one or stated.kind != "count":
        return
    before = earlier(stated, amounts, window=1)
    number = next((a for a in before if a.kind == "count" and a.noun == stem(one[1])), None)
    total = next((a for a in before if a is not number and a.comparable(stated)), None)
    if number and total and number.value > 0:
        yield Hypothesis(
            relation="unit_cost",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.SURE,
            rule="unit_cost:one-for",
        )


def _same_rate(amount: Amount, stated: Amount) -> bool:
    """A cost that is itself per the same thing is no total; one per year is, for a cost per head and year."""
    return _is_rate(amount) and (amount.per is None or amount.per == stated.per or amount.per not in DURATIONS)


def _follows(stated: Amount) -> bool:
    """The words before the amount tie it to what was just said: "soit", or a colon."""
    return bool(EQUIVALENCE.search(stated.before) or EQUIVALENCE.search(stated.lead) or COLON.search(stated.before))


def _is_rate(amount: Amount) -> bool:
    return amount.per is not None or bool(EACH.match(amount.after))


def _yields(rate: Amount, stated: Amount) -> bool:
    """So much each of `rate` adds up to `stated`: money to money, things to things of the same kind."""
    if rate.kind == stated.kind == "money":
        return True
    return rate.kind == stated.kind == "count" and (rate.noun == stated.noun or rate.noun in SAME.get(stated.noun, ()))


def _multiplies(rate: Amount, number: Amount) -> Strength | None:
    if TIMES.match(number.before) and number.index == rate.index + 1:
        return Strength.SURE
    if number.kind in ("count", "duration") and rate.index == number.index + 1 and PRICED.match(rate.before):
        return Strength.SURE
    if number.kind not in ("count", "duration"):
        return None
    if rate.per is not None:
        return Strength.SURE if _counts(rate, number) else None
    if EACH.match(rate.after) and abs(rate.index - number.index) == 1:
        return Strength.SURE if number.kind == "count" else None
    return None


def _counts(rate: Amount, number: Amount) -> bool:
    """Whether `number` counts the things that `rate` is told per (par étudiant ↔ étudiants, par tête ↔ people)."""
    if rate.per is None:
        return number.kind == "count"
    return _names(rate, number) or (stem(rate.per) in PERSONS and number.kind == "count")


def _names(rate: Amount, number: Amount) -> bool:
    if rate.per is None:
        return False
    per = stem(fold(rate.per))
    return per == number.noun or (per, number.noun) in (("an", "annee"), ("annee", "an"))
