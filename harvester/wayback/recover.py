"""One address recovered: its captures looked up, the newest that can be read taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from db.records import Document, Fetch
from harvester.warc.pages import read_capture
from harvester.warc.reading import Capture as Page
from harvester.wayback.addresses import questions, thread_id
from harvester.wayback.cdx import Capture, choose
from harvester.wayback.client import Memento, Wayback
from harvester.wayback.errors import BusyError, ExcludedError, NoMementoError, UnreachableError

State = Literal["recovered", "no capture", "nothing newer", "unreadable", "excluded", "failed", "stopped"]
# Captures of one address that are asked for in a run: one that cannot be read is mostly followed by its like.
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An address to recover. `kind`: as what a harvest reads it, where one met it.

    Captures made up to `after` tell nothing new. Those made from `before` on show what stands there since the page
    vanished: a thread is told from that by its tweets, an article is not.
    """

    url: str
    kind: str | None = None
    after: str | None = None
    before: str | None = None


@dataclass(slots=True)
class Recovery:
    """What came of one address. `memento` is the capture that was read, `documents` what it says.

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
    requests: list[Fetch] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def recover(wayback: Wayback, recovery: Recovery, tried: Collection[str] = ()) -> None:
    """Fill in `recovery`. `tried`: addresses of captures that are not asked for again.

    Whatever the Wayback Machine answers becomes a state and a reason; `stopped` says that nothing more may be asked.
    """
    try:
        _recover(wayback, recovery, tried)
    except BusyError as error:
        recovery.state, recovery.why = "stopped", str(error)
    except ExcludedError as error:
        recovery.state, recovery.why = "excluded", str(error)
    except (UnreachableError, NoMementoError) as error:
        recovery.state, recovery.why = "failed", str(error)


def _recover(wayback: Wayback, recovery: Recovery, tried: Collection[str]) -> None:
    wanted = recovery.wanted
    found = _captures(wayback, wanted.url)
    recovery.captures = len(found)
    recovery.newest = max((capture.at for capture in found), default=None)
    if not found:
        return
    chosen = choose(found, wanted.url, after=wanted.after, before=wanted.before)
    worth = [capture for capture in chosen if capture.address not in tried]
    if not worth:
        recovery.state, recovery.why = "nothing newer", _why_none(wanted, recovery.newest or "")
        return
    for capture in worth[:TRIES]:
        if _take(wayback, recovery, capture):
            recovery.state, recovery.why = "recovered", ""
            return
    recovery.state, recovery.why = "unreadable", recovery.refused[0][1]


def _why_none(wanted: Wanted, newest: str) -> str:
    """Why none of the captures is worth asking for."""
    if wanted.after and newest <= wanted.after:
        return f"newest capture {newest[:10]}, seen here until {wanted.after[:10]}"
    return f"newest capture {newest[:10]}; all were asked for, or are none of the page as it was"


def _captures(wayback: Wayback, url: str) -> tuple[Capture, ...]:
    """The captures of the first form of an address that has any."""
    return next((found for question in questions(url) if (found := wayback.search(question))), ())


def _take(wayback: Wayback, recovery: Recovery, capture: Capture) -> bool:
    try:
        memento = wayback.memento(capture)
    except NoMementoError as error:
        recovery.refused.append((capture.address, str(error)))
        return False
    documents, unread = _read(memento, recovery.wanted)
    if unread:
        recovery.requests.append(memento.fetch)
        recovery.refused.append((capture.address, f"{memento.address}: {unread}"))
        return False
    recovery.memento, recovery.documents = memento, documents
    return True


def _read(memento: Memento, wanted: Wanted) -> tuple[tuple[Document, ...], str]:
    """What a capture says, by the reader of its address; or why it cannot be taken."""
    fetch = memento.fetch
    page = Page(
        url=memento.original, at=memento.captured_at, record="", status=200, content_type=fetch.content_type or ""
    )
    read = read_capture(page, wanted.url, memento.body, wanted.kind)
    if not read.documents:
        return (), read.unread or "no article in it"
    wrong = _other_thread(read.documents[0], wanted.url)
    return ((), wrong) if wrong else (read.documents, "")


def _other_thread(document: Document, url: str) -> str:
    """What is wrong with a page that shows another thread than its address names."""
    wanted = thread_id(url)
    ids = {post.id for post in document.posts if "#" not in post.id}
    if wanted is None or not ids or wanted in ids or thread_id(document.url) == wanted:
        return ""
    # Any id of a thread leads to its page, also that of a tweet that was taken out of it since.
    numbers = [int(post_id) for post_id in ids]
    return "" if min(numbers) <= int(wanted) <= max(numbers) else f"shows another thread, {document.url}"
