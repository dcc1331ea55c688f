"""One target: asked for in its host's thread, read in the run's. Neither half touches the archive.

Reading stays out of the hosts' threads: storing lets go of the interpreter lock at every statement, and would wait
for a thread that parses before each.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from db.records import Document, Fetch, Lead, Snapshot, Target, Validators, Visit
from harvester.fetch import Client, Exchange, StoppedError
from harvester.mirrors import site_address
from harvester.model import Answer, FetchError, HarvestError, PageShapeError, Reader, Reading, RefusedError
from harvester.request_errors import TRY_AGAIN
from harvester.schedule import next_attempt, parse_timestamp, timestamp

log = logging.getLogger(__name__)

_LOGIN = re.compile(r"/(log-?in|sign-?in|auth|account|connexion|identification)(/|\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A target to visit, and what to ask conditionally with."""

    target: Target
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A task and all the requests it took, their bodies packed for the archive."""

    task: Task
    exchange: Exchange

    @property
    def silent(self) -> bool:
        """Whether no answer came at all: the host may be down."""
        answered = any(fetch.status for fetch in self.exchange.fetches)
        return isinstance(self.exchange.error, FetchError) and not answered

    @property
    def host_closed(self) -> bool:
        """Whether the host asked to be left alone for longer than a run may wait."""
        error = self.exchange.error
        if isinstance(error, FetchError):
            return error.retry_after is not None
        return isinstance(error, RefusedError) and error.passing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one task. `aside` are the requests for robots.txt."""

    task: Task
    visit: Visit
    error: HarvestError | None = None
    aside: tuple[Fetch, ...] = ()
    not_modified: bool = False


class Visitor:
    """Visits targets with one client and a reader for each kind.

    `now` is the clock that schedules; `pack` makes bodies ready for the archive.
    """

    def __init__(
        self,
        client: Client,
        readers: Sequence[Reader],
        now: Callable[[], datetime],
        pack: Callable[[bytes], Snapshot],
    ) -> None:
        self._client = client
        self._pack = pack
        self._readers: Mapping[str, Reader] = {reader.kind: reader for reader in readers}
        self._now = now

    def ask(self, task: Task) -> Asked:
        """Ask for one target, if anything can read it. Whatever goes wrong is part of the exchange."""
        target = task.target
        if target.kind not in self._readers:
            return Asked(task, Exchange())
        try:
            exchange = self._client.get(target.url, task.validators)
            packed = tuple(self._packed(fetch) for fetch in exchange.fetches)
        except StoppedError:
            raise
        except Exception as error:  # a host's thread that dies would leave the run waiting for it for ever
            log.debug("%s: asking failed", target.url, exc_info=True)
            return Asked(task, Exchange(error=FetchError(target.url, f"{type(error).__name__}: {error}")))
        return Asked(task, replace(exchange, fetches=packed))

    def read(self, asked: Asked) -> Outcome:
        """Read the answer. Whatever goes wrong is part of the outcome."""
        task, exchange = asked.task, asked.exchange
        target = task.target
        reader = self._readers.get(target.kind)
        if reader is None:
            nobody = PageShapeError(target.url, f"nothing reads addresses of kind {target.kind!r}")
            return self._outcome(task, exchange, None, Reading(), nobody)
        if exchange.error is None and exchange.last is not None and exchange.last.status == 304:
            if task.validators is None:
                nothing = FetchError(target.url, "answered 304 Not Modified to a request without conditions")
                return self._outcome(task, exchange, reader, Reading(), nothing)
            visit = Visit(target=self._read_again_at(task, reader, ()), fetches=exchange.fetches)
            return Outcome(task=task, visit=visit, aside=exchange.aside, not_modified=True)
        answer = self._answer(target, exchange.last)
        error = refusal(reader, exchange, answer) or exchange.error
        reading = Reading()
        if error is None or reader.reads_failures:
            reading, unread = _read(reader, answer)
            if error is not None and unread is None and settles(error, answer):
                return self._settled(task, exchange, reader, reading, error)
            error = error or unread
        return self._outcome(task, exchange, reader, reading, error)

    def reschedule(self, outcome: Outcome, stored: bytes | None) -> Visit:
        """The visit of an unchanged page, due again by the dates of the page that was stored."""
        target = outcome.task.target
        reader = self._readers[target.kind]
        reading = Reading()
        if stored is not None and not reader.listing:
            fetch = replace(outcome.visit.fetches[-1], body=stored, status=200)
            reading, _ = _read(reader, self._answer(target, fetch))
        return replace(outcome.visit, target=self._read_again_at(outcome.task, reader, reading.documents))

    def _answer(self, target: Target, fetch: Fetch | None) -> Answer:
        mirrors = self._client.settings.mirrors
        url = site_address(target.url, mirrors)
        if fetch is None:
            return Answer(url=url, body=b"", status=0)
        return Answer(
            url=url,
            final_url=site_address(fetch.final_url, mirrors),
            body=fetch.body or b"",
            status=fetch.status or 0,
            content_type=fetch.content_type or "",
            headers=fetch.headers,
        )

    def _outcome(
        self, task: Task, exchange: Exchange, reader: Reader | None, reading: Reading, error: HarvestError | None
    ) -> Outcome:
        target = task.target
        if error is None and reader is not None:
            after = self._read_again_at(task, reader, reading.documents)
        else:
            after = self._failed(target, reader, error)
        leads = tuple(lead for lead in reading.leads if followed(lead, target))
        visit = Visit(
            target=after,
            fetches=exchange.fetches,
            documents=one_for_each_address(reading.documents),
            leads=tuple(lead for lead in leads if lead.relation != "more"),
            more=tuple(lead for lead in leads if lead.relation == "more"),
            gone=isinstance(error, FetchError) and error.gone,
        )
        return Outcome(task=task, visit=visit, error=error, aside=exchange.aside)

    def _packed(self, fetch: Fetch) -> Fetch:
        return fetch if fetch.body is None else replace(fetch, snapshot=self._pack(fetch.body))

    def _settled(
        self, task: Task, exchange: Exchange, reader: Reader, reading: Reading, error: HarvestError
    ) -> Outcome:
        """What comes of a failure that its reader knows what to do with: the end of a listing, another address."""
        outcome = self._outcome(task, exchange, reader, reading, None)
        due = retry_at(error, self._now(), 1, watched=True) if reader.listing and not task.target.paging else None
        target = replace(outcome.visit.target, next_attempt_at=timestamp(due) if due else None)
        return replace(outcome, visit=replace(outcome.visit, target=target))

    def _read_again_at(self, task: Task, reader: Reader, documents: Sequence[Document]) -> Target:
        now = self._now()
        due: datetime | None = None
        if reader.listing:
            due = None if task.target.paging else next_attempt("listing", now)
        elif documents:
            due = next_attempt("read", now, kind=documents[0].kind, last_change=last_change(documents[0]))
        return replace(
            task.target, state="done", attempts=0, last_error=None, next_attempt_at=timestamp(due) if due else None
        )

    def _failed(self, target: Target, reader: Reader | None, error: HarvestError | None) -> Target:
        attempts = target.attempts + 1
        source = target.source is not None and target.discovered_from is None
        listing = reader is not None and reader.listing
        due = retry_at(error, self._now(), attempts, watched=source or listing)
        return replace(
            target,
            state=state_of(error),
            attempts=attempts,
            last_error=reason_of(error),
            next_attempt_at=timestamp(due),
        )


