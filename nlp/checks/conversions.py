"""The same amount in other terms: per month and per year, in kilos and in tonnes, in hours and in full-time posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import DURATIONS, Amount
from nlp.checks.hypothesis import Hypothesis, Strength, earlier
from nlp.checks.levels import same_per
from nlp.checks.ties import Tie, tie

# How many of the smaller unit make the larger one; more than one where working time is meant as often.
PERIODS: dict[tuple[str, str], tuple[float, ...]] = {
    ("mois", "an"): (12,),
    ("trimestre", "an"): (4,),
    ("semestre", "an"): (2,),
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
SIZES = {
    "gramme": ("mass", 1e-3), "kilogramme": ("mass", 1.0), "quintal": ("mass", 1e2), "tonne": ("mass", 1e3),
    "kilotonne": ("mass", 1e6), "mégatonne": ("mass", 1e9), "centimètre": ("length", 1e-2), "mètre": ("length", 1.0),
    "kilomètre": ("length", 1e3), "mètre carré": ("area", 1.0), "hectare": ("area", 1e4),
    "kilomètre carré": ("area", 1e6), "litre": ("volume", 1.0), "hectolitre": ("volume", 1e2),
    "mètre cube": ("volume", 1e3),
    "kilowatt": ("power", 1e-3), "mégawatt": ("power", 1.0), "gigawatt": ("power", 1e3),
    "mégawattheure": ("energy", 1e3), "kilowattheure": ("energy", 1.0), "gigawattheure": ("energy", 1e6),
    "térawattheure": ("energy", 1e9),
}  # fmt: skip
SAID = {
    "an": re.compile(
        r"\b(?:sur (?:un an|l'annee|une annee|douze mois)|a l'annee|annuel\w*|chaque annee|en un an|par an|l'annee"
        r"|tous les ans|(?:une|d'une|pour une) annee d[e']|annee (?:complete|entiere|pleine))\b"
    ),
    "mois": re.compile(
        r"\b(?:mensuel\w*|chaque mois|par mois|sur un mois|en un mois|au mois|tous les mois|un mois d[e'])\b"
    ),
    "semaine": re.compile(
        r"\b(?:hebdomadaire\w*|chaque semaine|par semaine|sur une semaine|en une semaine"
        r"|toutes les semaines|une semaine d[e'])\b"
    ),
    "jour": re.compile(
        r"\b(?:quotidien\w*|chaque jour|par jour|de journee|(?:la|une) journee|journee d[e']|journalier\w*|en un jour"
        r"|tous les jours|(?:par|la|chaque) nuit)\b"
    ),
    "heure": re.compile(
        r"\b(?:(?:taux|salaire|cout|tarif|cadence) horaires?|par heure|chaque heure|en une heure)\b"
        r"|(?<!tout )\ba l'heure(?=,)"
    ),
}
# What was spent in a year that is over, where it is told again per month.
YEARLY = re.compile(r"\b(?:l'an (?:dernier|passe)|l'annee (?:derniere|passee)|cette annee|en (?:19|20)\d\d)\b")
POSTS = frozenset({"poste", "temp", "etp", "emploi", "agent", "plein", "equiva", "salari", "person"})
FULL_TIME = re.compile(r"\b(?:temps[ -]pleins?|etp|equivalents?|plein temps|a l'annee)\b")


def size_factor(source: str | None, target: str | None) -> float | None:
    """How many `target` make one `source`, for masses, lengths, areas, volumes; None for other units or the same."""
    one, other = SIZES.get(source or ""), SIZES.get(target or "")
    return one[1] / other[1] if one and other and one[0] == other[0] and source != target else None


def conversions(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "100 € par mois, soit 1 200 € par an", "48 heures, soit 2 jours", "12 tonnes, soit 12 000 kg"."""
    told = tie(stated)
    opening = SAID["an"].search(stated.lead) if stated.lead == stated.before else None
    if told == Tie.NONE and not opening:
        return
    for other in earlier(stated, amounts, window=1)[:3]:
        factors = _factors(other, stated)
        if other.kind == "duration" and told != Tie.FIRM:
            continue
        if factors:
            best = min((other.value * f for f in factors), key=lambda value: abs(value - stated.value))
            beside = stated.index - other.index == 1
            sure = beside and (told == Tie.FIRM or bool(opening) or other.sentence == stated.sentence)
            yield _conversion(stated, best, (("converted", other),), sure, "conversion:period")
            return


def posts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "57 600 heures, à 1 600 heures par an: 36 temps pleins": hours as posts, by the working year that is told."""
    if stated.kind != "count" or stated.noun not in POSTS or tie(stated) == Tie.NONE:
        return
    hours = [a for a in earlier(stated, amounts, window=5) if a.unit == "heure"]
    year = next((a for a in hours if (a.per == "an" or SAID["an"].search(a.after[:25])) and a.value > 1000), None)
    total = next((a for a in hours if a is not year and (a.per in (None, "an"))), None)
    if year is None or total is None:
        return
    surface = f"{stated.quantity.surface.lower()} {stated.after[:25].strip()}"
    sure = bool(FULL_TIME.search(surface)) or stated.noun == "etp" or FULL_TIME.search(stated.before[-30:]) is not None
    operands = (("hours", total), ("hours a year", year))
    yield _conversion(stated, total.value / year.value, operands, sure, "conversion:posts")


def _conversion(
    stated: Amount, computed: float, operands: tuple[tuple[str, Amount], ...], sure: bool, rule: str
) -> Hypothesis:
    return Hypothesis(
        relation="conversion",
        stated=stated,
        computed=computed,
        operands=operands,
        strength=Strength.CERTAIN if sure else Strength.PLAUSIBLE,
        rule=rule,
    )


def _period(amount: Amount) -> str | None:
    """What period the amount is told for: by "par an", or by a word beside it ("loyer mensuel")."""
    if amount.per:
        return amount.per
    beside = _beside(amount)
    return next((period for period, words in SAID.items() if words.search(beside)), None)


def _beside(amount: Amount) -> str:
    return f"{amount.before[-60:]} {re.split(r'[.,;:!?]', amount.after[:30], maxsplit=1)[0]}"


def _factors(source: Amount, target: Amount) -> tuple[float, ...]:
    if source.kind == target.kind == "duration" and source.unit != target.unit and not (source.per or target.per):
        return (DURATIONS[source.unit or ""] / DURATIONS[target.unit or ""],)
    if source.unit in SIZES and target.unit in SIZES and source.unit != target.unit:
        factor = size_factor(source.unit, target.unit)
        return (factor,) if factor and same_per(source, target) else ()
    if source.kind != target.kind or source.kind not in ("money", "count", "duration"):
        return ()
    alike = source.unit == target.unit if source.kind == "duration" else source.comparable(target)
    one, other = _period(source), _period(target)
    if not alike:
        return ()
    other = other or ("an" if one in ("mois", "semaine", "jour") and YEARLY.search(_beside(target)) else None)
    one = one or ("an" if other in ("mois", "semaine", "jour") and YEARLY.search(_beside(source)) else None)
    if one is None or other is None:
        return ()
    small, large = PERIODS.get((one, other), ()), PERIODS.get((other, one), ())
    return small or tuple(1 / f for f in large)
