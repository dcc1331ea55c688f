"""The faults, by where they happen: connections, encodings, sizes, redirects, statuses, pages, listings, robots.txt."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from email.utils import formatdate

import zstandard

from tests.faults.scene import HASTY, IMPATIENT, PAGES, SAYS, THREAD_PATH, THREADS, Fault, article, thread
from tests.harvester.server import Reply, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
GOOD = article().body
METADATA = "http://169.254.169.254/latest/meta-data/"


def answers(*replies: Reply) -> Callable[[Site, str], None]:
    """The address answers so, in turn; the last stays."""

    def arrange(site: Site, path: str) -> None:
        site.routes[path] = list(replies)

    return arrange


def page(html: str | bytes, status: int = 200, **headers: str) -> Callable[[Site, str], None]:
    body = html.encode() if isinstance(html, str) else html
    return answers(Reply(status, body, HTML | {name.replace("_", "-"): value for name, value in headers.items()}))


def bare(says: Callable[[socket.socket], None]) -> Callable[[Site, str], None]:
    """The connection, from the first byte of the answer on."""
    return answers(Reply(bare=says))


def body(says: Callable[[socket.socket], None], **headers: str) -> Callable[[Site, str], None]:
    """The connection, after status line and headers."""
    return answers(Reply(200, b"", HTML | {name.replace("_", "-"): value for name, value in headers.items()}, raw=says))


def robots(reply: Reply) -> Callable[[Site, str], None]:
    """That of the host of the fault alone, which the server is asked for by its other name."""

    def by_host(headers: Mapping[str, str]) -> Reply:
        return reply if headers["host"].startswith("localhost") else Reply(404)

    def arrange(site: Site, path: str) -> None:
        site.routes["/robots.txt"] = by_host

    return arrange


# --- connections ---------------------------------------------------------------------------------------------


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def say(words: bytes, then: Callable[[socket.socket], None] = hang_up) -> Callable[[socket.socket], None]:
    def says(connection: socket.socket) -> None:
        connection.sendall(words)
        then(connection)

    return says


def wait(connection: socket.socket) -> None:
    connection.settimeout(3)
    connection.recv(1)  # until the client gives up


def drip(words: bytes, seconds: float = 0.05) -> Callable[[socket.socket], None]:
    def says(connection: socket.socket) -> None:
        try:
            for byte in words * 100:
                connection.sendall(bytes([byte]))
                time.sleep(seconds)
        except OSError:
            return

    return says


def closed_port(site: Site, path: str) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def no_such_host(site: Site, path: str) -> str:
    return "http://nulle-part.invalid"


def plain_where_tls_is_asked(site: Site, path: str) -> str:
    return f"https://127.0.0.1:{site.port}"


def deaf_to_tls(site: Site, path: str) -> str:
    """Takes the connection and closes it in the middle of the handshake."""
    server = socket.create_server(("127.0.0.1", 0))

    def hang_up_on_all() -> None:
        with server:
            for _ in range(4):
                try:
                    connection = server.accept()[0]
                    connection.recv(1)  # of a connection reset before its first word, Python's ssl leaks the socket
                    reset(connection)
                except OSError:
                    return

    threading.Thread(target=hang_up_on_all, daemon=True).start()
    return f"https://127.0.0.1:{server.getsockname()[1]}"


# --- redirects -----------------------------------------------------------------------------------------------


def leads_to(location: str, status: int = 302) -> Callable[[Site, str], None]:
    return answers(Reply(status, b"", {"Location": location}))


def leads_ever_further(site: Site, path: str) -> None:
    for n in range(20):
        site.routes[f"{path}{'+' * n}"] = Reply(302, b"", {"Location": f"{path}{'+' * (n + 1)}"})


def leads_in_a_circle(site: Site, path: str) -> None:
    site.routes[path] = Reply(302, b"", {"Location": path + "/b"})
    site.routes[path + "/b"] = Reply(302, b"", {"Location": path})


def leads_to_login(site: Site, path: str) -> None:
    site.routes[path] = Reply(302, b"", {"Location": "/login?next=/"})
    site.routes["/login?next=/"] = Reply(200, (PAGES / "login.html").read_bytes(), HTML)


def wants_a_cookie(site: Site, path: str) -> None:
    """Leads to itself until a cookie comes back, and none is ever sent."""

    def reply(headers: Mapping[str, str]) -> Reply:
        if "cookie" in headers:
            return article()
        return Reply(302, b"", {"Location": path, "Set-Cookie": "seen=1"})

    site.routes[path] = reply


# --- bodies --------------------------------------------------------------------------------------------------


def bomb(encode: Callable[[bytes], bytes]) -> bytes:
    return encode(b"<p>" + b"mot " * 5_000_000)


def nested(tag: str, depth: int = 60_000) -> str:
    return f"<!doctype html><title>x</title><{tag}>" + "<div>" * depth + SAYS + "</div>" * depth


def deep_thread(depth: int = 60_000) -> bytes:
    inside, after = b"<b>" * depth, b"</b>" * depth
    return thread().body.replace(b"Deux images", inside + b"Deux images" + after, 1)


def changes_each_time(site: Site, path: str) -> None:
    """View counts and advertisements move at every visit; what the page says does not."""
    visits = iter(range(1000))

    def reply(headers: Mapping[str, str]) -> Reply:
        moved = GOOD.replace(b"</article>", f"</article><footer>{next(visits)} vues</footer>".encode())
        return Reply(200, moved, HTML)

    site.routes[path] = reply


# --- listings ------------------------------------------------------------------------------------------------


def feed(dates: str = "<pubDate>Tue, 03 Mar 2020 08:00:00 GMT</pubDate>") -> bytes:
    item = f"<item><title>Le guichet</title><link>https://blog.example/guichet</link>{dates}"
    item += f"<description>{SAYS}</description></item>"
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>B</title>{item}</channel></rss>".encode()


def good_feed() -> Reply:
    return Reply(200, feed(), {"Content-Type": "application/rss+xml"})


def serves_feed(says: bytes, kind: str = "application/rss+xml") -> Callable[[Site, str], None]:
    return answers(Reply(200, says, {"Content-Type": kind}))


def good_sitemap() -> Reply:
    urls = "<url><loc>https://blog.example/guichet</loc></url>"
    return Reply(200, sitemap(urls), {"Content-Type": "application/xml"})


def sitemap(urls: str) -> bytes:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def a_million_lines() -> bytes:
    return gzip.compress(sitemap("<url><loc>https://blog.example/p</loc></url>\n" * 1_000_000), 1)


RETRY = {"retries": 1}
LONG_AGO, LATER = formatdate(0, usegmt=True), formatdate(time.time() + 86400 * 365, usegmt=True)

FAULTS = (
    # Connections.
    Fault(name="connection refused", arrange=closed_port, said="connection refused"),
    Fault(name="reset before the answer", arrange=bare(reset), said="network error"),
    Fault(name="hung up without an answer", arrange=bare(hang_up), said="broken answer"),
    Fault(name="silent after the request", arrange=bare(wait), said="no answer in time", settings=IMPATIENT),
    Fault(
        name="reset in the middle of the body",
        arrange=body(say(GOOD[:80], reset), Content_Length="900"),
        said="network error",
    ),
    Fault(name="body shorter than declared", arrange=body(say(GOOD[:80]), Content_Length="900"), said="broken answer"),
    Fault(
        name="body that drips",
        arrange=body(drip(GOOD), Content_Length="90000"),
        said="not whole after 2 s",
        settings=HASTY,
    ),
    Fault(
        name="headers that drip",
        arrange=bare(drip(b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n")),
        said="not whole after 2 s",
        settings=HASTY,
    ),
    Fault(
        name="body that stops and holds the line",
        arrange=body(say(GOOD[:80], wait), Content_Length="900"),
        said="no answer in time",
        settings=IMPATIENT,
    ),
    Fault(
        name="chunk sizes that are no numbers",
        arrange=body(say(b"zz\r\nmot\r\n"), Transfer_Encoding="chunked"),
        said="broken answer",
    ),
    Fault(
        name="chunks that end early",
        arrange=body(say(b"ff\r\nmot\r\n"), Transfer_Encoding="chunked"),
        said="broken answer",
    ),
    Fault(name="another protocol", arrange=bare(say(b"SSH-2.0-OpenSSH_9.2\r\n")), said="broken answer"),
    Fault(
        name="headers without an end",
        arrange=bare(say(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000)),
        said="broken answer",
    ),
    Fault(name="name that is unknown", arrange=no_such_host, said="host name not found"),
    Fault(name="no TLS at all", arrange=plain_where_tls_is_asked, said="no TLS with this host"),
    Fault(name="TLS that breaks off", arrange=deaf_to_tls, said="network error"),
    # Encodings of the body.
    Fault(
        name="gzip declared, plain sent",
        arrange=page(GOOD, Content_Encoding="gzip"),
        said="content-encoding gzip does not fit",
    ),
    Fault(
        name="gzip cut short",
        arrange=page(gzip.compress(GOOD)[:-20], Content_Encoding="gzip"),
        said="content-encoding gzip does not fit",
    ),
    Fault(
        name="deflate cut short",
        arrange=page(zlib.compress(GOOD)[:-20], Content_Encoding="deflate"),
        said="content-encoding deflate does not fit",
    ),
    Fault(
        name="gzip twice, declared once",
        arrange=page(gzip.compress(gzip.compress(GOOD)), Content_Encoding="gzip"),
        said="expected a web page",
    ),
    Fault(
        name="gzip twice, declared twice",
        arrange=page(gzip.compress(gzip.compress(GOOD)), Content_Encoding="gzip, gzip"),
    ),
    Fault(
        name="brotli that nobody asked for",
        arrange=page(b"\x8b\x02\x80mot\x03", Content_Encoding="br"),
        said="content-encoding br is unknown",
    ),
    Fault(
        name="gzip bomb",
        arrange=page(bomb(gzip.compress), Content_Encoding="gzip"),
        said="too large: over 200000 bytes once gzip is undone",
    ),
    Fault(name="deflate bomb", arrange=page(bomb(zlib.compress), Content_Encoding="deflate"), said="too large"),
    Fault(
        name="zstd bomb",
        arrange=page(bomb(zstandard.ZstdCompressor().compress), Content_Encoding="zstd"),
        said="too large",
    ),
    Fault(
        name="bomb in a bomb",
        arrange=page(gzip.compress(bomb(gzip.compress)), Content_Encoding="gzip, gzip"),
        said="too large",
    ),
    # Sizes.
    Fault(name="too large, and says so", arrange=page("mot " * 80_000), said="too large: 320000 bytes declared"),
    Fault(
        name="too large, without a word",
        arrange=body(say(GOOD + b"mot " * 80_000)),
        said="too large: over 200000 bytes",
    ),
    Fault(name="nothing in the body", arrange=page(""), said="an empty answer"),
    Fault(name="declared shorter than it is", arrange=body(say(GOOD), Content_Length="120"), said="no article body"),
    # Redirects.
    Fault(name="redirects in a circle", arrange=leads_in_a_circle, said="redirects in a loop"),
    Fault(name="redirects without an end", arrange=leads_ever_further, said="more than 5 redirects"),
    Fault(name="redirect to nowhere", arrange=answers(Reply(302)), said="without saying where to"),
    Fault(name="redirect to the cloud's metadata", arrange=leads_to(METADATA), said="private address", state="refused"),
    Fault(
        name="redirect to this machine", arrange=leads_to("http://[::1]:22/"), said="private address", state="refused"
    ),
    Fault(
        name="redirect to this machine as a number",
        arrange=leads_to("http://2130706433/"),
        said="private address",
        state="refused",
    ),
    Fault(name="redirect to a file", arrange=leads_to("file:///etc/passwd"), said="not an http or https address"),
    Fault(name="redirect to a script", arrange=leads_to("javascript:alert(1)"), said="broken answer"),
    Fault(
        name="redirect to a login page", arrange=leads_to_login, said="closed: leads to a login page", state="refused"
    ),
    Fault(name="page that wants its cookie back", arrange=wants_a_cookie, said="redirects in a loop"),
    # Statuses.
    Fault(
        name="429, come back in a second",
        arrange=answers(Reply(429, b"", {"Retry-After": "1"}), article()),
        settings=RETRY,
    ),
    Fault(
        name="429, come back at a date",
        arrange=answers(Reply(429, b"", {"Retry-After": LONG_AGO}), article()),
        settings=RETRY,
    ),
    Fault(name="429, come back next year", arrange=answers(Reply(429, b"", {"Retry-After": LATER})), said="429"),
    Fault(
        name="429, come back in an hour",
        arrange=answers(Reply(429, b"", {"Retry-After": "3600"})),
        said="429",
        settings=RETRY,
    ),
    Fault(name="429, come back « soon »", arrange=answers(Reply(429, b"", {"Retry-After": "soon"})), said="429"),
    Fault(name="429, come back at minus one", arrange=answers(Reply(429, b"", {"Retry-After": "-1"})), said="429"),
    Fault(name="429 without a word", arrange=answers(Reply(429)), said="429"),
    Fault(name="500 once", arrange=answers(Reply(500), article()), settings=RETRY),
    Fault(name="502 each time", arrange=page("<p>bad gateway", 502), said="answered 502"),
    Fault(name="503 each time", arrange=page("<p>busy", 503), said="answered 503"),
    Fault(name="status that nobody knows", arrange=page("<p>denied", 999), said="answered 999"),
    Fault(name="401", arrange=page("<p>who are you", 401), said="answered 401"),
    Fault(name="403", arrange=page("<p>no", 403), said="answered 403"),
    Fault(name="404", arrange=page("<p>what", 404), said="answered 404", state="gone"),
    Fault(name="410", arrange=page("<p>was here", 410), said="answered 410", state="gone"),
    Fault(name="204, no content", arrange=answers(Reply(204)), said="an empty answer"),
    Fault(
        name="304 to a plain request",
        arrange=answers(Reply(304)),
        said="answered 304 Not Modified to a request without conditions",
    ),
    # Pages that are not what they should be, answered with 200.
    Fault(
        name="challenge page",
        arrange=page((PAGES / "challenge.html").read_bytes()),
        said="a challenge page",
        site=THREADS,
        path=THREAD_PATH,
        good=thread,
    ),
    Fault(
        name="thread that says « not found »",
        arrange=page((PAGES / "not_found.html").read_bytes()),
        said='"thread not found" notice',
        site=THREADS,
        path=THREAD_PATH,
        good=thread,
    ),
    Fault(
        name="login instead of the thread",
        arrange=page((PAGES / "login.html").read_bytes()),
        said="a login page",
        site=THREADS,
        path=THREAD_PATH,
        good=thread,
    ),
    Fault(name="picture called a page", arrange=page(b"\x89PNG\r\n\x1a\n" + bytes(400)), said="expected a web page"),
    Fault(
        name="PDF",
        arrange=answers(Reply(200, b"%PDF-1.7\n" + bytes(400), {"Content-Type": "application/pdf"})),
        said="expected a web page",
    ),
    Fault(name="zero bytes in the text", arrange=page(GOOD.replace(b"guichet", b"gui\0chet"))),
    Fault(name="encoding that is not the declared one", arrange=page(GOOD.decode().encode("cp1252"))),
    Fault(
        name="sixty thousand elements deep",
        arrange=page(nested("article")),
        said="nested more than 3000 deep",
        settings={"max_bytes": 2_000_000},
    ),
    Fault(
        name="sixty thousand elements deep in a tweet",
        arrange=page(deep_thread()),
        said="no page for people",
        settings={"max_bytes": 2_000_000},
        site=THREADS,
        path=THREAD_PATH,
        good=thread,
    ),
    Fault(
        name="a hundred thousand elements",
        arrange=page("<!doctype html><article>" + "<br>mot" * 100_000),
        said="more than 60000 elements",
        settings={"max_bytes": 9_000_000},
    ),
    Fault(name="bytes that move at every visit", arrange=changes_each_time),
    # Listings.
    Fault(name="feed cut short", arrange=serves_feed(feed()[:-60]), path="/rss", kind="feed", good=good_feed),
    Fault(
        name="feed with impossible dates",
        arrange=serves_feed(feed("<pubDate>Tue, 31 Feb 1066 99:00</pubDate>")),
        path="/rss",
        kind="feed",
        good=good_feed,
    ),
    Fault(
        name="feed of the future",
        arrange=serves_feed(feed("<pubDate>Sun, 03 Mar 2999 08:00:00 GMT</pubDate>")),
        path="/rss",
        kind="feed",
        good=good_feed,
    ),
    Fault(
        name="feed with an entity bomb",
        arrange=serves_feed(
            b"<!DOCTYPE x [<!ENTITY a 'mot'><!ENTITY b '&a;&a;&a;'>]>" + feed().replace(b"Le guichet", b"&b;")
        ),
        path="/rss",
        kind="feed",
        good=good_feed,
    ),
    Fault(
        name="sitemap of a million lines",
        arrange=page(a_million_lines(), Content_Encoding="gzip"),
        path="/sitemap.xml",
        good=good_sitemap,
        said="too large",
    ),
    Fault(
        name="sitemap that names itself",
        arrange=serves_feed(
            b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://blog.example/sitemap.xml</loc></sitemap></sitemapindex>',
            "application/xml",
        ),
        path="/sitemap.xml",
        good=good_sitemap,
        met=0,
    ),
    # robots.txt.
    Fault(
        name="robots.txt closes the path",
        arrange=robots(Reply(200, b"User-agent: *\nDisallow: /")),
        said="closed by robots.txt",
        state="refused",
    ),
    Fault(name="robots.txt is a storm", arrange=robots(Reply(503)), said="robots.txt", state="refused"),
    Fault(name="robots.txt is a page", arrange=robots(article())),
    Fault(name="robots.txt does not answer", arrange=robots(Reply(bare=hang_up)), said="broken answer"),
    Fault(
        name="robots.txt of a gigabyte",
        arrange=robots(Reply(200, b"", raw=drip(b"Disallow: /\n" * 3000, 0))),
        said="robots.txt",
        state="refused",
        settings=HASTY,
    ),
)
