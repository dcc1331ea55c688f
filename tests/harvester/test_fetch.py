"""The client against real servers on the loopback."""

from __future__ import annotations

import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import zstandard

from db.records import Validators
from harvester.fetch import Client, Exchange, HarvestSettings, StoppedError
from harvester.model import FetchError, RefusedError
from tests.harvester.server import Reply, Site, close_early, serving


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def settings(**changes: object) -> HarvestSettings:
    values: dict[str, object] = {"pause_seconds": 0, "allow_private_addresses": True, "contact": "https://exemple.fr"}
    return HarvestSettings(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


def get(url: str, clock: Clock | None = None, validators: Validators | None = None, **changes: object) -> Exchange:
    clock = clock or Clock()
    with Client(settings(**changes), sleep=clock.sleep, clock=clock) as client:
        return client.get(url, validators)


def reason(exchange: Exchange) -> str:
    assert isinstance(exchange.error, FetchError | RefusedError), exchange
    return exchange.error.reason


# --- answers ----------------------------------------------------------------------------------------------


def test_an_answer_is_kept_as_it_came(site: Site) -> None:
    site.routes["/a"] = Reply(200, "Fil déroulé".encode(), {"Content-Type": "text/html", "ETag": '"1"'})
    exchange = get(site["/a"])
    assert exchange.error is None
    [fetch] = exchange.fetches
    assert (fetch.url, fetch.final_url, fetch.status) == (site["/a"], site["/a"], 200)
    assert fetch.body == "Fil déroulé".encode()
    assert fetch.content_type == "text/html"
    assert fetch.headers["etag"] == '"1"'
    assert fetch.fetched_at.endswith("Z")
    assert len(fetch.fetched_at) == len("2021-05-04T07:12:31.123Z")


def test_a_request_says_who_asks_and_carries_no_cookie(site: Site) -> None:
    site.routes["/a"] = Reply(200, b"x", {"Set-Cookie": "suivi=1; Path=/"})
    clock = Clock()
    with Client(settings(contact="équipe@exemple.fr\r\nX: 1"), sleep=clock.sleep) as client:
        fetches = [client.get(site["/a"]).fetches[0] for _ in range(2)]
    asked = [seen.headers for seen in site.seen if seen.path == "/a"]
    assert asked[0]["user-agent"].startswith("filature/")
    assert asked[0]["user-agent"].endswith("(+?quipe@exemple.fr X: 1)")
    assert "cookie" not in asked[1]
    assert "set-cookie" not in fetches[0].headers


def test_validators_make_the_request_conditional(site: Site) -> None:
    def answer(headers: object) -> Reply:
        assert isinstance(headers, dict)
        return Reply(304) if headers.get("if-none-match") == '"7"' else Reply(200, b"new")

    site.routes["/a"] = answer
    when = "Tue, 04 May 2021 07:12:31 GMT"
    exchange = get(site["/a"], validators=Validators(etag='"7"', last_modified=when))
    assert exchange.error is None
    assert [(fetch.status, fetch.body) for fetch in exchange.fetches] == [(304, None)]
    assert site.seen[-1].headers["if-modified-since"] == when


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda raw: zlib.compress(raw, wbits=-15)),
        ("zstd", zstandard.compress),
        ("gzip, zstd", lambda raw: zstandard.compress(gzip.compress(raw))),
        ("", lambda raw: raw),
    ],
)
def test_content_encodings_are_undone(site: Site, name: str, encode: object) -> None:
    assert callable(encode)
    site.routes["/a"] = Reply(200, encode(b"un texte " * 50), {"Content-Encoding": name})
    assert get(site["/a"]).fetches[-1].body == b"un texte " * 50


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("gzip", b"not gzip", "content-encoding gzip does not fit"),
        ("gzip", gzip.compress(b"x" * 5000, mtime=0)[:-9], "content-encoding gzip does not fit"),
        ("deflate", zlib.compress(b"un texte " * 500)[:20], "content-encoding deflate does not fit"),
        ("zstd", b"not zstd", "content-encoding zstd does not fit"),
        ("br", b"\x0b\x02\x80", "content-encoding br is unknown"),
        ("gzip", gzip.compress(bytes(5_000_000), mtime=0), "too large: over 100000 bytes once gzip is undone"),
        ("zstd", zstandard.compress(bytes(5_000_000)), "too large: over 100000 bytes once zstd is undone"),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(50_000_000), mtime=0), mtime=0), "too large: over 100000"),
    ],
)
def test_a_body_that_cannot_be_taken_is_an_error(site: Site, name: str, body: bytes, words: str) -> None:
    site.routes["/a"] = Reply(200, body, {"Content-Encoding": name})
    exchange = get(site["/a"], max_bytes=100_000)
    assert words in reason(exchange)
    assert exchange.fetches[-1].body is None
    assert words in (exchange.fetches[-1].error or "")
    assert site.paths == ["/a"], "no second try helps"


