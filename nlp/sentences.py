"""Sentences of French as people post it and as administrations write it.

Two decisions, each by signs that can be named: does a line run on into the next one, and does a stop end a sentence.
Linear in the length of the text. Word lists: `lexicons/abbreviations.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nlp.text import EMOJI_ONE, Range, blank, find_urls, straighten

LEXICON = Path(__file__).parent / "lexicons" / "abbreviations.toml"
URL_MARK = "x"  # what the characters of an address become: a lower-case word without stops

LINE = re.compile(r"[^\n]+")
STOP = re.compile(r"(?:[.?!…] ?(?=[?!…])|[.?!…])+")
CLOSER = re.compile(r"""[)\]»”'"*_]+(?=[\s)\]»”'"*_]|$)| »(?!\w)""")
EMOJI_TAIL = re.compile(rf"\s?(?:{EMOJI_ONE}\u200D?)+")
# Hands and arrows show what comes next, check marks and the like open an item: they never close a sentence.
POINTER = re.compile(r" ?[👉👇➡▶⏩⤵↪☞✅❌☑✔✖🔹🔸🔴🔵🟢🟠🟡⚪⚫▪◾🔶🔷📌📍☛➢➤→⇒]")
THREAD_MARK = re.compile(r" ?\(?\b\d{1,3} ?/ ?(?:\d{1,3}\b|[xXnN?]\b)\)?(?=\s|$)")
ASIDE = re.compile(r" \((?=[^\W\dA-ZÀ-ÖØ-Þ]|entre |en |\d{4})[^()\n]{1,200}\)[.!?…]{0,3}")
TAGS_TO_END = re.compile(r"(?: ?[#@]\w+| ?x{4,})+ *(?=\n|$)")
TAILS = (CLOSER, THREAD_MARK, ASIDE, TAGS_TO_END)
BULLET = r"[-–—•●▪►▶◆◦‣*+→⇒➢➤✓✔·o](?= |[^\W\d]{2})"
ITEM_NUMBER = r"\(?\d{1,3} ?(?:[.):/°]|er\b|-(?= ))(?!\d)|\(?[a-zA-Z][).](?= )"
LIST_MARK = re.compile(rf"\s*(?:{BULLET}|{ITEM_NUMBER}|{EMOJI_ONE})")
NUMBERING = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})(?:[.\-]\d{1,2}){0,3}")
FINAL = re.compile(rf"""(?:[.?!…:;]|{EMOJI_ONE})[\s)\]»”'"*_]*$""")
NOTHING_SAID = re.compile(rf"(?:\s|{EMOJI_ONE}|\u200D|{THREAD_MARK.pattern})+$")
GOVERNS = re.compile(
    r"""(?:\b(?:de|du|des|d'|le|la|les|l'|un|une|à|au|aux|en|dans|par|pour|sur|sous|avec|sans|chez|vers|et|ou|que|qui|qu'|dont
      |ce|cet|cette|ces|son|sa|ses|leur|leurs|notre|nos|votre|vos|ne|se|s'|n')|,)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
WORD_BEFORE = re.compile(r"(?:[^\W\d_]+(?:[.-]+))*[^\W\d_]+$")
WORD_AFTER = re.compile(r"[^\W\d_]+")
MILLIONS = re.compile(r"(?<![\w.,])(?P<whole>\d+(?: \d{3})*)(?P<decimals>[.,]\d+)?(?P<gap> ?)M$")
YEAR = re.compile(r"(?:19|20)\d\d")
OPENER = re.compile(r" (?P<word>[^\W\d_]+)(?:'| (?=[a-zà-ÿ\d]))")
LOOK_BACK = 24  # no abbreviation is longer


def split_sentences(text: str) -> tuple[Range, ...]:
    """The sentences, list items and headings of `text` as `(start, end)` code points, in order, white space trimmed.

    Every character that is not white space belongs to exactly one of them.
    """
    plain = straighten(blank(text, find_urls(text), URL_MARK))
    ranges: list[Range] = []
    for start, end in _units(plain):
        for sentence in _sentences_of(plain, start, end):
            _append(ranges, plain, sentence)
    return tuple(ranges)


def is_millions(plain: str, stop: int) -> bool:
    """Whether the M before the stop at `stop` is no title: "12,9 M. Profs", "12 M. Le reste"; not "12 M. Le Drian"."""
    match = MILLIONS.search(plain[max(0, stop - LOOK_BACK) : stop])
    if match is None:
        return False
    if match["decimals"] or not match["gap"]:
        return True
    opener = OPENER.match(plain, stop + 1)
    return not YEAR.fullmatch(match["whole"]) and opener is not None and opener["word"] in _lexicon()["openers"]


def _append(ranges: list[Range], plain: str, sentence: Range) -> None:
    start, end = sentence
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    if start < end:
        ranges.append((start, end))


def _units(plain: str) -> Iterator[Range]:
    """Lines, put together where one runs on into the next."""
    start = end = -1
    for line in LINE.finditer(plain):
        if start < 0:
            start, end = line.span()
        elif line.start() == end + 1 and _runs_on(plain, start, end, line):
            end = line.end()
        else:
            yield start, end
            start, end = line.span()
    if start >= 0:
        yield start, end


def _runs_on(plain: str, start: int, end: int, line: re.Match[str]) -> bool:
    """Whether the unit `plain[start:end]` goes on in the next line."""
    following = line.group()
    if NOTHING_SAID.match(following):
        return True
    last = plain[max(start, end - 40) : end]
    if not last.strip() or FINAL.search(last) or LIST_MARK.match(following) or last.rstrip().endswith(URL_MARK * 4):
        return False
    opening = following.lstrip().lstrip("(\"'«[ ")[:1]
    if opening.islower():
        return not following.lstrip().startswith(URL_MARK * 4)
    return bool(GOVERNS.search(last)) and not last.rstrip().endswith(",")


def _sentences_of(plain: str, start: int, end: int) -> Iterator[Range]:
    at = start
    stop = STOP.search(plain, start, end)
    while stop:
        after = _tail(plain, stop.end(), end)
        if after < end and _ends(plain, start, stop, after):
            yield from _forgotten_stops(plain, start, after)
            start = after
        at = max(after if start == after else stop.end(), at + 1)
        stop = STOP.search(plain, at, end)
    yield from _forgotten_stops(plain, start, end)


def _forgotten_stops(plain: str, start: int, end: int) -> Iterator[Range]:
    for gap in _forgotten().finditer(plain, start, end):
        yield start, gap.start()
        start = gap.end()
    yield start, end


def _tail(plain: str, at: int, end: int) -> int:
    """Where a sentence that stops just before `at` ends, with what closes it: quotes, emoji, (2/9), an aside, tags."""
    while at < end:
        ends = [match.end() for pattern in TAILS if (match := pattern.match(plain, at, end))]
        emoji = EMOJI_TAIL.match(plain, at, end)
        if emoji and not (POINTER.match(plain, at, end) and plain[emoji.end() : end].strip()):
            ends.append(emoji.end())
        if max(ends, default=at) == at:
            break
        at = max(ends)
    return at


def _ends(plain: str, start: int, stop: re.Match[str], after: int) -> bool:
    """Whether the stop ends a sentence, by what stands before and after it."""
    rest = plain[after : after + LOOK_BACK]
    following = rest.lstrip()
    if not following:
        return True
    before = plain[max(start, stop.start() - LOOK_BACK) : stop.start()]
    if rest == following:
        return _is_glued(plain, start, stop, after, before)
    if following[0] in ",;:)]%" or (following[0] in "-–—" and following[1:].lstrip()[:1].islower()):
        return False
    mark = stop.group()
    if mark == "." and after == stop.end() and _is_abbreviation(plain, start, stop.start(), before, following):
        return False
    opening = following.lstrip("(\"'«[*_-–— ")[:1]
    if opening.islower():
        return mark == "." and not following.startswith("(") and _is_full_word(before)
    return not (opening.isdigit() and len(mark) > 1 and set(mark) <= set(".…"))


def _is_glued(plain: str, start: int, stop: re.Match[str], after: int, before: str) -> bool:
    """`fin.Début`, `fin ?Début`: a word of small letters, a stop, a capitalised word."""
    following = plain[after : after + 3]
    if not (following[:1].isupper() and (following[1:2].islower() or following[1:2] in " '")):
        return False
    if after > stop.end() or stop.group() != ".":
        return True
    word = WORD_BEFORE.search(before.rstrip(" "))
    return bool(word and word.group()[-2:].islower() and len(word.group()) > 1 and _known(word.group()) != "inside")


def _is_abbreviation(plain: str, start: int, at: int, before: str, following: str) -> bool:
    head = plain[start:at].lstrip() if at - start < LOOK_BACK else ""
    if head and NUMBERING.fullmatch(head) and not head.islower():
        return True
    if re.search(r"\bn° ?\d*$", before):
        return True
    match = WORD_BEFORE.search(before)
    if match is None:
        return False
    word = match.group()
    if word == "M" and is_millions(plain, at):
        return False
    if _known(word) == "inside":
        return True
    if (len(word) == 1 and word.isupper()) or re.fullmatch(r"[A-Z](?:[.-]+[A-Z][a-z]?)+", word):
        return not _opens(following)
    kind = _known(word) or _known(before.rsplit(None, 2)[-2] + " " + word if " " in before.strip() else word)
    capital = following.lstrip("(\"'« ")[:1].isupper()
    return kind == "inside" or (kind == "anywhere" and not capital)


def _is_full_word(before: str) -> bool:
    """Before a small letter, a stop counts only after a word that can't be cut short: French cuts after a consonant."""
    match = WORD_BEFORE.search(before)
    if not match or "." in match.group() or _known(match.group()):
        return False
    word = match.group()
    return len(word) > 4 or (len(word) > 2 and word[-1] in "aeiouyéèêàâîïôûùs")


def _opens(following: str) -> bool:
    match = WORD_AFTER.search(following.lstrip("(\"'« ")[:LOOK_BACK])
    return match is not None and match.group() in _lexicon()["openers"]


def _known(word: str) -> str | None:
    lexicon = _lexicon()
    for kind in ("inside", "anywhere"):
        if word in lexicon[kind] or (not word.isupper() and word.lower() in lexicon[kind]):
            return kind
    return None


@cache
def _forgotten() -> re.Pattern[str]:
    """The gap where a stop was forgotten: between a small letter or a closing sign, and a word that opens sentences.

    After a closing quotation mark an article will do: nothing but a new sentence begins there with a capital.
    """
    lexicon = _lexicon()
    opener, opener_or_article = (_one_of(lexicon[key]) for key in ("forgotten", "after_quote"))
    return re.compile(
        rf"""(?:(?<=[a-zà-ÿ]{{3}})|(?<=[a-zà-ÿ]{{2}}\)))\ (?={opener}(?:\ |(?<='))[a-zà-ÿ])
           | (?:(?<=[^\s«“"(][»”"])|(?<=[^\s«“"(]\ [»”"]))\ (?={opener_or_article}(?:\ |(?<='))[^\W\d])""",
        re.VERBOSE,
    )


def _one_of(words: frozenset[str]) -> str:
    return f"(?:{'|'.join(sorted(words, reverse=True))})"


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    with LEXICON.open("rb") as file:
        return {key: frozenset(words) for key, words in tomllib.load(file).items()}
