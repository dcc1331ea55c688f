"""Amounts in their context: what stands before and after each, in which sentence, and what it can be compared with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from db.records import Quantity
from nlp.checks.words import SAME

Kind = Literal["money", "share", "times", "duration", "count"]

CURRENCIES = ("EUR", "franc", "dollar", "livre")
DURATIONS = {
    "seconde": 1 / 3600,
    "minute": 1 / 60,
    "heure": 1.0,
    "jour": 24.0,
    "semaine": 168.0,
    "mois": 730.5,
    "trimestre": 2191.5,
    "semestre": 4383.0,
    "an": 8766.0,
    "année": 8766.0,
    "siècle": 876600.0,
}
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """le la les un une des du de au aux en et ou que qui pour par sur dans ce ces cet cette son sa ses leur leurs
        nos notre vos plus moins est sont etait ete fait dont avec sans tout tous toute toutes entre moyenne environ
        pres seulement chaque chacun meme lui elle ils elles nous vous on il""",
    )
)
NOT_PER = (
    r"(?!rapport|ailleurs|exemple|contre|consequent|la suite"
    r"|(?:[dl]es|[cms]es|nos|leurs?|l[ae]|un|cette|notre|votre|tous|toutes|plusieurs|certain\w*)\b)"
)
PERIOD_NAMES = {
    "annee": "an",
    "année": "an",
    "journee": "jour",
    "journée": "jour",
    "nuitée": "nuit",
    "pers": "personne",
    "hab": "habitant",
    "ans": "an",
    "jours": "jour",
    "nuits": "nuit",
    "semaines": "semaine",
}
# "1 090 € pour un salaire de 1 650 €": one sum beside another, not so much for each salary.
OF_AN_AMOUNT = r"(?![\w·.'-]+ (?:de |d'|a )(?:plus de |moins de |pres de |environ )?$)"
PER = re.compile(rf"^\s*(?:bruts?|nets?)?\s*(?:(?:par\s|/)\s*|pour une?\s{OF_AN_AMOUNT}\s*){NOT_PER}([a-z][\w·.]*\w)")
EVERY = re.compile(
    r"^[^.;:!?\d]{0,35}?\b(?:chaque (an|annee|mois|semaine|jour|nuit)"
    r"|tou(?:te)?s les (ans|mois|semaines|jours|nuits))\b"
)
"""600 000 € à rembourser chaque année, 594 € de moins tous les mois"""
OFTEN = 20
COMPARES = re.compile(
    r"\s*(?:plus|moins|trop|superieur|inferieur|le|la|les|l'|son|sa|ses|ce que?|ce qu'|celle?|celui)\b|\s*l'"
)
"""1 480 fois are so many outings, unless they are 1 480 fois plus; so are 8 fois par an."""
REACH = 300
"""Characters of context kept on each side of an amount: sentences of social text have no upper limit."""
SPACES = re.compile(r"\s+")
MILLIONS = re.compile(r"[\d\s.,]+millions?", re.IGNORECASE)
"""What 63,6 millions are millions of may be guessed; of milliards it is euros."""
ONE_OF_THEM = re.compile(r"(?:une?|deux|trois|quatre|cinq|\d+)\s", re.IGNORECASE)
ASKED = 40
"""Characters of the longest question that the amount after it answers: "Et par jour ? 8,50 €"."""
FOR_SO_MANY = re.compile(r"(?: [^\W\d_]+)? ?(?:pour|tous les|toutes les) (?:environ |près de |plus de |quelque )?\d")
MARKS = dict.fromkeys(code for code in range(0x300, 0x3100) if unicodedata.combining(chr(code)))
INCLUSIVE = re.compile(r"(?<=\w)[·.•][a-zà-ÿ]{1,7}(?:[·.•][a-zà-ÿ]{1,3})?")


@lru_cache(maxsize=1024)  # the context of an amount is asked for twice, and begins its sentence more often than not
def fold(text: str) -> str:
    """Lower case without accents, straight apostrophes, plain spaces: for matching words, never for offsets."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", text.replace("’", "'").replace("œ", "oe")).translate(MARKS)
    return SPACES.sub(" ", text.lower())


@lru_cache(maxsize=8192)  # an amount is asked for its words by each that comes after it
def stems(text: str) -> frozenset[str]:
    """The words of `text` cut to what their forms share (étudiant·e·s, étudiants -> etudia), empty words out."""
    words = re.findall(r"[^\W\d_]{3,}|(?<!\w)(?:19|20)\d\d(?!\w)", fold(INCLUSIVE.sub("", text)))
    return frozenset(stem(word) for word in words if word not in EMPTY_WORDS)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    folded = fold(word)
    return folded[:6] if len(folded) > 6 else folded.rstrip("sx")


