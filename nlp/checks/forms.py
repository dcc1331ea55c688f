"""The forms that a calculation can have: its relation and what its operands are."""

from __future__ import annotations

from typing import NamedTuple

from db.records import Relation
from nlp.checks.amounts import Amount
from nlp.checks.hypothesis import Hypothesis, Strength

TERMS = 6
"""How many terms a list has at most."""
TOLD = "told"
"""The form of what only a rule proposes."""
FORMS: dict[str, tuple[Relation, tuple[str, ...]]] = {
    "part/whole": ("share", ("part", "whole")),
    "part/sum": ("share", ("part", "other")),
    "part/listed": ("share", ("part", *("other",) * TERMS)),
    "whole/part": ("share", ("part", "whole")),
    "others/whole": ("share", ("others", "whole")),
    "parts/whole": ("share", ("part", "part", "whole")),
    "rest/whole": ("share", ("whole", "taken", "taken")),
    "fraction": ("equality", ("fraction",)),
    "of a year": ("share", ("part",)),
    "old>new": ("percent_change", ("from", "to")),
    "new<old": ("percent_change", ("to", "from")),
    "100-": ("difference", ("taken",) * TERMS),
    "large/small": ("multiple", ("large", "small")),
    "sum": ("sum", ("term",) * TERMS),
    "sum apart": ("sum", ("term", "term")),
    "sum ahead": ("sum", ("term",) * TERMS),
    "less": ("difference", ("from", "taken")),
    "less two": ("difference", ("from", "taken", "taken")),
    "less three": ("difference", ("from", "taken", "taken", "taken")),
    "more, less": ("sum", ("term", "term", "taken")),
    "less, more": ("sum", ("term", "taken", "term")),
    "more, more, less": ("sum", ("term", "term", "term", "taken")),
    "more, less, less": ("sum", ("term", "term", "taken", "taken")),
    "less, less, more": ("sum", ("term", "taken", "taken", "term")),
    "times": ("product", ("each", "number")),
    "times two": ("product", ("each", "number", "number")),
    "times, yearly": ("product", ("each", "number")),
    "share of": ("product", ("share", "whole")),
    "without share": ("product", ("share", "whole")),
    "with share": ("product", ("share", "whole")),
    "multiplied": ("product", ("times", "whole")),
    "divided": ("unit_cost", ("whole", "times")),
    "of a share": ("unit_cost", ("total", "share")),
    "each": ("unit_cost", ("total", "number")),
    "each, period": ("unit_cost", ("total", "number")),
    "each of two": ("unit_cost", ("total", "number", "number")),
    "per so many": ("unit_cost", ("total", "number", "times")),
    "mean": ("unit_cost", ("term",) * TERMS),
    "less, times": ("product", ("from", "taken", "number")),
    "less, each": ("unit_cost", ("from", "taken", "number")),
    "sum, times": ("product", ("term", "term", "number")),
    "sum, each": ("unit_cost", ("term", "term", "number")),
    "each of a gap": ("unit_cost", ("total", "from", "taken")),
    "gap, times": ("product", ("from", "taken", "number")),
    "less, period": ("difference", ("from", "taken")),
    "times, share": ("product", ("share", "each", "number")),
    "times, per so many": ("product", ("each", "number", "times")),
    "period": ("conversion", ("converted",)),
}  # fmt: skip

BALANCES = ("more, less", "less, more", "more, more, less", "more, less, less", "less, less, more")
"""What came and what went, in the order of the text."""
RELATION_OF = {form: relation for form, (relation, _) in FORMS.items()} | {TOLD: TOLD}
FORMS_OF: dict[str, tuple[str, ...]] = {
    "share": ("part/whole", "whole/part", "part/sum", "part/listed", "others/whole", "parts/whole", "rest/whole",
              "fraction", "of a year", "old>new", "new<old", "100-", "sum", "less", "share of", TOLD),
    "times": ("large/small", TOLD),
}  # fmt: skip
OTHER_FORMS = tuple(
    form
    for form in (*FORMS, TOLD)
    if form in ("sum", "less", "share of", TOLD) or not any(form in own for own in FORMS_OF.values())
)
"""Of money, lengths of time and things."""


class Candidate(NamedTuple):
    """A calculation by its form; `operands` in the order of the roles of `FORMS`. A tuple: a text has thousands."""

    form: str
    computed: float
    operands: tuple[Amount, ...]

    def hypothesis(self, stated: Amount, rule: str) -> Hypothesis:
        relation, roles = FORMS[self.form]
        operands = tuple(zip(roles, self.operands, strict=False))
        return Hypothesis(relation, stated, self.computed, operands, Strength.PLAUSIBLE, rule)
