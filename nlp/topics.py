"""Topics of the configuration given to texts: by their terms, and by what a short sentence is said about.

A sentence of a thread is read after those before it: "7 000 € par étudiant." names no budget, yet speaks of it. So a
claim gets the topics of its own words, and those that its surroundings keep coming back to.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.records import TopicSeed, TopicWeight
from nlp.text import Range

NEIGHBOURHOOD = 3
"""Sentences before and after that a claim is read with."""
RECURRENT = 0.3
"""A topic belongs to the whole document when at least this share of the sentences with a topic have it."""
OWN, NEAR, WHOLE = 1.0, 0.4, 0.3
"""Weight of a topic by a claim's own words, by its neighbours', by the whole document's."""


@dataclass(frozen=True, slots=True)
class TopicMatcher:
    """Finds the terms of all topics in one pass each over folded text."""

    terms: Mapping[str, _Terms]

    def words(self, text: str) -> dict[str, tuple[str, ...]]:
        """The topics whose terms stand in `text`, with those words as written, in the order of the text."""
        folded = _fold(text)
        found = {topic: tuple(terms.find(text, folded)) for topic, terms in self.terms.items()}
        return {topic: words for topic, words in found.items() if words}


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of one topic: acronyms, phrases without their accents, and the same with them.

    Texts drop accents, but where they write them they mean them: "élève" is not "élevé".
    """

    acronyms: re.Pattern[str]
    plain: re.Pattern[str]
    accented: re.Pattern[str]

    def find(self, text: str, folded: str) -> Iterator[str]:
        for match in self.acronyms.finditer(text):
            yield match[0]
        for match in self.plain.finditer(folded):
            surface = text[match.start() : match.end()]
            if surface == match[0] or self.accented.fullmatch(surface):
                yield surface


def compile_topics(seeds: Iterable[TopicSeed]) -> TopicMatcher:
    """A matcher for the terms of `seeds`. Terms in capitals (ARS, ENA) match capitals only, others any case."""
    return TopicMatcher({seed.name: _compile(seed.terms) for seed in seeds})


def document_topics(matcher: TopicMatcher, text: str, sentences: Sequence[Range]) -> tuple[TopicWeight, ...]:
    """The topics of a document, heaviest first; a weight is the share of its topical sentences that have the topic."""
    found = [matcher.words(text[start:end]) for start, end in sentences]
    topical = sum(1 for words in found if words)
    counts = Counter(topic for words in found for topic in words)
    return tuple(
        TopicWeight(topic=topic, weight=round(count / topical, 4), words=_distinct(found, topic))
        for topic, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def claim_topics(matcher: TopicMatcher, text: str, sentences: Sequence[Range]) -> tuple[tuple[TopicWeight, ...], ...]:
    """The topics of each sentence, heaviest first, with the words that decided (its own, or those around it)."""
    found = [matcher.words(text[start:end]) for start, end in sentences]
    whole = _recurrent(found)
    return tuple(_of_sentence(found, position, whole) for position in range(len(found)))


def _of_sentence(
    found: Sequence[Mapping[str, tuple[str, ...]]], position: int, whole: Mapping[str, tuple[str, ...]]
) -> tuple[TopicWeight, ...]:
    own = found[position]
    weights = {topic: TopicWeight(topic=topic, weight=OWN, words=words) for topic, words in own.items()}
    if not own:
        for topic, words in _nearest(found, position).items():
            weights[topic] = TopicWeight(topic=topic, weight=NEAR, words=words)
    for topic, words in whole.items():
        weights.setdefault(topic, TopicWeight(topic=topic, weight=WHOLE, words=words))
    return tuple(sorted(weights.values(), key=lambda w: (-w.weight, w.topic)))


def _nearest(found: Sequence[Mapping[str, tuple[str, ...]]], position: int) -> Mapping[str, tuple[str, ...]]:
    """What the last sentence with a topic was about, else the next one."""
    before = (found[i] for i in range(position - 1, max(-1, position - 1 - NEIGHBOURHOOD), -1))
    after = (found[i] for i in range(position + 1, min(len(found), position + 1 + NEIGHBOURHOOD)))
    return next((words for words in (*before, *after) if words), {})


def _recurrent(found: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    topical = [words for words in found if words]
    counts = Counter(topic for words in topical for topic in words)
    return {
        topic: _distinct(found, topic)
        for topic, count in counts.items()
        if count >= 2 and count >= RECURRENT * len(topical)
    }


def _distinct(found: Iterable[Mapping[str, tuple[str, ...]]], topic: str, most: int = 5) -> tuple[str, ...]:
    words = Counter(word.lower() for by_topic in found for word in by_topic.get(topic, ()))
    return tuple(word for word, _ in words.most_common(most))


def _compile(terms: Iterable[str]) -> _Terms:
    acronyms = [_acronym(term) for term in terms if _is_acronym(term)]
    phrases = [term.replace("’", "'") for term in terms if not _is_acronym(term)]
    return _Terms(
        acronyms=re.compile(rf"(?<![\w@])#?(?:{_one_of(acronyms)})(?!\w)"),
        plain=re.compile(rf"(?<!\w)(?:{_one_of(_phrase(_fold(p)) for p in phrases)})(?!\w)", re.IGNORECASE),
        accented=re.compile(_one_of(_phrase(p) for p in phrases), re.IGNORECASE),
    )


def _one_of(alternatives: Iterable[str]) -> str:
    return "|".join(alternatives) or "(?!)"


def _is_acronym(term: str) -> bool:
    return term.isupper() and term.isalnum() and len(term) <= 5


def _acronym(term: str) -> str:
    """ENA, Ena, ÉNA: capitals, or a name's one capital where that is no common word."""
    return f"{re.escape(term)}|{re.escape(term.capitalize())}" if len(term) == 3 else re.escape(term)


def _phrase(term: str) -> str:
    """Words apart by spaces or hyphens; each may be plural; a trailing * stands for any ending."""
    return r"[\s\-·]+".join(_word(word) for word in re.split(r"[\s\-]+", term) if word)


def _word(word: str) -> str:
    letters = "".join(_letter(c) for c in word.rstrip("*"))
    if word.endswith("*"):
        return letters + r"[\w·]*"
    return letters + ("[esx]{0,2}" if word[-1].isalpha() and len(word) > 3 else "")


def _letter(character: str) -> str:
    """Capitals may go without their accent (Etat), small letters may not; an apostrophe may be curly."""
    if character == "'":
        return "['’]"
    if character.isascii():
        return re.escape(character)
    return f"(?:{character}|(?-i:{_plain(character).upper()}))"


def _fold(text: str) -> str:
    """Without accents and curly apostrophes, character for character: offsets stay."""
    return "".join(_plain(c) for c in text)


def _plain(character: str) -> str:
    if character in "’‘":
        return "'"
    return unicodedata.normalize("NFD", character)[0] if character.isalpha() and not character.isascii() else character
