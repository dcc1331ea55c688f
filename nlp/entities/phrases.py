"""How far a French noun phrase reaches: what follows "direction générale", "réforme", "ministère"."""

from __future__ import annotations

from nlp.entities.context import NAME_LIKE, Context

OF = frozenset({"de", "d", "du", "des"})
LINKS = OF | {"contre"}
FOR = OF | {"pour", "contre", "sur", "a", "au", "aux", "en"}
NOT_INSIDE = frozenset({"tel", "telle", "tels", "telles", "actuel", "actuelle", "dernier", "derniere", "meme"})
DASHES = frozenset({"–", "/"})
ARTICLES = frozenset({"la", "l", "le", "les", "son", "sa", "ses"})


def linked(ctx: Context, i: int, by: frozenset[str] = OF) -> int:
    """The word after a preposition of `by` and its article at word `i`; `i` itself when there is none."""
    if ctx.key(i) not in by:
        return i
    return i + 2 if ctx.key(i + 1) in ARTICLES else i + 1


def core_end(ctx: Context, i: int) -> int:
    """The end of the nouns, adjectives and names that begin at word `i`: `i` itself when there is none."""
    last = i
    while ctx.joined(last) and not _parted(ctx, last) and _name_like(ctx, last):
        match = ctx.known.get(last)
        if last > i and _hyphened_or_small(ctx, last) is False:
            break
        last = match.last if match else last + 1
    return last


def _parted(ctx: Context, i: int) -> bool:
    """Whether a dash between spaces stands before word `i`: "Comité des quais – Compte rendu"."""
    return ctx.text[ctx.words[i - 1].end : ctx.words[i].start].strip(" ") in DASHES


def phrase_end(ctx: Context, i: int, *, links: int = 1, coordinated: bool = False, by: frozenset[str] = FOR) -> int:
    """The end of "de la haute fonction publique" at word `i`, with so many more "de ..." after it; `i` when no phrase.

    `coordinated`: "et de la recherche" goes on with the phrase too.
    """
    first = linked(ctx, i, by)
    last = core_end(ctx, first) if first > i else i
    if last <= first:
        return i
    for _ in range(links):
        following = linked(ctx, last, by & LINKS)
        end = core_end(ctx, following) if following > last else last
        if end <= following:
            break
        last = end
    while coordinated and ctx.key(last) == "et" and linked(ctx, last + 1) > last + 1:
        following = linked(ctx, last + 1)
        end = core_end(ctx, following)
        if end <= following:
            break
        last = end
    return last


def _name_like(ctx: Context, i: int) -> bool:
    key, tag = ctx.words[i].key, ctx.tags[i]
    if key[0] == "@" or key.isdigit() or key in NOT_INSIDE:
        return False
    return tag in NAME_LIKE or i in ctx.known or ctx.capital(i)


def _hyphened_or_small(ctx: Context, i: int) -> bool:
    """False for a capital that begins another name after a small word: "réforme des retraites Macron"."""
    return not (ctx.capital(i) and not ctx.capital(i - 1) and i in ctx.known)
