"""The sentences of a text that may hold an amount: most hold none, and reading costs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.quantities.ones import matches
from nlp.text import Range

# "un" alone is an article; in "un sur trois" the second numeral is the cue.
CUE = re.compile(
    r"\d|(?:\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante"
    r"|soixante|septante|huitante|octante|nonante|cents?|mille|tiers|quarts?|moitié|demi|z[ée]ro)"
    r"|(?:doubl|tripl|tupl|cupl|rupl)(?:e|é)|(?:aine|ième|illier|illion|illiard)s?\b)",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
NEAR = 2  # sentences between which a unit may be understood


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences near each other, put together; `order` are their places among all sentences of the text."""

    text: str
    sentences: tuple[Range, ...]
    origins: tuple[int, ...]
    order: tuple[int, ...]

    def original(self, position: int) -> int:
        """The offset in the whole text of a position in `text`."""
        at = self.sentence_at(position)
        return self.origins[at] + position - self.sentences[at][0]

    def sentence_at(self, position: int) -> int:
        """The index of the sentence of this excerpt that holds `position`."""
        return max(0, bisect_right(self.sentences, (position, len(self.text) + 1)) - 1)


def find_excerpts(plain: str, sentences: Sequence[Range]) -> Iterator[Excerpt]:
    """The parts of `plain` worth reading, in its order."""
    group: list[int] = []
    for index, (start, end) in enumerate(sentences):
        if not any(map(_is_cue, WORD.findall(plain, start, end))) and not any(matches(plain, start, end)):
            continue
        if group and index - group[-1] > NEAR:
            yield _excerpt(plain, sentences, group)
            group = []
        group.append(index)
    if group:
        yield _excerpt(plain, sentences, group)


@lru_cache(maxsize=65536)
def _is_cue(word: str) -> bool:
    """No cue is longer than a word, and a text repeats most of its words."""
    return CUE.search(word) is not None


def _excerpt(plain: str, sentences: Sequence[Range], group: list[int]) -> Excerpt:
    parts: list[str] = []
    ranges: list[Range] = []
    length = 0
    for index, before in zip(group, [None, *group], strict=False):
        start, end = sentences[index]
        gap = plain[sentences[before][1] : start] if before == index - 1 else _limit(plain, start)
        parts += (gap, plain[start:end])
        length += len(gap)
        ranges.append((length, length + end - start))
        length += end - start
    origins = tuple(sentences[index][0] for index in group)
    return Excerpt("".join(parts), tuple(ranges), origins, tuple(group))


def _limit(plain: str, start: int) -> str:
    """What stands for the sentences left out: only where a line begins may a numeral number it ("860.")."""
    before = plain[max(0, start - 8) : start].rstrip(" ")
    return "\n" if not before or before.endswith("\n") else ". "
