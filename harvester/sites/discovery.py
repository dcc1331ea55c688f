"""A site's home page, or any address: what there is to harvest behind it.

One listing a site, the fullest: WordPress's interface, an announced feed, the engine's usual feed. A site that offers
none gives its own page, and an address to try (`guesses`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bs4 import Tag

from db.records import Document, Lead
from harvester.addresses import canonical
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.article import document_of
from harvester.sites.guesses import first_guess
from harvester.sites.markup import absolute
from harvester.sites.metadata import is_article
from harvester.sites.page import Page, open_page
from harvester.sites.wordpress import listing_address

_FEED_TYPES = re.compile(
    r"(?:application|text)/(?:(?:rss|atom|rdf|feed)\+(?:xml|json)|json|xml|rdf|x-rss|x-atom)", re.I
)
_NO_POSTS = re.compile(r"oembed|/wp-json/|trackback", re.IGNORECASE)
# "Comment" alone is French for "how", and begins the name of many a blog, its address too.
_COMMENTS = re.compile(r"\b(?:comments|commentaires|comment feed)\b", re.IGNORECASE)
_COMMENTS_PATH = re.compile(r"/(?:wp-)?comment(?:s|aires?)?(?:rss2?|feed)?(?:\.\w+)?(?:/|$)", re.IGNORECASE)
_HEADER_LINK = re.compile(r"<([^<>]*)>\s*;[^,<]*rel=\"?https://api\.w\.org/")
_REST_ROOT = re.compile(r"/wp-json/?$|[?&]rest_route=/?$")


def read(answer: Answer) -> Reading:
    """A lead to the site's listing; or the article that the address is; or the page itself, and where to look next."""
    page = open_page(answer)
    if is_article(page):
        return Reading(documents=(document_of(page, kind="post"),))
    listing = _listing(page)
    if listing:
        return Reading(leads=(listing,))
    if not _is_home(page):
        return Reading(documents=(document_of(page),))
    return Reading(documents=_own_words(page), leads=(first_guess(page.url),))


def _own_words(page: Page) -> tuple[Document, ...]:
    """The home page as a document; nothing where scripts or pictures are all there is."""
    try:
        return (document_of(page, kind="page"),)
    except PageShapeError:
        return ()


def _is_home(page: Page) -> bool:
    return urlsplit(page.url).path.rstrip("/") in ("", "/index.html", "/index.php", "/accueil", "/fr")


def _listing(page: Page) -> Lead | None:
    """The one listing to follow: the section's own feed, WordPress's interface, the site's feed, the engine's."""
    feeds = _announced(page)
    section = urlsplit(page.url).path.rstrip("/")
    own = [feed for feed in feeds if section and urlsplit(feed).path.startswith(f"{section}/")]
    if not own and (api := _wordpress(page)):
        return Lead(url=listing_address(api), kind="wordpress-api", relation="moved")
    usual = absolute(page.rule.feed, page.base) if page.rule.feed else None
    url = next(iter([*own, *feeds, *([usual] if usual else [])]), None)
    return Lead(url=canonical(url), kind="feed", relation="moved") if url else None


def _announced(page: Page) -> list[str]:
    """Addresses of feeds of posts, in the order of the page."""
    links = page.soup.select("link[rel~=alternate][href], a[rel~=alternate][type][href]")
    found = ((link, absolute(link["href"], page.base)) for link in links if _FEED_TYPES.match(_told(link, "type")))
    return [url for link, url in found if url and _is_of_posts(link, url)]


def _is_of_posts(link: Tag, url: str) -> bool:
    told = [_told(link, name) for name in ("href", "title", "type")]
    if any(map(_NO_POSTS.search, told)) or _COMMENTS.search(told[1]):
        return False
    address = urlsplit(url)
    return not (_COMMENTS_PATH.search(address.path) or _COMMENTS.search(address.query))


def _told(link: Tag, name: str) -> str:
    return str(link.get(name) or "")


def _wordpress(page: Page) -> str | None:
    """The root of the site's REST interface, from the Link header or the page."""
    header = _HEADER_LINK.search(page.headers.get("link", ""))
    link = page.soup.select_one("link[rel='https://api.w.org/'][href]")
    for href in (header and header[1], link and link["href"]):
        root = absolute(href, page.base)
        if root and _REST_ROOT.search(root):
            return root
    return None


READER = Reader(
    name="site",
    kind="site",
    example="https://www.example.org/",
    pattern=re.compile(r"https?://\S+"),
    read=read,
)
