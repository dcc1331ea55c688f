"""What was taken out of a text and what was put in, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Op = Literal["same", "out", "in", "skipped"]
AROUND = 12  # words kept on each side of a change
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")
# SequenceMatcher takes time as the product of the lengths: beyond this many pairs, a passage counts as rewritten.
_COMPARED = 4_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that both texts have, that was taken out, put in, or that is the same and too long to show.

    The `text` of what is skipped is its number of words.
    """

    op: Op
    text: str


def differences(before: str, after: str) -> tuple[Part, ...]:
    """How to get from one text to the other: the changes with some words around; empty when they are equal.

    Without what is skipped, same and out make `before`, same and in make `after`.
    """
    if before == after:
        return ()
    parts = [Part(op, "".join(part.text for part in run)) for op, run in groupby(_parts(before, after), _op)]
    return tuple(shown for number, part in enumerate(parts) for shown in _shortened(part, number, len(parts)))


_MARKS = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}", "skipped": " [… {} …] "}


def marked(parts: Iterable[Part]) -> str:
    """The changes in plain text, with the marks of wdiff: `Ils sont [-60-]{+80+}.`."""
    return "".join(_MARKS[part.op].format(part.text) for part in parts)


def _op(part: Part) -> Op:
    return part.op


def _parts(before: str, after: str) -> Iterator[Part]:
    """Paragraphs first: a long text with a small change costs little."""
    for op, old, new in _steps(_PARAGRAPH.findall(before), _PARAGRAPH.findall(after)):
        if op == "equal":
            yield Part("same", "".join(old))
        else:
            yield from words("".join(old), "".join(new))


def words(before: str, after: str) -> Iterator[Part]:
    """Every word of both texts in order: same and out make `before`, same and in make `after`."""
    for op, old, new in _steps(_WORD.findall(before), _WORD.findall(after)):
        if op == "equal":
            yield Part("same", "".join(old))
            continue
        if old:
            yield Part("out", "".join(old))
        if new:
            yield Part("in", "".join(new))


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    if len(old) * len(new) > _COMPARED:
        yield "replace", old, new
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for op, i1, i2, j1, j2 in _joined(matcher.get_opcodes(), old):
        yield op, old[i1:i2], new[j1:j2]


Step = tuple[str, int, int, int, int]


def _joined(steps: Sequence[Step], old: Sequence[str]) -> list[Step]:
    """Changes with nothing but white space between them are one: whole phrases read better than confetti."""
    joined: list[Step] = []
    for number, step in enumerate(steps):
        op, i1, i2, _, j2 = step
        within = 0 < number < len(steps) - 1 and op == "equal" and not "".join(old[i1:i2]).strip()
        if joined and (within or (op != "equal" and joined[-1][0] != "equal")):
            first = joined[-1]
            joined[-1] = ("replace", first[1], i2, first[3], j2)
        else:
            joined.append(step)
    return joined


def _shortened(part: Part, number: int, parts: int) -> Iterator[Part]:
    if part.op != "same":
        yield part
        return
    found = _WORD.findall(part.text)
    head = [] if number == 0 else found[: _whole(found, 2 * AROUND, 1)]
    tail = [] if number == parts - 1 else found[_whole(found, len(found) - 2 * AROUND, -1) :]
    left = found[len(head) : len(found) - len(tail)]
    count = sum(1 for word in left if word.strip())
    if count <= AROUND:
        yield part
        return
    for op, piece in (("same", "".join(head)), ("skipped", str(count)), ("same", "".join(tail))):
        if piece:
            yield Part("skipped" if op == "skipped" else "same", piece)


def _whole(words: Sequence[str], at: int, step: int) -> int:
    """The place nearest to `at`, in one direction, where a word does not stick to the one before: `n'y`, `c'est`."""
    while 0 < at < len(words) and words[at].strip() and words[at - 1].strip():
        at += step
    return max(at, 0)
