"""Products and quotients: so much each, times so many; a total shared out; the same rate per month and per year."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import DURATIONS, Amount, fold, stem, stems
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.words import APPOSED, EACH, EQUIVALENCE, LABELS, OPENING, PERSONS, SAME, SHARED_OUT, TOTAL, TOTAL_AFTER

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
EACH_FOR = re.compile(r"^\s*(?:pour|par) une? ")
# "160 jours à 1 500 €"
PRICED = re.compile(r"^\W*(?:\w+ ){0,2}(?:factur\w+ |pay\w+ )?a\s*$")
# "Sur les trois ans : 97 200 €"
OVER = re.compile(r"\b(?:sur|pendant|pour|en)\b[^.;:!?]{0,30}:\s*$")
# "un kilomètre coûte 210 000 €": so much each, told by the subject.
THE_UNIT = re.compile(r"^\s*(?:du|le|la|l'|au)\s*([a-z][\w·.]+)")
CONCLUDING = re.compile(r"\s(?:donc|alors|ainsi|en moyenne|environ|pres de|nous|leur|lui|me|vous)(?=\s)")
EACH_COSTS = re.compile(
    r"\b(?:une?|chaque)\s+([a-z][\w·.]+)(?:\s+[\w'·]+){0,4}?"
    r"\s+(?:coute\w*|revient a|vaut|se facture|est factur\w+|est pay\w+|touche|gagne)\s*$"
)
COLON = re.compile(r":\s*(?:environ|pres de|a peine)?\s*$")
TIMES = re.compile(r"^\s*(?:[x×*]|fois|multiplie\w* par)\s*(?:les|ces|par)?\s*$")


def products(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A par X, N X: soit B au total", "A × N = B"."""
    told = _concludes(stated)
    if stated.kind not in ("money", "count", "duration") or told is None:
        return
    near = [a for a in earlier(stated, amounts) if a.value > 0]
    for rate in near:
        if not _yields(rate, stated):
            continue
        for number, strength in _numbers(rate, stated, amounts):
            if _is_rate(stated) and (stated.per is None or stated.per != number.per):
                continue
            yield Hypothesis(
                relation="product",
                stated=stated,
                computed=rate.value * number.value,
                operands=(("each", rate), ("number", number)),
                strength=min(strength, told) if stated.sentence - rate.sentence <= 2 else Strength.PLAUSIBLE,
                rule="product:each",
            )


