"""One address recovered: its captures looked up, the newest that can be read taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from db.records import Document, Fetch
from harvester.addresses import status_id
from harvester.model import Answer, HarvestError
from harvester.sites.threadreader_listing import AUTHOR
from harvester.visit import reason_of
from harvester.warc.pages import read_capture
from harvester.warc.reading import Capture as Page
from harvester.wayback.addresses import Question, questions, thread_id
from harvester.wayback.cdx import Capture, choose, is_page_of
from harvester.wayback.client import Memento, Wayback
from harvester.wayback.errors import BusyError, ExcludedError, NoMementoError, UnreachableError
from harvester.wayback.tweets import document_of

State = Literal["recovered", "listed", "no capture", "nothing newer", "unreadable", "excluded", "failed", "stopped"]
# Captures of one address that are asked for in a run: one that cannot be read is mostly followed by its like.
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An address to recover. `kind`: as what a harvest reads it, where one met it.

    Captures made up to `after` tell nothing new. Those made from `before` on show what stands there since the page
    vanished: a thread is told from that by its tweets, an article is not. `handle`: who wrote the thread, if known.
    """

    url: str
    kind: str | None = None
    handle: str | None = None
    after: str | None = None
    before: str | None = None


@dataclass(slots=True)
class Recovery:
    """What came of one address. `memento` is the capture that was read, `documents` what it says.

    `threads` are the addresses that captures of an author's list show.
    `requests` are all others that were made, `refused` the captures that could not be taken, each with the reason;
    `captures` counts those that the Wayback Machine has, `newest` is the time of the last.
    """

    wanted: Wanted
    state: State = "no capture"
    why: str = ""
    captures: int = 0
    newest: str | None = None
    memento: Memento | None = None
    documents: tuple[Document, ...] = ()
    threads: tuple[str, ...] = ()
    requests: list[Fetch] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def recover(wayback: Wayback, recovery: Recovery, tried: Collection[str] = ()) -> None:
    """Fill in `recovery`. `tried`: addresses of captures that are not asked for again.

    Whatever the Wayback Machine answers becomes a state and a reason; `stopped` says that nothing more may be asked.
    """
    try:
        if recovery.wanted.kind == AUTHOR.kind:
            _list_threads(wayback, recovery, tried)
            return
        _recover(wayback, recovery, tried)
        if recovery.state in ("no capture", "unreadable") and recovery.wanted.after is None:
            _recover_tweet(wayback, recovery, tried)
    except BusyError as error:
        recovery.state, recovery.why = "stopped", str(error)
    except ExcludedError as error:
        recovery.state, recovery.why = "excluded", str(error)
    except (UnreachableError, NoMementoError) as error:
        recovery.state, recovery.why = "failed", str(error)


def _recover(wayback: Wayback, recovery: Recovery, tried: Collection[str]) -> None:
    wanted = recovery.wanted
    found = next((found for asked in questions(wanted.url) if (found := wayback.search(asked))), ())
    _count(recovery, found)
    if not found:
        return
    worth = choose(found, is_page_of(wanted.url), after=wanted.after, before=wanted.before)
    worth = [capture for capture in worth if capture.address not in tried]
    if not worth:
        recovery.state, recovery.why = "nothing newer", _why_none(wanted, recovery.newest or "")
    elif any(_take(wayback, recovery, capture, _read_page) for capture in worth[:TRIES]):
        recovery.state = "recovered"
    else:
        recovery.state, recovery.why = "unreadable", recovery.refused[0][1]


def _recover_tweet(wayback: Wayback, recovery: Recovery, tried: Collection[str]) -> None:
    """The first tweet of a thread as X told it to programs, where no page of the thread can be read."""
    wanted = recovery.wanted
    tweet = thread_id(wanted.url)
    if tweet is None or wanted.handle is None:
        return
    found = wayback.search(Question(f"twitter.com/{wanted.handle}/status/{tweet}", prefix=True))
    found = tuple(capture for capture in found if status_id(capture.original) == tweet)
    _count(recovery, found)
    worth = [capture for capture in choose(found, _is_json) if capture.address not in tried]
    if any(_take(wayback, recovery, capture, _read_json) for capture in worth[:TRIES]):
        recovery.state, recovery.why = "recovered", "only its first tweet"
    elif found and recovery.state == "no capture":
        recovery.state, recovery.why = "unreadable", f"only pages of X itself, without its words: {found[-1].address}"


