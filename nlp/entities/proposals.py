"""What the trained model takes for a name, and what is left of it once rules have looked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from db.records import EntityLabel
from nlp.entities.context import Context, Span
from nlp.entities.listed import beside_bodies
from nlp.entities.persons import PARTICLES
from nlp.entities.words import name_words
from nlp.parsing import Unit

LABELS: dict[str, EntityLabel] = {"PER": "PER", "ORG": "ORG", "LOC": "LOC"}
# Saint-Maur-des-Fossés, Bourg-lès-Valence, Bois-Blanc: no person is called so.
TOWN = re.compile(
    r"\w-(?:sur|sous|en|les|lès|la|le|de|du|des|aux)-[A-ZÀ-Ý]|\w-Sainte?-[A-ZÀ-Ý]"
    r"|^(?:Sainte?|Bois|Mont|Val|Fort|Port|Pointe|Pont|Champ|Mas|Puy|Roche|Château|Bourg|Cap|Col)-[A-ZÀ-Ý]"
)
ARTICLES = frozenset({"le", "la", "l"})
GOES_ON = frozenset({"VERB", "AUX", "ADV", "PRON"})
SAYS_SOMETHING = frozenset({"VERB", "AUX", "INTJ"})
ROMAN = re.compile(r"[ivxlc]+e?")
INFINITIVE = re.compile(r"\w{3,}(?:iser|ifier)")
PLURALS = frozenset({"les", "des", "aux", "ces", "nos", "vos", "leurs", "entre", "un", "une", "jeunes", "quelques",
                     "cher", "chere", "chers", "cheres", "amis", "amies", "tout", "toute", "chaque"})  # fmt: skip
OF_MANY = frozenset({"les", "des", "aux", "nos", "vos", "leurs", "ces"})
# Ministre de l'Économie, des Finances et de la Relance: names of what they see to, of nobody.
PORTFOLIOS = frozenset(
    {"ministre", "ministres", "secretaire", "commissaire", "delegue", "deleguee", "charge", "chargee"}
)
WITHIN = frozenset({"de", "d", "du", "des", "a", "au", "aux", "la", "le", "les", "l", "et", "etat"})
BETWEEN = frozenset({" ", ", ", "'", "-"})
FARTHEST = 16
INHABITANTS = re.compile(
    r".{2,}(?:ois|oises?|ais|aises?|ains?|aines?|iens?|iennes?|eens?|ins|ards?|ars|ots|geaux|gelles|asques?|atins?)"
)


def proposals(ctx: Context, units: Sequence[Unit]) -> Iterator[Span]:
    """The model's entities, cut to what can be a name, their labels mended."""
    starts = [word.start for word in ctx.words]
    small = frozenset(word.key for word in ctx.words if not word.capitals)
    for unit in units:
        for entity in unit.doc.ents:
            first = bisect_left(starts, unit.start + entity.start_char)
            last = bisect_right(starts, unit.start + entity.end_char - 1)
            for piece in pieces(ctx, first, last):
                first, last = trim(ctx, *piece, entity.label_)
                label = mend_label(ctx, first, last, entity.label_) if last > first else None
                if label and is_name(ctx, first, last, small):
                    yield ctx.span(first, last, label, "model")


