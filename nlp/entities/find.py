"""The names of a text: the trained model proposes, lexicons and rules decide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from db.records import Mention
from nlp.entities.acronyms import acronym_spans
from nlp.entities.bodies import bodies, lexicon_spans
from nlp.entities.branches import branches
from nlp.entities.context import Context, KnownWord, Span, read_context
from nlp.entities.linking import link
from nlp.entities.listed import listed
from nlp.entities.persons import first_named_persons, names_alone, titled_persons
from nlp.entities.places import (
    department_numbers,
    departments_of_towns,
    nicknames,
    quarters,
    river_towns,
    roads,
    saints,
)
from nlp.entities.policies import policies
from nlp.entities.proposals import proposals
from nlp.entities.signs import signs
from nlp.entities.state import state_mentions
from nlp.lexicon import Lexicon
from nlp.parsing import Unit

# "T. Guilluy", but "M. Guilluy" is a title's; "Serge D."; "la Conf'", "MaPrimeRénov'"
INITIAL_BEFORE = re.compile(r"(?<![\w.])[A-LN-ZÉ]\. ?$")
INITIAL_LAST = re.compile(r" [A-LN-ZÉ]$")
INITIAL_AFTER = re.compile(r" [A-LN-ZÉ]\.(?!\w)")
QUOTED = re.compile(r"[^«\"“]*[«\"“][^»\"”]+")
CLOSING = re.compile(r" ?[»\"”]")
CUT_OFF = re.compile(r"'(?![\w'])|·e?s\b|\+(?!\w)")
# "PLF 2026", "PPE 3": which one of them.
EDITION = re.compile(
    r" (?:20\d\d|\d)(?=[ \n]?[.,;:!?)»]|$|\n"
    r"| (?:est|sont|a|ont|et|en|qui|que|ne|n'|se|s'|va|prévoi\w+|confirm\w+|doit|fait|dit)\b)"
)
# "Loi de finances pour 2026", "loi de programmation militaire 2024-2030": of which years.
YEARS = re.compile(r" (?:pour )?(?:l'année )?20\d\d(?:[-–/]20\d\d)?(?![\d-])")
LAW = re.compile(r"(?:projet de )?loi (?:de|d'|du) ", re.IGNORECASE)
# Of two spans of one length the first rule wins.
RULES = (signs, department_numbers, departments_of_towns, nicknames, lexicon_spans, state_mentions, policies, bodies,
         branches, listed, quarters, river_towns, roads, saints, titled_persons, first_named_persons)  # fmt: skip


def find_mentions(
    text: str, units: Sequence[Unit], lexicon: Lexicon, known_word: KnownWord = lambda _: False
) -> tuple[Mention, ...]:
    """The persons, bodies, places and policies that `text` names, in its order, none inside another.

    `units` is what the model read of it; without them (a language we do not parse) only @handles and #hashtags count.
    `known_word` says whether a small-letter word is in the dictionary.
    """
    ctx = read_context(text, units, lexicon, known_word)
    if not units:
        return link(text, ctx, longest(signs(ctx)), {})
    found = [span for rule in RULES for span in rule(ctx)]
    explained, acronyms = acronym_spans(ctx, found)
    sure = longest([*explained, *found])
    proposed = [span for span in proposals(ctx, units) if may_add(ctx, span, sure)]
    named = longest([*sure, *proposed])
    every = longest([*named, *names_alone(ctx, named)])
    return link(text, ctx, longest(whole(ctx.text, span) for span in every), acronyms)


def whole(text: str, span: Span) -> Span:
    """With what belongs to the name though no word: the stop of Serge D., the initial of T. Guilluy, Conf', a year."""
    start, end = span.start, span.end
    if span.label == "PER" and span.entity is None:
        initial = INITIAL_BEFORE.search(text, max(0, start - 4), start)
        start = initial.start() if initial else start
        after = INITIAL_AFTER.match(text, end)
        end = after.end() if after else end
        end += text[end : end + 1] == "." and INITIAL_LAST.search(text, start, end) is not None
    closed = CLOSING.match(text, end) if span.label == "POLICY" and QUOTED.fullmatch(text, start, end) else None
    end = closed.end() if closed else end
    numbered = _edition(text, start, end) if span.label == "POLICY" else None
    end = numbered.end() if numbered else end
    cut = CUT_OFF.match(text, end) if span.rule not in {"sign", "handle"} and text[start - 1 : start] != "'" else None
    end = cut.end() if cut else end
    return replace(span, start=start, end=end)


def _edition(text: str, start: int, end: int) -> re.Match[str] | None:
    """Which one of them, after a policy's name: the year of a short one, the years that a law is for."""
    if " " not in text[start:end]:
        return EDITION.match(text, end)
    return YEARS.match(text, end) if LAW.match(text, start, end) else None


def longest(spans: Iterable[Span]) -> list[Span]:
    """The spans in the order of the text: where two overlap the longer stays, of equals the first."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if span.start not in taken and span.end - 1 not in taken:
            kept.append(span)
            taken.update(range(span.start, span.end))
    return sorted(kept, key=lambda s: s.start)


def may_add(ctx: Context, span: Span, sure: Sequence[Span]) -> bool:
    """Whether a proposal of the model stands beside what rules found, or sensibly widens one of their spans."""
    at = bisect_right(sure, span.start, key=lambda other: other.end)
    touched = list(takewhile(lambda other: other.start < span.end, sure[at:]))
    if not touched:
        return True
    inner = touched[0]
    if (
        len(touched) > 1
        or not (span.start <= inner.start and inner.end <= span.end)
        or inner.rule in {"sign", "handle"}
    ):
        return False
    if (span.start, span.end) == (inner.start, inner.end):
        return False
    before, after = ctx.text[span.start : inner.start], ctx.text[inner.end : span.end]
    if inner.label == span.label == "ORG":
        lone = " " not in ctx.text[inner.start : inner.end]
        return not before and " et " not in after and (lone or any(c.isupper() for c in after))
    widens = inner.label == span.label == "PER" or (span.label == "ORG" and inner.label == "LOC")
    return widens and any(c.isupper() for c in before + after)
