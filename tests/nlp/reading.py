"""Texts read as far as sums are looked for."""

from __future__ import annotations

from nlp.checks.amounts import Amount, read_amounts
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences


def amounts_of(text: str) -> tuple[Amount, ...]:
    """The amounts of `text` in their context."""
    sentences = split_sentences(text)
    return read_amounts(text, find_quantities(text, sentences), sentences)
