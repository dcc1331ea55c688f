"""What a text without markup shows of links: display texts, handles, hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterable

from db.records import Link, Post
from harvester.addresses import X
from harvester.text import names_in

# A host alone is taken for an address under the commonest domains only: "habitant.es" and "fin.La" are French words.
_ADDRESS = re.compile(
    r"(?<![\w@./-])(?:https?://[^\s<>«»\"…]+…?|(?:[a-z0-9][\w-]*\.)+(?:[a-z]{2,}/[^\s<>«»\"…]*…?"
    r"|[a-z]{2,}…|(?:fr|com|org|net|eu|info)(?![\w/-]))"
    r")"
)
_CLOSERS = {")": "(", "]": "["}


def links_in(text: str, posts: Iterable[Post]) -> tuple[Link, ...]:
    """Links, mentions and hashtags of a text without markup, each once a post.

    A whole address gets its scheme back; a cut one ("site.fr/page…") keeps its display text as `url`, so that it
    can be matched later with an address known from elsewhere. Mentions and hashtags get their address on x.com.
    """
    found: dict[tuple[str, str, str | None], Link] = {}
    ranges: list[tuple[int, int, str | None]] = [(post.start, post.end, post.id) for post in posts]
    ranges = ranges or [(0, len(text), None)]
    for start, end, post_id in ranges:
        for link in _links(text[start:end], post_id):
            found.setdefault((link.kind, link.url.lower(), post_id), link)
    return tuple(found.values())


def display_addresses(text: str) -> list[str]:
    """The addresses of a text as shown, without the punctuation of the sentence round them."""
    return [shown for match in _ADDRESS.finditer(text) if (shown := _trimmed(match[0]))]


def _links(text: str, post_id: str | None) -> Iterable[Link]:
    for shown in display_addresses(text):
        whole = shown if "…" in shown or shown.startswith("http") else f"https://{shown}"
        yield Link(kind="link", url=whole, display=shown, post_id=post_id)
    for kind, match in names_in(text):
        path = "hashtag/" if kind == "hashtag" else ""
        yield Link(kind=kind, url=f"{X}/{path}{match[1]}", display=match[0], post_id=post_id)


def _trimmed(shown: str) -> str:
    unopened = {last: shown.count(last) - shown.count(first) for last, first in _CLOSERS.items()}
    end = len(shown)
    while end and (shown[end - 1] in ".,;:!?'’" or unopened.get(shown[end - 1], 0) > 0):
        if shown[end - 1] in unopened:
            unopened[shown[end - 1]] -= 1
        end -= 1
    return shown[:end]