def chains(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "1 450 repas par jour, 4 jours par semaine, 36 semaines par an: 208 800 repas": rates that follow on."""
    if stated.kind not in ("money", "count") or _concludes(stated) is None:
        return
    for first in earlier(stated, amounts):
        links = [first]
        while links[-1].per and (following := _next_link(links[-1], amounts, stated)):
            links.append(following)
        if len(links) >= 3 and _yields(first, stated):
            yield Hypothesis(
                relation="product",
                stated=stated,
                computed=math.prod(link.value for link in links),
                operands=(("each", first), *(("number", link) for link in links[1:])),
                strength=Strength.SURE,
                rule="product:chain",
            )


def _next_link(rate: Amount, amounts: Sequence[Amount], stated: Amount) -> Amount | None:
    following = amounts[rate.index + 1] if rate.index + 1 < stated.index else None
    return following if following is not None and _names(rate, following) else None


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
    """ "T pour N X, soit A par X", "chaque X nous coûte donc A": total / number."""
    if stated.kind not in ("money", "count", "duration") or not (_follows(stated) or OPENING.match(stated.lead)):
        return
    nouns = _each_nouns(stated)
    if not nouns and not _is_rate(stated):
        return
    before = [a for a in earlier(stated, amounts, window=2) if a.value > 0]
    for number in before:
        named = number.noun in nouns
        if not (named or (_is_rate(stated) and _counts(stated, number))):
            continue
        total, near = _total(stated, number, before, amounts)
        if total is None:
            continue
        joined = abs(total.index - number.index) == 1 and total.sentence == number.sentence
        shared = SHARED_OUT.search(max(total, number, key=lambda a: a.index).before)
        people = stem(stated.per or "") in PERSONS
        told = (joined and (shared or named or people)) or (named and near and stated.sentence == number.sentence)
        yield Hypothesis(
            relation="unit_cost",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.SURE if told else Strength.PLAUSIBLE,
            rule="unit_cost:shared-out",
        )
        return


def _total(
    stated: Amount, number: Amount, before: Sequence[Amount], amounts: Sequence[Amount]
) -> tuple[Amount | None, bool]:
    """What is shared out, and whether the words tie it to the number: it stands near, or shares a name with it."""
    fits = [a for a in before if a is not number and a.comparable(stated) and not _same_rate(a, stated)]
    labelled = [a for a in fits if a.words & LABELS]
    if fits:
        return (labelled or fits)[0], bool(labelled) or len(fits) == 1
    about = stems(f"{number.lead} {number.tail}")
    far = [a for a in earlier(stated, amounts, window=8) if a.comparable(stated) and not _same_rate(a, stated)]
    tied = [a for a in far if stems(a.before[-40:]) & about]
    return (tied[0], len(tied) == 1) if tied else (None, False)


def _each_nouns(stated: Amount) -> frozenset[str]:
    """What the amount is told for each of: "par X", "du X" after it, or "chaque X ... coûte" before it."""
    nouns = {stem(fold(stated.per))} if stated.per else set()
    if match := THE_UNIT.match(stated.after):
        nouns.add(stem(match[1]))
    if match := EACH_COSTS.search(CONCLUDING.sub(" ", stated.before)):
        nouns.add(stem(match[1]))
    return frozenset(nouns)


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


def _concludes(stated: Amount) -> Strength | None:
    """Whether the amount is told as the outcome of what came before: surely by a word, perhaps by a mere comma."""
    told = (
        EQUIVALENCE.search(stated.before)
        or TOTAL.search(stated.before)
        or TOTAL_AFTER.match(stated.after)
        or OVER.search(stated.lead)
    )
    if told:
        return Strength.SURE
    return Strength.PLAUSIBLE if APPOSED.search(stated.before) else None


def ratios(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "12 médecins pour 18 000 habitants, soit un médecin pour 1 500 habitants": the count for each one."""
    if stated.kind != "count":
        return
    if EACH_FOR.match(stated.after):
        yield from _each_for(stated, earlier(stated, amounts, window=1))
    one = ONE_FOR.search(stated.before)
    if not one:
        return
    before = earlier(stated, amounts, window=1)
    one_noun = stem(one[1])
    number = next((a for a in before if a.noun == one_noun or a.noun in SAME.get(one_noun, ())), None)
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


def _each_for(stated: Amount, before: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "6 300 demandes, 450 attributions : 14 demandes pour un logement": the other thing may go by another name."""
    total = next((a for a in before if a.comparable(stated) and a.value > stated.value), None)
    number = next((a for a in before if total is not None and a is not total and a.kind == "count"), None)
    if total is not None and number is not None and number.value > 0:
        yield Hypothesis(
            relation="multiple",
            stated=stated,
            computed=total.value / number.value,
            operands=(("total", total), ("number", number)),
            strength=Strength.PLAUSIBLE,
            rule="unit_cost:each-for",
        )


def _same_rate(amount: Amount, stated: Amount) -> bool:
    """A cost that is itself per the same thing is no total; one per year is, for a cost per head and year."""
    return _is_rate(amount) and (amount.per is None or amount.per == stated.per or amount.per not in DURATIONS)


def _follows(stated: Amount) -> bool:
    """The words before the amount tie it to what was just said: "soit", a colon, or nothing but a comma."""
    told = EQUIVALENCE.search(stated.before) or EQUIVALENCE.search(stated.lead) or COLON.search(stated.before)
    return bool(told or APPOSED.search(stated.before))


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
    if (each := EACH_COSTS.search(rate.lead)) and stem(each[1]) == number.noun:
        return Strength.SURE
    if rate.per is not None:
        return Strength.SURE if _counts(rate, number) else None
    if EACH.match(rate.after) and abs(rate.index - number.index) == 1:
        return Strength.SURE if number.kind == "count" else None
    return None


def _counts(rate: Amount, number: Amount) -> bool:
    """Whether `number` counts the things that `rate` is told per (par étudiant ↔ étudiants, par tête ↔ people)."""
    if number.kind not in ("count", "duration"):
        return False
    if rate.per is None:
        return number.kind == "count"
    return _names(rate, number) or (stem(rate.per) in PERSONS and number.kind == "count")


def _names(rate: Amount, number: Amount) -> bool:
    if rate.per is None:
        return False
    per = stem(fold(rate.per))
    return per == number.noun or (per, number.noun) in (("an", "annee"), ("annee", "an"))
