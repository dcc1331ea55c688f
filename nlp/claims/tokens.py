"""The words of a text with their grammar, as plain values: rules read these, tests write them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nlp.parsing import Unit
from nlp.text import Range

if TYPE_CHECKING:
    from spacy.tokens import MorphAnalysis
    from spacy.tokens import Token as SpacyToken


class Token(NamedTuple):
    """One word: offsets in the document, coarse part of speech, and what its ending says."""

    start: int
    end: int
    text: str
    pos: str = ""
    tense: str = ""
    mood: str = ""
    person: str = ""
    number: str = ""
    participle: bool = False


Ending = tuple[str, str, str, str, bool]


def read_tokens(units: Iterable[Unit]) -> tuple[Token, ...]:
    """The tokens of parsed units, in the order of the text."""
    endings: dict[int, Ending] = {}  # a text has few kinds of endings, and asking spaCy for one is slow
    return tuple(_token(unit.start, word, endings) for unit in units for word in unit.doc if not word.is_space)


def _token(offset: int, word: SpacyToken, endings: dict[int, Ending]) -> Token:
    key = word.morph.key  # type: ignore[attr-defined]  # missing in spaCy's stubs
    if key not in endings:
        endings[key] = _ending(word.morph)
    start = offset + word.idx
    return Token(start, start + len(word), word.text, word.pos_, *endings[key])


def _ending(morph: MorphAnalysis) -> Ending:
    tense, mood, person, number, form = (
        next(iter(morph.get(name, [])), "") for name in ("Tense", "Mood", "Person", "Number", "VerbForm")
    )
    return tense, mood, person, number, form == "Part"


def tokens_in(tokens: Sequence[Token], span: Range) -> Sequence[Token]:
    """Those of `tokens` (in order) that begin inside the range."""
    first = bisect_left(tokens, span[0], key=lambda t: t.start)
    last = bisect_left(tokens, span[1], key=lambda t: t.start)
    return tokens[first:last]
