"""Web archives of other programs: read by the same readers as a harvest, with the day and the record they came from."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from filature.cli import main
from filature.demo import DemoSite
from tests.db.samples import one, problems, rows
from tests.filature.conftest import Run

PAGES = Path(__file__).resolve().parents[1] / "pages"
THREAD = "https://threadreaderapp.com/thread/1268236053509046272.html"
G2 = (PAGES / "threadreader" / "g2_2020.html").read_bytes()
LONGER = G2.replace(b"</body>", b"<p>autre</p></body>")
BLOG = "https://blog.exemple/2021/05/cantines"
ARTICLE = (
    "<html><head><title>Les cantines</title><meta property='og:type' content='article'></head><body><article>"
    "<h1>Les cantines</h1><p>{}</p></article></body></html>"
)
WORDS = "La commune reprend ses cantines en régie, et 12 agents sont recrutés. " * 6
LONG = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 4000000\r\n\r\n"
CONTENTS = {
    "documents": "SELECT url, kind, title, published_at, published_from, text FROM documents ORDER BY url",
    "posts": "SELECT id, position, text, posted_at, url FROM posts ORDER BY id",
    "links": "SELECT kind, url, display FROM links ORDER BY 1, 2, 3",
    "media": "SELECT kind, url, alt FROM media ORDER BY 1, 2, 3",
    "authors": "SELECT handle, name FROM authors ORDER BY 1, 2",
    "versions": "SELECT url, v.text FROM versions v JOIN documents ON id = document_id ORDER BY 1, 2",
}


def contents(path: Path) -> dict[str, list[Any]]:
    assert list(problems(path)) == []
    return {name: rows(path, sql) for name, sql in CONTENTS.items()}


class Warc:
    """A WARC file in the making."""

    def __init__(self, *, compressed: bool = True) -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=compressed, warc_version="1.1")

    def add(self, url: str, body: bytes, at: str, status: str = "200 OK", kind: str = "response", **more: str) -> str:
        """One record; what a header is called is written with _ for -. Its digest."""
        told = {} if kind == "resource" or "content_type" in more else {"Content-Type": "text/html; charset=utf-8"}
        told |= {name.replace("_", "-"): value for name, value in more.items() if name[0].islower()}
        warc = {name.replace("_", "-"): value for name, value in more.items() if name[0].isupper()}
        http = None if kind == "resource" else StatusAndHeaders(status, list(told.items()), protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": at, **warc},
        )
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Payload-Digest"))

    def save(self, name: str = "crawl.warc.gz") -> Path:
        Path(name).write_bytes(self.out.getvalue())
        return Path(name)


@pytest.fixture
def path(here: Path) -> Path:
    (here / "config.toml").write_text("[harvest]\nmax_bytes = 200000\n")
    return here / "filature.db"


# --- From other programs --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


@pytest.fixture(scope="module")
def live(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the demo site, harvested live."""
    folder = tmp_path_factory.mktemp("live")
    (folder / "config.toml").write_text(site.config(folder), encoding="utf-8")
    CliRunner().invoke(main, ["harvest", "--quiet", "--config", str(folder / "config.toml")])
    return folder / "filature.db"


@pytest.fixture
def harvested(site: DemoSite, live: Path, path: Path) -> Path:
    """The same, in the current folder."""
    Path("config.toml").write_text(site.config("."), encoding="utf-8")
    shutil.copy(live, path)
    return path


def test_what_wget_kept_gives_what_a_live_harvest_gives(site: DemoSite, harvested: Path, run: Run) -> None:
    if shutil.which("wget") is None:
        pytest.skip("wget is not installed")
    asked = [url for (url,) in rows(harvested, "SELECT final_url FROM fetches WHERE status = 200 ORDER BY id")]
    Path("urls.txt").write_text("\n".join(asked))
    command = ["wget", "-q", "-i", "urls.txt", "-O", "/dev/null", "--warc-file=kept", "-e", "robots=off"]
    subprocess.run(command, check=False, timeout=60)
    done = run("import", "kept.warc.gz", "--archive", "again.db", "--json")
    (report,) = json.loads(done.stdout)
    assert report["recognised_as"].startswith("WARC by Wget/")
    assert contents(Path("again.db")) == contents(harvested)
    assert one(Path("again.db"), "SELECT count(*) FROM captures WHERE record LIKE '<urn:uuid:%'") > 30


