"""The French State: the one institution whose name is also a common noun."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.entities.context import Context, Span
from nlp.entities.words import name_words
from nlp.lexicon import make_entity

STATE = make_entity("État", "ORG", wikidata="Q142")
OTHERS = frozenset({"de", "d", "du", "des"})
# Chef de l'État is a title. "En l'état", "dans l'état": a condition.
TITLES = frozenset({"chef", "cheffe", "chefs"})
SITUATION = frozenset({"en", "dans"})


def state_mentions(ctx: Context) -> Iterator[Span]:
    """L'État as an actor, in whatever spelling; not un État membre, l'état de santé, the chef de l'État."""
    for i, word in enumerate(ctx.words):
        if word.key == "etat" and is_the_state(ctx, i):
            yield ctx.span(i, i + 1, "ORG", "state", STATE)


def is_the_state(ctx: Context, i: int) -> bool:
    """Whether the word "état" number `i` is the French State."""
    lists = name_words()
    capital, before, after = ctx.capital(i), ctx.words[i - 1].key if i else "", ctx.key(i + 1)
    under_law = after == "de" and ctx.key(i + 2) == "droit"
    if after in lists.other_states or under_law:
        return False
    if after in OTHERS and ctx.capital(i + 2) and not ctx.opens(i + 2):
        return False
    if before == "l" and ctx.joined(i):
        titled = i > 2 and ctx.words[i - 2].key == "de" and ctx.words[i - 3].key in TITLES
        if capital:
            return not titled
        situation = i > 1 and ctx.words[i - 2].key in SITUATION and ctx.joined(i - 1)
        return not (titled or situation or after in OTHERS or after in lists.conditions or ctx.tag(i + 1) == "ADJ")
    # A headline or a list: "État, collectivités, hôpitaux".
    return capital and not ctx.joined(i) and after in {"", "et"}
