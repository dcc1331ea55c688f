"""`filature export warc`: what warcio reads back is what sites answered."""

from __future__ import annotations

import argparse
import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from db.archive import Archive
from db.exchanges import fetches_to_export
from db.records import Fetch
from db.snapshots import store_fetch
from harvester.warc.export import About, write
from tests.filature.conftest import Run

SITE = "https://blog.exemple"
PAGE = "<p>La cantine reprend 12 agents à l'été.</p>".encode()
DAY = "2026-03-0{}T10:11:12.345Z"


def answer(path: str = "/a", day: int = 1, status: int | None = 200, body: bytes | None = PAGE, **more: Any) -> Fetch:
    headers = {"content-type": "text/html; charset=utf-8", **more.pop("headers", {})}
    url = f"{SITE}{path}"
    fields = {"url": url, "final_url": url, "fetched_at": DAY.format(day), "elapsed_ms": 3, **more}
    return Fetch(status=status, body=body, headers=headers if status else {}, **fields)


@pytest.fixture
def archive(here: Path) -> Iterator[Archive]:
    """Three runs: answers of all sorts, a second visit, an imported file."""
    Path("config.toml").touch()
    with Archive.open(here / "filature.db") as opened:
        first, second = opened.start_run("harvest", "0.1.0"), opened.start_run("harvest", "0.1.0")
        third = opened.start_run("import", "0.1.0")
        coded = {"content-encoding": "gzip", "content-length": "31", "transfer-encoding": "chunked", "etag": '"1"'}
        moved = {"location": "/b", "content-length": "0"}
        late = {"content-length": "99000000"}
        big = "too large: 99000000 bytes declared"
        for fetch in (
            answer("/robots.txt", body=b"User-agent: *\n", headers={"content-type": "text/plain"}),
            answer(headers=coded),
            answer("/old", status=302, body=None, headers=moved),
            answer("/old", body=b"<p>Au bout du chemin</p>", final_url=f"{SITE}/b"),
            answer("/same?x=1"),
            answer("/big", body=None, headers=late, error=big),
            answer("/down", status=None, body=None, error="timed out"),
            answer("/gone", status=404, body=b"rien"),
        ):
            opened.save_fetch(first, fetch)
        opened.save_fetch(second, answer(day=2, status=304, body=None, headers={"etag": '"1"'}))
        opened.save_fetch(second, answer("/é", day=2, body=b"<p>autre</p>", final_url="http://127.0.0.1:9/é"))
        file = "file:///captures/fil.html"
        opened.save_fetch(third, answer(day=3, status=None, body=b"<p>fil</p>", url=file, final_url=file))
        yield opened


def records(path: Path) -> list[dict[str, Any]]:
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            headers = dict(record.rec_headers.headers)
            http = record.http_headers
            body = record.content_stream().read()
            found.append({**headers, "http": http, "body": body, "status": http and http.get_statuscode()})
    return found


def of_type(path: Path, *kinds: str) -> list[dict[str, Any]]:
    return [record for record in records(path) if record["WARC-Type"] in kinds]


@pytest.fixture
def exported(archive: Archive, run: Run) -> Path:
    done = run("export", "warc")
    assert done.stdout == (
        "filature.warc.gz: 7 answers, 2 revisits, 9 requests, 1 file; 1 request without an answer left out\n"
    )
    return Path("filature.warc.gz")


def test_every_answer_is_there_as_it_was(exported: Path) -> None:
    got = [
        (record["WARC-Type"], record["WARC-Target-URI"].removeprefix(SITE), record["status"], record["body"])
        for record in of_type(exported, "response", "revisit", "resource")
    ]
    assert got == [
        ("response", "/robots.txt", "200", b"User-agent: *\n"),
        ("response", "/a", "200", PAGE),
        ("response", "/old", "302", b""),
        ("response", "/b", "200", b"<p>Au bout du chemin</p>"),
        ("revisit", "/same?x=1", "200", b""),
        ("response", "/big", "200", b""),
        ("response", "/gone", "404", b"rien"),
        ("revisit", "/a", None, b""),
        ("response", "/%C3%A9", "200", b"<p>autre</p>"),
        ("resource", "file:///captures/fil.html", None, b"<p>fil</p>"),
    ]


