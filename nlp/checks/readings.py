"""What a stated amount may follow from: every calculation that its kind and the amounts around it allow.

Each reading carries how well the words fit it (`cue`); `fit` weighs that against how well the numbers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.checks.amounts import Amount
from nlp.checks.compared import changes_in_percent, differences, multiples, shares
from nlp.checks.hypothesis import earlier, later
from nlp.checks.reading import Reading
from nlp.checks.reckoned import periods, portions, products, quotients, rests, totals

NEAREST = 6
# "soit 160 € par collégien (ils sont 20 000)", "puisqu'il y a 14 classes", "pour nos 50 000 habitants"
GIVEN_AFTER = re.compile(
    r"\(\s*[^\d.;!?]{0,25}$|\b(?:puisqu\w*|car|vu qu\w*|sur|pour (?:les|nos|ses|leurs))\b[^\d.;:!?]{0,25}$"
)


def readings(stated: Amount, amounts: Sequence[Amount]) -> Iterator[Reading]:
    """All readings of `stated` by the amounts before it, and those that its own sentence gives as a reason after."""
    near = [a for a in earlier(stated, amounts) if a.value > 0][:NEAREST]
    near += [a for a in later(stated, amounts)[:1] if GIVEN_AFTER.search(a.before) and a.value > 0]
    if stated.kind == "share":
        yield from changes_in_percent(stated, near)
        yield from shares(stated, near)
    elif stated.kind == "times":
        yield from multiples(stated, near)
    else:
        yield from differences(stated, near)
        yield from totals(stated, near)
        yield from products(stated, near)
        yield from periods(stated, near)
        yield from rests(stated, near)
        yield from portions(stated, near)
        yield from quotients(stated, amounts, near)
