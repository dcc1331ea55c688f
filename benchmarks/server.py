"""A bare server of invented threads, one thread a connection, kept alive: as little as can be beside the clients."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from subprocess import PIPE, Popen

from benchmarks.pages import thread_page, thread_path


def serve(pages: Mapping[bytes, bytes], connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    while data := connection.recv(65536):
        waiting += data
        while b"\r\n\r\n" in waiting:
            request, _, waiting = waiting.partition(b"\r\n\r\n")
            page = pages.get(request.split(b" ", 2)[1])
            if page is None:
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
            connection.sendall(head % len(page) + page)


def main(count: int) -> None:
    pages = {thread_path(number).encode(): thread_page(number) for number in range(count)}
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(pages, connection), daemon=True).start()


@contextmanager
def serving(count: int) -> Iterator[str]:
    """The address of a server process with `count` pages, ready to answer."""
    with Popen([sys.executable, "-m", "benchmarks.server", str(count)], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    main(int(sys.argv[1]))
