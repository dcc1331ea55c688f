"""Any page with an article: the site's rule first, trafilatura for the text of sites without one."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from lxml import etree

from db.records import Document, DocumentKind
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.markup import links_of, media_of, readable
from harvester.sites.metadata import address_of, author_of, is_article, published, title_of
from harvester.sites.page import Page, open_page
from harvester.sites.rules import rule_book, without_notices

# Below this, what is found on a page without a rule is a menu or a cookie notice, not a text.
SHORTEST_GUESS = 150
# trafilatura's elements that HTML names otherwise.
_TO_HTML = {"head": "h2", "list": "ul", "item": "li", "quote": "blockquote", "lb": "br", "hi": "b", "cell": "td"}
_TO_HTML |= {"row": "tr", "graphic": "img", "ref": "a"}


def read(answer: Answer) -> Reading:
    """The article of a page. PageShapeError when there is none."""
    return Reading(documents=(document_of(open_page(answer)),))


def document_of(page: Page, kind: DocumentKind | None = None) -> Document:
    """What a page says, from whatever site. `kind` is a post's when the page tells that it is one, else a page's.

    Raises PageShapeError when no text is found.
    """
    title, (published_at, published_from) = title_of(page), published(page)
    parts = body_of(page)
    text = _less_title(without_notices(readable(*parts)), title)
    if not text:
        raise PageShapeError(page.url, "no article body; if the site shows one, its selectors are for sites/rules.toml")
    return Document(
        kind=kind or ("post" if published_at or is_article(page) else "page"),
        url=address_of(page),
        text=text,
        title=title,
        author=author_of(page),
        published_at=published_at,
        published_from=published_from if published_at else None,
        lang=page.lang,
        links=links_of(parts, page.base),
        media=media_of(parts, page.base),
    )


def body_of(page: Page) -> list[Tag]:
    """The elements that hold the article, junk taken out; empty when the page has none. The page stays as it is."""
    return _ruled(page) or _guessed(page)


def _ruled(page: Page) -> list[Tag]:
    if not page.rule.body:
        return []
    outer: list[Tag] = []
    held: set[int] = set()  # by identity: tags that look alike are equal, and comparing them compares all they hold
    for tag in page.soup.select(", ".join(page.rule.body)):
        if not any(id(parent) in held for parent in tag.parents):
            outer.append(tag)
            held.add(id(tag))
    parts = [_cleaned(tag, (*rule_book().junk, *page.rule.junk)) for tag in _of_one_article(outer)]
    return parts if readable(*parts) else []


def _of_one_article(tags: list[Tag]) -> list[Tag]:
    """Those that belong with the first: related posts have the same classes, in `article` elements of their own."""
    owners = [tag.find_parent("article") for tag in tags]
    return [tag for tag, owner in zip(tags, owners, strict=True) if owner is owners[0]]


def _cleaned(tag: Tag, junk: Iterable[str]) -> Tag:
    kept = copy.copy(tag)
    for found in kept.select(", ".join(junk)):
        found.extract()
    return kept


def _guessed(page: Page) -> list[Tag]:
    """What trafilatura takes for the article, as HTML again: its own text output drops addresses and pictures."""
    import trafilatura  # slow to import, and most pages have a rule

    # Captions, share buttons and paywalls go first: to trafilatura they are text.
    found = trafilatura.bare_extraction(
        str(_cleaned(page.soup, rule_book().junk)),
        url=page.url,
        include_comments=False,
        include_links=True,
        include_images=True,
        with_metadata=False,
    )
    body = getattr(found, "body", None)
    if body is None:
        return []
    for element in body.iter(etree.Element):
        if element.tag in _TO_HTML:  # others stay: lxml refuses names that its own parser made of broken tags
            element.tag = _TO_HTML[element.tag]
        if target := element.attrib.pop("target", None):
            element.set("href", target)
    soup = BeautifulSoup(etree.tostring(body, encoding="unicode"), "lxml")
    return [soup] if len(readable(soup)) >= SHORTEST_GUESS else []


def _less_title(text: str, title: str | None) -> str:
    """`text` without its first paragraph where that repeats the title."""
    first, _, rest = text.partition("\n\n")
    return rest if title and re.sub(r"\s+", " ", first).strip() == title and rest else text


READER = Reader(
    name="article",
    kind="article",
    example="https://www.example.org/2021/05/04/la-commune-reprend-ses-cantines.html",
    pattern=re.compile(
        r"https?://[^/]+/(?!.*(?:\.xml|/feed/?|/rss/?|wp-json)(?:$|\?))"
        r"(?:.*/)?(?:(?:19|20)\d\d/[01]\d/.*[^/].*|[^/?]+\.html?|(?:spip\.php)?\?article\d+|spip\.php\?article\d+.*)$"
    ),
    read=read,
)
