"""Which stems and phrases count, and texts as rows of their weights (TF-IDF)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.preprocessing import normalize

from nlp.discovery.terms import BREAK, SILENT, Numbers, Reading, stem

Floats = npt.NDArray[np.float64]

MOST_TERMS = 20_000
COMMON = 0.5
"""What stands in more than this share of the passages tells no topic from another."""
PHRASE = 5
"""Two stems are a phrase when they stand together in at least so many passages..."""
STICKY = 0.3
"""...and where the rarer one is, the other one is beside it at least this often."""
LINKS = 2
"""At most so many silent words stand inside a phrase: "pouvoir d'achat", "droit de la famille"."""
FEW = 10
"""In fewer passages than this, a word counts that stands in one of them, and one that stands in all but one."""


@dataclass(frozen=True, slots=True)
class Stems:
    """A reading as stems. `tokens` has for each token its place in `names`, or SILENT, or BREAK.

    `first`, `second` are the stems of pairs that stand together, `start`, `end` the tokens they stand at.
    """

    reading: Reading
    names: tuple[str, ...]
    tokens: Numbers
    first: Numbers
    second: Numbers
    start: Numbers
    end: Numbers


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that count, each a column: stems, and phrases (two stems and a space between). `idf`: their rarity."""

    columns: dict[str, int]
    idf: Floats

    def rows(self, stems: Stems) -> sp.csr_matrix:
        """One row of unit length a passage (of zeros, when it has no term that counts)."""
        counts = _counts(stems, self.columns)
        counts.data = (1.0 + np.log(counts.data)) * self.idf[counts.indices]
        return normalize(counts, copy=False) if min(counts.shape) else counts


def to_stems(reading: Reading) -> Stems:
    """The stems of a reading, and the pairs of them that may be phrases."""
    numbers: dict[str, int] = {}
    of_word = np.empty(len(reading.words), np.int64)
    for at, word in enumerate(reading.words):
        key = stem(word)
        of_word[at] = BREAK if key is None else numbers.setdefault(key, len(numbers)) if key else SILENT
    tokens = of_word[reading.tokens] if len(of_word) else reading.tokens
    start, end = _neighbours(tokens, reading.passages)
    return Stems(reading, tuple(numbers), tokens, tokens[start], tokens[end], start, end)


def build_vocabulary(stems: Stems) -> Vocabulary:
    """The terms of a corpus that are neither too rare nor too common, and the phrases that stick together."""
    passages = len(stems.reading.owners)
    spread = _spread(stems.tokens, stems.reading.passages, stems.tokens >= 0, len(stems.names))
    least, most = (2, COMMON * passages) if passages >= FEW else (1, max(passages - 1, 1))
    kept = (spread >= least) & (spread <= most)
    terms = [(stems.names[number], int(spread[number])) for number in np.flatnonzero(kept)]
    terms += [(phrase, count) for phrase, count in _phrases(stems) if count <= most]
    terms = sorted(sorted(terms, key=lambda term: (-term[1], term[0]))[:MOST_TERMS])
    rarity = np.log((1 + passages) / (1 + np.array([count for _, count in terms], float))) + 1.0
    return Vocabulary({name: column for column, (name, _) in enumerate(terms)}, rarity)


def surfaces(stems: Stems, wanted: Collection[str]) -> dict[str, str]:
    """How each wanted term is written most often."""
    seen = np.bincount(stems.reading.tokens, minlength=len(stems.reading.words))
    forms: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    for word, count in zip(stems.reading.words, seen.tolist(), strict=True):
        key = stem(word)
        if key and key in forms:
            forms[key][word] += count
    for name, places in _places(stems, wanted).items():
        for start, end in places:
            forms[name][_written([stems.reading.words[t] for t in stems.reading.tokens[start : end + 1]])] += 1
    return {name: min(found, key=lambda form: (-found[form], form)) for name, found in forms.items() if found}


