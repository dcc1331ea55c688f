"""A Wayback Machine on this machine: captures that a test gives it, with the answers of the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from tests.harvester.server import Reply, Site, serving

ORIGIN = "https://web.archive.org"
COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
NOTICE = b"<!DOCTYPE html><html><head><title>Wayback Machine</title></head><body>Sorry.</body></html>"


@dataclass(frozen=True)
class Kept:
    """A capture: 14 digits, address, page; the status that the site answered."""

    timestamp: str
    url: str
    body: bytes
    status: int = 200
    mimetype: str = "text/html"


def memento(kept: Kept, **headers: str) -> Reply:
    """The answer that shows a capture."""
    at = datetime.strptime(kept.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    told = {
        "Content-Type": f"{kept.mimetype}; charset=utf-8",
        "Memento-Datetime": format_datetime(at, usegmt=True),
        "Link": f'<{kept.url}>; rel="original"',
        "X-Archive-Src": "invented-00000.warc.gz",
    }
    return Reply(kept.status, kept.body, told | headers)


def path_of(timestamp: str, url: str) -> str:
    return f"/web/{timestamp}id_/{url}"


class Machine(Site):
    """Answers searches and shows captures; `routes` come first."""

    def __init__(self, port: int) -> None:
        super().__init__(port)  # no robots.txt: the real one has none either
        self.kept: list[Kept] = []

    def keep(self, timestamp: str, url: str, body: bytes, **more: object) -> str:
        """Have a capture; where it is shown."""
        self.kept.append(Kept(timestamp, url, body, **more))  # type: ignore[arg-type]
        return path_of(timestamp, url)

    @property
    def searches(self) -> list[str]:
        return [path for path in self.paths if path.startswith("/cdx/")]

    @property
    def shown(self) -> list[str]:
        return [path for path in self.paths if path.startswith("/web/")]

    def reply(self, path: str, headers: Mapping[str, str]) -> Reply:
        if path in self.routes:
            return super().reply(path, headers)
        default = super().reply(path, headers)
        if path.startswith("/cdx/search/cdx?"):
            return self._search(parse_qs(urlsplit(path).query))
        return next((memento(kept) for kept in self.kept if path == path_of(kept.timestamp, kept.url)), default)

    def _search(self, asked: Mapping[str, list[str]]) -> Reply:
        (wanted,) = asked["url"]
        prefix = asked.get("matchType") == ["prefix"]
        rows = [
            ["key", kept.timestamp, kept.url, kept.mimetype, str(kept.status), f"SHA{hash(kept.body)}", "100"]
            for kept in sorted(self.kept, key=lambda kept: kept.timestamp)
            if _fits(kept.url, wanted, prefix=prefix) and kept.status == 200
        ]
        found = [COLUMNS, *rows] if rows else []
        return Reply(200, json.dumps(found).encode(), {"Content-Type": "application/json"})


def _fits(url: str, wanted: str, *, prefix: bool) -> bool:
    bare = url.partition("://")[2].removeprefix("www.")
    return bare.startswith(wanted) if prefix else bare == wanted


@contextmanager
def machine() -> Iterator[Machine]:
    """A Wayback Machine, until the block ends."""
    with serving(kind=Machine) as opened:
        assert isinstance(opened, Machine)
        yield opened