def endless(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 10_000)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"x" * 2000), "too large: 2000 bytes declared"),
        (Reply(200, headers={"Connection": "close"}, raw=endless), "too large: over 1000 bytes"),
    ],
)
def test_an_answer_over_the_limit_is_left(site: Site, reply: Reply, words: str) -> None:
    site.routes["/a"] = reply
    assert words in reason(get(site["/a"], max_bytes=1000))


# --- redirects ----------------------------------------------------------------------------------------------


def test_redirects_are_followed_and_each_request_is_kept(site: Site) -> None:
    site.routes |= {
        "/a": Reply(301, b"moved", {"Location": "/b#part"}),
        "/b": Reply(302, headers={"Location": site["/c"]}),
        "/c": Reply(200, b"here"),
    }
    exchange = get(site["/a"])
    assert exchange.error is None
    steps = [(fetch.url, fetch.final_url, fetch.status, fetch.body) for fetch in exchange.fetches]
    assert steps == [
        (site["/a"], site["/a"], 301, None),
        (site["/a"], site["/b"], 302, None),
        (site["/a"], site["/c"], 200, b"here"),
    ]


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/a", "redirects in a loop, back to http://127.0.0.1"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://exemple.fr:port/", "broken answer: Invalid URL in location header"),
        ("", "without saying where to"),
    ],
)
def test_bad_redirects(site: Site, location: str, words: str) -> None:
    site.routes["/a"] = Reply(302, headers={"Location": location} if location else {})
    exchange = get(site["/a"])
    assert words in reason(exchange)
    assert len(exchange.fetches) == 1


def test_redirects_have_an_end(site: Site) -> None:
    site.routes |= {f"/{n}": Reply(302, headers={"Location": f"/{n + 1}"}) for n in range(9)}
    exchange = get(site["/0"], max_redirects=3)
    assert "more than 3 redirects" in reason(exchange)
    assert site.paths == ["/0", "/1", "/2", "/3"]


def test_a_redirect_to_another_host_asks_its_robots(site: Site) -> None:
    with serving({"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /secret")}) as other:
        site.routes["/a"] = Reply(302, headers={"Location": other["/secret/x"]})
        exchange = get(site["/a"])
        assert isinstance(exchange.error, RefusedError)
        assert other.paths == []


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    """The mirror that the user named may be private; where it leads to may not."""
    with serving({"/b": Reply(200, b"x")}) as other:
        site.routes["/a"] = Reply(302, headers={"Location": other["/b"]})
        mirrors = {site.origin: "https://fils.exemple"}
        exchange = get("https://fils.exemple/a", allow_private_addresses=False, mirrors=mirrors)
        assert reason(exchange).startswith("private address: 127.0.0.1 (allow_")
        assert [fetch.status for fetch in exchange.fetches] == [302]
        assert other.seen == []


# --- trying again ---------------------------------------------------------------------------------------------


def test_a_server_error_is_tried_again(site: Site, clock: Clock) -> None:
    site.routes["/a"] = [Reply(503, b"no"), Reply(500, b"no"), Reply(200, b"yes")]
    exchange = get(site["/a"], clock)
    assert exchange.error is None
    assert [(fetch.status, fetch.body) for fetch in exchange.fetches] == [(503, None), (500, None), (200, b"yes")]
    first, second = clock.slept
    assert 0.5 <= first <= 1.5
    assert 1 <= second <= 3


def test_tries_have_an_end_and_the_last_body_is_kept(site: Site) -> None:
    site.routes["/a"] = Reply(502, b"bad gateway")
    exchange = get(site["/a"], retries=2)
    assert reason(exchange) == "answered 502 Bad Gateway"
    assert [fetch.body for fetch in exchange.fetches] == [None, None, b"bad gateway"]


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_waited_for(site: Site, clock: Clock, as_date: bool) -> None:
    at = datetime.now(UTC) + timedelta(seconds=31)
    header = format_datetime(at, usegmt=True) if as_date else "30"
    site.routes["/a"] = [Reply(429, headers={"Retry-After": header}), Reply(200, b"yes")]
    assert get(site["/a"], clock).error is None
    assert clock.slept == pytest.approx([30], abs=1.5)