def test_imported_files_come_back_from_an_export(path: Path, run: Run) -> None:
    Path("copies").mkdir()
    Path("copies/Les cantines d'été.html").write_text(ARTICLE.format(WORDS), encoding="utf-8")
    shutil.copy(PAGES / "threadreader" / "g2_2020.html", "copies/fil.html")
    assert run("import", "copies").exit_code == 0
    run("export", "warc", "--quiet", "-o", "all.warc.gz")
    done = run("import", "all.warc.gz", "--archive", "again.db")
    assert done.exit_code == 0
    assert "left out" not in done.stdout
    assert contents(Path("again.db")) == contents(path)
    assert one(path, "SELECT count(*) FROM documents") == 2


@pytest.mark.parametrize("name", ["demo.warc.gz", "demo.warc", "demo.wacz"])
def test_what_was_exported_comes_back_and_only_once(site: DemoSite, harvested: Path, run: Run, name: str) -> None:
    if name.endswith(".wacz"):
        run("export", "warc", "--quiet", "-o", "data.warc.gz")
        with zipfile.ZipFile(name, "w") as wacz:
            wacz.write("data.warc.gz", "archive/../../data.warc.gz")  # a name that would leave the folder
            wacz.writestr("datapackage.json", "{}")
            wacz.writestr("pages/pages.jsonl", "")
    else:
        run("export", "warc", "--quiet", "-o", name)
    run("import", name, "--archive", "again.db", "--quiet")
    assert contents(Path("again.db")) == contents(harvested)
    fetches = "SELECT count(*) FROM fetches"
    before = one(Path("again.db"), fetches)
    assert "already here" in run("import", name, "--archive", "again.db").stdout
    assert (one(Path("again.db"), fetches), contents(Path("again.db"))) == (before, contents(harvested))
    # The archive that it was exported from has it all, too.
    run("import", name, "--quiet")
    assert one(harvested, "SELECT count(*) FROM documents WHERE version > 1") == 0


# --- Records --------------------------------------------------------------------------------------------------


def test_provenance_of_a_capture(path: Path, run: Run) -> None:
    warc = Warc()
    warc.add(THREAD, G2, "2021-05-04T07:12:31Z", etag='"7"', set_cookie="a=b", WARC_Record_ID="<urn:uuid:1>")
    assert run("import", warc.save()).exit_code == 0
    assert rows(path, "SELECT url, fetched_at, status, etag, elapsed_ms, file, record FROM fetches JOIN captures") == [
        (THREAD, "2021-05-04T07:12:31.000Z", 200, '"7"', 0, "crawl.warc.gz", "<urn:uuid:1>")
    ]
    assert "set-cookie" not in one(path, "SELECT headers FROM fetches")
    assert rows(path, "SELECT first_seen_at, last_seen_at, kind FROM documents") == [
        ("2021-05-04T07:12:31.000Z", "2021-05-04T07:12:31.000Z", "thread")
    ]
    assert rows(path, "SELECT command, status FROM runs") == [("import", "ok")]


def test_an_older_capture_is_history_and_a_newer_one_news(path: Path, run: Run) -> None:
    texts = {2019: "Ancien texte. ", 2021: "Texte courant. ", 2023: "Nouveau texte. "}
    for year in (2021, 2019, 2023):
        warc = Warc()
        warc.add(BLOG, ARTICLE.format(texts[year] + WORDS).encode(), f"{year}-01-01T00:00:00Z")
        run("import", warc.save(f"{year}.warc.gz"), "--quiet")
    assert rows(path, "SELECT substr(text, 1, 5), version, substr(first_seen_at, 1, 4) FROM documents") == [
        ("Nouve", 3, "2019")
    ]
    assert rows(path, "SELECT substr(text, 1, 5), substr(seen_at, 1, 4) FROM versions ORDER BY seen_at") == [
        ("Ancie", "2019"),
        ("Texte", "2021"),
    ]


