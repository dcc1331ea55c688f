"""Shares: a part, a whole and a percentage (or fraction) that the text says are one and the same fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nlp.checks.amounts import Amount, alike, stem, stems
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.levels import comparable_levels, told_as_change
from nlp.checks.ties import ENDS, Tie, tie
from nlp.checks.verdict import ONE_IN
from nlp.checks.words import (
    AMONG_THEM,
    APPOSED,
    DOWN,
    DOWN_AFTER,
    EQUIVALENCE,
    INTRODUCES_WHOLE,
    LABELS,
    LOST_AFTER,
    OPENING,
    REMAINS,
    TOTAL,
    TOTAL_AFTER,
    UP,
    UP_AFTER,
    WEIGHS,
    WHOLE,
)

DIRECTLY_OF = re.compile(r"^\s*(?:des|du|de|d')\s*(?:les|ces|nos|quelque|\w+\s+de)?\s*$")
# "72 000 détenus pour 60 000 places" compares two things more often than it takes a part of one.
FOR = re.compile(r"\bpour\s*(?:les|ces)?\s*$")
# "65 % du total", "5 % des recettes", "la moitié de nos effectifs": the noun that names the whole.
OF_WHOLE = re.compile(
    r"^[\s»\"]*(?:\w+\s)?(?:du|de la|de l'|des|de|d')\s*"
    r"(?:ces?|ses|leurs?|nos|notre|l'ensemble d\w+|toutes?|tous|les?|la|l')?\s*([a-z][\w·]{2,})"
)
# "un tiers de ce qu'on pompe", "12 % d'entre eux": the whole was just told.
OF_THAT = re.compile(r"^\s*(?:de ce (?:que?|qu'|qui)|d'entre|de tout|du tout)\b")
ONE_IN_NOUN = re.compile(r"[^\W\d_]{4,}(?=(?:[·.]\w+)? sur\b)")
NEWS = re.compile(
    r"^\s*(?:sont|ont|n'|ne|se|s'|est|a|veu\w+|dis\w+|attend\w+|aura|\w{3,}ent\b(?<!seulement)(?<!finalement))"
)
# A thing in the singular that was talked of, not one of the world at large.
KNOWN = re.compile(
    r"^\s*(?:du|de la|de l'|de notre|de nos|de leur|de ses|de son|de sa)\s*"
    r"(?!pib|population|monde|territoire|pays|france|planete|temps|marche|departement|region|salaire|produit)[a-z]"
)
OCCUPIED = re.compile(r"\b(?:occup\w+|rempliss\w+|rempli\w*|satur\w+|surpopul\w+|densite)\b")
# "le taux d'occupation des chambres doubles": of some of the places only.
OF_SOME = re.compile(r"\b(?:occupation|remplissage|saturation|densite) (?:des|du|de la|de l'|dans|en)\b")
AT_PLACE = re.compile(r"^\s*((?:aux?|a la|a l'|en|pour|dans|de|du)\s?[a-z'][^,;:.!?()]{0,30}?)(?: et\b|[,;:.!?()]|$)")
BREAK = re.compile(r"[,;:()]|\b(?:et|dont)\b")
PLACES = frozenset({"place", "lit", "siege", "cellul", "chambr", "box"})
MORE_OR_LESS = re.compile(r"^[^.,;:!?()]{0,30}?\b(?:de|en) (?:plus|moins)\b")
OUT_OF = re.compile(r"\bsur\s*(?:les|ces|un total de)?\s*$")
ANAPHORIC = re.compile(r"^\W*(?:et |mais |or )?(?:cela|ca|c'|ce qui|elle|elles|il|ils|ce|ces|cette)\b")
# "45 enquêtes sur 1 800", "0,9 M€, sur 76 M€": nothing but the preposition between the two, or a noun.
BARE_SUR = re.compile(r"^\s*(?:de |d')?(?:[\w·'-]+\s){0,3}?,?\s*sur\s*(?:les|ces|un total de|quelque)?\s*$")
ANNOUNCED = re.compile(r"^[^.;!?()]{0,40}([(:,])\s*(?:soit |dont )?$")
PLURAL_VERB = re.compile(r"^[\w' ]{4,40}? (?:ont|sont|etaient|avaient|vont|font|[a-z]{2,}ent)\b")
SUMS_OF_MONEY = stems("sommes montants fonds crédits")
# "La famille paie 2,60 €. La ville prend en charge les deux tiers": the other part.
IN_CHARGE = re.compile(r"\b(?:en charge|complete\w*|le reste|le solde|les autres)\b[^.;!?\d]{0,25}$")
MARGIN = re.compile(r"\b(?:marge|rentabilite)\b[^.;!?]{0,25}$")
SALES = re.compile(r"\b(?:chiffre d'affaires|ventes|\bca)\b")
PROFIT = re.compile(r"\b(?:benefice\w*|profit\w*|resultat)\b")
FAR = 9
"""Sentences back in which an amount that is called by its name is looked for."""


def shares(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A sur B, soit x %", "A, soit x % du total", "Parmi ces B, A: x %": 100 * part / whole."""
    if stated.kind != "share" or _is_change(stated):
        return
    for part, part_strength in _parts(stated, amounts):
        for whole, whole_strength, rule in _wholes(stated, part, amounts):
            if whole is part or whole.kind != part.kind or whole.value <= part.value:
                continue
            yield _share(stated, part, whole, min(part_strength, whole_strength), rule)


