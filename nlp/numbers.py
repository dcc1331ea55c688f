"""Numerals in French text, in digits, in words, or both: what they are worth and where they stand.

Words are read by text2num; this module finds where to ask it, reads digits and scales, and leaves out articles.
Whether a numeral measures something is not judged here: see `nlp.quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from text_to_num import find_numbers as find_spoken

from nlp.sentences import is_millions
from nlp.text import straighten

THOUSAND = ("k", "K", "mille", "millier", "milliers")
MILLION = ("M", "MM", "Mio", "million", "millions")
MILLIARD = ("Md", "Mds", "MD", "MDS", "md", "mds", "Mrd", "Mrds", "mrd", "mrds", "milliard", "milliards")
SCALES = {
    **dict.fromkeys(THOUSAND, 1e3),
    **dict.fromkeys(MILLION, 1e6),
    **dict.fromkeys(MILLIARD, 1e9),
    **dict.fromkeys(("billion", "billions"), 1e12),
}

# Thousands go in groups of three after a space or a stop; any other stop or comma opens the decimals.
DIGITS = re.compile(
    r"""(?<![\w])(?<![\d][.,])(?<!\d/)
    (?P<whole>[1-9]\d{0,2}(?:\ \d{3})+(?!\d) | [1-9]\d{0,2}(?:\.\d{3})+(?!\d) | [1-9]\d{0,2}(?:,\d{3}){2,}(?!\d) | \d+)
    (?:[.,](?P<decimals>\d+))?(?![.,]?\d)""",
    re.VERBOSE,
)
# "3 M. Dupont": no millions
TITLE = re.compile(r"\.\ ?[A-ZÀ-Þ]")
CURRENCY_CODE = re.compile(r"(?:EUR|USD|GBP|CHF)(?=\d)")
SCALE = re.compile(
    r"""\ ?(?:(?P<sign>k|K|[Mm]ds?|[Mm]rds?|MDS?(?=\ ?€|\ (?:d')?(?:€|euros))|Mio|MM|M)(?![^\W_])
        |(?P<word>mille|milliers?|millions?|milliards?|billions?)\b)""",
    re.VERBOSE,
)
REST = re.compile(r" (?P<rest>[1-9]\d{0,2}(?: \d{3})+|[1-9]\d{2,5})(?![\d.,]\d|\d| ?(?:%|mill|M))")
AND_A_HALF = re.compile(r" et demie?\b")
SPOKEN = (
    r"(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante"
    r"|cinquante|soixante|septante|huitante|octante|nonante|cents?|mille|mil|millions?|milliards?|billions?)"
)
RUN = re.compile(
    rf"(?<![\w])(?<!\w-){SPOKEN}(?:(?: et | virgule |-et-|[ -]){SPOKEN}){{0,40}}(?![\w]|-[^\W\d])", re.IGNORECASE
)
TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\s+")
# Alone they are articles, plurals of scales or the end of "pour cent".
NEVER_ALONE = {
    "un",
    "une",
    "cents",
    "mil",
    "million",
    "millions",
    "milliard",
    "milliards",
    "billion",
    "billions",
    "vingts",
}
NOUN_BEFORE = re.compile(r"(?P<word>[^\W\d_]{2,}) $")
FUNCTION_WORD = re.compile(
    r"les?|la|l|une?|des?|du|d|en|à|aux?|et|ou|sur|par|pour|avec|dans|sous|entre|vers|dont|soit|ont|est|sont|[cmstn]es|[nv]os|leurs"
    r"|que|numéro|plus|moins|environ|presque|quelque|près|encore|plusieurs|mais|puis|cependant|depuis|après|avant|pendant",
    re.IGNORECASE,
)
MINUS = re.compile(
    r"(?:(?<![\w.,)%-])(?<!\d )(?P<hyphen>-)|(?<![\w'])(?P<word>moins )(?<![àau] moins )(?<!plus ou moins ))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral: `value` with its `scale` (1e6 for "3 millions") already counted in.

    `literal` is how it is written: "digits" (12), "grouped" (12 000), "decimal" (1,2), "scaled" (3 M), or "words".
    """

    value: float
    start: int
    end: int
    literal: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class _Token:
    """What text2num asks of a token."""

    content: str
    start: int
    end: int

    def text(self) -> str:
        return self.content

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def find_numbers(text: str) -> tuple[Number, ...]:
    """Every numeral of `text` in its order, without overlaps; "un" and "une" only in a row of numerals.

    Signs are read where a minus can be nothing else: "-5 %", "moins 10".
    """
    plain = straighten(text)
    digits = list(_in_digits(plain))
    taken = {at for number in digits for at in range(number.start, number.end)}
    words = [number for number in _in_words(plain) if number.start not in taken and number.end - 1 not in taken]
    return tuple(_signed(plain, number) for number in sorted(digits + words, key=lambda number: number.start))


def _in_digits(plain: str) -> Iterator[Number]:
    at = 0
    while match := DIGITS.search(plain, at):
        yield (number := _with_scale(plain, match))
        at = number.end
    for code in CURRENCY_CODE.finditer(plain):
        inside = DIGITS.match(" " + plain[code.end() : code.end() + 20], 1)
        if inside:
            yield Number(_value(inside), code.end(), code.end() + inside.end() - 1, "digits")


def _value(match: re.Match[str]) -> float:
    whole = match["whole"].translate({32: None, 44: None, 46: None})
    return float(f"{whole}.{match['decimals'] or 0}")


def _with_scale(plain: str, match: re.Match[str]) -> Number:
    start, end = match.span()
    value = _value(match)
    literal = "decimal" if match["decimals"] else "digits" if match["whole"].isdigit() else "grouped"
    scaled = SCALE.match(plain, end)
    if not scaled or (scaled["sign"] and TITLE.match(plain, scaled.end()) and not is_millions(plain, scaled.end())):
        return Number(value, start, end, literal)
    scale = SCALES[scaled["sign"] or scaled["word"]]
    value, end = _times(value, scale), scaled.end()
    if scaled["word"]:
        value, end = _and_the_rest(plain, value, scale, end)
    return Number(value, start, end, "scaled", scale)


def _and_the_rest(plain: str, value: float, scale: float, end: int) -> tuple[float, int]:
    """`2 millions et demi`, `1 million 200 000`."""
    half = AND_A_HALF.match(plain, end)
    if half:
        return value + scale / 2, half.end()
    rest = REST.match(plain, end)
    if rest and scale >= 1e6 and not re.fullmatch(r"(?:19|20)\d\d", rest["rest"]):
        return value + float(rest["rest"].replace(" ", "")), rest.end()
    return value, end


def _times(value: float, scale: float) -> float:
    """The product without the noise of binary fractions: 1.6 millions is 1 600 000."""
    return float(f"{value * scale:.12g}")


def _in_words(plain: str) -> Iterator[Number]:
    for run in RUN.finditer(plain):
        tokens = [
            _Token(m.group(), run.start() + m.start(), run.start() + m.end()) for m in TOKEN.finditer(run.group())
        ]
        found = find_spoken([_lowered(token) for token in tokens], "fr", threshold=0.0)
        many = len(found) > 1 and any(occurrence.value != 1 for occurrence in found)
        for occurrence in found:
            start, end = tokens[occurrence.start].start, tokens[occurrence.end - 1].end
            words = plain[start:end].lower()
            if _is_numeral(plain, start, end, words, many):
                yield _spoken(plain, float(occurrence.value), start, end)


def _lowered(token: _Token) -> _Token:
    word = token.content.lower()
    return _Token("zéro" if word == "zero" else word, token.start, token.end)


def _spoken(plain: str, value: float, start: int, end: int) -> Number:
    last = plain[start:end].lower().replace("-", " ").split()[-1]
    scale = SCALES.get(last, 1.0)
    if "virgule" in plain[start:end].lower() and value < scale:
        value = _times(value, scale)
    half = AND_A_HALF.match(plain, end) if scale > 1 else None
    if half:
        value, end = value + scale / 2, half.end()
    return Number(value, start, end, "words", scale)


def _is_numeral(plain: str, start: int, end: int, words: str, many: bool) -> bool:
    if words in ("un", "une"):
        if plain[max(0, start - 7) : start].lower() == "quelqu'":
            return False
        if plain[max(0, start - 4) : start].lower() == " et ":
            return False  # "un bloc sur quatre et une bonne part"
        return many or plain.strip() == plain[start:end] or _is_listed(plain, start, end)
    if words in NEVER_ALONE:
        return False
    if words == "cent" and re.search(r"\bpour[ -]$", plain[max(0, start - 6) : start], re.IGNORECASE):
        return False
    return words != "neuf" or many or not _is_adjective(plain, start, end)


def _is_listed(plain: str, start: int, end: int) -> bool:
    """`un, deux, trois`: another numeral follows, after a comma."""
    after = re.match(rf", ?{SPOKEN}\b", plain[end : end + 20], re.IGNORECASE)
    return bool(after)


def _is_adjective(plain: str, start: int, end: int) -> bool:
    """`un logement neuf`: a noun before, and no plural noun after."""
    before = NOUN_BEFORE.search(plain[max(0, start - 30) : start])
    if not before or FUNCTION_WORD.fullmatch(before["word"]):
        return False
    after = re.match(r" (?P<word>[^\W\d_]{3,})", plain[end : end + 30])
    return not (after and after["word"][-1] in "sx" and not FUNCTION_WORD.fullmatch(after["word"]))


def _signed(plain: str, number: Number) -> Number:
    left = plain[max(0, number.start - 24) : number.start]
    match = MINUS.search(left)
    if not match:
        whole = re.fullmatch(r"\s*- ", plain[: number.start]) and len(plain) - number.end < 12
        return _negative(number, number.start - 2) if whole else number
    line_start = not left[: match.start()].strip(" ") or left[: match.start()].rstrip(" ").endswith("\n")
    if match["hyphen"] and line_start and re.match(r" [^\W\d_]{3}", plain[number.end : number.end + 4]):
        return number
    if (
        match["word"]
        and re.search(rf"(?:[\d%€]|\b(?:au|du|ou|plus|fois|moitié|{SPOKEN})) ?$", left[: match.start()])
        and not line_start
    ):
        return number
    return _negative(number, number.start - len(match.group()))


def _negative(number: Number, start: int) -> Number:
    return Number(-number.value, start, number.end, number.literal, number.scale)
