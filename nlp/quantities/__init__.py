"""Amounts in French text, in all the ways people write them."""

from nlp.quantities.find import amounts_only, find_numerals, find_quantities

__all__ = ["amounts_only", "find_numerals", "find_quantities"]