def pieces(ctx: Context, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The words of a proposal, parted where punctuation or a line end parts them."""
    begin = first
    for i in range(first + 1, last):
        initial = len(ctx.words[i - 1].key) <= 2 and ctx.text[ctx.words[i - 1].end] == "."
        if not ctx.joined(i) and not (initial and ctx.words[i].start - ctx.words[i - 1].end <= 2):
            yield begin, i
            begin = i
    if begin < last:
        yield begin, last


def trim(ctx: Context, first: int, last: int, label: str) -> tuple[int, int]:
    """Articles, titles and small words at both ends stay outside; a capital article inside a sentence is a name's."""
    lists = name_words()
    kept = lists.bodies | lists.houses if label == "ORG" else lists.spots if label == "LOC" else frozenset[str]()
    while first < last:
        key, capital = ctx.words[first].key, ctx.capital(first)
        if capital and key not in lists.titles | lists.functions and not (key in lists.openers and ctx.opens(first)):
            break
        if not capital and key in kept:
            break
        first += 1
    while last > first and (ctx.words[last - 1].key in PARTICLES | {"et", "ou"} or _counts_posts(ctx, last - 1)):
        last -= 1
    if label == "ORG":
        last = next((i for i in range(first + 1, last) if _says(ctx, i)), last)
    else:
        while last > first and not ctx.words[last - 1].capitals and not ctx.words[last - 1].key.isdigit():
            last -= 1
    return first, last


def _counts_posts(ctx: Context, i: int) -> bool:
    """Whether word `i` is the number that ends a post: "la Réserve sanitaire 1/"."""
    return ctx.words[i].key.isdigit() and ctx.text[ctx.words[i].end : ctx.words[i].end + 1] == "/"


def mend_label(ctx: Context, first: int, last: int, label: str) -> EntityLabel | None:
    """The label that the words themselves tell, or the model's; None for what is neither person, body nor place."""
    lists = name_words()
    head = ctx.words[first]
    if head.key in lists.bodies or (last > first + 1 and ctx.words[last - 1].key in lists.territories):
        return "ORG"
    if head.key in lists.houses and last > first + 1:
        return "ORG"
    if head.key in lists.first_names and (last > first + 1 or label in {"LOC", "ORG"}):
        return "PER"
    if (head.key in lists.spots and last > first + 1) or TOWN.search(ctx.surface(first, last)):
        return "LOC"
    if last == first + 1 and len(head.key) > 1 and (len(head.capitals) == len(head.key) or _is_body(ctx, first)):
        return "ORG"
    if last == first + 1 and label == "PER" and ctx.joined(first) and ctx.words[first - 1].key in ARTICLES:
        return "ORG" if head.key not in lists.first_names else "PER"
    return LABELS.get(label)


def _is_body(ctx: Context, i: int) -> bool:
    """Whether a single word names a body: SpF, le cabinet Rivington, chez Anvis, between two bodies of a list."""
    word = ctx.words[i]
    mixed = (
        not ROMAN.fullmatch(word.key)
        and len(word.key) < 6
        and len(word.capitals) > 1
        and 0 in word.capitals
        and "-" not in word.key
    )
    before = ctx.words[i - 1].key if ctx.joined(i) else ""
    return mixed or before in name_words().corporate or beside_bodies(ctx, i) == 2


def is_name(ctx: Context, first: int, last: int, small: frozenset[str]) -> bool:
    """Whether the words can be a name at all: no emoji, no code, no ordinary word that only a full stop made great."""
    words = ctx.words[first:last]
    if (
        not any(word.capitals and len(word.key) > 1 for word in words)
        or " ".join(word.key for word in words) in ctx.lexicon.not_names
    ):
        return False
    lists = name_words()
    if of_a_portfolio(ctx, first) and all(ctx.ordinary(i) for i in range(first, last)):
        return False
    if words[0].key in lists.named_things or (
        ctx.joined(first) and ctx.words[first - 1].key in lists.named_things - lists.corporate
    ):
        return False
    if len(words) > 1:
        if (
            not any(word.capitals for word in words[1:])
            and ctx.opens(first)
            and words[0].key not in lists.bodies | lists.houses
        ):
            return not (words[0].key in small or ctx.ordinary(first))
        return not all(word.key in ctx.lexicon.not_names or word.key in name_words().openers for word in words)
    word = words[0]
    if len(word.key) < 2 or word.key[0] in "@#" or any(c.isdigit() for c in word.key):
        return False
    if ctx.joined(first) and ctx.words[first - 1].key in PLURALS and INHABITANTS.fullmatch(word.key):
        return False
    ordinary = word.key in small or ctx.ordinary(first)
    if ordinary and ctx.joined(first) and ctx.words[first - 1].key in OF_MANY:
        return False
    if ctx.opens(first) and ctx.tags[first] in SAYS_SOMETHING:
        return False
    if ctx.opens(first) and (INFINITIVE.fullmatch(word.key) or _orders(ctx, first)):
        return False
    shouted = len(word.capitals) == len(word.key) > 4
    return not (ordinary and (ctx.opens(first) or shouted or (word.key in small and ctx.tags[first] != "PROPN")))


def of_a_portfolio(ctx: Context, i: int) -> bool:
    """Whether word `i` tells what a minister or somebody in charge sees to: "la ministre du Travail et de la Santé"."""
    for at in range(i - 1, max(-1, i - FARTHEST), -1):
        if ctx.text[ctx.words[at].end : ctx.words[at + 1].start] not in BETWEEN:
            return False
        if ctx.words[at].key in PORTFOLIOS:
            return at < i - 1
        if not (ctx.words[at].key in WITHIN or ctx.capital(at) or ctx.tags[at] == "ADJ"):
            return False
    return False


def _says(ctx: Context, i: int) -> bool:
    """Whether word `i` in small letters goes on after the name of a body: "la Cour dit non"."""
    return not ctx.words[i].capitals and ctx.tags[i] in GOES_ON


def _orders(ctx: Context, i: int) -> bool:
    """Whether word `i` is an imperative that the dictionary has as an infinitive: Vaccinez, but not Lopez."""
    form = ctx.surface(i, i + 1).lower()
    return form.endswith("ez") and ctx.known_word(f"{form[:-1]}r")