@pytest.mark.parametrize("split", [False, True])
def test_revisits_find_their_bytes_in_the_file_or_in_an_earlier_one(path: Path, run: Run, split: bool) -> None:
    first, second = Warc(), Warc()
    digest = first.add(THREAD, G2, "2021-05-04T07:12:31Z")
    second = second if split else first
    revisit = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    second.add(THREAD, b"", "2022-05-04T07:12:31Z", kind="revisit", WARC_Profile=revisit, WARC_Payload_Digest=digest)
    profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    second.add(THREAD, b"", "2023-05-04T07:12:31Z", "304 Not Modified", kind="revisit", WARC_Profile=profile)
    second.add(BLOG, b"", "2023-05-04T07:12:31Z", kind="revisit", WARC_Profile=revisit, WARC_Payload_Digest="sha1:ABC")
    run("import", first.save("1.warc.gz"), "--quiet")
    if split:
        assert "left out: 1 revisits of what is not here (https://blog.exemple" in run("import", second.save()).stdout
    assert one(path, "SELECT count(DISTINCT snapshot) || ' ' || count(*) FROM fetches") == "1 3"
    assert one(path, "SELECT last_seen_at FROM documents") == "2023-05-04T07:12:31.000Z"


def test_encodings_are_undone(path: Path, run: Run) -> None:
    warc = Warc()
    packed = gzip.compress(G2)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    warc.add(THREAD, chunked, "2021-05-04T07:12:31Z", content_encoding="gzip", transfer_encoding="chunked")
    page = ARTICLE.format(WORDS).encode()
    warc.add(BLOG, page, "2021-05-04T07:12:31Z", content_encoding="br")  # undone by the crawler, the header left
    run("import", warc.save(), "--quiet")
    assert one(path, "SELECT count(*) FROM documents") == 2
    assert (
        one(path, "SELECT group_concat(bytes) FROM (SELECT bytes FROM fetches ORDER BY id)") == f"{len(G2)},{len(page)}"
    )


def test_what_is_no_page_is_told_in_one_line(path: Path, run: Run) -> None:
    warc, day = Warc(), "2021-05-04T07:12:31Z"
    warc.add("https://blog.exemple/logo.png", b"\x89PNG", day, content_type="image/png")
    warc.add("https://blog.exemple/ancien", b"", day, "301 Moved Permanently", location="/")
    warc.add("https://blog.exemple/absent", b"rien", day, "404 Not Found")
    warc.add("https://blog.exemple/lourd", b"<p>" + b"a" * 300_000, day)
    warc.add("https://blog.exemple/moitie", ARTICLE.format(WORDS).encode(), day, WARC_Truncated="length")
    warc.add("https://blog.exemple/demain", ARTICLE.format(WORDS).encode(), "2999-01-01T00:00:00Z")
    warc.add("https://x.com/quelquun/status/1268236053509046272", b"<html>X</html>", day)
    warc.add("urn:pageinfo:https://blog.exemple/", b"{}", day, kind="resource", Content_Type="application/json")
    warc.add(BLOG, ARTICLE.format(WORDS).encode(), day, kind="resource", Content_Type="text/html")
    done = run("import", warc.save(), "--json")
    (report,) = json.loads(done.stdout)
    assert (report["new"], len(report["notes"])) == (1, 1)
    for told in (
        "1 no pages, feeds or data (images, styles, scripts...)",
        "1 that lead elsewhere",
        "1 answered 404",
        "1 over 200000 bytes (max_bytes) (https://blog.exemple/lourd)",
        "1 cut short by the crawler",
        "1 without a believable date",
        "1 that no reader knows",
    ):
        assert told in report["notes"][0]
    assert rows(path, "SELECT url FROM documents") == [(BLOG,)]


