"""A real HTTP server on the loopback, whose answers a test scripts."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket


@dataclass(frozen=True)
class Reply:
    """One scripted answer. `raw` replaces everything after the status line and the headers, length included; `bare`
    replaces those too."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[socket], None] | None = None
    bare: Callable[[socket], None] | None = None


@dataclass(frozen=True)
class Seen:
    """One request that arrived; `at` is the server's monotonic clock."""

    path: str
    headers: Mapping[str, str]
    at: float


class Site:
    """What a server answers and what it was asked. A route is one reply, or replies in turn (the last stays)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self.routes: dict[str, Reply | list[Reply] | Callable[[Mapping[str, str]], Reply]] = {}
        self.seen: list[Seen] = []

    def __getitem__(self, path: str) -> str:
        return self.origin + path

    @property
    def paths(self) -> list[str]:
        """What was asked, robots.txt left out."""
        return [seen.path for seen in self.seen if seen.path != "/robots.txt"]

    def reply(self, path: str, headers: Mapping[str, str]) -> Reply:
        self.seen.append(Seen(path, headers, time.monotonic()))
        route = self.routes.get(path, Reply(404, b"nothing here"))
        if isinstance(route, Reply):
            return route
        if callable(route):
            return route(headers)
        return route.pop(0) if len(route) > 1 else route[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that give up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        reply = self.server.site.reply(self.path, {name.lower(): value for name, value in self.headers.items()})
        if reply.bare:
            reply.bare(self.connection)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.raw:
            self.end_headers()
            self.wfile.flush()
            reply.raw(self.connection)
            self.close_connection = True
            return
        if reply.status != 304 and "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(
    routes: Mapping[str, Reply | list[Reply]] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    kind: type[Site] = Site,
) -> Iterator[Site]:
    """A site with these routes, until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = kind(server.server_address[1])
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.site.origin = f"https://127.0.0.1:{server.site.port}"
    server.site.routes.update(routes or {})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def close_early(connection: socket) -> None:
    """The raw part of a reply whose connection ends before its declared length."""
    connection.sendall(b"only the beginning")
    connection.shutdown(SHUT_RDWR)
