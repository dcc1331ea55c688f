"""Pages saved from a browser: the address they came from, their encoding, their whole text."""

from __future__ import annotations

import re

from harvester.addresses import canonical, host_of, unarchived
from harvester.sites.threadreader_tweet import text_of
from harvester.sites.tree import parse_tree

_MARKS = (
    re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)"),
    re.compile(r"saved from url=\(\d+\)(\S+)"),
    re.compile(r"Mirrored from (\S+) by HTTrack"),
)
_META = (("meta[property='og:url']", "content"), ("link[rel='canonical']", "href"))
_HTML = re.compile(
    r"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype html|html|head|body|div|article|main|section|table|p)\b", re.I | re.S
)
_XML = re.compile(
    r"\s*+(?:<!--(?>.*?-->)\s*+|<\?(?>.*?>)\s*+|<!\w[^\[>]*+(?:\[(?>.*?\]\s*>)|>)\s*+)*+"
    r"<(?:(rss|feed|rdf:RDF)|(urlset|sitemapindex))\b",
    re.I | re.S,
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_BLANKS = re.compile(r"\n{3,}")


def is_html(text: str) -> bool:
    """Whether a text is a web page or a part of one."""
    return bool(_HTML.match(text[:5000]))


def listing_kind(text: str) -> str | None:
    """`feed` for RSS, Atom and RDF, `sitemap` for a site's map, None for other texts."""
    match = _XML.match(text[:5000])
    return ("feed" if match[1] else "sitemap") if match else None


def declared_encoding(body: bytes) -> str | None:
    """The encoding that a page names in its first kilobyte."""
    match = _DECLARED.search(body[:1024])
    return match[1].decode("ascii") if match else None


def address_of(text: str) -> str:
    """Where a saved page came from: what the program that saved it wrote, else what the page says; else empty."""
    for mark in _MARKS:
        if found := mark.search(text[:3000]):
            address = found[1] if "://" in found[1] else f"http://{found[1]}"
            return canonical(unarchived(address)) if host_of(address) else ""
    tree = parse_tree(text)
    for selector, attribute in _META:
        node = tree.css_first(selector)
        told = (node.attributes.get(attribute) or "").strip() if node else ""
        if host_of(told):
            return canonical(unarchived(told))
    return ""


def title_in(text: str) -> str | None:
    """The title that a page gives itself."""
    node = parse_tree(text).css_first("title")
    return " ".join(node.text().split()) or None if node else None


def whole_text(text: str) -> str:
    """All the words that a page shows."""
    body = parse_tree(text).body
    return _BLANKS.sub("\n\n", text_of(body)) if body else ""