def test_a_long_retry_after_is_left_to_a_later_run(site: Site, clock: Clock) -> None:
    site.routes["/a"] = Reply(429, headers={"Retry-After": "7200"})
    exchange = get(site["/a"], clock)
    assert isinstance(exchange.error, FetchError)
    assert exchange.error.retry_after == 7200
    assert clock.slept == []
    assert len(exchange.fetches) == 1


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (403, False), (400, False)])
def test_what_is_not_there_is_asked_once(site: Site, status: int, gone: bool) -> None:
    site.routes["/a"] = Reply(status, b"notice")
    exchange = get(site["/a"])
    assert isinstance(exchange.error, FetchError)
    assert exchange.error.gone is gone
    assert [fetch.body for fetch in exchange.fetches] == [b"notice"]


def test_an_archived_failure_is_not_the_hosts_own(site: Site) -> None:
    site.routes["/a"] = Reply(429, b"x", {"Memento-Datetime": "Tue, 04 May 2021 07:12:31 GMT"})
    assert reason(get(site["/a"])) == "answered 429 Too Many Requests"
    assert site.paths == ["/a"]


def test_a_broken_answer_is_tried_again(site: Site) -> None:
    broken = Reply(200, headers={"Content-Length": "5000"}, raw=close_early)
    site.routes["/a"] = [broken, Reply(200, b"whole")]
    exchange = get(site["/a"])
    assert [fetch.body for fetch in exchange.fetches] == [None, b"whole"]
    assert "broken answer" in (exchange.fetches[0].error or "")


# --- what goes wrong below HTTP ---------------------------------------------------------------------------------


def test_an_unknown_host_is_one_clear_error() -> None:
    exchange = get("http://nulle-part.invalid/a")
    assert reason(exchange) == "host name not found: nulle-part.invalid (misspelt, or no network)"
    assert len(exchange.aside) == 1, "asked once, for robots.txt"


def test_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert reason(get(f"http://127.0.0.1:{port}/", retries=0)) == "connection refused"


def test_tls_to_a_plain_port(site: Site) -> None:
    assert reason(get(site["/a"].replace("http:", "https:"))).startswith("no TLS with this host: ")


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run([openssl, *command.split()], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving({"/a": Reply(200, b"x")}, tls=context) as site:
        assert reason(get(site["/a"])) == "certificate not valid: self-signed certificate"


@pytest.mark.parametrize(
    "url", ["ftp://exemple.fr/a", "mailto:a@exemple.fr", "http://", "http://exemple.fr:port/", "x"]
)
def test_other_addresses_are_errors(url: str) -> None:
    assert "address" in reason(get(url))


def drip(connection: socket.socket) -> None:
    for _ in range(200):
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.02)


def drip_headers(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.02)


def test_a_dripping_body_ends_by_the_total_time(site: Site) -> None:
    site.routes["/a"] = Reply(200, headers={"Transfer-Encoding": "chunked"}, raw=drip)
    started = time.monotonic()
    assert reason(get(site["/a"], max_seconds_per_page=0.3)) == "not whole after 0.3 s"
    assert time.monotonic() - started < 2


