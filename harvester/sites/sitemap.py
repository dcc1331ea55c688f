"""Maps of sites (sitemaps.org): lists of pages, and lists of such lists."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from db.records import Lead
from harvester.addresses import canonical
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.guesses import next_guess
from harvester.sites.markup import absolute

# The protocol's own limits for one file.
MOST_ADDRESSES = 50_000
MOST_BYTES = 50 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|docx?|xlsx?|odt|xml(?:\.gz)?)$", re.IGNORECASE)
# Lists of lists, not of texts: what they hold is in the lists of articles too.
_NO_ARTICLES = re.compile(r"taxonom|categor|post_tag|[-_]tags?[-_.]|author|users|image|video|product|attachment", re.I)


def read(answer: Answer) -> Reading:
    """A lead to each page, or to each further map, on the same site only.

    For an answer that failed or is no map: the next address to try when this one was a guess, else PageShapeError.
    """
    try:
        return _read(answer)
    except PageShapeError:
        if guess := next_guess(answer):
            return Reading(leads=(guess,))
        raise


def _read(answer: Answer) -> Reading:
    if not 200 <= answer.status < 300:
        raise PageShapeError(answer.address, f"expected a map of the site, got status {answer.status}")
    root = _parsed(answer)
    name = str(root.tag).rpartition("}")[2].lower()  # not QName, which refuses what the parser recovers
    if name == "sitemapindex":
        maps = (url for url in _places(root, answer.address) if not _NO_ARTICLES.search(urlsplit(url).path))
        return Reading(leads=tuple(Lead(url=url, kind="sitemap") for url in maps))
    if name == "urlset":
        pages = (url for url in _places(root, answer.address) if _may_be_article(url))
        return Reading(leads=tuple(Lead(url=url, kind="article") for url in pages))
    raise PageShapeError(answer.address, f"expected a map of the site (urlset or sitemapindex), got <{name}>")


def _parsed(answer: Answer) -> etree._Element:
    body = _unpacked(answer)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError:  # no element that could be recovered
        root = None
    if root is None:
        raise PageShapeError(answer.address, "expected a map of the site, got no XML")
    return root


def _unpacked(answer: Answer) -> bytes:
    """The map itself: `.xml.gz` files are compressed once more than transfers are."""
    if not answer.body.startswith(_GZIP):
        return answer.body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(answer.body, MOST_BYTES)
    except zlib.error as error:
        raise PageShapeError(answer.address, f"a broken gzip file: {error}") from error
    if unpacker.unconsumed_tail:
        raise PageShapeError(answer.address, f"a map larger than {MOST_BYTES} bytes once unpacked")
    return body


def _places(root: etree._Element, base: str) -> Iterator[str]:
    """The addresses of a map that lie on its own site, each once."""
    site = _site(base)
    seen: set[str] = set()
    # Only `loc` of entries: images and videos have `loc`s of their own.
    for element in root.iterfind("./{*}*/{*}loc"):
        url = absolute("".join(element.itertext()), base)
        if url and _site(url) == site and (url := canonical(url)) not in seen and len(seen) < MOST_ADDRESSES:
            seen.add(url)
            yield url


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _may_be_article(url: str) -> bool:
    parts = urlsplit(url)
    return (parts.path not in ("", "/") or bool(parts.query)) and not _NO_PAGE.search(parts.path)


READER = Reader(
    name="sitemap",
    kind="sitemap",
    example="https://www.example.org/sitemap.xml",
    pattern=re.compile(r"https?://[^/]+/(?:.*/)?[^/?]*sitemap[^/?]*\.xml(?:\.gz)?(?:\?.*)?$", re.IGNORECASE),
    read=read,
    listing=True,
    reads_failures=True,
)