def _neighbours(tokens: Numbers, passages: Numbers) -> tuple[Numbers, Numbers]:
    """The places of tokens with a stem that follow each other: same passage, no sign between, few silent words."""
    loud = np.flatnonzero(tokens != SILENT)
    start, end = loud[:-1], loud[1:]
    near = (tokens[start] >= 0) & (tokens[end] >= 0) & (end - start <= LINKS + 1) & (tokens[start] != tokens[end])
    near &= passages[start] == passages[end]
    return start[near], end[near]


def _spread(tokens: Numbers, passages: Numbers, counted: npt.NDArray[np.bool_], size: int) -> Numbers:
    """In how many passages each number stands."""
    # Counting makes numpy sort, which is ten times faster here than the hashing it does without.
    pairs, _ = np.unique(passages[counted] * size + tokens[counted], return_counts=True)
    return np.bincount(pairs % size, minlength=size) if size else np.zeros(0, np.int64)


def _phrases(stems: Stems) -> list[tuple[str, int]]:
    size = len(stems.names)
    codes, places = np.unique(stems.first * size + stems.second, return_inverse=True)
    spread = _spread(places, stems.reading.passages[stems.start], np.ones(len(places), bool), len(codes))
    seen = np.bincount(stems.tokens[stems.tokens >= 0], minlength=size)
    first, second = codes // max(size, 1), codes % max(size, 1)
    together = np.bincount(places, minlength=len(codes))
    kept = (spread >= PHRASE) & (together >= STICKY * np.minimum(seen[first], seen[second]))
    return [(f"{stems.names[first[k]]} {stems.names[second[k]]}", int(spread[k])) for k in np.flatnonzero(kept)]


def _counts(stems: Stems, columns: dict[str, int]) -> sp.csr_matrix:
    column = np.array([columns.get(name, -1) for name in stems.names], np.int64)
    alone = np.flatnonzero(stems.tokens >= 0)
    numbers = column[stems.tokens[alone]]
    places, phrases = _known_phrases(stems, columns)
    rows = np.concatenate([stems.reading.passages[alone[numbers >= 0]], stems.reading.passages[places]])
    found = np.concatenate([numbers[numbers >= 0], phrases])
    shape = (len(stems.reading.owners), len(columns))
    return sp.csr_matrix((np.ones(len(found)), (rows, found)), shape=shape)


def _known_phrases(stems: Stems, columns: dict[str, int]) -> tuple[Numbers, Numbers]:
    """Where phrases of the vocabulary stand, and their columns."""
    codes = _codes(stems, columns)
    if not codes:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    known = np.array(sorted(codes), np.int64)
    column = np.array([columns[codes[code]] for code in known.tolist()], np.int64)
    here = stems.first * len(stems.names) + stems.second
    at = np.minimum(np.searchsorted(known, here), len(known) - 1)
    hit = known[at] == here
    return stems.start[hit], column[at[hit]]


def _codes(stems: Stems, terms: Collection[str]) -> dict[int, str]:
    """By the number that their two stems make in this reading, the phrases among `terms`."""
    number = {name: at for at, name in enumerate(stems.names)}
    pairs = [(term, *term.split(" ")) for term in terms if " " in term]
    return {number[a] * len(number) + number[b]: term for term, a, b in pairs if a in number and b in number}


def _places(stems: Stems, terms: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    here = stems.first * len(stems.names) + stems.second
    return {
        term: list(zip(stems.start[here == code].tolist(), stems.end[here == code].tolist(), strict=True))
        for code, term in _codes(stems, terms).items()
    }


def _written(words: list[str]) -> str:
    """`pouvoir d'achat` from its three words."""
    return "".join(word if at == 0 else _gap(words[at - 1]) + word for at, word in enumerate(words))


def _gap(word: str) -> str:
    return "'" if word.lower() in ("d", "l", "qu") else " "
