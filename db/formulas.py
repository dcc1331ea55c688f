"""How the amounts of a check were reckoned with: the formula that, with the parts they play, gives what was computed.

A formula is told only if its outcome is the one computed: no explanation says what was not done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

Groups = tuple[tuple[float, ...], ...]

FACTORS = (1, 2, 4, 4.33, 5, 6, 7, 7.5, 8, 12, 20, 21, 22, 24, 30, 31, 35, 39, 47, 48, 52, 60, 100)
FACTORS_OF_YEARS = (
    151.67,
    152,
    168,
    220,
    230,
    250,
    260,
    300,
    365,
    366,
    1440,
    1607,
    1820,
    3600,
    8760,
    1e3,
    1e4,
    1e5,
    1e6,
)
"""What makes one unit another: months of a year, minutes of an hour, metres of a kilometre, days of work."""
CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Formula:
    """`name`: which phrase tells it; `parts`: for each place of the phrase, the indexes of its operands; `factor`: by
    which the outcome is multiplied to be in its unit, or divided if below 1."""

    name: str
    parts: tuple[tuple[int, ...], ...]
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class _Shape:
    """`roles` in the order of the phrase; those in plural ("term+") are played by one operand or more."""

    name: str
    roles: tuple[str, ...]
    value: Callable[[Groups], float]


def _of(groups: Groups) -> float:
    return 100 * sum(groups[0]) / sum(groups[1])


def _of_whole(whole: float, groups: Groups) -> float:
    return 100 * groups[0][0] / whole


def _of_both(groups: Groups) -> float:
    return 100 * groups[0][0] / (groups[0][0] + sum(groups[1]))


def _all_but(groups: Groups) -> float:
    return 100 - 100 * sum(groups[0]) / groups[1][0]


def _share_of(groups: Groups) -> float:
    return groups[0][0] * groups[1][0] / 100


def _change(groups: Groups) -> float:
    return 100 * abs(groups[1][0] / groups[0][0] - 1)


def _less(groups: Groups) -> float:
    return sum(groups[0]) - sum(groups[1])


def _product(groups: Groups) -> float:
    return math.prod(number for group in groups for number in group)


def _quotient(groups: Groups) -> float:
    return groups[0][0] / math.prod(groups[1])


def _ratio(groups: Groups) -> float:
    """Of two rates, the larger to the smaller."""
    (first,), (number,), (second,), (other,) = groups
    ratio = first / number / (second / other)
    return max(ratio, 1 / ratio)


SHAPES = (
    _Shape("of", ("part+", "whole"), _of),
    _Shape("of both", ("part", "other+"), _of_both),
    _Shape("all but", ("others", "whole"), _all_but),
    _Shape("all but", ("taken+", "whole"), _all_but),
    _Shape("of", ("share", "whole"), _share_of),
    _Shape("less", ("whole", "share"), lambda g: g[0][0] * (1 - g[1][0] / 100)),
    _Shape("plus", ("whole", "share"), lambda g: g[0][0] * (1 + g[1][0] / 100)),
    _Shape("less", ("from", "share"), lambda g: g[0][0] * (1 - g[1][0] / 100)),
    _Shape("plus", ("from", "share"), lambda g: g[0][0] * (1 + g[1][0] / 100)),
    _Shape("change", ("from", "to"), _change),
    _Shape("change", ("from", "to"), lambda g: abs(_less(g))),
    _Shape("divided", ("large", "small"), _quotient),
    _Shape("divided", ("total", "number+"), _quotient),
    _Shape("divided", ("total", "each+"), _quotient),
    _Shape("divided", ("total", "share"), lambda g: 100 * _quotient(g)),
    _Shape("divided", ("whole", "times"), _quotient),
    _Shape("divided", ("hours", "hours a year"), _quotient),
    _Shape("times", ("whole", "times"), _product),
    _Shape("times", ("each", "number+"), _product),
    _Shape("against", ("total", "number", "total", "number"), _ratio),
    _Shape("divided, times", ("total", "number", "times"), lambda g: g[0][0] / g[1][0] * g[2][0]),
    _Shape("sum", ("term+",), lambda g: sum(g[0])),
    _Shape("mean", ("term+",), lambda g: sum(g[0]) / len(g[0])),
    _Shape("less", ("term+", "taken+"), _less),
    _Shape("less", ("from", "taken+"), _less),
    _Shape("less", ("income", "spending"), _less),
    _Shape("rest of 100", ("taken+",), lambda g: 100 - sum(g[0])),
    _Shape("less, times", ("from", "taken", "number"), lambda g: _less(g[:2]) * g[2][0]),
    _Shape("less, divided", ("from", "taken", "number"), lambda g: _less(g[:2]) / g[2][0]),
    _Shape("divided by less", ("total", "from", "taken"), lambda g: g[0][0] / (g[1][0] - g[2][0])),
    _Shape("share, times", ("share", "each", "number"), lambda g: _product(g) / 100),
    _Shape("times, divided", ("each", "number", "times"), lambda g: _product(g[:2]) / g[2][0]),
    *(_Shape("of a year", ("part",), partial(_of_whole, whole)) for whole in (365, 52, 12, 8760)),
    _Shape("sum, times", ("term+", "number"), lambda g: sum(g[0]) * g[1][0]),
    _Shape("sum, divided", ("term+", "number"), lambda g: sum(g[0]) / g[1][0]),
    _Shape("told", ("converted",), _product),
    _Shape("told", ("fraction",), _product),
)
NAMES = tuple(dict.fromkeys(shape.name for shape in SHAPES))


def formula(operands: Sequence[tuple[str, float]], computed: float) -> Formula | None:
    """The formula of these operands (role, value) that comes at `computed`; None where none does.

    One that does so as it stands is preferred to one whose outcome has to be brought to another unit.
    """
    fitting = [(shape, parts) for shape in SHAPES for parts in _parts(shape, [role for role, _ in operands])]
    for factors in ((1,), FACTORS[1:] + FACTORS_OF_YEARS):
        for shape, parts in fitting:
            plain = _value(shape, tuple(tuple(operands[at][1] for at in part) for part in parts))
            for factor in (f for one in factors for f in (one, 1 / one)):
                if abs(abs(plain) * factor - abs(computed)) <= CLOSE * abs(computed):
                    return Formula(shape.name, parts, float(factor))
    return None


def _parts(shape: _Shape, roles: Sequence[str]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The indexes of the operands for each place, if these are just the roles of the shape."""
    if tuple(roles) == shape.roles:
        yield tuple((at,) for at in range(len(roles)))
        return
    parts = tuple(tuple(at for at, role in enumerate(roles) if role == name.rstrip("+")) for name in shape.roles)
    fits = all(part and (name.endswith("+") or len(part) == 1) for part, name in zip(parts, shape.roles, strict=True))
    if fits and sum(map(len, parts)) == len(roles):
        yield parts


def _value(shape: _Shape, groups: Groups) -> float:
    try:
        return shape.value(groups)
    except ZeroDivisionError:
        return math.nan
