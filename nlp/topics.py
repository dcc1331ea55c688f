"""Topics of the configuration given to texts: by their terms, and by what a short sentence is said about.

A sentence of a thread is read after those before it: "7 000 € par étudiant." names no budget, yet speaks of it. So a
claim gets the topics of its own words, and those that its surroundings keep coming back to.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from db.records import TopicSeed, TopicWeight
from nlp.text import Range

NEIGHBOURHOOD = 1
"""Sentences before and after that a claim is read with."""
RECURRENT = 0.3
"""A topic belongs to the whole document when at least this share of the sentences with a topic have it."""
LEADING = 0.5
"""And of as many as this part of those that its commonest topic has: money is named in every debate."""
OWN, NEAR, WHOLE = 1.0, 0.4, 0.3
"""Weight of a topic by a claim's own words, by its neighbours', by the whole document's."""


WORD = re.compile(r"(?<![\w@])\w+")
# Letters with a mark to the plain letter, curly apostrophes to straight ones: one character each, offsets stay.
PLAIN = str.maketrans(
    {
        **{chr(c): unicodedata.normalize("NFD", chr(c))[0] for c in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))},
        "’": "'",
        "‘": "'",
    }
)

HASHTAG = re.compile(r"#(\w+)")
HUMP = re.compile(r"(?<=[^\W\dA-ZÀ-Þ])(?=[A-ZÀ-Þ\d])|(?<=\d)(?=[A-ZÀ-Þ])")

TopicWords = Mapping[str, tuple[str, ...]]
"""Topics of a stretch of text, each with the words that name it there."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of one topic: without its accents, and with them (an acronym has one spelling).

    Texts drop accents, but where they write them they mean them: "élève" is not "élevé".
    """

    topic: str
    plain: re.Pattern[str]
    accented: re.Pattern[str] | None

    def end(self, text: str, folded: str, start: int) -> int:
        """Where the term ends that begins at `start`; 0 if it does not stand there."""
        match = self.plain.match(text if self.accented is None else folded, start)
        if match is None:
            return 0
        surface = text[start : match.end()]
        right = self.accented is None or surface == match[0] or self.accented.fullmatch(surface)
        return match.end() if right else 0


