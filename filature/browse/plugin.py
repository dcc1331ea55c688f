"""A Datasette plugin: reading pages for documents, links that lead to them, and policies for every page.

Pages: `/-/read/<document>`, `?version=<n>` for what it said before, and `/-/read/<document>/versions?from=<n>&to=<n>`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from datasette import NotFound, Response, hookimpl

from db.evidence import evidence
from db.history import History, history
from db.parts import parts
from filature.browse.html import Addresses, policy, reading_page, versions_page
from filature.reading import Reading, lay_out

# Datasette's own pages have scripts and styles in them; nothing may come from, go to, or be framed by another site.
DATASETTE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COMMON = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
}
Application = Callable[..., Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Where the reading pages are."""
    return [(r"^/-/read/(?P<document>\d{1,18})$", read), (r"^/-/read/(?P<document>\d{1,18})/versions$", versions)]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """What can be reached from every page."""
    base = addresses(datasette).base
    named = (("Documents", "documents"), ("What changed, and when", "document_history"), ("Wrong sums", "wrong_sums"))
    return [{"href": f"{base}/{table}", "label": label} for label, table in named]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Callable[[Application], Application]:
    """Answers carry what browsers must not do with them."""
    return guarded


def guarded(app: Application) -> Application:
    """`app`, each of whose answers has a policy: its own, or Datasette's."""

    async def answer(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        async def send_guarded(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                have = {name.lower() for name, _ in event.get("headers", ())}
                wanted = COMMON | {b"content-security-policy": DATASETTE_POLICY.encode()}
                more = [(name, value) for name, value in wanted.items() if name not in have]
                event = {**event, "headers": [*event.get("headers", ()), *more]}
            await send(event)

        await app(scope, receive, send_guarded)

    return answer


async def read(datasette: Any, request: Any) -> Any:
    """The reading page of a document."""
    number, wanted = int(request.url_vars["document"]), _number(request, "version")
    reading = await _database(datasette).execute_fn(lambda conn: _reading(conn, number, wanted))
    if reading is None:
        raise NotFound(f"No such document in this archive: {number}, version {wanted or 'newest'}")
    return _page(reading_page(reading, addresses(datasette)))


async def versions(datasette: Any, request: Any) -> Any:
    """Two versions of a document side by side: those asked for, or the newest and the one before."""
    number = int(request.url_vars["document"])
    told: History | None = await _database(datasette).execute_fn(lambda conn: history(conn, number))
    if told is None:
        raise NotFound(f"No such document in this archive: {number}")
    newest = told.versions[-1].version
    after = told.version(_number(request, "to") or newest)
    before = told.version(_number(request, "from") or 0) or (after and told.before(after.version))
    return _page(versions_page(told, before, after, addresses(datasette)))


def addresses(datasette: Any) -> Addresses:
    """Where things are in this Datasette, also behind a proxy that gives it a path of its own."""
    urls, name = datasette.urls, _database(datasette).name
    return Addresses(home=urls.instance(), base=urls.database(name), reading=urls.path("-/read"), name=name)


def _database(datasette: Any) -> Any:
    return next(database for name, database in datasette.databases.items() if not name.startswith("_"))


def _reading(conn: Any, document_id: int, number: int | None) -> Reading | None:
    found, told = evidence(conn, document_id), history(conn, document_id)
    if found is None or told is None:
        return None
    shown = told.version(number or found.document.version)
    return lay_out(found, told, parts(conn, document_id), shown) if shown else None


def _number(request: Any, name: str) -> int | None:
    asked = request.args.get(name) or ""
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _page(text: str) -> Any:
    # Texts may hold halves of surrogate pairs, which UTF-8 has no bytes for.
    body = text.encode("utf-8", "replace").decode("utf-8")
    return Response.html(body, headers={"content-security-policy": policy()})
