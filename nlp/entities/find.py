"""The names of a text: the trained model proposes, lexicons and rules decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.records import Mention
from nlp.entities.acronyms import acronym_spans
from nlp.entities.context import Context, Span, read_context
from nlp.entities.linking import link
from nlp.entities.patterns import (
    bodies,
    department_numbers,
    first_named_persons,
    lexicon_spans,
    policies,
    regions_of_places,
    signs,
    titled_persons,
)
from nlp.entities.proposals import KnownWord, proposals
from nlp.entities.state import state_mentions
from nlp.lexicon import Lexicon
from nlp.parsing import Unit

# Of two spans of one length the first rule wins.
RULES = (signs, department_numbers, lexicon_spans, state_mentions, policies, bodies, regions_of_places, titled_persons,
         first_named_persons)  # fmt: skip


def find_mentions(
    text: str, units: Sequence[Unit], lexicon: Lexicon, known_word: KnownWord = lambda _: False
) -> tuple[Mention, ...]:
    """The persons, bodies, places and policies that `text` names, in its order, none inside another.

    `units` is what the model read of it; without them (a language we do not parse) only @handles and #hashtags count.
    `known_word` says whether a small-letter word is in the dictionary.
    """
    ctx = read_context(text, units, lexicon)
    if not units:
        return link(ctx, longest(signs(ctx)), {})
    found = [span for rule in RULES for span in rule(ctx)]
    explained, acronyms = acronym_spans(ctx, found)
    sure = longest([*explained, *found])
    proposed = [span for span in proposals(ctx, units, known_word) if may_add(ctx, span, sure)]
    return link(ctx, longest([*sure, *proposed]), acronyms)


def longest(spans: Iterable[Span]) -> list[Span]:
    """The spans in the order of the text: where two overlap the longer stays, of equals the first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def may_add(ctx: Context, span: Span, sure: Sequence[Span]) -> bool:
    """Whether a proposal of the model stands beside what rules found, or sensibly widens one of their spans."""
    touched = [other for other in sure if other.start < span.end and span.start < other.end]
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
    around = ctx.text[span.start : inner.start] + ctx.text[inner.end : span.end]
    widens = inner.label == span.label == "PER" or (span.label == "ORG" and inner.label == "LOC")
    return widens and any(c.isupper() for c in around)
