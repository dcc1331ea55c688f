"""The words of a text with their grammar, as plain values: rules read these, tests write them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.parsing import Unit
from nlp.text import Range


@dataclass(frozen=True, slots=True)
class Token:
    """One word: offsets in the document, coarse part of speech, lemma, and what its ending says."""

    start: int
    end: int
    text: str
    pos: str = ""
    lemma: str = ""
    tense: str = ""
    mood: str = ""
    person: str = ""
    number: str = ""
    participle: bool = False


def read_tokens(units: Iterable[Unit]) -> tuple[Token, ...]:
    """The tokens of parsed units, in the order of the text."""
    return tuple(_token(unit.start, word) for unit in units for word in unit.doc if not word.is_space)


def _token(offset: int, word: object) -> Token:
    morph = word.morph  # type: ignore[attr-defined]
    return Token(
        start=offset + word.idx,  # type: ignore[attr-defined]
        end=offset + word.idx + len(word.text),  # type: ignore[attr-defined]
        text=word.text,  # type: ignore[attr-defined]
        pos=word.pos_,  # type: ignore[attr-defined]
        lemma=word.lemma_,  # type: ignore[attr-defined]
        tense=_first(morph.get("Tense")),
        mood=_first(morph.get("Mood")),
        person=_first(morph.get("Person")),
        number=_first(morph.get("Number")),
        participle=_first(morph.get("VerbForm")) == "Part",
    )


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def tokens_in(tokens: Sequence[Token], span: Range) -> Sequence[Token]:
    """Those of `tokens` (in order) that begin inside the range."""
    first = bisect_left(tokens, span[0], key=lambda t: t.start)
    last = bisect_left(tokens, span[1], key=lambda t: t.start)
    return tokens[first:last]
