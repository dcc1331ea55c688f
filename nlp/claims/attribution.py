"""Who says it: quotations, "selon X", "X affirme que", signatures under a quotation. The author otherwise."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.records import Mention
from nlp.claims.signals import cues_of
from nlp.claims.tokens import starting_in
from nlp.text import Range

UNNAMED = "unnamed"
"""Who speaks in a quotation that names nobody."""
COVERED, MOSTLY, TOLD = 0.6, 0.4, 0.25
"""A sentence is a quotation when at least this share of it stands between quotation marks; less will do where the rest
is not told in the first person, and still less where it says who tells it ("..., m'a soufflé une retraitée").
"""
I_TELL = re.compile(r"\b(?:je |j['’])", re.IGNORECASE)
PAIRS = re.compile(r"«[^«»]{1,3000}(?:»|\Z)|“[^“”]{1,3000}(?:”|\Z)", re.DOTALL)
STRAIGHT = re.compile(r'(?<!\w)"(?=\S)[^"\n]{1,3000}?(?:"(?!\w)|(?=\n\s*\n)|\n|\Z)')
ACCORDING = re.compile(
    r"\b(?:selon|d['’]après|aux yeux d[eu]s?|de l['’]aveu d[eu]s?|à en croire"
    r"|comme (?:le |l['’])?(?:dit|écrit|rappelle|note)|dixit)\s+(?P<who>[^,.;:!?()\n]{2,80})",
    re.IGNORECASE,
)
# "Pour le Sénat, la note est salée": before a name and a comma.
VIEW = re.compile(r"^\W*(?:\d{1,2}[/.)]\d{0,2}\W*)?(?:et |mais |or )?pour (?:l['’]|le |la |les )?$", re.I)
# Who speaks without a name, beside a verb of saying: "ma cheffe", "la proviseure du lycée", "un voisin".
SOMEBODY = (
    r"(?<!\w)(?:(?:ma|mon|sa|son|la|le|une?)\s|l['’])[\w-]{3,}"
    r"(?:\s(?:de la\s|de l['’]|d[eu]s?\s|d['’])[\w-]+"
    r"|\s(?!(?:avec|dans|hier|lors|nous|par|pour|près|puis|quand|sans|sur|tout|une?|vous)\b)[\w-]{4,}){0,3}"
)
TOLD_BY = re.compile(rf"^\W*,\s*(?P<verb>(?:[mt]['’]a |nous a |me |lui a )?[\w-]+)\s(?P<who>{SOMEBODY})", re.I)
TELLS = re.compile(rf"(?P<who>{SOMEBODY})\s(?P<verb>(?:(?:me|nous|m['’])\s?(?:a\s)?|a\s)?[\w-]+)\s?:?\s*$", re.I)
# "Julie, infirmière à Vannes", "— M. Caradec, maire": a line under a quotation.
SIGNATURE = re.compile(r"^\W{0,3}(?P<who>[A-ZÀ-Ý][\w'’·.-]+(?: [A-ZÀ-Ý][\w'’-]+){0,3})\s*(?:[-–—,(]\s*\S.*)?$")
SAYS = re.compile(
    r"^,?(?:\s*\([^)]*\))?\s+(?P<verb>(?:(?:nous|vous|le|l['’]|a|avait|ont|a déjà|vient de)\s*)*[\w'’]+)(?!-on\b)"
    r"[^.!?]{0,16}"
)
OPENED = re.compile(r":|\bque\b|qu['’]|«|\"")
# Verbs of saying before "que" or a mark, deeds before an object: "X lance le plan", "X a écrit au maire".
DEED = re.compile(
    r"^(?!,?\s*[nv]ous).*?\b(?:(?:(?:lan[cç]|annon[cç]|prom[ei]|ordonn|calcul|conclu|écri|constat|lâch)\w*|jugé)\s+"
    r"(?:(?:une?|la|les?|des|du|ses?|son|sa|leurs?)\s|l['’])|écri\w*\s+(?:ensemble\s+)?(?:à|aux?)\s|rapport\w*\s)",
    re.I,
)
# Without any of these in small letters there is no need to look.
ACCORDING_SIGNS = ("selon", "après", "aux yeux", "aveu", "croire", "comme", "dixit")
ARTICLE = re.compile(r"^(?:l['’]|(?:le|la|les|une?|des|du|de la)\s+)", re.IGNORECASE)
# "D'après mes calculs" is the author's word.
MY_WORK = re.compile(r"m(?:a|es|on)\s+(?:avis|calcul|compte|estimation|expérience|lecture|note|relevé|chiffre)", re.I)
NOT_SPEAKERS = frozenset(
    ("moi", "nous", "vous", "eux", "elle", "lui", "elles", "toute", "toutes", "rien", "quoi", "cela", "ça")
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """`name` is None for the author. `quoted`: the words themselves are someone else's."""

    name: str | None
    quoted: bool
    rule: str


AUTHOR = Speaker(None, False, "author")


def quotations(text: str) -> tuple[Range, ...]:
    """Ranges between quotation marks, in order; a mark never closed reaches to the end of its paragraph or text."""
    found = [m.span() for pattern in (PAIRS, STRAIGHT) for m in pattern.finditer(text)]
    ranges: list[Range] = []
    for start, end in sorted(found):
        if ranges and start < ranges[-1][1]:
            continue
        ranges.append((start, end))
    return tuple(ranges)


def speakers(text: str, sentences: Sequence[Range], mentions: Sequence[Mention]) -> tuple[Speaker, ...]:
    """Who speaks in each sentence."""
    quotes = quotations(text)
    inside = [_quotation(text, quotes, sentence) for sentence in sentences]
    return tuple(_speaker(text, sentences, mentions, position, quote) for position, quote in enumerate(inside))


