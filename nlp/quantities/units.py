"""Units: how they are written, and the singular of the nouns that numerals count."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlp.numbers import SPOKEN
from nlp.quantities.words import words

NUMERAL = re.compile(SPOKEN)
LEXICON = Path(__file__).resolve().parents[1] / "lexicons" / "units.toml"

# Feminine and plural endings hung on with a stop or a middle dot: soignant.e.s, étudiant·es, délégué(e)s.
ENDING = r"(?:s|x|(?:e|ne|le|ve|te|fe|che|t?rice|euse|i?ère|se|ienne|lle)s?)"
INCLUSIVE = rf"(?:[.·•⋅‧]{ENDING}\b){{1,3}}|\((?:{ENDING})\)s?|-{ENDING}-s\b|/-?{ENDING}\b"
WORD = re.compile(rf"(?P<base>[^\W\d_]+(?:-[^\W\d_]{{2,}})*)(?P<inclusive>{INCLUSIVE})?(?![\w])")
GAP = re.compile(r"[ \n]?")
OF = re.compile(r" ?(?:d'|de (?:la |l')?|des |du )")
# "20 000 balles la caméra", "200 balles par mois": euros; others are fired, or played with.
SLANG = re.compile(
    r"balles?(?:(?= (?:par (?:mois|an|jour|semaine|heure|personne|tête|élève|agent|foyer)|(?:de )?l'heure|pièce"
    r"|chacune?|net|brut|de (?:plus|moins)|(?:la |le |l')(?!nuit|soir|matin|jour|lendemain|saison|semaine)\w))"
    r"|(?P<ends>(?=[ \n]?[.,;:!?)»]|[ \n]*$)))",
    re.IGNORECASE,
)
PAID = re.compile(
    r"\b(?:coût|pay|prix|factur|vau|val|gagn|dépens|prime|salaire|amende|loyer|ticket|économi|pour)[^.;!?\n]*$"
)
# "310 000 assurées par des vacataires": what was done by somebody to things named before.
PARTICIPLE = re.compile(r"(?:é|i|u|is|it|ert)e?s$")
DONE_BY = re.compile(
    r" par (?:[dl]es|l[ae]|l'|une?|[nv]os|[cs]es|cette|notre|votre|leurs?|son|sa|nous|eux|d'autres)(?!\w)"
)
# After these a noun comes with "de": "5 milliards investis" counts no "investis".
SCALE_WORD = re.compile(r"(?:million|milliard)s?$", re.IGNORECASE)
OUX = ("bijoux", "cailloux", "choux", "genoux", "hiboux", "joujoux", "poux")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as read after a numeral: its canonical name, where its last word ends, and what one of it is worth."""

    name: str
    end: int
    kind: str  # "sign" (a known unit) or "noun" (whatever is counted)
    factor: float = 1.0
    noun_start: int = -1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`lexicons/units.toml`, ready to ask."""

    forms: Mapping[str, str]
    parts: Mapping[str, tuple[str, float]]
    pattern: re.Pattern[str]
    irregular: Mapping[str, str]
    invariable: frozenset[str]
    money: frozenset[str]
    money_by_the_million: frozenset[str]
    before_noun: frozenset[str]
    noun_understood: frozenset[str]
    never_nouns: frozenset[str]
    idioms: tuple[str, ...]
    double_idioms: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The words about units, read once."""
    with LEXICON.open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    forms = {form: unit for unit, written in data["forms"].items() for form in written}
    lowered = {form.lower(): unit for form, unit in forms.items() if len(form) > 2}
    parts = {form: (str(unit), float(factor)) for form, (unit, factor) in data["parts"].items()}
    listed = data["words"]
    return Lexicon(
        forms=forms | lowered,
        parts=parts,
        pattern=_pattern([*forms, *lowered, *parts]),
        irregular=data["nouns"]["irregular"],
        invariable=frozenset(data["nouns"]["invariable"]),
        money=frozenset(listed["money"]),
        money_by_the_million=frozenset(listed["money_by_the_million"]),
        before_noun=frozenset(listed["before_noun"]),
        noun_understood=frozenset(listed["noun_understood"]),
        never_nouns=frozenset(listed["never_nouns"]),
        idioms=tuple(listed["idioms"]),
        double_idioms=frozenset(listed["double_idioms"]),
    )


def _pattern(forms: list[str]) -> re.Pattern[str]:
    """The longest form first; forms of one or two letters keep their capitals."""
    short = sorted({form for form in forms if len(form) <= 2}, key=len, reverse=True)
    long = sorted({form for form in forms if len(form) > 2}, key=len, reverse=True)
    either = f"(?i:{'|'.join(map(re.escape, long))})|{'|'.join(map(re.escape, short))}"
    return re.compile(rf"€(?=\d\d\b)|(?:{either})(?!\w)(?!['-][^\W\d_])(?![·•⋅‧(][^\W\d_])")


def read_unit(plain: str, at: int, value: float, scaled: bool = False) -> Unit | None:
    """The unit or the counted noun after a numeral that ends at `at`; None where the noun is understood.

    `scaled`: the numeral ends in "millions", "centaines" and the like, after which the noun comes with "de".
    """
    start = GAP.match(plain, at).end()  # type: ignore[union-attr]
    of = OF.match(plain, at) if scaled else None
    if of and (_is_money(plain, of.end(), value) or _is_price_of(plain, of)):
        return Unit("EUR", at, "sign")
    wants_of = scaled and of is None and SCALE_WORD.search(plain[max(0, at - 9) : at])
    for begin in [of.end(), start] if of else [start]:
        done = wants_of and (word := WORD.match(plain, begin)) and PARTICIPLE.search(word.group())
        unit = _known_unit(plain, begin) or (None if done else _counted_noun(plain, begin, value))
        if unit:
            return unit
    return None


