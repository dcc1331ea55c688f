"""Asking the Wayback Machine: at its pace, without following what it shows out of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from db.records import Fetch
from harvester.encodings import EncodingError, undo_encodings
from harvester.fetch import REDIRECTS, Exchange, HarvestSettings
from harvester.mirrors import site_address
from harvester.model import RefusedError
from harvester.schedule import timestamp
from harvester.wayback.addresses import Question, capture_in, is_same_page, led_to, save_url
from harvester.wayback.cdx import Capture, read_captures, time_of
from harvester.wayback.errors import BusyError, ExcludedError, NoMementoError, UnreachableError

MOST_REDIRECTS = 5
# The nearest capture may be years away: that is another page.
WINDOW = timedelta(days=30)
SEARCH_SECONDS = 90.0
SAVE_SECONDS = 180.0
_GZIP = b"\x1f\x8b"
_EXCLUDED = ("AccessControlException", "Blocked Site Error", "RobotAccessControl")


class Asks(Protocol):
    """What is needed of `harvester.fetch.Client`."""

    settings: HarvestSettings

    def get(self, url: str) -> Exchange: ...


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture that came: the page as its site sent it, and when. `address` is that of the capture.

    `fetch` is the request that brought it: asked now, whatever the day of the capture.
    """

    address: str
    original: str
    captured_at: str
    fetch: Fetch

    @property
    def body(self) -> bytes:
        return self.fetch.body or b""


def wayback_settings(settings: HarvestSettings, pause_seconds: float, *, saving: bool = False) -> HarvestSettings:
    """How the Wayback Machine is asked: slower than a site, nothing tried twice in a run, no redirect followed blindly.

    Its searches take their time; `saving`: a capture made now takes as long as the site does.
    """
    patience = SAVE_SECONDS if saving else SEARCH_SECONDS
    return replace(
        settings,
        pause_seconds=max(pause_seconds, settings.pause_seconds),
        timeout_seconds=max(patience, settings.timeout_seconds),
        max_seconds_per_page=max(patience, settings.max_seconds_per_page),
        max_redirects=0,
        retries=0,
    )