def test_dripping_headers_end_by_the_total_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip_headers, args=(listener,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a"
        assert reason(get(url, max_seconds_per_page=0.3)) == "not whole after 0.3 s"
        thread.join()


def test_a_silent_host(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a"
        assert reason(get(url, timeout_seconds=0.1, retries=0)) == "no answer in time"


# --- private addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::1]", "127.1"])
def test_private_hosts_are_refused(site: Site, host: str) -> None:
    exchange = get(f"http://{host}:{site.port}/a", allow_private_addresses=False)
    assert isinstance(exchange.error, RefusedError)
    assert "private" in exchange.error.reason
    assert site.seen == []


# --- robots.txt -------------------------------------------------------------------------------------------------


def test_robots_close_a_path_and_are_asked_once(site: Site) -> None:
    site.routes |= {
        "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /closed\n\nUser-agent: filature\nDisallow: /ours"),
        "/closed": Reply(200, b"x"),
    }
    clock = Clock()
    with Client(settings(), sleep=clock.sleep, clock=clock) as client:
        closed, open_ = client.get(site["/ours/1"]), client.get(site["/closed"])
    assert isinstance(closed.error, RefusedError)
    assert closed.error.reason == "closed by robots.txt"
    assert closed.fetches == ()
    assert open_.error is None
    assert [seen.path for seen in site.seen] == ["/robots.txt", "/closed"]
    assert [(fetch.url, fetch.status) for fetch in closed.aside] == [(site["/robots.txt"], 200)]
    assert open_.aside == ()


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_robots_all_is_allowed(site: Site, status: int) -> None:
    site.routes |= {"/robots.txt": Reply(status), "/a": Reply(200, b"x")}
    assert get(site["/a"]).error is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_that_cannot_be_had_close_the_host_for_now(site: Site, status: int) -> None:
    site.routes |= {"/robots.txt": Reply(status), "/a": Reply(200, b"x")}
    exchange = get(site["/a"], retries=1)
    assert isinstance(exchange.error, RefusedError)
    assert exchange.error.passing
    assert exchange.error.reason == f"robots.txt answered {status}: the host is left alone for now"
    assert site.paths == []


def test_robots_of_an_earlier_run_are_asked_for_conditionally(site: Site) -> None:
    site.routes |= {"/robots.txt": Reply(304), "/a": Reply(200, b"x")}
    clock = Clock()
    with Client(settings(), sleep=clock.sleep, clock=clock) as client:
        address = client.robots_address(site["/a"])
        client.remember_robots(address, Validators(etag='"3"'), b"User-agent: *\nDisallow: /b")
        assert client.get(site["/a"]).error is None
        assert isinstance(client.get(site["/b"]).error, RefusedError)
    assert site.seen[0].headers["if-none-match"] == '"3"'


# --- pace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("robots", "pause"), [(b"", 2.0), (b"User-agent: *\nCrawl-delay: 7", 7.0)])
def test_two_requests_to_a_host_are_a_pause_apart(site: Site, clock: Clock, robots: bytes, pause: float) -> None:
    site.routes |= {"/robots.txt": Reply(200, robots), "/a": Reply(200, b"x")}
    with Client(settings(pause_seconds=2.0), sleep=clock.sleep, clock=clock) as client:
        client.get(site["/a"])
        client.get(site["/a"])
        with serving({"/a": Reply(200, b"x")}) as other:
            before = clock.now
            client.get(other["/robots.txt"].replace("robots.txt", "a"))
            assert clock.now - before == 2.0, "another host waits for its own robots.txt only"
    assert clock.slept[:2] == [2.0, pause]


@pytest.mark.parametrize("rule", ["Crawl-delay: 86400", "Request-rate: 1/1h"])
def test_a_host_that_wants_longer_pauses_than_a_run_may_wait_gives_one_page(
    site: Site, clock: Clock, rule: str
) -> None:
    site.routes |= {
        "/robots.txt": Reply(200, f"User-agent: *\n{rule}".encode()),
        "/a": Reply(301, headers={"Location": "/b"}),
        "/b": Reply(200, b"x"),
    }
    with Client(settings(pause_seconds=2.0), sleep=clock.sleep, clock=clock) as client:
        first, second = client.get(site["/a"]), client.get(site["/b"])
    assert (first.error, site.paths) == (None, ["/a", "/b"])
    assert isinstance(second.error, RefusedError)
    assert second.error.passing
    assert second.error.reason.startswith("robots.txt asks for ")
    assert sum(clock.slept) <= 2.0 + 120.0


def test_a_stopped_client_asks_no_more(site: Site) -> None:
    with Client(settings(pause_seconds=60)) as client:
        threading.Timer(0.1, client.stop).start()
        with pytest.raises(StoppedError):
            client.get(site["/a"])
    assert site.paths == []


# --- mirrors, log -----------------------------------------------------------------------------------------------


def test_a_mirror_is_asked_instead_of_its_site(site: Site) -> None:
    site.routes |= {"/a": Reply(302, headers={"Location": "https://fils.exemple/b"}), "/b": Reply(200, b"x")}
    exchange = get("https://fils.exemple/a", mirrors={site.origin: "https://fils.exemple"})
    assert exchange.error is None
    assert [(fetch.url, fetch.final_url) for fetch in exchange.fetches] == [
        ("https://fils.exemple/a", site["/a"]),
        ("https://fils.exemple/a", site["/b"]),
    ]


def test_one_log_line_a_request(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.routes |= {"/robots.txt": Reply(404, b""), "/a": Reply(200, b"12345"), "/b": Reply(200, b"x" * 2000)}
    with caplog.at_level(logging.INFO):
        get(site["/a"], max_bytes=1000)
        get(site["/b"], max_bytes=1000)
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith(f"GET {site['/robots.txt']} 404 0 bytes ")
    assert lines[1].startswith(f"GET {site['/a']} 200 5 bytes ")
    assert lines[1].endswith(" ms")
    assert lines[3].startswith(f"GET {site['/b']} failed after ")
    assert lines[3].endswith(" ms: too large: 2000 bytes declared, 1000 taken (max_bytes)")
    assert len(lines) == 4
