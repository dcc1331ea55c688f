"""Authorities that do not answer as they should; good ones are tried with openssl in tests/filature/test_seal.py."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from harvester.stamps import StampError, request_stamp


def test_an_authority_that_drips_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
                for _ in range(100):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return
                    time.sleep(0.02)

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(StampError, match=r"no whole timestamp in 0\.4 s"):
            request_stamp(f"http://127.0.0.1:{server.getsockname()[1]}/", b"root", user_agent="t", timeout=0.2)
