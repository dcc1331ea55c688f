"""What every rule looks at: the words of a text, their parts of speech, and what the lexicon knows of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from spacy.attrs import IDX, POS  # type: ignore[import-not-found]
from spacy.parts_of_speech import NAMES  # type: ignore[import-not-found]

from db.records import Entity, EntityLabel
from nlp.entities.compounds import whole_names
from nlp.lexicon import GAP, Lexicon, Match, Word, split_words
from nlp.parsing import Unit
from nlp.text import blank, find_emoji, find_urls, straighten

NAME_LIKE = frozenset({"NOUN", "PROPN", "ADJ", "X"})
PLACE_AND_TAG = [IDX, POS]
KnownWord = Callable[[str], bool]
# The end of "3/", "(5/8)", "2)", "4/9", "b)", "*": what marks a post or an item, at the head of a line.
NUMBERED = re.compile(r"(?:^|\n)(?:[ #(\[]*\d{1,2}(?:[/)\]]|/\d{1,2}[)\]]?)| ?[a-z]\)| ?[*-])$")
NUMBERING = "/)]*-0123456789"
OPENING = '.!?…:;•»"«“(\n[–—→'


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text that some rule takes for a name; `entity` when the rule knows which."""

    start: int
    end: int
    label: EntityLabel
    rule: str
    entity: Entity | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """`text` is straightened, addresses and emoji blanked: same offsets. `tags` has one part of speech a word.

    `known` leads from the number of a word to the spelling of the lexicon that begins there.
    """

    text: str
    words: Sequence[Word]
    tags: Sequence[str]
    lexicon: Lexicon
    known: Mapping[int, Match]
    known_word: KnownWord

    def joined(self, i: int) -> bool:
        """Whether nothing but a space, a hyphen or an apostrophe parts word `i` from the word before."""
        return 0 < i < len(self.words) and bool(GAP.fullmatch(self.text, self.words[i - 1].end, self.words[i].start))

    def key(self, i: int) -> str:
        """The folded word number `i` if it directly follows the word before, else nothing."""
        return self.words[i].key if self.joined(i) else ""

    def capital(self, i: int) -> bool:
        """Whether word `i` begins with a capital."""
        return 0 <= i < len(self.words) and 0 in self.words[i].capitals

    def tag(self, i: int) -> str:
        """The part of speech of word `i` if it directly follows the word before, else nothing."""
        return self.tags[i] if self.joined(i) else ""

    def opens(self, i: int) -> bool:
        """Whether word `i` opens a sentence, a line, a quotation or a parenthesis: its capital proves nothing.

        So it does after the mark of a post or of an item ("3/", "(5/8)", "*"), and after the account that is answered.
        """
        at = self.words[i].start - 1
        while at >= 0 and self.text[at] in " '\"":
            at -= 1
        addressed = i > 0 and self.words[i - 1].key[0] in "@#" and self.words[i - 1].end == at + 1
        if at < 0 or self.text[at] in OPENING or addressed:
            return True
        return self.text[at] in NUMBERING and NUMBERED.search(self.text, max(0, at - 8), at + 1) is not None

    def known_until(self, i: int) -> Match | None:
        """The spelling of the lexicon that ends just before word `i`."""
        return next(
            (m for first in range(i - 1, max(-1, i - 6), -1) if (m := self.known.get(first)) and m.last == i), None
        )

    def capital_beside(self, i: int) -> bool:
        """Whether word `i` touches another word with a capital, and is part of a longer name: no "Salut Camille"."""
        greeted = i > 0 and self.opens(i - 1) and self.ordinary(i - 1)
        before = self.joined(i) and self.capital(i - 1) and not self.opens(i) and not greeted
        return before or (self.joined(i + 1) and self.capital(i + 1))

    def ordinary(self, i: int) -> bool:
        """Whether word `i` in small letters is in the dictionary."""
        word = self.words[i]
        return self.known_word(self.text[word.start : word.end].lower())

    def span(self, first: int, last: int, label: EntityLabel, rule: str, entity: Entity | None = None) -> Span:
        """The words `first` to `last` (excluded) as a span."""
        return Span(self.words[first].start, self.words[last - 1].end, label, rule, entity)

    def surface(self, first: int, last: int) -> str:
        """The words `first` to `last` (excluded) as the text has them."""
        return self.text[self.words[first].start : self.words[last - 1].end]


def read_context(text: str, units: Sequence[Unit], lexicon: Lexicon, known_word: KnownWord) -> Context:
    """The words of a text with all that rules need to know about them."""
    urls = find_urls(text)
    plain = blank(straighten(text), (*urls, *find_emoji(text)), by="\n")
    words = split_words(plain)
    known = whole_names(plain, words, {match.first: match for match in lexicon.find(plain, words)})
    return Context(plain, words, part_of_speech(words, units), lexicon, known, known_word)


def part_of_speech(words: Sequence[Word], units: Sequence[Unit]) -> list[str]:
    """One Universal POS tag a word; a part of a longer token has the token's; nothing where nothing was parsed."""
    tags: dict[int, str] = {}
    for unit in units:
        tags.update((unit.start + at, NAMES[pos]) for at, pos in unit.doc.to_array(PLACE_AND_TAG).tolist())
    found: list[str] = []
    ends = 0
    for word in words:
        tag = tags.get(word.start)
        if tag is None:
            tag = found[-1] if found and word.start <= ends + 1 else ""
        found.append(tag)
        ends = word.end
    return found
