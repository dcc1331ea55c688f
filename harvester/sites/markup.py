"""HTML to what a reader sees: text in paragraphs, addresses, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from bs4 import Tag
from bs4.element import PageElement, PreformattedString

from db.records import Link, Media, MediaKind
from harvester.sites.soup import BoundedSoup, UnboundedPageError

_BLOCK_NAMES = (
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6"
    " header hr main nav ol p pre section summary table tbody tfoot thead ul"
)
_UNSEEN_NAMES = (
    "audio button canvas form head iframe input noscript object script select style svg template textarea video"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_LINES = frozenset(("li", "tr", "br"))
_CELLS = frozenset(("td", "th"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Hyphens and spaces of no width, set by typography plugins: a reader sees none, and words would no longer be found.
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_LAZY = ("data-src", "data-lazy-src", "data-original", "src")
_TINY = re.compile(
    r"^data:|/(?:1px|pixel|spacer|blank|clear)\.(?:png|gif)|/smil(?:ey|ies)|/emoji/|gravatar\.com/", re.I
)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)
_PLAYER = re.compile(r"(?:youtube(?:-nocookie)?\.com|player\.vimeo\.com|dailymotion\.com|/videos/embed/)")


def fragment(html: str) -> Tag:
    """The element that holds a piece of HTML (a feed entry, a REST field); empty for what is past the bounds."""
    try:
        soup = BoundedSoup(f"<div>{html}</div>", "lxml")
    except UnboundedPageError:  # nobody wrote it: a feed's entry leads to its page then
        soup = BoundedSoup("<div></div>", "lxml")
    return soup.body or soup


def readable(*elements: Tag) -> str:
    """The text of elements as a reader sees it: blank lines between blocks, a line for each list item and table row."""
    pieces: list[str] = []
    for element in elements:
        _collect(element, pieces)
        pieces.append("\n\n")
    text = "".join(pieces).translate(_INVISIBLE)
    text = "\n".join(map(str.strip, re.sub(r"[ \t]{2,}", " ", text).split("\n")))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def line(element: Tag | None) -> str:
    """The text of an element on one line; empty when there is no element."""
    return " ".join(readable(element).split()) if element is not None else ""


def _collect(root: Tag, pieces: list[str]) -> None:
    # A stack, not recursion: pages written by programs nest deeper than Python may call.
    stack: list[tuple[PageElement | str, bool]] = [(root, False)]
    while stack:
        node, verbatim = stack.pop()
        if isinstance(node, Tag):
            if node.name not in _UNSEEN:
                before, after = _breaks(node)
                pieces.append(before)
                stack.append((after, True))
                verbatim = verbatim or node.name == "pre"
                stack.extend((child, verbatim) for child in reversed(node.contents))
        elif not isinstance(node, PreformattedString):  # comments, doctypes, processing instructions
            pieces.append(str(node) if verbatim else _SPACE.sub(" ", str(node)))


def _breaks(tag: Tag) -> tuple[str, str]:
    """What goes before and after the text of `tag`."""
    if tag.name in _BLOCKS:
        return "\n\n", "\n\n"
    if tag.name in _LINES:
        return "\n", ""
    if tag.name in _CELLS and tag.find_previous_sibling(_CELLS):
        return " | ", ""
    return "", ""


def links_of(elements: Iterable[Tag], base: str) -> tuple[Link, ...]:
    """The addresses that the elements point to, each once for each text that shows it."""
    found: dict[Link, None] = {}
    for element in elements:
        for anchor in element.select("a[href]"):
            url = absolute(anchor["href"], base)
            if url:
                found[Link(kind="link", url=url, display=line(anchor))] = None
    return tuple(found)


def media_of(elements: Iterable[Tag], base: str) -> tuple[Media, ...]:
    """Pictures at the largest size that the page names, and players of videos."""
    found: dict[str, Media] = {}
    for element in elements:
        for tag in element.select("img, iframe[src], video"):
            media = _media(tag, base)
            if media:
                found.setdefault(media.url, media)
    return tuple(found.values())


def _media(tag: Tag, base: str) -> Media | None:
    kind: MediaKind = "image" if tag.name == "img" else "video"
    source = _picture(tag) if tag.name == "img" else _film(tag)
    url = absolute(source, base)
    if not url or _TINY.search(source) or (tag.name == "iframe" and not _PLAYER.search(url)):
        return None
    return Media(kind=kind, url=url, alt=" ".join(str(tag.get("alt") or "").split()))


def _picture(image: Tag) -> str:
    if image.get("width") == "1" or image.get("height") == "1":
        return ""
    anchor = image.find_parent("a", href=True)
    if anchor and _IMAGE_FILE.search(urlsplit(str(anchor["href"])).path):
        return str(anchor["href"])
    sources = (str(image.get(name) or "") for name in _LAZY)
    return next((source for source in sources if source and not _TINY.search(source)), "")


def _film(tag: Tag) -> str:
    holder = tag if tag.get("src") else tag.select_one("source[src]")
    return str(holder["src"]) if holder else ""


def absolute(href: object, base: str) -> str | None:
    """The http address that `href` means on a page whose base is `base`, or None (mailto:, anchors, nonsense)."""
    value = str(href or "").strip()
    if not value or value.startswith("#"):
        return None
    try:
        url = urljoin(base, value)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None