# --- Damage and bombs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "kept", "why"),
    [
        (lambda data: data[:-40], 1, "damaged after 1 record: the file ends in the middle of a record"),
        (lambda data: data[:-4] + b"????", 1, "damaged after 2 records: "),
        (lambda data: data + b"\x1f\x8b garbage", 2, "damaged after 2 records: "),
        (lambda data: data + gzip.compress(b"no record\r\n"), 2, "damaged after 2 records: no record begins where one"),
        (lambda data: data + gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 99_999), 2, "headers of over"),
        (lambda data: data + gzip.compress(LONG + b"\0" * 4_000_000, 9), 2, "expands to over 3,000,000 bytes"),
        (lambda data: data + gzip.compress(b"\0" * 2_000_000, 9), 2, "no record begins where one should"),
    ],
    ids=["truncated", "checksum", "garbage", "no record", "headers", "bomb", "no line"],
)
def test_what_stands_before_the_damage_is_kept(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, damage: Any, kept: int, why: str
) -> None:
    monkeypatch.setattr("harvester.warc.reading.EXPANDS_LEAST", 3_000_000)
    warc = Warc()
    warc.add(THREAD, G2, "2021-05-04T07:12:31Z")
    warc.add(BLOG, ARTICLE.format(WORDS).encode(), "2021-05-04T07:12:31Z")
    Path("crawl.warc.gz").write_bytes(damage(warc.out.getvalue()))
    done = run("import", "crawl.warc.gz", "--json")
    (report,) = json.loads(done.stdout)
    assert (done.exit_code, report["new"]) == (3, kept)
    assert why in report["error"]
    assert "\n" not in report["error"]
    assert list(problems(path)) == []


def test_a_record_longer_than_it_says_is_left_out_and_the_next_one_found(path: Path, run: Run) -> None:
    wrong, right = Warc(compressed=False), Warc(compressed=False)
    wrong.add(THREAD, G2, "2021-05-04T07:12:31Z")
    right.add(BLOG, ARTICLE.format(WORDS).encode(), "2021-05-04T07:12:31Z")
    surplus = wrong.out.getvalue()[:-4] + b"surplus\nlines\r\n\r\n"
    Path("crawl.warc").write_bytes(surplus + right.out.getvalue())
    assert "1 longer than they say" in run("import", "crawl.warc").stdout
    assert rows(path, "SELECT url FROM documents") == [(BLOG,)]


def test_arc_is_read_too(path: Path, run: Run) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + ARTICLE.format(WORDS).encode()
    head = b"1 0 x\nURL IP-address Archive-date Content-type Archive-length\n\n"
    first = b"filedesc://x.arc 0.0.0.0 20140101000000 text/plain %d\n%s\n" % (len(head), head)
    record = f"{BLOG} 192.0.2.1 20140103030321 text/html {len(answer)}\n".encode() + answer + b"\n"
    Path("crawl.arc.gz").write_bytes(gzip.compress(first) + gzip.compress(record))
    assert "ARC, 1 page" in run("import", "crawl.arc.gz").stdout
    assert one(path, "SELECT first_seen_at FROM documents") == "2014-01-03T03:03:21.000Z"


def test_one_damaged_file_of_a_wacz_does_not_hide_the_next(path: Path, run: Run) -> None:
    good, bad = Warc(compressed=False), Warc()
    good.add(BLOG, ARTICLE.format(WORDS).encode(), "2021-05-04T07:12:31Z")
    bad.add(THREAD, G2, "2021-05-04T07:12:31Z")
    with zipfile.ZipFile("two.wacz", "w", zipfile.ZIP_DEFLATED) as wacz:
        wacz.writestr("archive/a.warc.gz", bad.out.getvalue()[:-100])
        wacz.writestr("archive/b.warc", good.out.getvalue())
    (report,) = json.loads(run("import", "two.wacz", "--json").stdout)
    assert report["error"] == "archive/a.warc.gz: damaged after 0 records: the file ends in the middle of a record"
    assert rows(path, "SELECT url FROM documents") == [(BLOG,)]


def test_a_zip_without_web_archives_is_still_told_what_it_is(path: Path, run: Run) -> None:
    with zipfile.ZipFile("office.zip", "w") as office:
        office.writestr("word/document.xml", "<w/>")
    assert "a zip or an office document" in run("import", "office.zip").stdout


def test_other_digests_do_not_lead_to_bytes_that_are_not_theirs(path: Path, run: Run) -> None:
    """A record that lies about its digest must not answer for revisits of the true one."""
    warc = Warc()
    lie = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    warc.add(THREAD, G2, "2021-05-04T07:12:31Z", WARC_Payload_Digest=lie)
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    warc.add(BLOG, b"", "2022-05-04T07:12:31Z", kind="revisit", WARC_Profile=profile, WARC_Payload_Digest=lie)
    assert "1 revisits of what is not here" in run("import", warc.save()).stdout
    assert one(path, "SELECT count(*) FROM fetches") == 1