def test_the_headers_tell_of_the_bytes_of_the_record(exported: Path) -> None:
    page = of_type(exported, "response")[1]
    told = {name.lower(): value for name, value in page["http"].headers}
    assert {name: told.get(name) for name in ("content-encoding", "transfer-encoding", "content-length")} == {
        "content-encoding": None,
        "transfer-encoding": None,
        "content-length": str(len(PAGE)),
    }
    assert told["x-archive-orig-content-encoding"] == "gzip"
    assert told["x-archive-orig-content-length"] == "31"
    assert page["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(PAGE).hexdigest()}"
    assert page["WARC-Date"] == DAY.format(1)


def test_revisits_lead_to_the_record_that_has_the_bytes(exported: Path) -> None:
    page = of_type(exported, "response")[1]
    same, unchanged = of_type(exported, "revisit")
    for revisit, profile in ((same, "identical-payload-digest"), (unchanged, "server-not-modified")):
        assert revisit["WARC-Profile"] == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
        assert revisit["WARC-Refers-To"] == page["WARC-Record-ID"]
        assert revisit["WARC-Refers-To-Target-URI"] == page["WARC-Target-URI"]
        assert revisit["WARC-Refers-To-Date"] == page["WARC-Date"]
        assert revisit["WARC-Payload-Digest"] == page["WARC-Payload-Digest"]
    (told,) = of_type(exported, "metadata")
    assert told["WARC-Concurrent-To"] == unchanged["WARC-Record-ID"]
    assert told["body"].startswith(b"HTTP-Status: 304 Not Modified\r\n")


def test_requests_say_no_more_than_is_known(exported: Path) -> None:
    requests = of_type(exported, "request")
    answers = {record["WARC-Record-ID"] for record in of_type(exported, "response", "revisit")}
    assert {record["WARC-Concurrent-To"] for record in requests} == answers
    asked = requests[4]["http"]
    assert (asked.protocol, asked.statusline) == ("GET", "/same?x=1 HTTP/1.1")
    assert asked.headers == [("Host", "blog.exemple"), ("User-Agent", "filature/0.1.0")]


def test_what_was_not_kept_and_what_a_mirror_gave_are_marked(exported: Path) -> None:
    marks = {
        record["WARC-Target-URI"].removeprefix(SITE): (record.get("WARC-Truncated"), record.get("X-Filature-Asked-At"))
        for record in of_type(exported, "response")
    }
    assert marks["/big"] == ("length", None)
    assert marks["/%C3%A9"] == (None, "http://127.0.0.1:9/%C3%A9")
    assert {marks[path] for path in ("/a", "/old", "/robots.txt")} == {(None, None)}


def test_warcio_checks_it_and_the_same_archive_gives_the_same_file(exported: Path, run: Run) -> None:
    checker = Checker(argparse.Namespace(inputs=[str(exported)], verbose=False))
    assert checker.process_all() == 0
    first = exported.read_bytes()
    run("export", "warc", "--quiet")
    assert exported.read_bytes() == first


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--run", 2), ["response /a", "revisit /a", "response /%C3%A9"]),
        (("--run", 3), ["resource file:///captures/fil.html"]),
        (("--since", "2026-03-03"), ["resource file:///captures/fil.html"]),
    ],
)
def test_part_of_an_archive_holds_what_it_says_is_unchanged(
    archive: Archive, run: Run, options: tuple[object, ...], expected: list[str]
) -> None:
    run("export", "warc", *options, "-o", "part.warc")
    found = of_type(Path("part.warc"), "response", "revisit", "resource")
    assert [f"{one['WARC-Type']} {one['WARC-Target-URI'].removeprefix(SITE)}" for one in found] == expected


def test_nothing_to_export_is_one_line_and_leaves_no_file(archive: Archive, run: Run) -> None:
    done = run("export", "warc", "--run", 99)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "no answer to export" in done.stderr
    assert not list(Path().glob("*.warc*"))


def test_a_large_archive_takes_no_more_memory(archive: Archive) -> None:
    run_id = archive.start_run("harvest", "0.1.0")
    with archive.together():
        for number in range(40):
            archive.read(store_fetch, run_id, answer(f"/{number}", body=b"%d " % number * 100_000))
    tracemalloc.start()
    written = write(
        _Nowhere(), archive.read(fetches_to_export, [run_id], None), About(software="t", at="x"), mirrors={}
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written["response"] == 40
    assert peak < 4_000_000


class _Nowhere(io.BytesIO):
    def write(self, data: Any) -> int:
        return len(data)
