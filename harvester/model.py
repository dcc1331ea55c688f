"""What a reader gets and gives. Readers are pure: an answer in, documents and leads out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from db.records import Document, Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site, or a file, sent. `status` is 0 when no answer came (seen only by readers of failures).

    `headers` have lower-case names. `url` is the address asked for, `final_url` the one that answered.
    """

    url: str
    body: bytes
    final_url: str = ""
    status: int = 200
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.final_url or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one answer gave."""

    documents: tuple[Document, ...] = ()
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one kind of address is recognised and read. A new site is one file, one line in `sites`, one page.

    `kind` is the target kind it reads, unique among readers. `pattern` matches whole addresses of the site, never of a
    mirror. `listing` pages are asked for at every run. A reader with `reads_failures` also
    gets answers that failed, and says what to try instead; where it does, a 404 and its like are no failure.
    """

    name: str
    kind: str
    example: str
    pattern: re.Pattern[str]
    read: Callable[[Answer], Reading]
    listing: bool = False
    reads_failures: bool = False


class HarvestError(Exception):
    """Root of what can go wrong with one target.

    HarvestError
    ├── PageShapeError      the page is not what its address promises
    ├── FetchError          no usable answer: network, TLS, size, time, redirects, status
    ├── RefusedError        we may not ask: robots.txt, private address, closed listing
    └── ImportFileError     a file that holds no text to import
    """


class PageShapeError(HarvestError):
    """A page without what it must contain: a challenge, a notice, new markup. `missing` says what was looked for."""

    def __init__(self, url: str, missing: str) -> None:
        super().__init__(f"{url}: {missing}")
        self.url = url
        self.missing = missing


class FetchError(HarvestError):
    """No usable answer. `retry_after` in seconds when the host asked for it; `gone` for 404 and 410."""

    def __init__(self, url: str, reason: str, *, retry_after: float | None = None, gone: bool = False) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.retry_after = retry_after
        self.gone = gone


class RefusedError(HarvestError):
    """We may not ask for this address. `passing` when the reason may be gone in an hour (robots.txt cannot be had)."""

    def __init__(self, url: str, reason: str, *, passing: bool = False) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.passing = passing


class ImportFileError(HarvestError):
    """A file that cannot be imported. `reason` says what it is, or what was expected."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
