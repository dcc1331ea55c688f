"""Multiples: "deux fois plus cher", "le triple de", "2x": the ratio of two amounts that the text compares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from nlp.checks.amounts import Amount, stem, stems
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.levels import NO_TIME, YEAR, same_per, time_of
from nlp.checks.rates import each_nouns
from nlp.checks.words import COST, ELSEWHERE

# Lengths of time are compared as such only: ages and terms stand side by side for many reasons.
TIME = re.compile(r"^\s*(?:\+|-|plus|moins)\s*(?:de temps|long\w*|lent\w*|rapide\w*|vite)")
# "deux fois par an": how often, not how much.
FREQUENCY = re.compile(
    r"^\s*(?:par (?:an|mois|jour|semaine)|de suite|consecutive\w*|d'affilee|cette|depuis|en (?:19|20)\d\d)"
)
COMPARES = re.compile(
    r"^\s*(?:\+|-|(?:plus|moins|mieux|trop|celui|celle|ceux|celles|ce que|le|la|les|de|du|des|que)\b"
    r"|superieur|inferieur|l'|d'|qu')"
)
# "Elle passe à 60 000 €, le double."
LE = re.compile(r"\b(?:le|du|au)\s*$")
AGAINST = re.compile(r"\bcontre\b")
PROPORTION = re.compile(r"\bpour\s*$")
MORE_OF = re.compile(
    r"^\s*(?P<way>plus|moins) (?:de |d')(?P<head>[a-z][\w·]+)"
    r"(?:[^.,;:!?]{0,30}? qu(?:e de |e d'|'|e )(?P<than>[a-z][\w·]+))?"
)
# "que nous", "chez eux": those of whom one of the amounts was told.
PRONOUN = re.compile(r"^(?:chez )?(?:nous|vous|eux|elles|elle|lui|moi|toi|ici|la-bas|chez (?:nous|vous|eux|elles))\b")
ABSURD = 20.0
VERB = re.compile(r"(?:doubl|tripl|quadrupl|quintupl|decupl|centupl)(?:e|er|ent|é\w*|ait|aient|era\w*)$", re.IGNORECASE)
MULTIPLIED = re.compile(r"\b(?:(?:de)?(?:multipli|divis)\w+ (?:[\w']+ ){0,3}par|fois)\s*$")
# What the amount is compared with, when the text names it.
STANDARD = re.compile(r"\b(?:que|qu'|celui|celle|ceux|celles|d'une?|des?|du)\b\s*(.+)$")


def multiples(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A ... B : k fois plus": larger / smaller of the two amounts compared."""
    if stated.kind != "times" or stated.value <= 1 or not compares(stated):
        return
    standard = named_standard(stated)
    ours = standard is not None and PRONOUN.match(standard) is not None
    standard = None if ours else standard
    near = _levels((*later(stated, amounts), *earlier(stated, amounts, window=3)), times=bool(TIME.match(stated.after)))
    if standard is not None and _untold(standard, near):
        return
    yield from _unit_costs(stated, near)
    yield from _of_two_counts(stated, amounts)
    if standard is not None and (named := _named(standard, stated, amounts)):
        yield from named
        return
    pairs = [(a, b) for a, b in combinations(near[:5], 2) if _comparable(stated, a, b)]
    # Two prices of one thing are compared before a price and a total.
    pairs.sort(key=lambda pair: not (each_nouns(pair[0]) & each_nouns(pair[1])))
    year = YEAR.search(standard) if standard else None
    series = at_several_times(near)
    for rank, (a, b) in enumerate(pairs[:4]):
        plain = (standard is None and not ours and not series) or (
            year is not None and int(year[0]) in (time_of(a), time_of(b))
        )
        astride = min(a.index, b.index) < stated.index < max(a.index, b.index)
        if not 1 / ABSURD < max(a.value, b.value) / min(a.value, b.value) / stated.value < ABSURD:
            continue
        sure = rank == 0 and plain and _close(stated, a, b) and _measured(a, b) and not astride
        yield _ratio(stated, a, b, Strength.SURE if sure else Strength.PLAUSIBLE, "multiple:nearest")


def standard_is_untold(stated: Amount, amounts: Sequence[Amount]) -> bool:
    """ "Deux fois plus que l'an dernier", where no amount is told of last year."""
    standard = named_standard(stated) if stated.kind == "times" else None
    return standard is not None and _untold(standard, earlier(stated, amounts))


def _untold(standard: str, near: Iterable[Amount]) -> bool:
    return ELSEWHERE.match(standard) is not None and not any(stems(standard) & a.words for a in near)


