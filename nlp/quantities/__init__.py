"""Amounts in French text, in all the ways people write them."""

from nlp.quantities.find import find_quantities

__all__ = ["find_quantities"]
