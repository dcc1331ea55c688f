"""Pages of other sites that point their own name at this machine get nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from filature.browse.hosts import only_for


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the archive"})


def ask(host: str) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=only_for(("Archive.example.org",), app))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/", headers={"host": host})

    return asyncio.run(get())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8001", "localhost:8001", "LOCALHOST", "[::1]:8001", "[::1]", "archive.example.org"]
)
def test_our_names_are_answered(host: str) -> None:
    assert ask(host).text == "the archive"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil", "", ":"]
)
def test_other_names_are_not(host: str) -> None:
    answer = ask(host)
    assert answer.status_code == 421
    assert "the archive" not in answer.text
    assert "filature serve --host-name" in answer.text
