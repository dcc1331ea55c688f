"""Loopback HTTP servers for the demo: one a host, keep-alive, validators on every page, a record of what was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a route answers. `validated` is what the ETag is made from: the body without what moves at every visit."""

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    validated: bytes | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.validated or self.body).hexdigest()[:20]}"'


class Request(NamedTuple):
    """One request a host answered. `path` has its query; `bytes` counts the body; `conditional`: If-None-Match came."""

    host: str
    path: str
    status: int
    bytes: int
    conditional: bool


Route = Callable[[str, Mapping[str, str]], Reply]


def page(text: str, *, status: int = 200) -> Reply:
    """An HTML page."""
    return Reply(body=text.encode(), status=status)


def not_found() -> Reply:
    """The page a host gives for what it does not have."""
    return page(
        "<!DOCTYPE html><html><head><title>Not found</title></head><body>Nothing here.</body></html>", status=404
    )


class Host:
    """One site on 127.0.0.1. The socket is bound at once, so that `base` is known before the routes are."""

    def __init__(self, name: str, port: int, visits: list[Request]) -> None:
        self.name = name
        self.route: Route = lambda path, query: not_found()
        self._visits = visits
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.host = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, target: str, if_none_match: str | None) -> Reply:
        """The reply to one request, 304 when the asker has it already; noted in the visits."""
        parts = urlsplit(target)
        reply = self.route(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        if reply.status == 200:
            etag = reply.etag
            known = etag in (if_none_match or "")
            reply = replace(
                reply,
                status=304 if known else 200,
                body=b"" if known else reply.body,
                headers={**reply.headers, "ETag": etag},
            )
        self._visits.append(Request(self.name, target, reply.status, len(reply.body), if_none_match is not None))
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that is killed leaves its connections open: closing must not wait for them.
    block_on_close = False
    request_queue_size = 64
    host: Host

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is none of the site's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    # Without this, small answers wait 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        reply = self.server.host.answer(self.path, self.headers.get("If-None-Match"))
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: visits are kept by the site."""
