"""Thread Reader App: the list of an author's threads, and the question "which thread holds this tweet?"."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

from db.records import Lead
from harvester.addresses import THREADREADER, author_url, thread_url
from harvester.model import Answer, PageShapeError, Reader, Reading, RefusedError
from harvester.sites.soup import UnboundedPageError
from harvester.sites.threadreader import from_body, site_origin, what_instead
from harvester.sites.threadreader_cards import Preview, previews
from harvester.sites.tree import parse_tree
from harvester.text import whole_number

_LOGIN = re.compile(r"/(?:account/)?(?:log|sign)-?in\b|/account/?$|/oauth", re.I)
_PING = re.compile(r"/ping/(\d+)")


def read_author(answer: Answer) -> Reading:
    """Leads to an author's threads, and to the next batch: the threads older than the oldest of this one.

    A batch without cards ends the list. Raises RefusedError when the site asks for a login, and PageShapeError
    when a first batch has no card or any batch is a page of another sort.
    """
    if _LOGIN.search(urlsplit(answer.address).path):
        raise RefusedError(answer.url, f"the list of an author is closed: it leads to {answer.address}")
    handle = _handle_asked(answer.url)
    cards = [card for card in _cards(answer) if (card.handle or handle).lower() == handle.lower()]
    before = _before(answer.url)
    if not cards:
        return _end_of_list(answer, before)
    origin = site_origin(answer.address)
    ids = dict.fromkeys(card.thread_id for card in cards if card.thread_id)
    leads = [Lead(url=thread_url(thread_id, origin), kind="thread") for thread_id in ids]
    oldest = min((card.told for card in cards if card.told), default=None)
    # An oldest time that does not go back would ask for the same batch for ever.
    if oldest is not None and (before is None or oldest < before):
        leads.append(Lead(url=f"{author_url(handle, origin)}&before={oldest}", kind="author", relation="more"))
    return Reading(leads=tuple(leads))


def threads_shown(page: Answer) -> tuple[Lead, ...]:
    """Leads to all the threads that a page shows cards of, whoever wrote them: of a list that somebody saved."""
    ids = dict.fromkeys(card.thread_id for card in _cards(page) if card.thread_id)
    return tuple(Lead(url=thread_url(thread_id), kind="thread") for thread_id in ids)


def _cards(page: Answer) -> list[Preview]:
    try:
        return list(previews(parse_tree(from_body(page.body))))
    except UnboundedPageError as error:
        raise PageShapeError(page.address or "page", f"no page for people: {error}") from error


def _end_of_list(answer: Answer, before: int | None) -> Reading:
    instead = what_instead(answer.body)
    if instead == "a login page":
        raise RefusedError(answer.url, "the list of an author is closed: the site asks for a login")
    if before is None or b"<html" in answer.body[:2000].lower():
        raise PageShapeError(answer.address, f"no card of the author's threads (element .thread-card): {instead}")
    return Reading()


def _handle_asked(url: str) -> str:
    return urlsplit(url).path.partition("/user/")[2].strip("/")


def _before(url: str) -> int | None:
    told = parse_qs(urlsplit(url).query).get("before", [""])[0]
    return whole_number(told, digits=11)


def read_ping(answer: Answer) -> Reading:
    """A lead to the thread that holds the tweet asked about; to the tweet's own unroll when the answer tells nothing.

    Failures are read too: the answer for unknown tweets is a 404, and a page may be there all the same.
    """
    asked = _PING.search(answer.url)
    if asked is None:
        raise PageShapeError(answer.url, "no tweet id in the address, expected /api/v0/ping/<id>.json")
    origin = site_origin(answer.url)
    return Reading(
        leads=(Lead(url=thread_url(_pong(answer.body) or asked[1], origin), kind="thread", relation="moved"),)
    )


def _pong(body: bytes) -> str | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    pong = str(told.get("pong", "")) if isinstance(told, dict) and told.get("code") == 200 else ""
    return pong if pong.isascii() and pong.isdigit() else None


AUTHOR = Reader(
    name="Thread Reader author",
    kind="author",
    example=f"{THREADREADER}/user/agente_exemple?ajax=true",
    pattern=re.compile(r"https?://(?:www\.)?threadreaderapp\.com/user/\w{1,15}/?(?:\?.*)?$", re.I),
    read=read_author,
    listing=True,
)
PING = Reader(
    name="Thread Reader ping",
    kind="ping",
    example=f"{THREADREADER}/api/v0/ping/1388556666777751552.json",
    pattern=re.compile(r"https?://(?:www\.)?threadreaderapp\.com/api/v0/ping/\d+\.json$", re.I),
    read=read_ping,
    reads_failures=True,
)
