"""What can be seen of one sentence: words of the lexicon, grammar, amounts and names in it, its form."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.records import Mention, Quantity
from nlp.claims.tokens import Token, tokens_in
from nlp.text import Range, find_emoji, find_urls

LEXICON = Path(__file__).parents[1] / "lexicons" / "claims.toml"
DURATIONS = frozenset(("an", "mois", "jour", "semaine", "heure", "minute", "siècle", "année"))
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}(?:er)? (?:janv|févr|mars|avril|mai|juin|juil|août|sept|octo|nove|déce)\w*", re.I
)
NUMBERED = re.compile(r"^\s*\(?\d{1,2}\s?[.)/:°](?!\d)")
OPENS_WITH_ARTICLE = re.compile(r"^\W*(?:\d{1,2}\s?[.)/:°]\s*)?(?:l[ae']s?|une?|des|du)\b", re.I)
LIST_ITEM = re.compile(r"^\s*(?:[-–—•►▶*➡→✅❌]|\d{1,2}\s?[.)/:](?!\d))")
NEGATION = re.compile(
    r"\b(?:ne|n['’])\s*\S+.{0,25}?\b(?:pas|plus|jamais|rien|aucune?|guère|personne|ni)\b|^\W*pas\b|\bni\b.+\bni\b", re.I
)
# "... une tribune que je ne retrouve plus": the negation of a relative clause is not the sentence's.
RELATIVE = re.compile(r"(?<=\w{3} )(?:que|dont|où)\s+(?:je|tu|il|elle|on|nous|vous|ils|elles)\s+n[e'’][^,;:.!?]*", re.I)


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
    quantities: Iterable[Quantity],
    mentions: Iterable[Mention],
) -> Signals:
    """The signals of the sentence `span` of `text`; `tokens` are all of the text's, in order."""
    raw = text[span[0] : span[1]]
    sentence = _without(raw, (*find_urls(raw), *find_emoji(raw)))
    inside = [t for t in tokens_in(tokens, span) if t.pos not in ("PUNCT", "SYM")]
    verbs = [t for t in inside if t.pos in ("VERB", "AUX")]
    amounts = [q for q in quantities if span[0] <= q.start < span[1]]
    named = [m for m in mentions if span[0] <= m.start < span[1]]
    end = sentence.rstrip(" »\"')”…🙃")
    return Signals(
        text=sentence,
        words=len(re.findall(r"[^\W\d_]+", sentence)),
        cues=cues_of(sentence),
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
        first_singular=_first_singular(sentence),
        first_plural=len(re.findall(r"\b(?:nous|notre|nos)\b", sentence, re.I)),
        second=len(re.findall(r"\b(?:vous|votre|vos)\b", sentence, re.I)),
        question=end.endswith("?"),
        exclamation=end.endswith("!"),
        announces=end.endswith(":"),
        dated=bool(DATE.search(sentence)),
        item=bool(LIST_ITEM.match(raw)),
        numbered=bool(NUMBERED.match(raw)),
        article=bool(OPENS_WITH_ARTICLE.match(sentence.replace("’", "'"))),
        stopped=end.endswith((".", "!", "?", ";", ",", ":")) or sentence.rstrip().endswith("…"),
        negated=bool(NEGATION.search(RELATIVE.sub(" ", sentence))),
    )


def cues_of(sentence: str) -> dict[str, tuple[str, ...]]:
    """The words of the claims lexicon in a sentence, by category, folded."""
    folded = fold(sentence)
    found = {category: tuple(pattern.findall(folded)) for category, pattern in _patterns().items()}
    return {category: words for category, words in found.items() if words}


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("’", "'").lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lexicon = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    return {category: _one_of(phrases) for category, phrases in lexicon.items()}


def _one_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Longest first; * inside a phrase stands for one word or its beginning, at the end for any ending."""
    alternatives = sorted({_phrase(fold(phrase)) for phrase in phrases}, key=len, reverse=True)
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


def _first_singular(sentence: str) -> int:
    return len(re.findall(r"\b(?:je|moi|mon|ma|mes)\b|\b(?:j|m)['’]", sentence, re.I))
