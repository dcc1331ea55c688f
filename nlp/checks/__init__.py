"""Arithmetic that a text states, recomputed: `find_checks`.

Rules propose from the words alone (`shares`, `multiples`, `changes`, `products`, `sums`);
where they leave an amount open, `readings` lists the calculations that the amounts around allow, and `fit` weighs them
by words and digits. What is open still, a trained model reads (`learned`, from `candidates` and `cues`), and it keeps
rules from blaming what the words hardly tell. `find` chooses, judges and explains.
Silence is better than a wrong alarm: a sum is called wrong only when the words leave one reading.
"""

from nlp.checks.find import find_checks

__all__ = ["find_checks"]