class Wayback:
    """The Wayback Machine, asked through a client with `wayback_settings`. Each request goes to `keep` as it is made.

    Requests have the address that was asked there, never that of a mirror. Its methods raise WaybackError.
    """

    def __init__(self, client: Asks, keep: Callable[[Fetch], None]) -> None:
        self._client = client
        self._keep = keep

    def search(self, question: Question) -> tuple[Capture, ...]:
        """The captures of an address with status 200, oldest first."""
        fetch = self._ask(question.address)
        self._keep(fetch)
        _refuse_exclusion(fetch)
        if fetch.status == 404:
            return ()
        if fetch.status != 200:
            raise UnreachableError(f"{question.address}: {_what_came(fetch)}")
        return read_captures(self._unpacked(fetch).body or b"", question.address)

    def memento(self, capture: Capture) -> Memento:
        """The page of a capture, or of another one of the same page made near that day, to which it may lead.

        What came of the last request is not kept here: it is part of the result.
        """
        address, seen = capture.address, {capture.address}
        while True:
            fetch = self._ask(address)
            if fetch.status not in REDIRECTS:
                break
            self._keep(fetch)
            following = led_to(address, fetch.headers.get("location", ""))
            if following is None:
                raise NoMementoError(f"{address}: leads out of the captures, to {fetch.headers.get('location')}")
            if following in seen or len(seen) > MOST_REDIRECTS:
                raise NoMementoError(f"{address}: redirects in a loop, or too many of them")
            seen.add(following)
            address = following
        try:
            return self._checked(fetch, address, capture)
        except Exception:
            self._keep(fetch)
            raise

    def save(self, url: str) -> str:
        """Ask for a capture of a page now; the address of the capture."""
        address = save_url(url)
        fetch = self._ask(address)
        self._keep(fetch)
        _refuse_exclusion(fetch)
        if fetch.status == 509:
            raise BusyError(f"{address}: too many captures at once for it (509); try again in some minutes")
        for told in (fetch.headers.get("location", ""), fetch.headers.get("content-location", "")):
            if (
                found := capture_in(f"https://web.archive.org{told}" if told.startswith("/web/") else told)
            ) is not None:
                return f"https://web.archive.org/web/{found[0]}/{found[1]}"
        raise UnreachableError(f"{address}: {_what_came(fetch)}, and no capture was named")

    def _ask(self, address: str) -> Fetch:
        """One answer. Raises BusyError for the refusals that concern every address, UnreachableError for silence."""
        exchange = self._client.get(address)
        for aside in exchange.aside:
            self._keep(self._as_asked(aside))
        last = exchange.last
        if isinstance(exchange.error, RefusedError):
            raise BusyError(f"{address}: {exchange.error.reason}")
        if last is None or last.status is None or last.error:
            if last is not None:
                self._keep(self._as_asked(last))
            raise UnreachableError(f"{exchange.error or address}")
        fetch = self._as_asked(last)
        if fetch.status == 429 and "memento-datetime" not in fetch.headers:
            self._keep(fetch)
            raise BusyError(f"{address}: answered 429: it asks to be left alone for now")
        return fetch

    def _as_asked(self, fetch: Fetch) -> Fetch:
        mirrors = self._client.settings.mirrors
        return replace(fetch, url=site_address(fetch.url, mirrors), final_url=site_address(fetch.final_url, mirrors))

    def _checked(self, fetch: Fetch, address: str, capture: Capture) -> Memento:
        _refuse_exclusion(fetch)
        told = fetch.headers.get("memento-datetime")
        if told is None:
            raise _not_a_memento(fetch, address)
        if fetch.status != 200:
            raise NoMementoError(f"{address}: the capture is of an answer {fetch.status}, no page")
        digits, original = capture_in(address) or ("", "")
        if not is_same_page(original, capture.original):
            raise NoMementoError(f"{address}: leads to the capture of another page")
        captured = _time_told(told, digits)
        if abs(captured - _parse(capture.at)) > WINDOW:
            raise NoMementoError(
                f"{address}: leads to a capture of {captured:%Y-%m-%d}, too far from the one asked for"
            )
        return Memento(address, original, timestamp(captured), self._unpacked(fetch))

    def _unpacked(self, fetch: Fetch) -> Fetch:
        """The answer as its site sent it: some are compressed although no header tells."""
        if fetch.body is None or not fetch.body.startswith(_GZIP):
            return fetch
        try:
            return replace(fetch, body=undo_encodings(fetch.body, "gzip", self._client.settings.max_bytes))
        except EncodingError as error:
            raise NoMementoError(f"{fetch.final_url}: {error}") from error


def _refuse_exclusion(fetch: Fetch) -> None:
    told = fetch.headers.get("x-archive-wayback-runtime-error", "")
    if fetch.status == 403 and "memento-datetime" not in fetch.headers:
        told += (fetch.body or b"")[:2000].decode("utf-8", "replace")
    if any(name in told for name in _EXCLUDED):
        raise ExcludedError(f"{fetch.final_url}: the site is excluded from the Wayback Machine")


def _not_a_memento(fetch: Fetch, address: str) -> NoMementoError | UnreachableError:
    if fetch.status == 404:
        return NoMementoError(f"{address}: never archived (404)")
    if fetch.status is not None and fetch.status >= 500:
        return UnreachableError(f"{address}: {_what_came(fetch)}")
    return NoMementoError(f"{address}: a notice of the Wayback Machine, no capture ({fetch.status} without its date)")


def _what_came(fetch: Fetch) -> str:
    return f"answered {fetch.status}"


def _time_told(header: str, digits: str) -> datetime:
    """When a capture was made: as its header says, or its address where the header says nothing."""
    with suppress(ValueError, OverflowError):
        told = parsedate_to_datetime(header)
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    try:
        return _parse(time_of(digits))
    except ValueError as error:
        raise NoMementoError(f"capture {digits}: its date cannot be read, {header[:80]!r}") from error


def _parse(at: str) -> datetime:
    return datetime.fromisoformat(at)
