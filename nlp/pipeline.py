"""From texts to findings: small stages, one after the other, each with what it takes and what it gives.

    language → sentences → units → parse ─┬→ mentions ─┐
                        └→ quantities ────┴→ claims ───┴→ findings
                                └→ checks

Only French is parsed; other languages keep sentences, handles, hashtags and amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records import Check, Claim, Findings, Mention, MiningTask, Quantity
from nlp.checks import find_checks
from nlp.claims import find_claims
from nlp.claims.tokens import read_tokens
from nlp.entities import find_mentions
from nlp.language import language_of
from nlp.lexicon import Lexicon, load_lexicon
from nlp.model import dictionary, load_model
from nlp.parsing import Unit, cut_units, parse, unit_texts
from nlp.quantities import amounts_only, find_numerals
from nlp.sentences import split_sentences
from nlp.settings import MiningSettings
from nlp.text import Range
from nlp.topics import TopicMatcher, TopicWords, claim_topics, compile_topics, document_topics, topic_words

if TYPE_CHECKING:
    from spacy.language import Language

# A text too short to tell its language is taken for French: so is nearly all that is harvested.
PARSED = frozenset({"fr", None})
MOST_WORDS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is known of a text before the model reads it. `ranges` are the units it will read."""

    task: MiningTask
    lang: str | None
    sentences: tuple[Range, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A text with all that rules read: its sentences, its parsed units (none where it is not French), its numerals."""

    text: str
    lang: str | None
    posts: tuple[tuple[str, int, int], ...]
    sentences: tuple[Range, ...]
    units: tuple[Unit, ...]
    numerals: tuple[Quantity, ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The amounts among the numerals."""
        return amounts_only(self.numerals)


@dataclass(frozen=True, slots=True)
class Miner:
    """All that mining needs, loaded once a process."""

    nlp: Language
    lexicon: Lexicon
    topics: TopicMatcher
    known_word: Callable[[str], bool]

    def mine(self, task: MiningTask) -> Findings:
        """What one text says."""
        return self.mine_batch([task])[0]

    def mine_batch(self, tasks: Sequence[MiningTask]) -> list[Findings]:
        """What each text says. The units of all texts are parsed together, which is what makes batches fast."""
        outlines = [outline(task) for task in tasks]
        with self._bounded_vocabulary():
            docs = parse(self.nlp, (text for o in outlines for text in unit_texts(o.task.text, o.ranges)))
            return [self.findings(analyse(o, units_of(o, docs))) for o in outlines]

    def _bounded_vocabulary(self) -> AbstractContextManager[object]:
        """A zone after which spaCy forgets new words, once it knows the common ones: else memory grows for ever.

        From the start it would forget the common ones too, batch after batch: a tenth of all time to learn them again.
        """
        return self.nlp.memory_zone() if len(self.nlp.vocab) > MOST_WORDS else nullcontext()

    def findings(self, analysis: Analysis) -> Findings:
        """The last stages: names, claims, checks and topics of an analysed text."""
        mentions = self.mentions(analysis)
        named = topic_words(self.topics, analysis.text, analysis.sentences)
        return Findings(
            lang=analysis.lang,
            mentions=mentions,
            quantities=analysis.quantities,
            claims=self.claims(analysis, mentions, named),
            checks=self.checks(analysis),
            topics=document_topics(named),
        )

    def mentions(self, analysis: Analysis) -> tuple[Mention, ...]:
        """The names in a text, and what each names."""
        return find_mentions(analysis.text, analysis.units, self.lexicon, self.known_word)

    def claims(
        self, analysis: Analysis, mentions: tuple[Mention, ...], named: Sequence[TopicWords]
    ) -> tuple[Claim, ...]:
        """What each sentence asserts, with its topics."""
        return find_claims(
            analysis.text,
            analysis.sentences,
            tokens=read_tokens(analysis.units),
            quantities=analysis.quantities,
            mentions=mentions,
            topics=claim_topics(named),
        )

    def checks(self, analysis: Analysis) -> tuple[Check, ...]:
        """The arithmetic that the text states, recomputed."""
        return find_checks(analysis.text, analysis.numerals, analysis.sentences)


def load_miner(settings: MiningSettings) -> Miner:
    """Model, lexicons and topics: some five seconds. Raises ModelMissingError, LexiconError."""
    lexicon = load_lexicon(settings.lexicons)
    nlp = load_model(settings.model)
    return Miner(nlp, lexicon, compile_topics(settings.topics), dictionary(nlp))


def outline(task: MiningTask) -> Outline:
    """Language, sentences and the units that the model will read."""
    lang = language_of(task.text)
    sentences = split_sentences(task.text)
    ranges = cut_units(task.text, sentences) if lang in PARSED else ()
    return Outline(task=task, lang=lang, sentences=sentences, ranges=ranges)


def units_of(outline: Outline, docs: Iterator[object]) -> tuple[Unit, ...]:
    """The next docs of the stream, one for each unit of the text."""
    return tuple(Unit(start, next(docs)) for start, _ in outline.ranges)  # type: ignore[arg-type]


def analyse(outline: Outline, units: tuple[Unit, ...]) -> Analysis:
    """The outline filled in with what the model read and with the amounts."""
    return Analysis(
        text=outline.task.text,
        lang=outline.lang,
        posts=outline.task.posts,
        sentences=outline.sentences,
        units=units,
        numerals=find_numerals(outline.task.text, outline.sentences),
    )
