"""Sums: parts listed one after the other, and the total that the text gives before or after them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount
from nlp.checks.hypothesis import Hypothesis, Strength, earlier, later
from nlp.checks.words import EQUIVALENCE, TOTAL, TOTAL_AFTER

# Between two parts of a list: "5 à Brest, 4 à Quimper et 2 à Lorient"; a full stop only with a word that adds.
JOINS = re.compile(
    r"^(?:(?!\b(?:mais|contre|sur|soit|pour|dont)\b)[^.;!?\d])*?(?:,|;|\+|\b(?:et|plus|puis|ainsi que)\b)[^.!?\d]*$"
)
ADDS = re.compile(
    r"^\W*(?:plus|et|s'y ajoute\w*|s'ajoute\w*|auxquels? s'ajoute\w*|\+|ajoutez|a cela)\b|\bs'(?:y )?ajout\w+"
)
LABELLED = re.compile(r"\w\s*:\s*$")
PLUS = re.compile(r"\+\s*$|\bplus\s*$")
OPENS_LIST = re.compile(r":\s*\D{0,40}$|\bdont\s*$")


def sums(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    """ "A, B et C, soit T au total", "A + B = T", "T : A ici, B là et C ailleurs"."""
    if stated.kind not in ("money", "count"):
        return
    yield from _total_after(stated, amounts)
    yield from _total_before(stated, amounts)


def _total_after(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    if not (EQUIVALENCE.search(stated.before) or TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after)):
        return
    if stated.per is not None:
        return
    column = _column_before(stated, amounts)
    terms = column if len(column) >= 2 else _list_before(stated, earlier(stated, amounts, window=2))
    if len(terms) >= 2:
        said = (
            TOTAL.search(stated.before) or TOTAL_AFTER.match(stated.after) or re.search(r"=\s*\D{0,12}$", stated.before)
        )
        sure = bool(said) and (terms is column or terms[-1].sentence - terms[0].sentence <= 1)
        yield _sum(stated, terms, Strength.SURE if sure else Strength.PLAUSIBLE, "sum:total-after")


def _column_before(stated: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """A column of lines above a total: one like amount a line, each after its label ("– voirie : 3,4 M€")."""
    terms: list[Amount] = []
    for amount in amounts[: stated.index][::-1]:
        line = stated.sentence - len(terms) - 1
        if amount.sentence != line or not _like(stated, amount) or not LABELLED.search(amount.lead):
            break
        terms.insert(0, amount)
    return terms


def _list_before(stated: Amount, before: Sequence[Amount]) -> list[Amount]:
    """The unbroken list of like amounts that ends just before `stated`, in the order of the text."""
    terms: list[Amount] = []
    for amount in before:
        if not _like(stated, amount) or amount.per is not None:
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
    return second.sentence - first.sentence == 1 and bool(ADDS.search(second.lead))


def _total_before(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Hypothesis]:
    following = [a for a in later(stated, amounts) if _like(stated, a)]
    if len(following) < 2 or following[0].index != stated.index + 1 or not OPENS_LIST.search(following[0].before):
        return
    terms = following[:1]
    for amount in following[1:]:
        if not _joined(terms[-1], amount):
            return
        terms.append(amount)
    if any(term.value >= stated.value for term in terms):
        return
    listed = ":" in following[0].before
    yield _sum(stated, terms, Strength.SURE if listed else Strength.PLAUSIBLE, "sum:total-before")


def _like(stated: Amount, amount: Amount) -> bool:
    """Amounts that can be parts of one total: money with money, things with things of that noun or of none."""
    if amount.kind != stated.kind:
        return False
    return stated.kind == "money" or amount.comparable(stated) or not amount.quantity.counted


def _sum(stated: Amount, terms: Sequence[Amount], strength: Strength, rule: str) -> Hypothesis:
    return Hypothesis(
        relation="sum",
        stated=stated,
        computed=sum(term.value for term in terms),
        operands=tuple(("term", term) for term in terms),
        strength=strength,
        rule=rule,
    )
