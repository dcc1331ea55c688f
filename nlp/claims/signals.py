"""What can be seen of one sentence: words of the lexicon, grammar, amounts and names in it, its form."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, filterfalse
from pathlib import Path

from db.records import Mention, Quantity
from nlp.claims.polarity import NEGATORS, is_negated
from nlp.claims.tokens import Token, starting_in
from nlp.text import Range, find_emoji, find_urls

LEXICON = Path(__file__).parents[1] / "lexicons" / "claims.toml"
DURATIONS = frozenset(("an", "mois", "jour", "semaine", "heure", "minute", "siècle", "année"))
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}(?:er)? (?:janv|févr|mars|avril|mai|juin|juil|août|sept|octo|nove|déce)\w*", re.I
)
NUMBERED = re.compile(r"^\s*\(?\d{1,2}\s?[.)/:°](?!\d)")
OPENS_WITH_ARTICLE = re.compile(r"^\W*(?:\d{1,2}\s?[.)/:°]\s*)?(?:l[ae']s?|une?|des|du)\b", re.I)
LIST_ITEM = re.compile(r"^\s*(?:[-–—•►▶*➡→✅❌]|\d{1,2}\s?[.)/:](?!\d))")
WORD = re.compile(r"\w+|[^\w\s]")
OPENING = re.compile(rf"(?:{WORD.pattern})\*?")
LETTERS = re.compile(r"[^\W\d_]+")
DIGIT = re.compile(r"\d")
ME = re.compile(r"\b(?:je|moi|mon|ma|mes)\b|\b(?:j|m)['’]", re.I)
WE = re.compile(r"\b(?:nous|notre|nos)\b", re.I)
YOU = re.compile(r"\b(?:vous|votre|vos)\b", re.I)
# A sentence without any of these folded words need not be searched for what is made of them.
MY_WORDS = frozenset(("je", "moi", "mon", "ma", "mes", "j", "m"))
OUR_WORDS = frozenset(("nous", "notre", "nos"))
YOUR_WORDS = frozenset(("vous", "votre", "vos"))


@dataclass(frozen=True, slots=True)
class Signals:
    """Counts unless said otherwise. `words` leaves out addresses and emoji; `cues` are lexicon words by category."""

    text: str
    words: int
    cues: dict[str, tuple[str, ...]]
    amounts: int
    strong_amounts: int
    multiples: int
    names: int
    actors: int
    policies: int
    finite: bool
    past: bool
    future: bool
    conditional: bool
    imperative: bool
    first_singular: int
    first_plural: int
    second: int
    question: bool
    exclamation: bool
    announces: bool
    dated: bool
    item: bool
    numbered: bool
    article: bool
    stopped: bool
    negated: bool

    def has(self, category: str) -> bool:
        return bool(self.cues.get(category))


def read_signals(
    text: str,
    span: Range,
    tokens: Sequence[Token],
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
) -> Signals:
    """The signals of the sentence `span` of `text`; `tokens`, `quantities` and `mentions` are the text's, in order."""
    raw = text[span[0] : span[1]]
    sentence = _without(raw, (*find_urls(raw), *find_emoji(raw)))
    folded = fold(sentence)
    words = frozenset(WORD.findall(folded))
    inside = [t for t in starting_in(tokens, span) if t.pos not in ("PUNCT", "SYM")]
    verbs = [t for t in inside if t.pos in ("VERB", "AUX")]
    amounts, named = starting_in(quantities, span), starting_in(mentions, span)
    end = sentence.rstrip(" »\"')”…🙃")
    return Signals(
        text=sentence,
        words=len(LETTERS.findall(sentence)),
        cues=_cues(folded),
        amounts=len(amounts),
        strong_amounts=sum(q.unit not in DURATIONS and q.value != 1 for q in amounts),
        multiples=sum(q.unit == "fois" for q in amounts),
        names=len(named),
        actors=sum(m.label in ("PER", "ORG") for m in named),
        policies=sum(m.label == "POLICY" for m in named),
        finite=any(v.mood in ("Ind", "Cnd", "Sub", "Imp") for v in verbs),
        past=_past(inside),
        future=any(v.tense == "Fut" for v in verbs),
        conditional=any(v.mood == "Cnd" for v in verbs),
        imperative=any(v.mood == "Imp" for v in verbs),
        first_singular=len(ME.findall(sentence)) if words & MY_WORDS else 0,
        first_plural=len(WE.findall(sentence)) if words & OUR_WORDS else 0,
        second=len(YOU.findall(sentence)) if words & YOUR_WORDS else 0,
        question=end.endswith("?"),
        exclamation=end.endswith("!"),
        announces=end.endswith(":"),
        dated=bool(DIGIT.search(sentence) and DATE.search(sentence)),
        item=bool(LIST_ITEM.match(raw)),
        numbered=bool(NUMBERED.match(raw)),
        article=bool(OPENS_WITH_ARTICLE.match(sentence.replace("’", "'"))),
        stopped=end.endswith((".", "!", "?", ";", ",", ":")) or sentence.rstrip().endswith("…"),
        negated=bool(words & NEGATORS) and is_negated(sentence),
    )