def _list_threads(wayback: Wayback, recovery: Recovery, tried: Collection[str]) -> None:
    """The threads in the captures of an author's list: each shows those of its day."""
    path = urlsplit(recovery.wanted.url).path
    named = re.compile(rf"https?://[^/]+{re.escape(path)}/?(?:\?.*)?$", re.I)
    found = wayback.search(Question(f"threadreaderapp.com{path}", prefix=True))
    found = tuple(capture for capture in found if named.match(capture.original))
    _count(recovery, found)
    worth = [capture for capture in choose(found, _is_html) if capture.address not in tried][:TRIES]
    threads: dict[str, None] = {}
    for capture in worth:
        threads |= dict.fromkeys(_threads_in(wayback, recovery, capture))
    recovery.threads = tuple(threads)
    if threads:
        recovery.state = "listed"
    elif found:
        why = recovery.refused[0][1] if recovery.refused else _why_none(recovery.wanted, recovery.newest or "")
        recovery.state, recovery.why = ("unreadable" if worth else "nothing newer"), why


def _threads_in(wayback: Wayback, recovery: Recovery, capture: Capture) -> Sequence[str]:
    try:
        memento = wayback.memento(capture)
    except NoMementoError as error:
        recovery.refused.append((capture.address, str(error)))
        return ()
    recovery.requests.append(memento.fetch)
    try:
        leads = AUTHOR.read(Answer(url=recovery.wanted.url, body=memento.body)).leads
    except HarvestError as error:
        recovery.refused.append((memento.address, f"{memento.address}: {reason_of(error)}"))
        return ()
    return [lead.url for lead in leads if lead.kind == "thread"]


def _count(recovery: Recovery, found: Sequence[Capture]) -> None:
    recovery.captures += len(found)
    recovery.newest = max((recovery.newest, *(capture.at for capture in found)), key=lambda at: at or "")


def _why_none(wanted: Wanted, newest: str) -> str:
    """Why none of the captures is worth asking for."""
    if wanted.after and newest <= wanted.after:
        return f"newest capture {newest[:10]}, seen here until {wanted.after[:10]}"
    return f"newest capture {newest[:10]}; all were asked for, or are none of the page as it was"


def _is_json(capture: Capture) -> bool:
    return "json" in capture.mimetype


def _is_html(capture: Capture) -> bool:
    return "html" in capture.mimetype


def _take(
    wayback: Wayback,
    recovery: Recovery,
    capture: Capture,
    read: Callable[[Memento, Wanted], tuple[tuple[Document, ...], str]],
) -> bool:
    """Whether a capture came and could be read."""
    try:
        memento = wayback.memento(capture)
    except NoMementoError as error:
        recovery.refused.append((capture.address, str(error)))
        return False
    documents, unread = read(memento, recovery.wanted)
    if unread:
        recovery.requests.append(memento.fetch)
        recovery.refused.append((memento.address, f"{memento.address}: {unread}"))
        return False
    recovery.memento, recovery.documents = memento, documents
    return True


def _read_page(memento: Memento, wanted: Wanted) -> tuple[tuple[Document, ...], str]:
    """What a capture says, by the reader of its address; or why it cannot be taken."""
    kind = memento.fetch.content_type or ""
    page = Page(url=memento.original, at=memento.captured_at, record="", status=200, content_type=kind)
    read = read_capture(page, wanted.url, memento.body, wanted.kind)
    if not read.documents:
        return (), read.unread or "no article in it"
    wrong = _other_thread(read.documents[0], wanted.url)
    return ((), wrong) if wrong else (read.documents, "")


def _read_json(memento: Memento, wanted: Wanted) -> tuple[tuple[Document, ...], str]:
    document = document_of(memento.body, thread_id(wanted.url) or "")
    return ((document,), "") if document else ((), "does not tell the tweet")


def _other_thread(document: Document, url: str) -> str:
    """What is wrong with a page that shows another thread than its address names."""
    wanted = thread_id(url)
    ids = {post.id for post in document.posts if "#" not in post.id}
    if wanted is None or not ids or wanted in ids or thread_id(document.url) == wanted:
        return ""
    # Any id of a thread leads to its page, also that of a tweet that was taken out of it since.
    numbers = [int(post_id) for post_id in ids]
    return "" if min(numbers) <= int(wanted) <= max(numbers) else f"shows another thread, {document.url}"
