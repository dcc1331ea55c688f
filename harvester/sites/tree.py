"""Thread pages parsed with bounds: the parser is fast on pages, and takes hours over a megabyte made to stall it.

Its time grows with depth times size, with the square of the attributes of one element, and where formatting elements
are never closed it writes them down again in each paragraph. So what a page could become is reckoned before.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from harvester.sites.soup import MAX_DEPTH, UnboundedPageError

MAX_TAGS = 200_000
"""Tags of a thread page, opening or closing; a thread of a thousand posts has 40,000."""
MAX_FORMATTED = 10 * MAX_TAGS
"""Tags times the formatting elements open at each: what elements may be written down again."""
MAX_ATTRIBUTES = 10_000
"""Attributes of one element."""
UNMEASURED_TAGS, UNMEASURED_GAP = 4_000, 20_000
"""A page with fewer tags, none further apart than so many bytes, is parsed in a blink whatever it is."""

_TAG = re.compile(rb"<!--(?>.*?-->|.*)|<(/?)([a-zA-Z][a-zA-Z0-9]*)", re.S)
_ATTRIBUTE = re.compile(rb"(?:[^\s>\"']|\"[^\"]*+(?:\"|$)|'[^']*+(?:'|$))++")
_FORMATTING = frozenset(b"a b big code em font i nobr s small strike strong tt u".split())
# Those that are void, or that their like closes.
_SHALLOW = frozenset(
    b"area base br col embed hr img input link meta source track wbr p li dt dd td th tr option script style".split()
)


def parse_tree(page: bytes | str) -> LexborHTMLParser:
    """The tree of a page. Raises UnboundedPageError for what no page for people comes near."""
    body = page.encode("utf-8", "replace") if isinstance(page, str) else page
    tags = body.count(b"<")
    if tags > MAX_TAGS:
        raise UnboundedPageError(f"more than {MAX_TAGS} tags")
    if tags > UNMEASURED_TAGS or len(body) > UNMEASURED_GAP * 10:
        _measure(body)
    return LexborHTMLParser(page)


def _measure(body: bytes) -> None:
    depth = formatting = formatted = last = 0
    for match in _TAG.finditer(body):
        if match.start() - last > UNMEASURED_GAP:
            _count_attributes(body[last : match.start()])
        last = match.start()
        name = (match[2] or b"").lower()
        step = -1 if match[1] else 1
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        if name and name not in _SHALLOW:
            depth = max(0, depth + step)
        formatted += formatting
        if depth > MAX_DEPTH:
            raise UnboundedPageError(f"elements nested more than {MAX_DEPTH} deep")
        if formatted > MAX_FORMATTED:
            raise UnboundedPageError("formatting that is opened again and again, and never closed")
    _count_attributes(body[last:])


def _count_attributes(tag: bytes) -> None:
    """Of what begins with a tag: words up to its end, quoted values aside."""
    if len(tag) <= UNMEASURED_GAP:
        return
    count = at = 0
    while match := _ATTRIBUTE.search(tag, at):
        if tag.find(b">", at, match.start()) >= 0:
            return
        at, count = match.end(), count + 1
        if count > MAX_ATTRIBUTES:
            raise UnboundedPageError(f"an element of more than {MAX_ATTRIBUTES} attributes")
