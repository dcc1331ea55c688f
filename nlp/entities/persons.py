"""Persons: by a title, by a first name, and by one part of a name that the text gives in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlp.entities.context import Context, Span
from nlp.entities.words import name_words
from nlp.lexicon import split_words

PARTICLES = frozenset(
    {"de", "d", "du", "des", "la", "le", "von", "van", "der", "den", "el", "al", "ben", "bin", "di", "da", "y"}
)
PLURAL_TITLES = frozenset({"mm", "mmes", "messieurs", "mesdames"})
ADDRESS = frozenset({"m", "mm", "mme", "mmes", "mlle", "mr", "me", "dr", "pr", "monsieur", "madame", "maitre"})
ABBREVIATED = frozenset({"m", "mr", "mm", "mme", "mmes", "mlle", "dr", "pr", "me", "mgr"})
HEAD_OF_LINE = frozenset({" -", " –", ", ", " :"})
MAX_WORDS = 6


def titled_persons(ctx: Context) -> Iterator[Span]:
    """M. Farinet, MM. Farinet et Verneau, le président Simon: the names, without the titles."""
    lists = name_words()
    for i, word in enumerate(ctx.words):
        function = word.key in lists.functions
        if not (function or word.key in lists.titles) or not (ctx.capital(i) or len(word.key) > 4):
            continue
        first = i + 1
        while after_title(ctx, first) and not (function and not is_last_name(ctx, first)):
            if word.key not in ADDRESS and not function and ctx.words[first].key in PARTICLES:
                break  # "le sous-préfet de Villefranche"
            end = person_end(ctx, first)
            first = _given_name(ctx, first, end) if function else first
            if end == first or len(ctx.words[end - 1].key) == 1:
                break
            yield ctx.span(first, end, "PER", "title")
            if word.key not in PLURAL_TITLES or ctx.key(end) != "et":
                break
            first = end + 1


def _given_name(ctx: Context, first: int, end: int) -> int:
    """Where the person begins after a function and a party: "la députée Horizons Agnès Firmin"."""
    names = name_words().first_names
    return next((i for i in range(first, end - 1) if ctx.words[i].key in names), first)


def after_title(ctx: Context, i: int) -> bool:
    """Whether word `i` follows the word before as a name follows a title: "M. Farinet", but not "Madame. La ..."."""
    if not 0 < i < len(ctx.words):
        return False
    between = ctx.text[ctx.words[i - 1].end : ctx.words[i].start]
    return between == " " or (between in {". ", "."} and ctx.words[i - 1].key in ABBREVIATED)


def is_last_name(ctx: Context, i: int) -> bool:
    """Whether the capital after a function begins a person's name: no acronym, nothing else that is known."""
    known = ctx.known.get(i)
    return len(ctx.words[i].capitals) == 1 and ctx.capital(i) and (known is None or known.entity.label == "PER")


def person_end(ctx: Context, i: int) -> int:
    """The end of a person's name that begins at word `i`; `i` when there is none."""
    last = i
    while last < min(i + MAX_WORDS, len(ctx.words)) and (last == i or ctx.joined(last)) and in_name(ctx, last):
        last += 1
    return last if any(ctx.capital(k) for k in range(i, last)) else i


def in_name(ctx: Context, at: int) -> bool:
    """Whether word `at` can be part of a person's name: a capital, or "de" before one that is no place."""
    key = ctx.words[at].key
    if key in PARTICLES:
        known = ctx.known.get(at + 1)
        place = known is not None and known.entity.label != "PER"
        name = at + 2 if ctx.key(at + 1) in PARTICLES else at + 1
        return ctx.joined(at + 1) and ctx.joined(name) and ctx.capital(name) and not place
    lists = name_words()
    return ctx.capital(at) and key[0] not in "@#" and key not in lists.openers | lists.titles | lists.functions


def first_named_persons(ctx: Context) -> Iterator[Span]:
    """Roger Thiriot, E. Macron: a known first name or an initial, then a name."""
    done = 0
    for i in range(len(ctx.words) - 1):
        if i < done or not ctx.capital(i) or (ctx.joined(i) and ctx.text[ctx.words[i].start - 1] == "-"):
            continue
        end = _after_initial(ctx, i) if len(ctx.words[i].key) == 1 else _after_first_name(ctx, i)
        if end > i:
            yield ctx.span(i, end, "PER", "first-name")
            done = end


def _after_initial(ctx: Context, i: int) -> int:
    """E. Macron: the end of the name of a known person after an initial, which "M." is not."""
    known = ctx.known.get(i + 1)
    dotted = ctx.text[ctx.words[i].end : ctx.words[i + 1].start] in {". ", "."}
    person = known is not None and known.entity.label == "PER" and ctx.words[i].key != "m"
    return person_end(ctx, i + 1) if dotted and person else i


def _after_first_name(ctx: Context, i: int) -> int:
    """Roger Thiriot, Marie-Laure Petit: the end of the name, if a last name follows the first ones."""
    names = name_words().first_names
    second = i
    while second < len(ctx.words) and (second == i or ctx.joined(second)):
        if not ctx.capital(second) or ctx.words[second].key not in names:
            break
        second += 1
    if second == i or not ctx.joined(second) or "'" in ctx.text[ctx.words[second - 1].end : ctx.words[second].start]:
        return i
    known = ctx.known.get(second)
    if known and known.entity.label in {"ORG", "POLICY"}:
        return i
    end = person_end(ctx, second)
    return end if end > second else i


def names_alone(ctx: Context, found: Sequence[Span]) -> Iterator[Span]:
    """A first name that stands alone, and the first or last name alone of a person whom the text names in full."""
    lists = name_words()
    parts: set[str] = set()
    for span in found:
        keys = [word.key for word in split_words(ctx.text[span.start : span.end])]
        if span.label == "PER" and len(keys) > 1:
            parts |= {keys[0], keys[-1]} - lists.openers - lists.titles
    for i, word in enumerate(ctx.words):
        if 0 not in word.capitals or not (word.key in parts or word.key in lists.first_names):
            continue
        heads_a_line = ctx.text[word.end : word.end + 2] in HEAD_OF_LINE
        doubtful = word.key not in parts and ctx.opens(i) and ctx.ordinary(i) and not heads_a_line
        if not doubtful and not ctx.capital_beside(i):
            yield ctx.span(i, i + 1, "PER", "name-alone")
