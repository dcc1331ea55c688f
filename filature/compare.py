"""What changed between two texts: line by line, and word by word inside the lines that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from report.differences import words

Op = Literal["same", "removed", "added"]

OPS: dict[str, Op] = {"same": "same", "out": "removed", "in": "added"}
ALIKE = 0.4  # the share of words in common from which two lines are one line that changed
MANY_LINES = 2000  # above that, lines that occur often no longer anchor: each pair of them would be looked at
MANY_WORDS = 4000  # a line longer than that is shown before and after, whole
CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words that stayed, went or came."""

    text: str
    op: Op


@dataclass(frozen=True, slots=True)
class Line:
    """A line before and after; None where there was none. `words` joined without the added ones give `before`."""

    before: str | None
    after: str | None
    words: tuple[Words, ...]

    @property
    def op(self) -> Literal["same", "removed", "added", "changed"]:
        """What happened to the line."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if self.before == self.after else "changed"


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines in a row: to be shown, or `hidden` since nothing near them changed."""

    lines: tuple[Line, ...]
    hidden: bool


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Every line of both texts in order; what changed within a line is told word by word."""
    old, new = before.split("\n"), after.split("\n")
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _between(old[start : len(old) - end], new[start : len(new) - end])
    return (*map(_same, old[:start]), *middle, *map(_same, old[len(old) - end :]))


def fold(lines: Sequence[Line], context: int = CONTEXT) -> tuple[Fold, ...]:
    """The lines in groups: changes with `context` lines around them, and what lies between."""
    changed = [number for number, line in enumerate(lines) if line.op != "same"]
    near = {place for number in changed for place in range(number - context, number + context + 1)}
    groups = groupby(enumerate(lines), key=lambda item: item[0] not in near)
    return tuple(Fold(tuple(line for _, line in group), hidden) for hidden, group in groups)


def words_of(before: str, after: str) -> tuple[Words, ...]:
    """The words of both texts in order. Changes with nothing but space between them are one change."""
    return tuple(Words(part.text, OPS[part.op]) for part in words(before, after))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines at the start are the same."""
    differ = (number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differ, min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > MANY_LINES)
    for code, start, end, new_start, new_end in matcher.get_opcodes():
        if code == "equal":
            yield from map(_same, old[start:end])
        else:
            yield from _paired(old[start:end], new[new_start:new_end])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Each line before beside the first one after that resembles it, in order."""
    waiting = list(new)
    for line in old:
        place = next((n for n, other in enumerate(waiting) if _alike(line, other)), None)
        if place is None:
            yield _gone(line)
            continue
        yield from map(_come, waiting[:place])
        yield Line(line, waiting[place], words_of(line, waiting[place]))
        del waiting[: place + 1]
    yield from map(_come, waiting)


def _alike(before: str, after: str) -> bool:
    old, new = before.split(), after.split()
    if not old or not new or max(len(old), len(new)) > MANY_WORDS:
        return False
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _same(line: str) -> Line:
    return Line(line, line, (Words(line, "same"),))


def _gone(line: str) -> Line:
    return Line(line, None, (Words(line, "removed"),))


def _come(line: str) -> Line:
    return Line(None, line, (Words(line, "added"),))
