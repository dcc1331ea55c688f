"""Sums: parts listed one after the other, and the total that the text gives before or after them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount, alike
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.ties import ENDS, HEADED, Tie, tie
from nlp.checks.words import TOTAL, TOTAL_AFTER

LONGEST_LIST = 300  # lines of a table that a total may stand under or over

# Between two parts of a list: "5 à Brest, 4 à Quimper et 2 à Lorient"; a full stop only with a word that adds.
JOINS = re.compile(
    r"^(?:(?!\b(?:mais|contre|sur|soit|dont)\b)[^.;!?\d])*?(?:,|;|\+|\b(?:et|plus|puis|ainsi que)\b)[^.!?\d]*$"
)
ADDS = re.compile(
    r"^\W*(?:plus|et|s'y ajoute\w*|s'ajoute\w*|auxquels? s'ajoute\w*|\+|ajoutez|a cela)\b"
    r"|\bs'(?:y )?ajout\w+|\bajoute\w*\b"
)
LABELLED = re.compile(r"\w\s*:\s*(?:[\w ]{0,20})$")
ADDED = re.compile(r"\b(?:r?ajout\w*|rajout|plus)\b[^.;!?]{0,25}$")
TO_THOSE = re.compile(r"^[^.;:!?]{0,25}\b(?:aux?|a (?:la|nos|ses|ces|leurs?))\s*$")
LEADS_TO = re.compile(r"\b(?:men|port|amen|pass|mont|fe?r|arriv)\w*\b[^.;:!?]{0,25}\b(?:a|de)?\s*$")
GENDERS = (frozenset({"femme", "homme"}), frozenset({"fille", "garcon"}))
"""Two that leave nobody out: "60 agents : 35 femmes et 25 hommes"."""
ITEM = re.compile(r"^\W*[–—•*▪►→-]\s*|^\W*\d+[).]\s")
THAT_IS = re.compile(r",\s*soit (?:donc )?$")
PLUS = re.compile(r"\+\s*$|\bplus\s*$")
OPENS_LIST = re.compile(r":\s*\D{0,40}$|\bdont\s*$|\(\s*$")
ANNOUNCES = re.compile(r":\s*$")
# "2019 : 41 M€": one thing at several times, never parts of a total.
DATED = re.compile(r"^\W*(?:en |fin |debut )?(?:19|20)\d\d\b[^.;!?]{0,30}:\s*$")


def sums(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, B et C, soit T au total", "A + B = T", "T : A ici, B là et C ailleurs", a column and its total."""
    if stated.kind not in ("money", "count", "duration"):
        return
    if tie(stated) == Tie.FIRM and stated.per is None:
        yield from _total_after(stated, amounts)
    yield from _total_before(stated, amounts)


