"""Known names that are but a part of a longer one: Condé-sur-Sarthe is no Sarthe, SNTEFP-CGT not the CGT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlp.lexicon import Match, Word, make_entity

TOWN_WORDS = frozenset({"sur", "en", "les", "lez", "la", "le", "de", "du", "d", "des", "aux", "sous", "et", "l", "a"})
QUARTERS = frozenset({"nord", "sud", "est", "ouest", "centre"})
WIDENED = frozenset({"LOC", "ORG"})


def whole_names(text: str, words: Sequence[Word], known: Mapping[int, Match]) -> dict[int, Match]:
    """The spellings found, each widened to all that hyphens tie to it; by the first word.

    Two known names tied by a hyphen stay two: ARS-Bretagne.
    """
    known = {first: match for first, match in known.items() if not _mere_quarter(text, words, match)}
    ends = {match.last for match in known.values()}
    found: dict[int, Match] = {}
    for match in known.values():
        first, last = match.first, match.last
        if match.entity.label in WIDENED and words[first].key[0] not in "@#":
            first, last = _start(text, words, first, ends), _end(text, words, last, known)
        widened = (first, last) != (match.first, match.last)
        surface = text[words[first].start : words[last - 1].end]
        found[first] = Match(first, last, make_entity(surface, match.entity.label)) if widened else match
    return found


def _mere_quarter(text: str, words: Sequence[Word], match: Match) -> bool:
    """Whether it is the Nord of Nord-Mayenne, no department."""
    lone = match.last == match.first + 1 and words[match.first].key in QUARTERS
    return lone and match.last < len(words) and _tied(text, words, match.last) and 0 in words[match.last].capitals


def _start(text: str, words: Sequence[Word], first: int, ends: set[int]) -> int:
    """The first word that hyphens, and small words of towns between them, tie to word `first`."""
    at = first
    while at and _tied(text, words, at) and at not in ends:
        before = at - 1
        while before and words[before].key in TOWN_WORDS and 0 not in words[before].capitals:
            if not _tied(text, words, before) or before in ends:
                return first
            before -= 1
        if 0 not in words[before].capitals:
            break
        at = first = before
    return first


def _end(text: str, words: Sequence[Word], last: int, known: Mapping[int, Match]) -> int:
    """The end of what hyphens tie to the word before `last`."""
    at = last
    while at < len(words) and _tied(text, words, at) and at not in known:
        if 0 in words[at].capitals:
            last = at + 1
        elif words[at].key not in TOWN_WORDS:
            break
        at += 1
    return last


def _tied(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether nothing but a hyphen, or the apostrophe after "-l" and "-d", parts word `at` from the word before."""
    between = text[words[at - 1].end : words[at].start]
    elided = between == "'" and words[at - 1].key in {"l", "d"} and at > 1 and _tied(text, words, at - 1)
    return between == "-" or elided