def _quotation(text: str, quotes: Sequence[Range], sentence: Range) -> Range | None:
    """The quotation that makes the sentence somebody else's words, if one does."""
    start, end = sentence
    if quote := _covering(quotes, sentence, COVERED):
        return quote
    near = quotes[bisect_right(quotes, (start, 0)) : bisect_right(quotes, (end, 0))]
    inside = [quote for quote in near if quote[1] <= end]
    if not inside or sum(last - first for first, last in inside) < TOLD * (end - start):
        return None
    edges = [start, *(edge for quote in inside for edge in quote), end]
    around = " ".join(text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True))
    if "saying" in cues_of(around):
        return inside[0]
    return None if I_TELL.search(around) else _covering(quotes, sentence, MOSTLY)


def _covering(quotes: Sequence[Range], sentence: Range, share: float) -> Range | None:
    """The quotation that covers at least this share of the sentence, if one does."""
    position = bisect_right(quotes, (sentence[1], 0))
    for quote in reversed(quotes[max(0, position - 4) : position + 1]):
        shared = min(quote[1], sentence[1]) - max(quote[0], sentence[0])
        if shared >= share * (sentence[1] - sentence[0]):
            return quote
    return None


def _speaker(
    text: str, sentences: Sequence[Range], mentions: Sequence[Mention], position: int, quote: Range | None
) -> Speaker:
    start, end = sentences[position]
    sentence = text[start:end]
    if name := _according(sentence):
        return Speaker(name, quote is not None, "attribution:according")
    if quote is not None:
        name = _signature(text, quote) or _introduced(text, sentences, mentions, quote)
        return Speaker(name or UNNAMED, True, "attribution:quotation")
    if name := _sayer(text, (start, end), mentions):
        return Speaker(name, False, "attribution:says")
    return AUTHOR


def _according(sentence: str) -> str | None:
    lowered = sentence.lower()
    match = ACCORDING.search(sentence) if any(map(lowered.__contains__, ACCORDING_SIGNS)) else None
    if not match or MY_WORK.match(match["who"]):
        return None
    who = ARTICLE.sub("", re.split(r"\s(?:qui|que|et qui|dans|en|sur)\s", match["who"])[0]).strip(" \"»«'’")
    capital = any(c.isupper() for c in who) or who.startswith("@")
    return who if who and who.lower().split()[0] not in NOT_SPEAKERS and (capital or len(who.split()) <= 3) else None


def _sayer(text: str, sentence: Range, mentions: Sequence[Mention]) -> str | None:
    """A person or body directly before a verb of saying that opens what is said ("X alerte :", "X affirme que")."""
    for mention in starting_in(mentions, sentence):
        if mention.label not in ("PER", "ORG"):
            continue
        after = text[mention.end : min(sentence[1], mention.end + 60)]
        if _opens_a_saying(after):
            return mention.surface
        before = text[max(sentence[0], mention.start - 25) : mention.start]
        opens = text[sentence[0] : min(mention.start, sentence[0] + 40)]
        if text.startswith(",", mention.end) and VIEW.match(opens):
            return mention.surface
        if re.search(r",\s*[\w'’ ]{3,20}$", before) and "saying" in cues_of(before.rpartition(",")[2]):
            return mention.surface
    return None


def _opens_a_saying(after: str) -> bool:
    """Whether what follows a name says that it said something ("X alerte :", "X affirme que")."""
    says = SAYS.match(after)
    if not says or "saying" not in cues_of(says["verb"]):
        return False
    return bool(OPENED.search(after)) or not DEED.match(says[0])


def _signature(text: str, quote: Range) -> str | None:
    """The line right under a quotation, when it is a name and what the person is."""
    following = text[quote[1] : quote[1] + 200].lstrip(' ."»”').lstrip("\n")
    line = following.split("\n", 1)[0].strip()
    match = SIGNATURE.match(line) if 0 < len(line) <= 120 else None
    return match["who"] if match and re.search(r"[-–—,(]", line) else None


def _introduced(text: str, sentences: Sequence[Range], mentions: Sequence[Mention], quote: Range) -> str | None:
    """Who is named by the words that open the quotation, or that follow it in the same sentence."""
    window = _around(sentences, quote)
    near = [m for m in starting_in(mentions, window) if m.label in ("PER", "ORG")]
    outside = [m for m in near if not quote[0] <= m.start < quote[1]]
    for mention in sorted(outside, key=lambda m: min(abs(m.start - quote[1]), abs(quote[0] - m.end))):
        between = text[mention.end : quote[0]] if mention.end <= quote[0] else text[quote[1] : mention.start]
        if len(between) <= 60 and ("saying" in cues_of(between) or between.rstrip().endswith(":")):
            return mention.surface
    return _somebody(text, window, quote)


def _somebody(text: str, window: Range, quote: Range) -> str | None:
    """Who speaks without a name, right after or right before the quotation, beside a verb of saying."""
    after = TOLD_BY.match(text[quote[1] : min(window[1], quote[1] + 80)])
    before = TELLS.search(text[max(0, window[0], quote[0] - 80) : quote[0]])
    for told in (after, before):
        if told and "saying" in cues_of(told["verb"]):
            return told["who"][0].lower() + told["who"][1:]
    return None


def _around(sentences: Sequence[Range], quote: Range) -> Range:
    touching = list(_touching(sentences, quote))
    return (touching[0][0] - 120, touching[-1][1] + 60) if touching else quote


def _touching(sentences: Sequence[Range], quote: Range) -> Iterator[Range]:
    first = max(0, bisect_right(sentences, (quote[0], 0)) - 1)
    for sentence in sentences[first:]:
        if sentence[0] >= quote[1]:
            return
        if sentence[1] > quote[0]:
            yield sentence