def _total_after(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    said = bool(
        HEADED.match(stated.lead)
        or TOTAL.search(stated.before)
        or TOTAL_AFTER.match(stated.after)
        or re.search(r"=\D{0,12}$", stated.before)
    )
    column = _column_before(stated, amounts)
    listed = _list_before(stated, amounts)
    marked = len(column) >= 2 and all(_is_item(term) for term in column)
    if marked:
        yield _sum(stated, column, Strength.CERTAIN, "sum:column")
        return
    if len(listed) >= 2:
        equal = stated.kind == "money" or all(stated.comparable(term) or not term.noun for term in listed)
        sure = (said or (len(listed) >= 3 and listed[-1].sentence - listed[0].sentence == 0)) and (equal or said)
        sure = sure or _all_of_them(stated, listed)
        headed = HEADED.match(stated.lead) and len(listed) > 2 and listed[-1].index == stated.index - 1
        strength = Strength.CERTAIN if headed else Strength.SURE if sure else Strength.PLAUSIBLE
        yield _sum(stated, listed, strength, "sum:total-after")
    if len(column) >= 2:
        sure = said and len(listed) < 2 and all(term.value < stated.value for term in column)
        yield _sum(stated, column, Strength.SURE if sure else Strength.PLAUSIBLE, "sum:lines")
        for start in range(1, len(column) - 1):
            yield _sum(stated, column[start:], Strength.PLAUSIBLE, "sum:lines")


def _all_of_them(stated: Amount, listed: Sequence[Amount]) -> bool:
    """ "10 lits fermés à Albi et 25 à Castres, soit 45 lits": the same things, told together and counted in all."""
    together = all(term.sentence == stated.sentence and term.value < stated.value for term in listed)
    same = stated.kind == "count" and not stated.bare and all(term.noun == stated.noun != "" for term in listed)
    said = THAT_IS.search(stated.before) and ENDS.match(stated.tail)
    return together and same and listed[-1].index == stated.index - 1 and bool(said)


def _column_before(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """Lines above a total with one like amount each ("– voirie : 3,4 M€"), in the order of the text."""
    terms: list[Amount] = []
    if DATED.match(stated.lead):
        return []
    for amount in reversed(amounts[max(0, stated.index - LONGEST_LIST) : stated.index]):
        line = stated.sentence - len(terms) - 1
        if amount.sentence == stated.sentence and amount.kind != stated.kind:
            continue
        if amount.sentence != line or not _like(stated, amount) or amount.value > stated.value * 1.5:
            break
        if terms and _is_item(terms[0]) and not _is_item(amount):
            break
        terms.insert(0, amount)
    return terms


def _is_item(amount: Amount) -> bool:
    return bool(LABELLED.search(amount.lead) or ITEM.match(amount.lead))


def _list_before(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """The unbroken list of like amounts that ends just before `stated`, in the order of the text."""
    terms: list[Amount] = []
    for amount in earlier(stated, amounts, window=2):
        if amount.kind == "duration" != stated.kind and not terms:
            continue
        if not _like(stated, amount, terms) or amount.per is not None:
            break
        if terms and not _joined(amount, terms[0]):
            break
        terms.insert(0, amount)
    return terms


def _joined(first: Amount, second: Amount) -> bool:
    if second.index != first.index + 1:
        return False
    if first.sentence == second.sentence:
        return bool(JOINS.match(f"{first.after} ") or PLUS.search(second.before))
    return second.sentence - first.sentence == 1 and (bool(ADDS.search(second.lead)) or second.unit == "autre")


def _total_before(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    pair = later(stated, amounts)[:2]
    if frozenset(a.noun for a in pair) in GENDERS and stated.kind == "count" and stated.index == pair[0].index - 1:
        if OPENS_LIST.search(pair[0].before) and stated.value > max(a.value for a in pair) and _joined(*pair):
            yield _sum(stated, pair, Strength.SURE, "sum:genders")
        return
    following = [a for a in later(stated, amounts) if _like(stated, a)]
    terms = following[:1]
    if terms and terms[0].index == stated.index + 1 and OPENS_LIST.search(terms[0].before):
        for amount in following[1:]:
            if not _joined(terms[-1], amount):
                break
            terms.append(amount)
    else:
        terms = _lines_after(stated, amounts)
    if len(terms) < 2 or any(term.value >= stated.value for term in terms):
        return
    listed = (len(terms) >= 3 and ":" in terms[0].before) or terms[0].sentence != stated.sentence
    yield _sum(stated, terms, Strength.SURE if listed else Strength.PLAUSIBLE, "sum:total-before")


def _lines_after(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """A total that a colon ends, and the items of the lines below."""
    if not ANNOUNCES.search(stated.tail):
        return []
    terms: list[Amount] = []
    for amount in amounts[stated.index + 1 : stated.index + 1 + LONGEST_LIST]:
        if amount.sentence != stated.sentence + len(terms) + 1 or not _like(stated, amount):
            break
        if not (ITEM.match(amount.lead) or amount.lead.strip(" -–•") == ""):
            break
        terms.append(amount)
    return terms


def _like(stated: Amount, amount: Amount, terms: Sequence[Amount] = ()) -> bool:
    """Amounts that can be parts of one total: money with money, things with things of that noun or of none."""
    if amount.kind != stated.kind:
        return False
    if stated.kind == "duration":
        return amount.unit == stated.unit and amount.unit in ("heure", "minute", "jour", "semaine")
    if terms and amount.comparable(terms[0]):
        return True
    if stated.kind == "count" and _sums_people(stated) and stated.sentence == amount.sentence:
        return True
    return (
        stated.kind == "money"
        or amount.comparable(stated)
        or amount.bare
        or not amount.noun
        or not amount.quantity.counted
    )


def _sums_people(stated: Amount) -> bool:
    """ "12 internes et 5 externes, dix-sept personnes en tout": whatever they were called one by one."""
    said = TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after)
    return bool(said) and stated.unit in ("personne", "agent", "salarié", None)


def additions(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "ajouter 16 places aux 32 existantes, ce qui nous mènerait à B": two terms, one added to the other."""
    if stated.index < 2 or stated.kind not in ("money", "count"):
        return
    first, second = amounts[stated.index - 2 : stated.index]
    added = ADDED.search(first.before) and TO_THOSE.search(second.before) and first.sentence == second.sentence
    like = first.kind == second.kind == stated.kind and (stated.kind == "money" or alike(first.noun, stated.noun))
    if added and like and stated.sentence - second.sentence <= 1 and (tie(stated) or LEADS_TO.search(stated.before)):
        yield _sum(stated, (first, second), Strength.CERTAIN, "sum:added")


def _sum(stated: Amount, terms: Sequence[Amount], strength: Strength, rule: str) -> Hypothesis:
    return Hypothesis(
        relation="sum",
        stated=stated,
        computed=sum(term.value for term in terms),
        operands=tuple(("term", term) for term in terms),
        strength=strength,
        rule=rule,
    )
