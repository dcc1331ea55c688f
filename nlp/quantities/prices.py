"""Numerals that are euros though nothing says so: "le loyer est à 560.", "L'amende : 1 500.", "1 800 net"."""

from __future__ import annotations

import re

from nlp.quantities.draft import Draft

# "le loyer est à 560."
PRICED_AT = re.compile(
    r"\b(?:loyer|prix|tarif|salaire|billet|ticket|abonnement|repas|pension|retraite|allocation|forfait|cotisation)s?\b"
    r"[^.;:!?\n\d]{0,35} (?:à|de) $",
    re.IGNORECASE,
)
# "L'amende : 1 500."
PRICE_IS = re.compile(
    r"\b(?:coût|prix|tarif|amende|loyer|salaire|facture|prime|devis|montant)s?(?: [^\W\d_]+){0,3} ?: $", re.IGNORECASE
)
PAY = re.compile(r" (?:nets?|bruts?)\b(?! (?:de|des|d')\b)(?! [^\W\d_]+s\b)", re.IGNORECASE)
ENDS = re.compile(r" ?(?:[.,;:!?)]|$|\n)")
LABEL_REACH = 40
REACH = 80


def is_price(plain: str, draft: Draft) -> bool:
    """Whether a bare numeral is the price that the words before it announce: `le loyer d'un studio à 560.`"""
    before = plain[max(0, draft.start - REACH) : draft.start]
    announced = PRICED_AT.search(before) or PRICE_IS.search(before)
    return bool(_is_bare(draft) and ENDS.match(plain, draft.end) and announced)


def is_labelled_price(plain: str, draft: Draft) -> bool:
    """Whether a bare numeral is the price of a label that ends right before it: `L'amende : 1 500.`"""
    label = PRICE_IS.search(plain[max(0, draft.start - LABEL_REACH) : draft.start])
    return is_price(plain, draft) and label is not None


def is_pay(plain: str, draft: Draft) -> bool:
    """Whether a bare numeral is what nothing but pay is: `1 800 net`."""
    return _is_bare(draft) and 300 <= draft.value < 100_000 and PAY.match(plain, draft.end) is not None


def _is_bare(draft: Draft) -> bool:
    return draft.literal in ("digits", "decimal", "grouped") and draft.scale == 1
