"""Why a request gave no usable answer, and whether to try again."""

from __future__ import annotations

import random
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpcore

from db.records import Fetch
from harvester.model import FetchError, HarvestError, RefusedError
from harvester.network import HostNotFoundError, NotPublicError

TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524})
GONE = frozenset({404, 410})
# What the layers below the client raise; anything else is a defect of ours and must be seen.
NETWORK_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    HostNotFoundError,
    NotPublicError,
    OSError,
)


class RequestError(Exception):
    """One failed request, not yet tied to the address that was wanted.

    `again`: another try may help. `refused`: we may not ask; `passing`: but perhaps later. `retry_after` in seconds.
    """

    def __init__(
        self,
        reason: str,
        *,
        again: bool = False,
        refused: bool = False,
        passing: bool = False,
        gone: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.refused = refused
        self.passing = passing
        self.gone = gone
        self.retry_after = retry_after

    def for_address(self, url: str) -> HarvestError:
        """The error that the run records for the wanted address."""
        if self.refused:
            return RefusedError(url, self.reason, passing=self.passing)
        return FetchError(url, self.reason, retry_after=self.retry_after, gone=self.gone)


def backoff(tried: int) -> float:
    """Seconds before the next try: 1, 2, 4... times a random factor, so that clients do not return together."""
    return 2.0**tried * random.uniform(0.5, 1.5)


def error_of_status(fetch: Fetch) -> RequestError | None:
    """What an answer's status means; None when it is an answer to read.

    A status with Memento-Datetime is that of a page when it was archived (RFC 7089), not the host's own state.
    """
    status = fetch.status or 0
    if status < 400:
        return None
    reason = f"answered {status} {_phrase(status)}".rstrip()
    again = status in TRY_AGAIN and "memento-datetime" not in fetch.headers
    wait = retry_after_seconds(fetch.headers.get("retry-after")) if again else None
    return RequestError(reason, again=again, gone=status in GONE, retry_after=wait)


def retry_after_seconds(value: str | None, now: datetime | None = None) -> float | None:
    """Retry-After as seconds from now, from either form (a number, an HTTP date); None when there is none."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())


def error_of_exception(error: Exception, limit: str) -> RequestError:
    """One of NETWORK_ERRORS in words; `limit` is the words for a request whose total time was over, else empty."""
    # httpcore raises its errors out of those of the socket and of ssl, "from None": only the context is left.
    below = error.__cause__ or error.__context__
    if isinstance(error, NotPublicError):
        return RequestError(f"private address: {error}", refused=True)
    if isinstance(error, HostNotFoundError):
        return RequestError(str(error), again=error.for_now)
    if limit:
        # A host that drips would hold us as long at each further try.
        return RequestError(limit)
    if isinstance(below, ssl.SSLError):
        return _error_of_tls(below)
    if isinstance(error, httpcore.TimeoutException):
        connecting = isinstance(error, httpcore.ConnectTimeout)
        return RequestError("no connection in time" if connecting else "no answer in time", again=True)
    if isinstance(below, ConnectionRefusedError):
        return RequestError("connection refused", again=True)
    if isinstance(error, httpcore.ProtocolError):
        return RequestError(f"broken answer: {error}", again=True)
    return RequestError(f"network error: {str(error) or type(error).__name__}", again=True)


def _error_of_tls(error: ssl.SSLError) -> RequestError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return RequestError(f"certificate not valid: {error.verify_message}")
    return RequestError(f"no TLS with this host: {error.reason or error} (is it http:// ?)")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