@dataclass(frozen=True, slots=True)
class TopicMatcher:
    """Finds the terms of all topics in one pass over the words; `opened_by` tells which terms a word may begin."""

    topics: tuple[str, ...]
    opened_by: Callable[[str], tuple[_Term, ...]]

    def words(self, text: str) -> dict[str, tuple[str, ...]]:
        """The topics whose terms stand in `text`, with those words as written, in the order of the text.

        A term that stands inside a longer one of another topic says nothing: no "médicale" of "aide médicale d'État".
        """
        if not self.topics:
            return {}
        folded = text.translate(PLAIN)
        spans: list[tuple[int, int, str]] = []
        ends: dict[str, int] = {}
        for match in WORD.finditer(folded):
            start = match.start()
            longest: dict[str, int] = {}
            for term in self.opened_by(match.group().lower()):
                if start >= ends.get(term.topic, 0) and (end := term.end(text, folded, start)):
                    longest[term.topic] = max(end, longest.get(term.topic, 0))
            for topic, end in longest.items():
                ends[topic] = end
                spans.append((start, end, topic))
        spans += self._in_hashtags(text)
        found: dict[str, list[str]] = {}
        for start, end, topic in _outermost(spans):
            found.setdefault(topic, []).append(text[_with_sign(text, start) : end])
        return {topic: tuple(found[topic]) for topic in self.topics if topic in found}

    def _in_hashtags(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The topics that hashtags of several words name: #FermetureDeLits is "Fermeture De Lits" written as one."""
        for sign in HASHTAG.finditer(text) if "#" in text else ():
            words = HUMP.sub(" ", sign[1])
            if words != sign[1]:
                for topic in self.words(words):
                    yield sign.start(1), sign.end(), topic


def _outermost(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Those that stand in no longer one, in the order of the text."""
    furthest = (0, 0)
    for start, end, topic in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > furthest[1] or (start, end) == furthest:
            furthest = start, end
            yield start, end, topic


def compile_topics(seeds: Iterable[TopicSeed]) -> TopicMatcher:
    """A matcher for the terms of `seeds`. Terms in capitals (ARS, ENA) match capitals only, others any case."""
    terms: dict[str, list[_Term]] = {}
    topics: list[str] = []
    for seed in seeds:
        topics.append(seed.name)
        for term in seed.terms:
            if begins := WORD.search(term.translate(PLAIN)):
                terms.setdefault(begins.group().lower(), []).append(_compile(seed.name, term))

    longest = max(map(len, terms), default=0)

    @lru_cache(maxsize=65536)
    def opened_by(word: str) -> tuple[_Term, ...]:
        most = min(len(word), longest)
        return tuple(chain.from_iterable(terms.get(word[:length], ()) for length in range(1, most + 1)))

    return TopicMatcher(tuple(topics), opened_by)


def topic_words(matcher: TopicMatcher, text: str, sentences: Sequence[Range]) -> tuple[TopicWords, ...]:
    """What each sentence names of each topic."""
    return tuple(matcher.words(text[start:end]) for start, end in sentences)


def document_topics(found: Sequence[TopicWords]) -> tuple[TopicWeight, ...]:
    """The topics of a document, heaviest first; a weight is the share of its topical sentences that have the topic."""
    topical = sum(1 for words in found if words)
    counts = Counter(topic for words in found for topic in words)
    return tuple(
        TopicWeight(topic=topic, weight=round(count / topical, 4), words=_distinct(found, topic))
        for topic, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def claim_topics(found: Sequence[TopicWords]) -> tuple[tuple[TopicWeight, ...], ...]:
    """The topics of each sentence, heaviest first, with the words that decided (its own, or those around it)."""
    whole = _recurrent(found)
    return tuple(_of_sentence(found, position, whole) for position in range(len(found)))


def _of_sentence(found: Sequence[TopicWords], position: int, whole: TopicWords) -> tuple[TopicWeight, ...]:
    own = found[position]
    weights = {topic: TopicWeight(topic=topic, weight=OWN, words=words) for topic, words in own.items()}
    if not own and not whole:
        for topic, words in _nearest(found, position).items():
            weights[topic] = TopicWeight(topic=topic, weight=NEAR, words=words)
    for topic, words in whole.items():
        weights.setdefault(topic, TopicWeight(topic=topic, weight=WHOLE, words=words))
    return tuple(sorted(weights.values(), key=lambda w: (-w.weight, w.topic)))


def _nearest(found: Sequence[TopicWords], position: int) -> TopicWords:
    """What the last sentence with a topic was about, else the next one."""
    before = (found[i] for i in range(position - 1, max(-1, position - 1 - NEIGHBOURHOOD), -1))
    after = (found[i] for i in range(position + 1, min(len(found), position + 1 + NEIGHBOURHOOD)))
    return next((words for words in (*before, *after) if words), {})


def _recurrent(found: Sequence[TopicWords]) -> dict[str, tuple[str, ...]]:
    topical = [words for words in found if words]
    counts = Counter(topic for words in topical for topic in words)
    least = max(2, RECURRENT * len(topical), LEADING * max(counts.values(), default=0))
    return {topic: _distinct(found, topic) for topic, count in counts.items() if count >= least}


def _distinct(found: Iterable[TopicWords], topic: str, most: int = 5) -> tuple[str, ...]:
    words = Counter(word.lower() for by_topic in found for word in by_topic.get(topic, ()))
    return tuple(word for word, _ in words.most_common(most))


def _compile(topic: str, term: str) -> _Term:
    if _is_acronym(term):
        return _Term(topic, re.compile(rf"(?:{_acronym(term)})(?!\w)"), None)
    phrase = term.replace("’", "'")
    plain = re.compile(rf"{_phrase(phrase.translate(PLAIN))}(?!\w)", re.IGNORECASE)
    return _Term(topic, plain, re.compile(_phrase(phrase), re.IGNORECASE))


def _with_sign(text: str, start: int) -> int:
    """A hashtag's sign belongs to the words that are shown."""
    return start - 1 if text[start - 1 : start] == "#" else start


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
    return f"(?:{character}|(?-i:{character.translate(PLAIN).upper()}))"