def _of_two_counts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "35 gardiens et 14 infirmières: trois fois plus de gardiens": the two counts told together, one called again."""
    more = MORE_OF.match(stated.tail)
    if not more or stated.index < 2:
        return
    first, second = amounts[stated.index - 2 : stated.index]
    together = first.sentence == second.sentence and stated.sentence - second.sentence <= 1
    if not together or {first.kind, second.kind} != {"count"} or not same_per(first, second):
        return
    heads = {a.noun: a for a in (first, second)}
    named = heads.get(stem(more["head"]))
    against = heads.get(stem(more["than"])) if more["than"] else None
    if named is None or len(heads) < 2 or not (first.value > 0 < second.value) or against is named:
        return
    if more["than"] and against is None:
        return
    other = second if named is first else first
    if (named.value > other.value) == (more["way"] == "plus"):
        yield _ratio(stated, first, second, Strength.CERTAIN, "multiple:two-counts")


def at_several_times(near: Sequence[Amount]) -> bool:
    """ "120 en 2010, 90 en 2015, 45 aujourd'hui": levels of three times, of which any two may be compared."""
    heads = [a for a in near if near and a.comparable(near[0])]
    return len({time_of(a) for a in heads} - {NO_TIME}) > 2


def _comparable(stated: Amount, a: Amount, b: Amount) -> bool:
    """Two levels of one thing. Both may follow the multiple only where a colon announces them."""
    ahead = a.index > stated.index and b.index > stated.index
    if ahead and ":" not in stated.after:
        return False
    return _alike(a, b) and a.value != b.value and _same_base(a, b)


def _measured(a: Amount, b: Amount) -> bool:
    """Rates, and numbers of nobody knows what, are compared for many reasons: never sure unless set against."""
    against = bool(AGAINST.search(max(a, b, key=lambda x: x.index).before))
    return against or (a.kind == "money") or (a.kind != "share" and a.unit is not None)


def _levels(amounts: Iterable[Amount], *, times: bool = False) -> list[Amount]:
    kinds = ("duration",) if times else ("money", "count", "share")
    return [a for a in amounts if a.kind in kinds and a.value > 0]


def _alike(a: Amount, b: Amount) -> bool:
    """Two rates can be compared as well as two amounts."""
    return a.comparable(b) or a.kind == b.kind == "share"


def _named(standard: str, stated: Amount, amounts: Sequence[Amount]) -> list[Hypothesis]:
    """The standard is named ("le triple d'une étudiante"): the amount told about it, and the one that is a multiple."""
    wanted = stems(standard)
    near = _levels((*later(stated, amounts), *earlier(stated, amounts, window=6)))
    if not wanted or not near:
        return []
    first = next(iter(_levels(earlier(stated, amounts, window=2))), near[0])
    others = [a for a in near if a is not first and _alike(a, first) and a.value != first.value]
    told = sorted((a for a in others if a.words & wanted), key=lambda a: -len(a.words & wanted))
    if told and not first.words & wanted and not (_in_proportion(first, amounts) or _in_proportion(told[0], amounts)):
        other_time = [a for a in others if a.sentence == told[0].sentence and time_of(a) != time_of(told[0])]
        sure = Strength.PLAUSIBLE if other_time else Strength.SURE
        return [_ratio(stated, first, a, sure, "multiple:named") for a in (told[0], *other_time)]
    return []


def _in_proportion(amount: Amount, amounts: Sequence[Amount]) -> bool:
    """ "1 m² de logement pour 2 m² de bureaux": a proportion, of which neither term is a level."""
    pairs = [amounts[at : at + 2] for at in (amount.index - 1, amount.index) if at >= 0]
    return any(
        len(pair) == 2
        and pair[0].sentence == pair[1].sentence
        and PROPORTION.search(pair[1].before)
        and pair[0].unit == pair[1].unit
        for pair in pairs
    )


def _ratio(stated: Amount, a: Amount, b: Amount, strength: Strength, rule: str) -> Hypothesis:
    large, small = (a, b) if a.value > b.value else (b, a)
    return Hypothesis(
        relation="multiple",
        stated=stated,
        computed=large.value / small.value,
        operands=(("large", large), ("small", small)),
        strength=strength,
        rule=rule,
    )


def compares(stated: Amount) -> bool:
    """Whether "k fois" compares two amounts, and is no frequency."""
    if FREQUENCY.match(stated.after):
        return False
    surface = stated.quantity.surface.lower()
    doubled = (surface.endswith(("double", "ple")) and LE.search(stated.before)) or VERB.match(surface)
    factor = surface.endswith(("x", "×")) or surface.startswith(("x", "×"))
    return bool(COMPARES.match(stated.tail) or MULTIPLIED.search(stated.before) or factor or doubled)


def named_standard(stated: Amount) -> str | None:
    """What the amount is told to be a multiple of ("que nous", "de l'an dernier"), if the text says it."""
    match = STANDARD.search(re.split(r"[.;:!?(]", stated.tail, maxsplit=1)[0])
    return match[1] if match else None


def _same_base(a: Amount, b: Amount) -> bool:
    """Two amounts told per the same thing, or both in all. A cost often goes without saying that it is per head."""
    if a.per is None or b.per is None:
        return a.per == b.per or a.kind == "money" or a.bare or b.bare
    return stems(a.per) == stems(b.per)


def _close(stated: Amount, a: Amount, b: Amount) -> bool:
    gaps = sorted(stated.sentence - x.sentence for x in (a, b))
    return gaps[0] <= 1 and gaps[1] <= 2


def _unit_costs(stated: Amount, near: Sequence[Amount]) -> Iterator[Hypothesis]:
    """Two costs for two head counts, "coûtent 2x plus cher": the ratio of the costs per head."""
    if not COST.search(stated.tail):
        return
    ordered = sorted(near, key=lambda a: a.index)
    costs = [
        (money, heads)
        for heads, money in pairwise(ordered)
        if money.kind == "money" and heads.kind == "count" and money.sentence - heads.sentence <= 1
    ]
    if len(costs) != 2:
        return
    (first, n), (second, m) = costs
    one, other = first.value / n.value, second.value / m.value
    yield Hypothesis(
        relation="multiple",
        stated=stated,
        computed=max(one, other) / min(one, other),
        operands=(("total", first), ("number", n), ("total", second), ("number", m)),
        strength=Strength.PLAUSIBLE,
        rule="multiple:unit-costs",
    )
