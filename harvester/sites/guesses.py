"""Where a site that announces no listing often has one: asked for one after the other, until one is there."""

from __future__ import annotations

from urllib.parse import urlsplit

from db.records import Lead
from harvester.addresses import origin_of
from harvester.model import Answer

# A map of the site first: it is complete, where a feed has the newest ten.
GUESSES = (
    ("/sitemap.xml", "sitemap"),
    ("/feed/", "feed"),
    ("/rss", "feed"),
    ("/rss.xml", "feed"),
    ("/atom.xml", "feed"),
    ("/feed.xml", "feed"),
    ("/index.xml", "feed"),
)
_PATHS = [path for path, _ in GUESSES]
# What says that nothing is there. Other failures (a host that is down, too many requests) are tried again as they are.
_ABSENT = frozenset((200, 401, 403, 404, 405, 406, 410))


def first_guess(url: str) -> Lead:
    """The first address to try on the site of `url`."""
    return _lead(url, 0)


def next_guess(answer: Answer) -> Lead | None:
    """What to try after a guess that was wrong; None when the address was no guess, the last, or may still answer."""
    parts = urlsplit(answer.url)
    if parts.query or parts.path not in _PATHS[:-1] or answer.status not in _ABSENT:
        return None
    return _lead(answer.url, _PATHS.index(parts.path) + 1)


def _lead(url: str, number: int) -> Lead:
    path, kind = GUESSES[number]
    return Lead(url=origin_of(url) + path, kind=kind, relation="moved")
