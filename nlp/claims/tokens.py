"""The words of a text with their grammar, as plain values: rules read these, tests write them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from spacy.attrs import IDX, IS_SPACE, LENGTH, MORPH, POS  # type: ignore[import-not-found]
from spacy.parts_of_speech import NAMES  # type: ignore[import-not-found]
from spacy.tokens import MorphAnalysis

from nlp.parsing import Unit
from nlp.text import Range

SEEN = [IDX, LENGTH, POS, MORPH, IS_SPACE]


class Token(NamedTuple):
    """One word: offsets in the document, coarse part of speech, and what its ending says."""

    start: int
    end: int
    pos: str = ""
    tense: str = ""
    mood: str = ""
    participle: bool = False


Ending = tuple[str, str, bool]


class Placed(Protocol):
    """What has a place in the text."""

    @property
    def start(self) -> int: ...


P = TypeVar("P", bound=Placed)


def read_tokens(units: Iterable[Unit]) -> tuple[Token, ...]:
    """The tokens of parsed units, in the order of the text."""
    endings: dict[int, Ending] = {}  # a text has few kinds of endings, and asking spaCy for one is slow
    return tuple(token for unit in units for token in _tokens(unit, endings))


def _tokens(unit: Unit, endings: dict[int, Ending]) -> Iterator[Token]:
    for at, length, pos, morph, space in unit.doc.to_array(SEEN).tolist():
        if not space:
            if morph not in endings:
                endings[morph] = _ending(MorphAnalysis.from_id(unit.doc.vocab, morph))
            start = unit.start + at
            yield Token(start, start + length, NAMES[pos], *endings[morph])


def _ending(morph: MorphAnalysis) -> Ending:
    tense, mood, form = (next(iter(morph.get(name, [])), "") for name in ("Tense", "Mood", "VerbForm"))
    return tense, mood, form == "Part"


def starting_in(things: Sequence[P], span: Range) -> Sequence[P]:
    """Those of `things`, in the order of the text, that begin inside the range."""
    first = bisect_left(things, span[0], key=lambda thing: thing.start)
    last = bisect_left(things, span[1], lo=first, key=lambda thing: thing.start)
    return things[first:last]