@dataclass(frozen=True, eq=False)  # one object an amount: rules ask again and again of the same
class Amount:
    """A quantity where it stands. `before` and `after` are folded: the clause up to the neighbouring amounts.

    `lead` is all of its sentence that stands before it, with a short question that it answers, `tail` all that stands
    after it; `line`: how many lines end before it. `first`: the text tells no amount of its unit before it, `largest`:
    none that is as large.
    """

    quantity: Quantity
    index: int
    sentence: int
    before: str
    after: str
    lead: str
    tail: str
    line: int
    first: bool
    largest: bool

    @cached_property
    def value(self) -> float:
        """Its size: "-30 %" is a fall of 30."""
        return abs(self.quantity.value)

    @cached_property
    def stated(self) -> Quantity:
        """The quantity as a size, for judging."""
        return self.quantity if self.quantity.value >= 0 else replace(self.quantity, value=self.value)

    @cached_property
    def unit(self) -> str | None:
        return self.quantity.unit

    @cached_property
    def per(self) -> str | None:
        """What the amount is told for each of: "par an", "par logement"."""
        match = PER.match(self.after) or EVERY.match(self.after)
        per = self.quantity.per or (match[match.lastindex or 0] if match else None)
        return PERIOD_NAMES.get(per, per) if per else None

    @cached_property
    def kind(self) -> Kind:
        unit = self.quantity.unit
        if unit in CURRENCIES:
            return "money"
        if unit == "%":
            return "share"
        if unit == "fois":
            often = self.quantity.per in DURATIONS or self.value >= OFTEN
            return "count" if often and self.quantity.rule == "number" and not COMPARES.match(self.after) else "times"
        return "duration" if unit in DURATIONS else "count"

    @cached_property
    def noun(self) -> str:
        """The stem of what is counted: of the unit for counts, empty for money and shares."""
        if self.unit == "autre" or (self.unit == "personne" and "pers" not in self.quantity.surface.lower()):
            return ""  # "5 000 autres", "ils sont 48": of those told of
        return stem(self.unit) if self.unit and self.kind in ("count", "duration") else ""

    @cached_property
    def words(self) -> frozenset[str]:
        """Stems of all that says what this amount measures: its unit, what is counted, the words beside it."""
        own = f"{self.unit or ''} {self.quantity.counted or ''} {self.quantity.per or ''}"
        return stems(own) | stems(self.before[-60:]) | stems(self.after[:60])

    @cached_property
    def label(self) -> frozenset[str]:
        """Stems of what the amount is called: the words before it, and what is counted."""
        return stems(self.quantity.counted or "") | stems(self.before[-60:])

    def comparable(self, other: Amount) -> bool:
        """Whether a ratio or a difference of the two means something: same kind, and like nouns for things."""
        if self.kind != other.kind or self.kind in ("share", "times"):
            return False
        return self.unit == other.unit if self.kind == "money" else alike(self.noun, other.noun)

    @cached_property
    def bare(self) -> bool:
        """Its noun is understood: "il en reste 40"."""
        return not re.search(r"[^\W\d_]{2,}|%|€", self.quantity.surface)

    @cached_property
    def vague(self) -> bool:
        """ "Des centaines": no number that another could be measured by; "une trentaine" is one."""
        return self.quantity.rule == "vague" and not ONE_OF_THEM.match(self.quantity.surface)

    @cached_property
    def open(self) -> bool:
        """What it is a number of is understood, or only guessed: money or time as well as things."""
        named = not self.bare and MILLIONS.fullmatch(self.quantity.surface) is None
        return self.unit is None or (self.kind in ("count", "money") and not named)


def says_how_many(amount: Amount) -> bool:
    """Whether something can be multiplied by it: a number of things or a length of time, no points of a share."""
    return amount.kind in ("count", "duration") and amount.unit != "point"


def alike(noun: str, other: str) -> bool:
    """Whether two stems of nouns name the same things: agents are people, and posts of an establishment."""
    return noun == other or other in SAME.get(noun, ()) or noun in SAME.get(other, ())


def _is_article(text: str, quantity: Quantity) -> bool:
    if quantity.rule == "one":  # "sur un an, 19 260 €": the words of the time, which "par an" has as well
        return True
    single = quantity.value == 1 and quantity.unit not in (*CURRENCIES, *DURATIONS, "%", "fois", None)
    return single and quantity.surface.startswith("1 ") and FOR_SO_MANY.match(text, quantity.end) is not None


def read_amounts(text: str, quantities: Iterable[Quantity], sentences: Sequence[tuple[int, int]]) -> tuple[Amount, ...]:
    """Each quantity with its context, in the order of the text. Quantities outside all sentences are left out, and the
    one of "1 médecin pour 1 500 habitants" and of "sur un an", which say no more than "un".
    """
    ordered = sorted((q for q in quantities if not _is_article(text, q)), key=lambda q: q.start)
    amounts: list[Amount] = []
    at = line = read = 0
    tops: dict[str | None, float] = {}
    for position, quantity in enumerate(ordered):
        while at < len(sentences) and sentences[at][1] <= quantity.start:
            at += 1
        if at == len(sentences):
            break
        start, end = sentences[at]
        if at and text[slice(*sentences[at - 1])].rstrip().endswith("?") and start - sentences[at - 1][0] <= ASKED:
            start = sentences[at - 1][0]
        left = max(start, ordered[position - 1].end if position else 0)
        right = min(end, ordered[position + 1].start if position + 1 < len(ordered) else end)
        line, read = line + text.count("\n", read, quantity.start), quantity.start
        top = tops.get(quantity.unit, 0.0)
        tops[quantity.unit] = max(top, abs(quantity.value))
        amounts.append(
            Amount(
                quantity=quantity,
                index=len(amounts),
                sentence=at,
                before=fold(text[max(left, quantity.start - REACH) : quantity.start]),
                after=fold(text[quantity.end : min(right, quantity.end + REACH)]),
                lead=fold(text[max(start, quantity.start - REACH) : quantity.start]),
                tail=fold(text[quantity.end : min(end, quantity.end + REACH)]),
                line=line,
                first=not top,
                largest=abs(quantity.value) > top,
            )
        )
    return tuple(amounts)