def occupation(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "420 places et 714 détenus. Taux d'occupation : 170 %": those who are there, of the places there are."""
    if stated.kind != "share" or not OCCUPIED.search(f"{stated.before} {stated.after[:30]}"):
        return
    near = [a for a in earlier(stated, amounts, window=2) if a.kind == "count" and a.value > 0]
    places = max((a for a in near if a.noun in PLACES), key=lambda a: a.value, default=None)
    there = next((a for a in near if a is not places), None)
    if places is not None and there is not None:
        sure = Strength.PLAUSIBLE if OF_SOME.search(stated.before) else Strength.CERTAIN
        yield _share(stated, there, places, sure, "occupation")


def complements(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "1 200 internes, 480 restent. Six sur dix repartent": the others."""
    if stated.kind != "share" or _is_change(stated):
        return
    near = [a for a in earlier(stated, amounts, window=2) if a.kind in ("money", "count") and a.value > 0]
    for part, whole in pairwise(near):
        if part.value < whole.value and part.comparable(whole):
            yield Hypothesis(
                relation="share",
                stated=stated,
                computed=100 * (1 - part.value / whole.value),
                operands=(("others", part), ("whole", whole)),
                strength=Strength.PLAUSIBLE if IN_CHARGE.search(stated.before) else Strength.WEAK,
                rule="share:complement",
            )


def parts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "x % de B, soit A": the part that a share of a whole gives."""
    if stated.kind not in ("money", "count") or tie(stated) == Tie.NONE:
        return
    before = earlier(stated, amounts, window=1)
    if (followed := _share_of_next(stated, before)) is not None:
        yield followed
        return
    if not before or before[0].kind != "share" or _is_change(before[0]):
        return
    share = before[0]
    wholes = [a for a in before[1:] if a.kind == stated.kind and a.value > 0]
    named = [a for a in wholes if _overlap(_of(share), a)]
    if not (whole := next(iter(named or wholes), None)):
        return
    firm = bool(EQUIVALENCE.search(stated.before))
    sure = bool(named) and firm and (stated.kind == "money" or whole.noun == stated.noun)
    yield Hypothesis(
        relation="share",
        stated=stated,
        computed=share.value * whole.value / 100,
        operands=(("share", share), ("whole", whole)),
        strength=Strength.SURE if sure else Strength.PLAUSIBLE,
        rule="share:part",
    )


def _share_of_next(stated: Amount, before: Sequence[Amount]) -> Hypothesis | None:
    """ "30 % de ces 640 lits, soit 192": the share and its whole in one phrase, the outcome right after."""
    if len(before) < 2 or before[1].kind != "share" or not DIRECTLY_OF.match(before[1].after):
        return None
    whole, share = before[0], before[1]
    if whole.kind != stated.kind or whole.index != stated.index - 1 or tie(stated) != Tie.FIRM or _is_change(share):
        return None
    return Hypothesis(
        relation="product",
        stated=stated,
        computed=share.value * whole.value / 100,
        operands=(("share", share), ("whole", whole)),
        strength=Strength.CERTAIN,
        rule="share:part-of-next",
    )


def restated(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, sur B. On parle de x % de cela": a fraction just told in so many words, then its percentage."""
    if stated.kind != "share" or stated.index < 2 or _is_change(stated) or NEWS.match(stated.after):
        return
    part, whole = amounts[stated.index - 2 : stated.index]
    beside = part.sentence == whole.sentence and stated.sentence - whole.sentence <= 1
    if not (beside and _is_fraction(part, whole)) or "%" not in stated.quantity.surface:
        return
    phrase = _of(stated)
    own = {word[:5] for word in part.words | whole.words | SUMS_OF_MONEY}
    if tie(stated) != Tie.FIRM and _tells_of_others(stated):
        return  # "20 % des colis arrivent abîmés": news of them, not the fraction again
    if (phrase and {word[:5] for word in phrase} & own) or not (phrase or stated.sentence > whole.sentence):
        yield _share(stated, part, whole, Strength.SURE, "restated")


def told_first(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "Taux de vacance : 35 % (58 postes sur 230)", "14 % des postes : 42 sur 300": the fraction after its share."""
    announced = ANNOUNCED.match(stated.after)
    if stated.kind != "share" or "%" not in stated.quantity.surface or not announced or _is_change(stated):
        return
    following = [a for a in amounts[stated.index + 1 : stated.index + 3] if a.sentence == stated.sentence]
    if following and following[0].kind == "share" and ONE_IN.search(following[0].quantity.surface):
        fraction = following[0]
        found = Hypothesis("share", stated, fraction.value, (("fraction", fraction),), Strength.SURE, "share:foretold")
    elif len(following) == 2 and _is_fraction(*following):
        part, whole = following
        found = _share(stated, part, whole, Strength.SURE, "foretold")
    else:
        return
    if ENDS.match(following[len(found.operands) - 1].after):
        told = " ".join(f"{a.quantity.surface} {a.quantity.counted or ''}" for _, a in found.operands)
        own = {word[:5] for word in stems(told)}
        phrase = {word[:5] for word in _of(stated)}
        apart = announced[1] == "," or (phrase and own and not phrase & own)
        yield replace(found, strength=Strength.PLAUSIBLE) if apart else found


def _is_fraction(part: Amount, whole: Amount) -> bool:
    like = part.kind == whole.kind and part.kind in ("money", "count") and 0 < part.value < whole.value
    return like and BARE_SUR.match(whole.before) is not None


def margins(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "3 M€ de bénéfice pour 40 M€ de ventes: une marge de 7,5 %": profit, of the turnover."""
    if stated.kind != "share" or not MARGIN.search(stated.before):
        return
    near = [a for a in earlier(stated, amounts, window=1) if a.kind == "money" and a.value > 0]
    sales = [a for a in near if SALES.search(f"{a.before[-30:]} {a.after[:30]}")]
    profit = [a for a in near if PROFIT.search(f"{a.before[-30:]} {a.after[:25]}") and a not in sales[:1]]
    if len(sales) == 1 and profit and profit[0].value < sales[0].value:
        yield _share(stated, profit[0], sales[0], Strength.CERTAIN, "margin")


def ones_in(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "126 hommes dorment par terre : un détenu sur quatre": of the detainees who were counted before."""
    noun = ONE_IN_NOUN.search(stated.quantity.surface)
    if stated.kind != "share" or not noun or not APPOSED.search(stated.before) or not stated.index:
        return
    part, head = amounts[stated.index - 1], stem(noun[0])
    if part.kind != "count" or part.sentence != stated.sentence or _is_difference(part):
        return
    named = [a for a in earlier(part, amounts, FAR) if a.kind == "count" and _names(a, head) and a.per is None]
    if named and named[0].value > part.value > 0 and len({a.value for a in named}) == 1:
        exact = Strength.CERTAIN if head == named[0].noun == part.noun else Strength.SURE
        yield _share(stated, part, named[0], exact, "one-in")


def _names(amount: Amount, head: str) -> bool:
    """Whether a noun, or the participle beside it ("personnes détenues"), is what the amount counts."""
    following = stems(amount.after[:20].split(",")[0].split(".")[0])
    return alike(head, amount.noun) or head in following


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
            strength=Strength.CERTAIN,
            rule="share:fraction",
        )


def _share(stated: Amount, part: Amount, whole: Amount, strength: Strength, rule: str) -> Hypothesis:
    return Hypothesis(
        relation="share",
        stated=stated,
        computed=100 * part.value / whole.value,
        operands=(("part", part), ("whole", whole)),
        strength=strength,
        rule=f"share:{rule}",
    )


def _parts(stated: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength]]:
    """What the share is told of: the amount it stands in apposition to, or the one that its subject names."""
    near = [a for a in earlier(stated, amounts, window=2) if a.kind in ("money", "count", "duration") and a.value > 0]
    told = tie(stated)
    named = _named_part(stated, amounts) if _has_subject(stated) else None
    if named is not None:
        yield named, Strength.CERTAIN
        return
    candidates = [a for a in near if not _introduced(a) and not _is_term(a)] or near
    last_is_whole = len(candidates) > 1 and candidates[0].comparable(candidates[1])
    if last_is_whole and not _of(stated) and not later(stated, amounts) and _is_largest(candidates[0], amounts):
        candidates = candidates[1:]  # "4 M€ d'un chantier à 16 M€. Un tiers, donc": the last amount is the whole
    apart = _tells_news(stated, near) and told != Tie.FIRM
    if told == Tie.NONE and (apart or (_of(stated) and not _generic(stated))) and not _in_n(stated, near):
        return
    for rank, part in enumerate(candidates[:3]):
        yield (
            part,
            _part_strength(stated, part, told, amounts[stated.index - 1].sentence)
            if rank == 0 and not apart
            else Strength.PLAUSIBLE,
        )
    following = [a for a in later(stated, amounts) if a.kind in ("money", "count")]
    if following and re.search(r"\(\s*$", following[0].before) and not _introduced(following[0]):
        yield following[0], Strength.SURE


def _is_difference(amount: Amount) -> bool:
    """ "160 postes en moins, soit 20 %": of what there was before, not of another amount."""
    return bool(UP.search(amount.before) or MORE_OR_LESS.match(amount.after))


def _is_term(amount: Amount) -> bool:
    """An age or a term; working hours have parts like other things."""
    return amount.kind == "duration" and amount.unit != "heure"


def _is_largest(amount: Amount, amounts: Sequence[Amount]) -> bool:
    before = [a for a in earlier(amount, amounts, FAR) if a.comparable(amount)]
    beside = before[0].sentence == amount.sentence if before else False
    return beside and all(a.value < amount.value for a in before)


def _tells_news(stated: Amount, near: Sequence[Amount]) -> bool:
    """A share of things not told before ("60 % sont des femmes", "une affaire sur trois"): nothing to be checked by."""
    noun = ONE_IN_NOUN.search(stated.quantity.surface)
    return bool(NEWS.match(stated.after) or noun) and not _in_n(stated, near)


def _in_n(stated: Amount, near: Sequence[Amount]) -> bool:
    """ "7 démarches sur 10": of things that were just counted."""
    noun = ONE_IN_NOUN.search(stated.quantity.surface)
    return noun is not None and any(stem(noun[0]) in a.words for a in near)


def _part_strength(stated: Amount, part: Amount, told: Tie, last: int) -> Strength:
    """The words tie the share to the amount just before, in its sentence, or open the next one."""
    if _is_term(part) or (_is_difference(part) and not _of(stated) and not OUT_OF.search(part.after)):
        return Strength.PLAUSIBLE
    if stated.sentence == part.sentence:
        beside = stated.index == part.index + 1 and len(stated.before) < 60
        weighs = beside and WEIGHS.search(stated.before) is not None
        return Strength.CERTAIN if told or weighs else Strength.PLAUSIBLE
    if told != Tie.FIRM and _tells_of_others(stated):
        return Strength.PLAUSIBLE
    opens = told == Tie.FIRM or OPENING.match(stated.lead)
    refers = ANAPHORIC.match(stated.lead) and (told or WEIGHS.search(stated.before))
    return Strength.SURE if (opens or refers) and stated.sentence - last <= 1 else Strength.PLAUSIBLE


def _tells_of_others(stated: Amount) -> bool:
    """ "60 plaintes sur 240. 40 % des juges ont 50 ans": the subject of its own sentence, of other things."""
    own = OF_WHOLE.match(stated.after) is not None and not _generic(stated)
    return own and OPENING.match(stated.lead) is not None and PLURAL_VERB.search(stated.after) is not None


def _has_subject(stated: Amount) -> bool:
    """A verb stands before the share, with a subject of its own: "Le personnel pèse 39 %"."""
    return bool(WEIGHS.search(stated.before))


def _named_part(stated: Amount, amounts: Sequence[Amount]) -> Amount | None:
    """The one earlier amount that the subject calls by its name."""
    subject = stems(WEIGHS.split(stated.before)[0]) - LABELS - WHOLE
    far = [a for a in earlier(stated, amounts, FAR) if a.kind in ("money", "count")]
    scored = [(len(_called(a, amounts) & subject), a) for a in far]
    best = max((score for score, _ in scored), default=0)
    told = [a for score, a in scored if score == best > 0]
    # The subject may hold the amount itself: "12 agents représentent 3 %".
    if stated.index and amounts[stated.index - 1].sentence == stated.sentence and len(stated.before) < len(stated.lead):
        return told[0] if len(told) == 1 and best > 0 and "donc" in stated.before else None
    return told[0] if len(told) == 1 else None


def _called(amount: Amount, amounts: Sequence[Amount]) -> frozenset[str]:
    """Stems of what an amount is told of: in "13 au gaz et 39 au diesel", gas goes with the first."""
    follows = AT_PLACE.match(amount.after)
    before = amount.before[-50:]
    previous = amounts[amount.index - 1] if amount.index else None
    if previous is not None and previous.sentence == amount.sentence and AT_PLACE.match(previous.after):
        before = BREAK.split(before)[-1]
    return stems(f"{before} {follows[1] if follows else ''}")


def _wholes(stated: Amount, part: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength, str]]:
    """What may be the whole of `part`, by how the words tell it."""
    far = [
        a for a in (*later(stated, amounts), *earlier(stated, amounts, FAR)) if a.kind == part.kind and a is not part
    ]
    larger = [a for a in far if a.value >= part.value and a.index < stated.index]
    if (level := _lost_from(part, larger, far)) is not None:
        yield level, Strength.CERTAIN, "lost-from"
        return
    yield from _followed(stated, amounts)
    yield from _all_told(stated, part, amounts)
    yield from _after_sur(stated, part, far)
    told_before = next((a for a in larger if a.index < part.index), None)
    if told_before is not None and AMONG_THEM.search(part.before) and part.sentence - told_before.sentence <= 1:
        yield told_before, Strength.CERTAIN, "among-them"
    phrase = _of(stated)
    if phrase and not _generic(stated):
        yield from _only_one(stated, part, larger)
        named = sorted((a for a in larger if _overlap(phrase, a)), key=lambda a: -_overlap(phrase, a))
        for whole in named[:1]:
            yield whole, Strength.CERTAIN, "named"
        for whole in (*named[1:], *larger[:3]):
            yield whole, Strength.PLAUSIBLE, "named"
        return
    like = [a for a in larger if a.comparable(part)]
    if phrase or OF_THAT.match(stated.after):
        yield from _totals(stated, phrase, like or larger, part)
        return
    for rank, whole in enumerate(like[:3]):
        sure = rank == 0 and stated.sentence - whole.sentence <= 2 and not _between(whole, part, amounts)
        yield whole, Strength.SURE if sure else Strength.PLAUSIBLE, "larger"
    for whole in larger[:2]:
        yield whole, Strength.WEAK if like and whole not in like else Strength.PLAUSIBLE, "larger"


def _lost_from(part: Amount, larger: Sequence[Amount], far: Sequence[Amount]) -> Amount | None:
    """ "12 000 agents hier, 8 000 aujourd'hui. 4 000 de moins, 33 %": of what there was before the loss."""
    told = (DOWN.search(part.before), UP.search(part.before), REMAINS.search(part.before))
    if not (any(told) or DOWN_AFTER.match(part.after) or LOST_AFTER.match(part.after)):
        return None
    before = [a for a in far if a.index < part.index and a.kind == part.kind]
    for level in (a for a in larger if a.index < part.index):
        left = (a for a in before if a.value < level.value and comparable_levels(a, level))
        if any(abs(level.value - a.value - part.value) <= 0.001 * level.value for a in left):
            return level
    return None


def _only_one(stated: Amount, part: Amount, larger: Sequence[Amount]) -> Iterator[tuple[Amount, Strength, str]]:
    """ "un tiers de la flotte": a known thing by another name, if one larger amount alone can be meant."""
    like = [a for a in larger if stated.sentence - a.sentence <= 3 and a.comparable(part) and not told_as_change(a)]
    if KNOWN.match(stated.after) and len({a.value for a in like}) == 1:
        yield like[0], Strength.SURE, "only"


def _followed(stated: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength, str]]:
    following = later(stated, amounts)
    if following and DIRECTLY_OF.match(stated.after):
        yield following[0], Strength.CERTAIN, "followed"


def _all_told(stated: Amount, part: Amount, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Strength, str]]:
    """ "36 titulaires et 18 vacataires, 54 en tout. Les 18 vacataires font un tiers du labo": of all those listed."""
    if not KNOWN.match(stated.after):
        return
    totals = [a for a in earlier(part, amounts, window=1) if TOTAL_AFTER.match(a.after) or TOTAL.search(a.before)]
    for total in totals[:1]:
        listed = earlier(total, amounts, window=1)
        if total.kind == part.kind and any(a.unit == part.unit and a.value == part.value for a in listed):
            yield total, Strength.CERTAIN, "all-told"


def _after_sur(stated: Amount, part: Amount, far: Sequence[Amount]) -> Iterator[tuple[Amount, Strength, str]]:
    """ "45 familles sur 300", "Sur 300 familles, 45": introduced as a whole, beside the part."""
    introduced = [a for a in far if _introduced(a) and abs(a.sentence - part.sentence) <= 1 and a.index < stated.index]
    for rank, whole in enumerate(introduced):
        beside = abs(whole.index - part.index) == 1 and rank == 0
        if FOR.search(whole.before):
            sure = (
                Strength.SURE
                if beside and whole.index == stated.index - 1 and whole.noun == part.noun
                else Strength.PLAUSIBLE
            )
        else:
            sure = Strength.CERTAIN if beside else Strength.SURE if rank == 0 else Strength.PLAUSIBLE
        yield whole, sure, "introduced"


def _totals(
    stated: Amount, phrase: frozenset[str], larger: Sequence[Amount], part: Amount
) -> Iterator[tuple[Amount, Strength, str]]:
    """The whole that a general word means: what is called a total, or the largest amount just told."""
    near = [a for a in larger if stated.sentence - a.sentence <= 6]
    called = [a for a in near if phrase & a.label] or [a for a in near if a.label & (WHOLE | {"budget"})]
    called = [] if not phrase else called or [a for a in near if a.label & LABELS]
    for whole in called[:1]:
        yield whole, Strength.CERTAIN, "total"
    close = [a for a in near if part.sentence - a.sentence <= 3]
    largest = max(close, key=lambda a: a.value, default=None)
    if largest is not None and not called:
        yield largest, Strength.SURE if phrase else Strength.CERTAIN, "largest"
    for whole in near[:3]:
        yield whole, Strength.PLAUSIBLE, "total"


def _between(whole: Amount, part: Amount, amounts: Sequence[Amount]) -> bool:
    """Another amount of the same kind stands between: the part may be of that one."""
    return any(
        a.kind == part.kind and a.value >= part.value for a in amounts[min(whole.index, part.index) + 1 : part.index]
    )


def _is_change(stated: Amount) -> bool:
    before, after = stated.before, stated.after
    if stated.quantity.surface[:1] in "+-−" or stated.quantity.value < 0:
        return True
    return bool(UP.search(before) or DOWN.search(before) or UP_AFTER.match(after) or DOWN_AFTER.match(after))


def _introduced(whole: Amount) -> bool:
    return bool(INTRODUCES_WHOLE.search(whole.before))


def _of(stated: Amount) -> frozenset[str]:
    """Stems of the phrase that names the whole, its head first in no order: empty when none follows."""
    match = OF_WHOLE.match(stated.after)
    if not match or OF_THAT.match(stated.after):
        return frozenset()
    return stems(re.split(r"[.,;:!?()]", stated.after, maxsplit=1)[0][:45]) | {stem(match[1])}


def _generic(stated: Amount) -> bool:
    match = OF_WHOLE.match(stated.after)
    return bool(match and stem(match[1]) in WHOLE | LABELS)


def _overlap(phrase: frozenset[str], amount: Amount) -> int:
    """How many words of the phrase name what the amount measures; a like noun counts for one."""
    own = amount.words - stems(amount.unit or "") | {amount.noun}
    return len(phrase & own) + any(alike(word, amount.noun) for word in phrase if amount.noun)
