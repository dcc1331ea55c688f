"""Only who asks for a name that is ours gets an answer.

A page of another site may point its own name at 127.0.0.1 once it is open (DNS rebinding), and would then read the
archive as if it were its own: the name that it asks for gives it away.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

Application = Callable[..., Awaitable[None]]
LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]"))
MISDIRECTED = 421


def only_for(names: Collection[str], app: Application) -> Application:
    """`app` for requests to this machine by its own names or by one of `names`; others get 421."""
    allowed = LOOPBACK | {name.lower() for name in names}

    async def answer(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        asked = _host(scope) if scope["type"] == "http" else None
        if asked is None or asked in allowed:
            await app(scope, receive, send)
            return
        told = f"{asked} is no name of this archive: to allow it, start filature serve --host-name {asked}\n"
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
        await send({"type": "http.response.start", "status": MISDIRECTED, "headers": headers})
        await send({"type": "http.response.body", "body": told.encode()})

    return answer


def _host(scope: Mapping[str, Any]) -> str:
    """The name asked for, lower case, without its port; empty when none was."""
    told = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
    bare, colon, port = told.rpartition(":")
    return (bare if colon and port.isdecimal() else told).lower()
