"""Arithmetic that a text states, recomputed: `find_checks`.

Rules propose from the words alone (`shares`, `multiples`, `changes`, `products`, `sums`);
`find` chooses, judges and explains.
Silence is better than a wrong alarm: a sum is called wrong only when the words leave one reading.
"""

from nlp.checks.find import find_checks

__all__ = ["find_checks"]
