"""The model's reading of a text: cut in units of whole lines, parsed in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.text import Range, blank, find_emoji, straighten

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

BATCH = 128
# A unit is a line: on social text the names of lines are better than those of posts or of whole documents (strict F1
# .37, .35, .35 on our annotated threads). Longer lines, as of speeches, are cut between sentences: memory stays low.
UNIT_CHARACTERS = 2_000
# No sentence is this long; a text without any stop would cost more memory than it is worth.
SENTENCE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A parsed part of a text: `doc` begins at the code point `start`."""

    start: int
    doc: Doc


def cut_units(text: str, sentences: Sequence[Range]) -> tuple[Range, ...]:
    """The ranges that the model reads at a time: sentences that share a line, in one unit up to a certain size."""
    units: list[Range] = []
    for start, end in _short(sentences):
        if units and "\n" not in text[units[-1][1] : start] and end - units[-1][0] <= UNIT_CHARACTERS:
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    return tuple(units)


def unit_texts(text: str, ranges: Sequence[Range]) -> list[str]:
    """What the model reads of each unit: look-alikes made one, emoji blanked, same offsets."""
    plain = blank(straighten(text), find_emoji(text))
    return [plain[start:end] for start, end in ranges]


def parse(nlp: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """The model's reading of each text, in order."""
    return nlp.pipe(texts, batch_size=BATCH)


def _short(sentences: Sequence[Range]) -> Iterator[Range]:
    for start, end in sentences:
        for at in range(start, end, SENTENCE_CHARACTERS):
            yield at, min(end, at + SENTENCE_CHARACTERS)
