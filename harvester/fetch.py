"""The client: every request of a harvest, and the only file that knows httpx."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpcore
import httpx

from db.records import Fetch, Validators
from harvester.encodings import ACCEPTED, EncodingError, undo_encodings
from harvester.mirrors import mirror_address, site_address
from harvester.model import HarvestError
from harvester.network import CheckedBackend, Deadline
from harvester.pace import Pace
from harvester.request_errors import NETWORK_ERRORS, RequestError, backoff, error_of_exception, error_of_status
from harvester.robots import Robots, robots_of
from harvester.schedule import timestamp

log = logging.getLogger(__name__)

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestSettings:
    """How we ask. Times in seconds; `contact` is an address or a page where a site's owner reaches the user.

    `mirrors` maps the address of a copy, which may be private, to that of the site it copies.
    """

    contact: str = ""
    pause_seconds: float = 2.0
    timeout_seconds: float = 20.0
    max_seconds_per_page: float = 60.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    retries: int = 3
    max_retry_after_seconds: float = 120.0
    allow_private_addresses: bool = False
    mirrors: Mapping[str, str] = field(default_factory=dict)

    @property
    def user_agent(self) -> str:
        """Who asks, in ASCII as a header must be."""
        contact = " ".join(self.contact.split()) or "no contact given"
        return f"filature/{version('filature')} (+{contact})".encode("ascii", "replace").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """All requests that one address took, redirects and retries in order; the last is the answer.

    `error` says why the answer is of no use. `aside` are requests for robots.txt, which belong to no address.
    """

    fetches: tuple[Fetch, ...] = ()
    error: HarvestError | None = None
    aside: tuple[Fetch, ...] = ()

    @property
    def last(self) -> Fetch | None:
        return self.fetches[-1] if self.fetches else None


class StoppedError(Exception):
    """The client was stopped while a request waited for its turn."""


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Transport(httpx.BaseTransport):
    """httpx's own transport, with a network backend of our choice (httpx does not take one)."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=backend, max_connections=None, keepalive_expiry=60
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


@dataclass(slots=True)
class _Trail:
    """What one exchange has asked so far; `slow` are the hosts of which it is the one page that they give a run."""

    fetches: list[Fetch] = field(default_factory=list)
    aside: list[Fetch] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)


