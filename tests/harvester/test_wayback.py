"""The Wayback Machine's answers: invented ones in tables, and recorded ones replayed by a server on this machine."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from db.records import Fetch
from harvester.fetch import Client, HarvestSettings
from harvester.wayback.addresses import Question, capture_in, is_same_page, led_to, memento_url, questions
from harvester.wayback.cdx import Capture, choose, is_page_of, read_captures
from harvester.wayback.client import Memento, Wayback, wayback_settings
from harvester.wayback.errors import ExcludedError, NoMementoError, UnreachableError, WaybackError
from tests.harvester.server import Reply
from tests.shared import shared
from tests.wayback import ORIGIN, Kept, Machine, machine, memento, path_of

PAGE = "https://site.example/page"
THREAD = "https://threadreaderapp.com/thread/1268236053509046272"
DAY = "20210504093015"
Asking = Callable[[Machine], Wayback]


@pytest.fixture
def wayback() -> Iterator[Machine]:
    with machine() as opened:
        yield opened


@pytest.fixture
def requests() -> list[Fetch]:
    """What was asked and kept."""
    return []


@pytest.fixture
def asking(wayback: Machine, requests: list[Fetch]) -> Iterator[Wayback]:
    """A client of the Wayback Machine on this machine."""
    settings = HarvestSettings(pause_seconds=0, contact="test@example.org", mirrors={wayback.origin: ORIGIN})
    with Client(wayback_settings(settings, 0)) as client:
        yield Wayback(client, requests.append)


def capture(timestamp: str = DAY, original: str = PAGE, **more: object) -> Capture:
    made = Capture(timestamp=timestamp, original=original, mimetype="text/html", status=200, digest=timestamp)
    return replace(made, **more)  # type: ignore[arg-type]


# --- Addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (f"{THREAD}.html", [("threadreaderapp.com/thread/1268236053509046272", True)]),
        (f"http://www.threadreaderapp.com:80{THREAD[27:]}", [("threadreaderapp.com/thread/1268236053509046272", True)]),
        ("https://threadreaderapp.com/scrolly/12682", [("threadreaderapp.com/thread/12682", True)]),
        ("https://site.example/a/page", [("site.example/a/page", False), ("site.example/a/page/", False)]),
        ("https://site.example/a/page/", [("site.example/a/page/", False), ("site.example/a/page", False)]),
        ("https://site.example/?p=12", [("site.example/?p=12", False)]),
        ("https://site.example", [("site.example/", False)]),
    ],
)
def test_every_form_of_an_address_is_asked_for(url: str, asked: list[tuple[str, bool]]) -> None:
    assert [(question.url, question.prefix) for question in questions(url)] == asked


def test_a_question_is_one_that_the_cdx_server_documents() -> None:
    assert Question("site.example/é?a=b&c", prefix=True).address == (
        "https://web.archive.org/cdx/search/cdx?url=site.example/%C3%A9%3Fa%3Db%26c&matchType=prefix&output=json"
        "&filter=statuscode:200&collapse=digest&limit=-1000"
    )


@pytest.mark.parametrize(
    ("address", "location", "leads_to"),
    [
        (memento_url(DAY, PAGE), f"/web/2020id_/{PAGE}", f"{ORIGIN}/web/2020id_/{PAGE}"),
        (memento_url(DAY, PAGE), f"{ORIGIN}/web/20200101000000/{PAGE}", memento_url("20200101000000", PAGE)),
        (memento_url(DAY, PAGE), f"http://web.archive.org/web/2020js_/{PAGE}", f"{ORIGIN}/web/2020id_/{PAGE}"),
        (memento_url(DAY, PAGE), PAGE, None),
        (memento_url(DAY, PAGE), "/static/index.html", None),
        (memento_url(DAY, PAGE), "", (memento_url(DAY, PAGE))),
    ],
)
def test_redirects_stay_among_captures(address: str, location: str, leads_to: str | None) -> None:
    assert led_to(address, location) == leads_to


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PAGE, "http://www.site.example:80/page/", True),
        (PAGE, f"{PAGE}?utm_source=x#part", True),
        (PAGE, f"{PAGE}?p=2", False),
        (PAGE, "https://site.example/", False),
        (f"{THREAD}.html", f"{THREAD}?refreshed=yes", True),
        (f"{THREAD}.html", f"{THREAD}0.html", False),
        (f"{THREAD}.html", "https://threadreaderapp.com/", False),
    ],
)
def test_same_page(one: str, other: str, *, same: bool) -> None:
    assert is_same_page(one, other) is same


# --- Searches ---------------------------------------------------------------------------------------------------

HEADER = b'[["urlkey","timestamp","original","mimetype","statuscode","digest","length"]'
ROW = f'["k","{DAY}","{PAGE}","text/html","200","D","9"]'.encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", 0),
        (b"[]", 0),
        (HEADER + b"]", 0),
        (HEADER + b"," + ROW + b"]", 1),
        (HEADER + b"," + ROW + b"," + ROW + b"]", 1),
        (HEADER + b"," + ROW + b',[],["k+2021"]]', 1),
        (b'[["timestamp","original"],["20210504093015","http://a.example/"]]', 1),
        (f"k {DAY} {PAGE} text/html 200 D 9\n".encode(), 1),
        (f"k {DAY} {PAGE} text/html - D -\n\nk+2021\n".encode(), 1),
        (f"k 20211332093015 {PAGE} text/html 200 D 9\n".encode(), 0),
        (f"k {DAY} javascript:alert(1) text/html 200 D 9\n".encode(), 0),
    ],
)
def test_lists_of_captures(body: bytes, found: int) -> None:
    assert len(read_captures(body, "address")) == found


@pytest.mark.parametrize("body", [b"<html>Sorry</html>", b"[[", b'[["a"],["b"]]', b"[1, 2]", b"Rate limited"])
def test_what_is_no_list_of_captures(body: bytes) -> None:
    with pytest.raises(UnreachableError):
        read_captures(body, "address")


def test_the_newest_of_each_text_comes_first() -> None:
    made = [
        capture("20190101000000"),
        capture("20200101000000", digest="same"),
        capture("20210101000000", digest="same"),
    ]
    made += [capture("20220101000000", mimetype="image/png"), capture("20220101000000", status=404)]
    made += [capture("20230101000000", original="https://site.example/other")]
    chosen = choose(made, is_page_of(PAGE))
    assert [one.timestamp for one in chosen] == ["20210101000000", "20190101000000"]


@pytest.mark.parametrize(
    ("after", "before", "years"),
    [
        (None, None, ["2021", "2020", "2019"]),
        ("2020-01-01T00:00:00.000Z", None, ["2021"]),
        (None, "2021-01-01T00:00:00.000Z", ["2020", "2019"]),
        ("2019-06-01T00:00:00.000Z", "2020-06-01T00:00:00.000Z", ["2020"]),
    ],
)
def test_captures_are_chosen_by_time(after: str | None, before: str | None, years: list[str]) -> None:
    made = [capture(f"{year}0101000000") for year in (2019, 2020, 2021)]
    assert [one.timestamp[:4] for one in choose(made, is_page_of(PAGE), after=after, before=before)] == years


# --- Captures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"content-encoding": "", "Content-Encoding": "gzip"},  # both came from the real one
        {"Content-Encoding": ""},
        {},
    ],
)
def test_a_compressed_capture_is_unpacked_whatever_its_headers_say(
    asking: Wayback, wayback: Machine, headers: dict[str, str]
) -> None:
    kept = Kept(DAY, PAGE, gzip.compress(b"<html>the page</html>"))
    wayback.routes[path_of(DAY, PAGE)] = memento(kept, **headers)
    assert asking.memento(capture()).body == b"<html>the page</html>"


@pytest.mark.parametrize("told", ["some day", "Fri, 31 Dec 9999 23:59:59 -1400"])
def test_a_date_that_cannot_be_read_is_that_of_the_address(asking: Wayback, wayback: Machine, told: str) -> None:
    wayback.routes[path_of(DAY, PAGE)] = memento(Kept(DAY, PAGE, b"x"), **{"Memento-Datetime": told})
    assert asking.memento(capture()).captured_at == "2021-05-04T09:30:15.000Z"


def test_requests_are_kept_with_the_addresses_of_the_wayback_machine(
    asking: Wayback, wayback: Machine, requests: list[Fetch]
) -> None:
    near = "20210505000000"
    wayback.routes[path_of(DAY, PAGE)] = Reply(302, headers={"Location": path_of(near, PAGE)})
    wayback.keep(near, PAGE, b"the page")
    found = asking.memento(capture())
    assert [fetch.url for fetch in requests] == [f"{ORIGIN}/robots.txt", memento_url(DAY, PAGE)]
    assert (found.address, found.fetch.final_url) == (memento_url(near, PAGE),) * 2


# --- Recorded exchanges -----------------------------------------------------------------------------------------


def recorded(name: str) -> list[tuple[str, Reply]]:
    """What was asked, and the answer: compressed again where it was."""
    text = shared(f"pages/wayback/{name}.decoded.txt").read_text(encoding="utf-8")
    found = []
    for part in text.split("### GET ")[1:]:
        asked, status, rest = part.split("\n", 2)
        head, _, body = rest.partition("\n\n")
        headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        headers = {key: value for key, value in headers.items() if key not in ("Connection", "Transfer-Encoding")}
        code = re.match(r"### -> (\d+)", status)
        assert code
        raw = body.encode()
        packed = any(key.lower() == "content-encoding" for key in headers)
        found.append((asked, Reply(int(code[1]), gzip.compress(raw) if packed else raw, headers)))
    return found


def asked_for(address: str) -> Capture:
    digits, original = capture_in(address) or ("", "")
    return capture(digits, original)


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except WaybackError as error:
        return error


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("test_get_memento", Memento, "2017-11-24T15:13:15.000Z"),
        ("test_get_memento_raises_blocked_error", NoMementoError, "a notice of the Wayback Machine, no capture (200"),
        ("test_get_memento_raises_no_memento_error", NoMementoError, "never archived (404)"),
        # A memento of a page that said "too many requests": it is not the Wayback Machine that says so.
        ("test_get_memento_works_on_archived_rate_limit_responses", NoMementoError, "the capture is of an answer 429"),
    ],
)
def test_recorded_captures(asking: Wayback, wayback: Machine, name: str, kind: type, words: str) -> None:
    ((address, reply),) = recorded(name)
    wayback.routes[address.removeprefix(ORIGIN)] = reply
    came = outcome(lambda: asking.memento(asked_for(address)))
    assert type(came) is kind
    assert words in (came.captured_at if isinstance(came, Memento) else str(came))
    assert len(wayback.paths) == 1


@pytest.mark.parametrize(
    ("name", "page", "found"),
    [
        ("test_search", 0, ["19961231235847"]),
        ("test_search_multipage", 0, None),
        ("test_search_multipage", 1, None),
        ("test_search_raises_for_blocked_urls", 0, ExcludedError),
    ],
)
def test_recorded_searches(
    asking: Wayback, wayback: Machine, name: str, page: int, found: list[str] | type[WaybackError] | None
) -> None:
    address, reply = recorded(name)[page]
    question = Question(re.findall(r"url=([^&]+)", urlsplit(address).query)[0])
    wayback.routes[question.address.removeprefix(ORIGIN)] = reply
    came = outcome(lambda: asking.search(question))
    if isinstance(found, type):
        assert type(came) is found
        return
    assert isinstance(came, tuple)
    lines = [line.split() for line in gzip.decompress(reply.body).decode().splitlines() if line.count(" ") == 6]
    told = dict.fromkeys((line[1], line[2], line[4]) for line in lines)
    assert [(one.timestamp, one.original, str(one.status)) for one in came] == list(told)
    assert len(lines) > len(came) > 0  # each capture came three or four times
    assert found is None or [one.timestamp for one in came] == found
