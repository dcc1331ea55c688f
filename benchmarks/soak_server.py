"""A server of invented threads where some requests go wrong: which ones, and how, follows from the seed alone.

It listens at several ports, which stand for as many hosts. `/tally` answers how many requests met what.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from subprocess import PIPE, Popen

from benchmarks.pages import FIRST_ID, SHORT, thread_page

HOSTS = 16  # as many as a run asks side by side
FAULTY = 0.05
FAULTS = ("reset", "500", "truncated", "slow", "429", "encoding", "challenge", "404", "empty")
# Of each so many pages, one was never there and one never gets past its guard, whatever the chances.
NEVER = 500
SLOW_SECONDS = 0.3
CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    b"<p>This takes a few seconds.</p><script>window._cf_chl_opt={};</script></body></html>"
)
HEAD = b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\n%bContent-Length: %d\r\n\r\n"


@dataclass
class Site:
    """What all threads of the server share."""

    seed: int
    asked: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def fault(self, path: str) -> str:
        """What happens to this request; empty when all is well."""
        self.asked[path] += 1
        if lasting := lasting_fault(number_of(path)):
            return lasting
        chance = random.Random(f"{self.seed} {path} {self.asked[path]}")
        return chance.choice(FAULTS) if chance.random() < FAULTY else ""


def lasting_fault(number: int) -> str:
    """What is wrong with a page for ever."""
    return {7: "404", 11: "challenge"}.get(number % NEVER, "")


def number_of(path: str) -> int:
    return (int(path.removeprefix("/thread/").removesuffix(".html")) - FIRST_ID) // 1_000_000_000_000


def send(connection: socket.socket, body: bytes, status: bytes = b"200 OK", headers: bytes = b"") -> bool:
    connection.sendall(HEAD % (status, headers, len(body)) + body)
    return True


def answer(connection: socket.socket, path: str, fault: str) -> bool:
    """Send what this address gives, or what goes wrong; whether the connection stays."""
    match fault:
        case "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        case "500":
            return send(connection, b"<p>Something broke.", b"500 Internal Server Error")
        case "429":
            return send(connection, b"", b"429 Too Many Requests", b"Retry-After: 1\r\n")
        case "404":
            return send(connection, b"<p>Nothing here.", b"404 Not Found")
        case "challenge":
            return send(connection, CHALLENGE)
        case "empty":
            return send(connection, b"")
    page = thread_page(number_of(path), SHORT)
    if fault == "encoding":
        return send(connection, page, headers=b"Content-Encoding: gzip\r\n")
    whole = HEAD % (b"200 OK", b"", len(page)) + page
    if not fault:
        connection.sendall(whole)
        return True
    connection.sendall(whole[: len(whole) // 2])
    if fault == "truncated":
        return False
    time.sleep(SLOW_SECONDS)
    connection.sendall(whole[len(whole) // 2 :])
    return True


def serve(site: Site, connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    with connection:
        while data := connection.recv(65536):
            waiting += data
            while b"\r\n\r\n" in waiting:
                request, _, waiting = waiting.partition(b"\r\n\r\n")
                if not reply(site, connection, request.split(b" ", 2)[1].decode()):
                    return


def reply(site: Site, connection: socket.socket, path: str) -> bool:
    if path == "/tally":
        return send(connection, json.dumps(site.met).encode())
    site.met["requests"] += 1
    if path == "/robots.txt":
        return send(connection, b"", b"404 Not Found")
    fault = site.fault(path)
    if fault:
        site.met[fault] += 1
    return answer(connection, path, fault)


def listen(site: Site, listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(site, connection), daemon=True).start()


def main(seed: int) -> None:
    site = Site(seed)
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(HOSTS)]
    threads = [threading.Thread(target=listen, args=(site, one), daemon=True) for one in listeners]
    for thread in threads:
        thread.start()
    sys.stdout.write(json.dumps([f"http://127.0.0.1:{one.getsockname()[1]}" for one in listeners]) + "\n")
    sys.stdout.flush()
    for thread in threads:
        thread.join()


@contextmanager
def serving(seed: int) -> Iterator[list[str]]:
    """The addresses of a server process, ready to answer."""
    with Popen([sys.executable, "-m", "benchmarks.soak_server", str(seed)], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    main(int(sys.argv[1]))