def _is_money(plain: str, at: int, value: float) -> bool:
    """`3 milliards d'économies` are euros; the noun tells what they are spent on or lack of.

    There are milliards of few things: of all but these they are euros ("des milliards de niches fiscales").
    """
    word = WORD.match(plain, at)
    if word is None or value < 1e6:  # "une centaine de contrats", "des milliers de primes"
        return False
    if word.group().lower() in lexicon().money or word.group().lower() in lexicon().money_by_the_million:
        return True
    return value >= 1e9 and word.group().islower() and not _is_by_the_milliard(plain, word)


def _is_by_the_milliard(plain: str, word: re.Match[str]) -> bool:
    if lexicon().pattern.match(plain, word.start()) or _skip_adjectives(plain, word.start()) > word.start():
        return True
    return singular(word.group()) in words("understood", "by_the_milliard") or word.group() in lexicon().never_nouns


def _is_price_of(plain: str, of: re.Match[str]) -> bool:
    """`deux millions du kilomètre`: what one costs; millions of them would come with "de"."""
    return of.group().strip() == "du" and lexicon().pattern.match(plain, of.end()) is not None


def _known_unit(plain: str, at: int) -> Unit | None:
    at = _skip_adjectives(plain, at)
    slang = SLANG.match(plain, at)
    if slang and (slang["ends"] is None or PAID.search(plain[max(0, at - 40) : at].lower())):
        return Unit("EUR", slang.end(), "sign", noun_start=at)
    match = lexicon().pattern.match(plain, at)
    if not match:
        return None
    form = match.group()
    part = lexicon().parts.get(form.lower())
    if part:
        return Unit(part[0], match.end(), "sign", part[1], at)
    name = lexicon().forms.get(form) or lexicon().forms[form.lower()]
    return Unit(name, match.end(), "sign", noun_start=at)


def _skip_adjectives(plain: str, at: int) -> int:
    """Past "dernières", "nouveaux": only where another word follows that can be the noun."""
    for _ in range(2):
        word = WORD.match(plain, at)
        if not word or word.group().lower() not in lexicon().before_noun:
            return at
        following = WORD.match(plain, word.end() + 1) if plain[word.end() : word.end() + 1] in (" ", "\n") else None
        if not following or following.group().lower() in lexicon().never_nouns:
            return at
        at = following.start()
    return at


def _counted_noun(plain: str, at: int, value: float) -> Unit | None:
    after_adjectives = _skip_adjectives(plain, at)
    for begin in dict.fromkeys((after_adjectives, at)):
        word = WORD.match(plain, begin)
        if word and _can_be_counted(word, value):
            return Unit(singular(word.group()), word.end(), "noun", noun_start=begin)
    return None


def _can_be_counted(word: re.Match[str], value: float) -> bool:
    base, lowered = word["base"], word["base"].lower()
    lex = lexicon()
    if DONE_BY.match(word.string, word.end()) and PARTICIPLE.search(lowered):
        return False
    if NUMERAL.fullmatch(lowered) or lowered in lex.never_nouns or lowered in lex.noun_understood or (len(base) < 2):
        return False
    if base.isupper():
        return len(base) >= 2
    if base[0].isupper() and not looks_plural(word.group()):
        return False
    return abs(value) < 2 or looks_plural(word.group())


def looks_plural(word: str) -> bool:
    """Whether a noun as written can stand after a numeral of two or more."""
    match = WORD.fullmatch(word)
    if match and match["inclusive"]:
        return True
    head = word.split("-")[0].lower()
    return word[-1] in "sxz" or head[-1:] in ("s", "x") or word.lower() in lexicon().invariable


def singular(noun: str) -> str:
    """The singular of a French noun as a dictionary lists it; inclusive writing gives its first form."""
    match = WORD.fullmatch(noun)
    base = match["base"] if match else noun
    if base.isupper():
        return base
    keep_capital = base[:1].isupper() and base.lower() not in lexicon().forms
    lowered = base.lower()
    found = lexicon().forms.get(lowered) or _compound(lowered)
    return found.capitalize() if keep_capital else found


def _compound(noun: str) -> str:
    """Each noun of a compound: directeurs-adjoints, demi-journées; a prefix does not change."""
    if noun in lexicon().irregular or noun in lexicon().invariable:
        return _simple(noun)
    return "-".join(_simple(part) for part in noun.split("-"))


def _simple(noun: str) -> str:
    lex = lexicon()
    if noun in lex.irregular:
        return lex.irregular[noun]
    if noun in lex.invariable or len(noun) < 4:
        return noun
    if noun.endswith("eaux") or noun in OUX:
        return noun[:-1]
    if noun.endswith(("eux", "oux")):
        return _eux(noun)
    if noun.endswith("aux"):
        return noun[:-3] + "al"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _eux(noun: str) -> str:
    """Lieux, jeux, feux lose their x; adjectives used as nouns (religieux, généreux) keep it."""
    short = len(noun) <= 5 or noun.endswith(("lieux", "jeux", "veux", "feux", "yeux"))
    return noun[:-1] if short and not noun.endswith("oux") else noun