class Client:
    """Asks politely: robots.txt, one pace a host, Retry-After, limits of size and time, no private machine.

    Safe to use from several threads. `sleep`, `clock` and `transport` are handed in by tests.
    """

    def __init__(
        self,
        settings: HarvestSettings,
        *,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = settings
        self._stop = threading.Event()
        self._deadline = Deadline()
        self._pace = Pace(sleep or self._stop.wait, clock)
        self._robots: dict[str, Robots | RequestError] = {}
        self._slow: set[str] = set()
        self._remembered: dict[str, tuple[Validators, bytes]] = {}
        backend = CheckedBackend(
            self._deadline,
            allow_private=settings.allow_private_addresses,
            trusted={_machine(httpx.URL(mirror)) for mirror in settings.mirrors},
        )
        # httpx logs each request too, at INFO: one line a request is enough.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = httpx.Client(
            transport=transport or _Transport(backend),
            headers={"user-agent": settings.user_agent, "accept": ACCEPT, "accept-encoding": ACCEPTED},
            timeout=settings.timeout_seconds,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def stop(self) -> None:
        """Make waiting and coming calls of `get` raise StoppedError."""
        self._stop.set()

    def get(self, url: str, validators: Validators | None = None) -> Exchange:
        """Ask for one address, following redirects and trying again where that may help. Never raises HarvestError."""
        trail = _Trail()
        error: HarvestError | None = None
        try:
            self._follow(url, validators, trail)
        except RequestError as trouble:
            error = trouble.for_address(url)
        return Exchange(fetches=tuple(trail.fetches), error=error, aside=tuple(trail.aside))

    # --- robots.txt -------------------------------------------------------------------------------------

    def robots_address(self, url: str) -> str:
        """Where the robots.txt lies that rules `url`."""
        return _robots_of(httpx.URL(mirror_address(url, self.settings.mirrors)))

    def remember_robots(self, address: str, validators: Validators, body: bytes) -> None:
        """The robots.txt of an earlier run, so that this one may ask whether it changed."""
        self._remembered[address] = (validators, body)

    def _permit(self, address: httpx.URL, trail: _Trail) -> float:
        """Seconds between two requests to this host; raises RequestError where robots.txt says no."""
        robots_address = _robots_of(address)
        if robots_address not in self._robots:
            self._robots[robots_address] = self._ask_robots(robots_address, trail)
        robots = self._robots[robots_address]
        if isinstance(robots, RequestError):
            raise robots.with_traceback(None)
        if robots.refusal:
            raise RequestError(robots.refusal, refused=True, passing=True)
        if not robots.allows(str(address)):
            raise RequestError("closed by robots.txt", refused=True)
        longest = self.settings.max_retry_after_seconds
        if robots.delay > longest and robots_address not in trail.slow:
            # Slept through, a delay of a day would hold a run, and the archive with it, for weeks.
            if robots_address in self._slow:
                reason = f"robots.txt asks for {robots.delay:g} s between requests: one page a run"
                raise RequestError(reason, refused=True, passing=True)
            self._slow.add(robots_address)
            trail.slow.add(robots_address)
        return max(self.settings.pause_seconds, min(robots.delay, longest))

    def _ask_robots(self, address: str, trail: _Trail) -> Robots | RequestError:
        validators, body = self._remembered.get(address, (None, None))
        own = _Trail()
        failure: RequestError | None = None
        try:
            self._follow(address, validators, own, robots=False)
        except RequestError as trouble:
            failure = trouble
        trail.aside.extend(own.fetches)
        last = own.fetches[-1] if own.fetches else None
        if last is None or last.status is None:
            return failure or RequestError("robots.txt: no answer")
        if last.status == 304:
            return robots_of(200, body)
        return robots_of(last.status, last.body)

    # --- one address --------------------------------------------------------------------------------------

    def _follow(self, url: str, validators: Validators | None, trail: _Trail, *, robots: bool = True) -> None:
        address = self._address(url)
        seen = [address]
        while True:
            pause = self._permit(address, trail) if robots else self.settings.pause_seconds
            fetch = self._ask(url, address, validators, pause, trail)
            if fetch.status not in REDIRECTS:
                return
            address = self._next_address(address, fetch)
            if address in seen:
                raise RequestError(f"redirects in a loop, back to {self._shown(address)}")
            seen.append(address)
            if len(seen) > self.settings.max_redirects + 1:
                most = self.settings.max_redirects
                raise RequestError(f"more than {most} redirects, the last to {self._shown(address)}")

    def _shown(self, address: httpx.URL) -> str:
        return site_address(str(address), self.settings.mirrors)

    def _address(self, url: str) -> httpx.URL:
        try:
            address = httpx.URL(mirror_address(url, self.settings.mirrors))
            if address.fragment or address.userinfo:
                address = address.copy_with(fragment=None, userinfo=b"")
        except httpx.InvalidURL as error:
            raise RequestError(f"not an address: {error}") from error
        if address.scheme not in ("http", "https") or not address.host:
            raise RequestError("not an http or https address")
        return address

    def _next_address(self, address: httpx.URL, fetch: Fetch) -> httpx.URL:
        location = fetch.headers.get("location")
        if not location:
            raise RequestError(f"answered {fetch.status} without saying where to")
        try:
            return self._address(str(address.join(location)))
        except (RequestError, httpx.InvalidURL) as error:
            raise RequestError(f"redirects to {location[:200]}: not an http or https address") from error

    def _ask(self, url: str, address: httpx.URL, validators: Validators | None, pause: float, trail: _Trail) -> Fetch:
        """One answer, after as many tries as the settings allow; each is added to the trail."""
        host = address.netloc.decode("ascii")
        for tried in range(self.settings.retries + 1):
            self._pace.wait(host, pause)
            if self._stop.is_set():
                raise StoppedError
            fetch, trouble = self._request(url, address, _conditions(validators))
            trail.fetches.append(fetch)
            if trouble is None:
                return fetch
            wait = backoff(tried) if trouble.retry_after is None else trouble.retry_after
            if not trouble.again or wait > self.settings.max_retry_after_seconds or tried == self.settings.retries:
                raise trouble
            trail.fetches[-1] = replace(fetch, body=None)
            self._pace.hold(host, wait)
        raise AssertionError("unreachable")

    def _request(self, url: str, address: httpx.URL, headers: Mapping[str, str]) -> tuple[Fetch, RequestError | None]:
        response: httpx.Response | None = None
        body: bytes | None = None
        trouble: RequestError | None = None
        fetched_at, started = timestamp(), time.monotonic()
        self._deadline.at = started + self.settings.max_seconds_per_page
        try:
            with self._http.stream("GET", address, headers=headers, follow_redirects=False) as response:
                body = self._read(response)
        except RequestError as error:
            trouble = error
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # a location that is no address: httpx reads it anyway
            trouble = RequestError(f"broken answer: {error}")
        except NETWORK_ERRORS as error:
            late = f"not whole after {self.settings.max_seconds_per_page:g} s" if self._deadline.passed else ""
            trouble = error_of_exception(error, late)
        elapsed = round((time.monotonic() - started) * 1000)
        fetch = _record(url, address, fetched_at, elapsed, response, body, trouble)
        _log(fetch)
        if trouble is None:
            trouble = error_of_status(fetch)
        return fetch, trouble

    def _read(self, response: httpx.Response) -> bytes:
        limit = self.settings.max_bytes
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise RequestError(f"too large: {declared} bytes declared, {limit} taken (max_bytes)")
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise RequestError(f"too large: over {limit} bytes (max_bytes)")
        try:
            return undo_encodings(b"".join(chunks), response.headers.get("content-encoding", ""), limit)
        except EncodingError as error:
            raise RequestError(str(error)) from error


def _robots_of(address: httpx.URL) -> str:
    return f"{address.scheme}://{address.netloc.decode('ascii')}/robots.txt"


def _machine(address: httpx.URL) -> tuple[str, int]:
    return address.host, address.port or (443 if address.scheme == "https" else 80)


def _conditions(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    pairs = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _record(
    url: str,
    address: httpx.URL,
    fetched_at: str,
    elapsed_ms: int,
    response: httpx.Response | None,
    body: bytes | None,
    trouble: RequestError | None,
) -> Fetch:
    fetch = Fetch(
        url=url,
        final_url=str(address),
        fetched_at=fetched_at,
        elapsed_ms=elapsed_ms,
        error=trouble.reason if trouble else None,
    )
    if response is None:
        return fetch
    headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
    bodiless = response.status_code in REDIRECTS or response.status_code == 304
    return replace(
        fetch,
        status=response.status_code,
        content_type=headers.get("content-type"),
        headers=headers,
        body=None if bodiless else body,
    )


def _log(fetch: Fetch) -> None:
    if fetch.error:
        log.info("GET %s failed after %d ms: %s", fetch.final_url, fetch.elapsed_ms, fetch.error)
    else:
        size = len(fetch.body or b"")
        log.info("GET %s %s %d bytes %d ms", fetch.final_url, fetch.status, size, fetch.elapsed_ms)