def cues_of(sentence: str) -> dict[str, tuple[str, ...]]:
    """The words of the claims lexicon in a sentence, by category, folded."""
    return _cues(fold(sentence))


def _cues(folded: str) -> dict[str, tuple[str, ...]]:
    """Tries at each word the phrases that begin with it."""
    found: dict[str, list[str]] = {}
    ends: dict[str, int] = {}
    for word in WORD.finditer(folded):
        start = word.start()
        for category, pattern in _opened_by(word.group()):
            if start >= ends.get(category, 0) and (cue := pattern.match(folded, start)):
                found.setdefault(category, []).append(cue.group())
                ends[category] = cue.end()
    return {category: tuple(cues) for category, cues in found.items()}


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("’", "'").lower())
    return plain if plain.isascii() else "".join(filterfalse(unicodedata.combining, plain))


@lru_cache(maxsize=65536)
def _opened_by(word: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The categories that have phrases which begin with this word, and those phrases."""
    most = min(len(word), max(map(len, _openings())))
    heads = (word[:length] + "*" for length in range(1, most + 1))
    by_category: dict[str, list[str]] = {}
    for category, phrase in chain.from_iterable(_openings().get(head, ()) for head in (word, *heads)):
        by_category.setdefault(category, []).append(phrase)
    return tuple((category, _one_of(tuple(phrases))) for category, phrases in by_category.items())


@cache
def _openings() -> dict[str, list[tuple[str, str]]]:
    """The phrases of the lexicon, with their category, by their first word; with its * where it is but a beginning."""
    openings: dict[str, list[tuple[str, str]]] = {}
    for category, phrases in tomllib.loads(LEXICON.read_text("utf-8")).items():
        for phrase in map(fold, phrases):
            opening = OPENING.match(phrase)
            if opening is None:
                raise ValueError(f"{LEXICON}, {category}: {phrase!r} begins with a space or a star")
            openings.setdefault(opening.group(), []).append((category, phrase))
    return openings


@cache
def _one_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Longest first; * inside a phrase stands for one word or its beginning, at the end for any ending."""
    alternatives = sorted({_phrase(phrase) for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})")


def _phrase(phrase: str) -> str:
    words = [re.escape(word).replace(r"\*", r"[\w'-]*") for word in phrase.split()]
    tail = r"(?!\w)" if phrase[-1].isalnum() else ""
    return r"\s+".join(words) + tail


def _without(text: str, spans: Iterable[Range]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text.strip()


def _past(tokens: Sequence[Token]) -> bool:
    """An auxiliary with a past participle, an imparfait, a passé simple."""
    for i, token in enumerate(tokens):
        if token.tense in ("Imp",) or (token.tense == "Past" and not token.participle):
            return True
        if token.participle and any(t.pos == "AUX" for t in tokens[max(0, i - 3) : i]):
            return True
    return False
