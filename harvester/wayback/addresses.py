"""Addresses of the Wayback Machine, and the questions that find every form of an address there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin

from harvester.addresses import canonical

WAYBACK = "https://web.archive.org"
ROWS = 1000
_MEMENTO = re.compile(r"https?://web\.archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/(https?:/.*)$", re.I)
_THREAD = re.compile(r"https?://(?:www\.)?threadreaderapp\.com(?::\d+)?/(?:thread|scrolly|convos)/(\d+)", re.I)
_THREAD_PAGE = re.compile(
    r"https?://(?:www\.)?threadreaderapp\.com(?::\d+)?/thread/(\d+)(?:\.html?)?/?(?:\?.*)?$", re.I
)
# What the CDX server leaves out of account when it compares addresses.
_LOOSE = re.compile(r"^https?://(?:www\d?\.)?([^/:?#]+)(?::(?:80|443))?", re.I)


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the CDX server: an address, and whether all addresses that begin like it are meant."""

    url: str
    prefix: bool = False

    @property
    def address(self) -> str:
        """Where it is asked: the newest captures with status 200, without those that only repeat the one before."""
        asked: list[tuple[str, str]] = [("url", self.url)]
        if self.prefix:
            asked.append(("matchType", "prefix"))
        asked += [("output", "json"), ("filter", "statuscode:200"), ("collapse", "digest"), ("limit", f"-{ROWS}")]
        return f"{WAYBACK}/cdx/search/cdx?{urlencode(asked, safe='/:')}"


def questions(url: str) -> tuple[Question, ...]:
    """What to ask for an address, in turn until one finds something.

    The CDX server takes http and https, with and without `www.`, for the same. A thread's address has an ending or
    none, and a query or none: all begin alike. Of other addresses, the final slash may count.
    """
    if thread := thread_id(url):
        return (Question(f"threadreaderapp.com/thread/{thread}", prefix=True),)
    bare = re.sub(r"^https?://", "", canonical(url))
    if "?" in bare or bare.count("/") == 1:
        return (Question(bare),)
    return Question(bare), Question(bare.removesuffix("/") if bare.endswith("/") else f"{bare}/")


def thread_id(url: str) -> str | None:
    """The id in the address of an unrolled thread, in any of its forms."""
    match = _THREAD.match(url)
    return match[1] if match else None


def memento_url(timestamp: str, original: str) -> str:
    """The address of a capture as its site sent it, without the toolbar and with its own links (`id_`)."""
    return f"{WAYBACK}/web/{timestamp}id_/{original}"


def save_url(url: str) -> str:
    """Where the Wayback Machine is asked to capture a page now."""
    return f"{WAYBACK}/save/{quote(url, safe=':/?&=%#~+,;@!$()*')}"


def capture_in(address: str) -> tuple[str, str] | None:
    """The digits of the time, and the original address, in that of a capture; None for any other address."""
    match = _MEMENTO.match(address)
    return (match[1], match[2]) if match else None


def led_to(address: str, location: str) -> str | None:
    """The raw capture that an answer leads to; None when it leads out of the captures."""
    found = capture_in(urljoin(address, location))
    return memento_url(*found) if found else None


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses name one page, scheme, `www.`, port and final slash aside; of a thread, one id."""
    if (found := _THREAD_PAGE.match(one)) and (named := _THREAD_PAGE.match(other)):
        return found[1] == named[1]
    return _loose(one) == _loose(other)


def _loose(url: str) -> str:
    return _LOOSE.sub(r"\1", canonical(url), count=1).rstrip("/").casefold()