def _read(reader: Reader, answer: Answer) -> tuple[Reading, HarvestError | None]:
    try:
        return reader.read(answer), None
    except HarvestError as error:
        return Reading(), error
    except RecursionError:
        return Reading(), PageShapeError(answer.url, "no page for people: elements nested too deep")
    except Exception as error:  # a reader is open to anyone: its defect costs one page, not the run
        log.debug("%s: reader %s failed", answer.url, reader.name, exc_info=True)
        return Reading(), PageShapeError(answer.url, f"reader {reader.name} failed: {type(error).__name__}: {error}")


def state_of(error: HarvestError | None) -> Literal["refused", "gone", "failed"]:
    """The state that an error leaves a target in."""
    if isinstance(error, RefusedError):
        return "refused"
    return "gone" if isinstance(error, FetchError) and error.gone else "failed"


def reason_of(error: HarvestError | None) -> str:
    """An error without the address, which stands beside it in the archive."""
    if isinstance(error, FetchError | RefusedError):
        return error.reason
    return error.missing if isinstance(error, PageShapeError) else str(error)


def settles(error: HarvestError, answer: Answer) -> bool:
    """Whether a failure is a host's last word on an address, such as a 404: asking again would change nothing."""
    return isinstance(error, FetchError) and 400 <= answer.status < 500 and answer.status not in TRY_AGAIN


def retry_at(error: HarvestError | None, now: datetime, attempts: int, *, watched: bool) -> datetime:
    """When to ask again after an error, the last of `attempts` in a row; `watched`: a source, or a listing."""
    state = "failed" if isinstance(error, RefusedError) and error.passing else state_of(error)
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    return next_attempt(state, now, attempts=attempts, retry_after=retry_after, watched=watched)


def last_change(document: Document) -> datetime | None:
    """When a document last grew: the time of its last post, else of its publication."""
    times = [post.posted_at for post in document.posts if post.posted_at]
    latest = max(times, default=document.published_at)
    return parse_timestamp(latest) if latest else None


def one_for_each_address(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The first of the documents of each address: a feed may hold a post twice, as it was and as it is."""
    return tuple({document.url: document for document in reversed(documents)}.values())[::-1]


def followed(lead: Lead, target: Target) -> bool:
    """Whether a lead is taken: what an address stands for always, the rest only for the sake of a source."""
    web = lead.url.startswith(("https://", "http://"))
    return web and (lead.relation == "moved" or target.source is not None)


def refusal(reader: Reader, exchange: Exchange, answer: Answer) -> RefusedError | None:
    """The refusal in an answer that asks who we are: a login page, or 401 and 403 for a list of documents."""
    closed = "listing closed" if reader.listing else "closed"
    if reader.listing and answer.status in (401, 403):
        return RefusedError(answer.url, f"{closed}: answered {answer.status}")
    moved = len({fetch.final_url for fetch in exchange.fetches}) > 1
    if moved and _LOGIN.search(urlsplit(answer.final_url).path):
        return RefusedError(answer.url, f"{closed}: leads to a login page, {answer.final_url}")
    return None
