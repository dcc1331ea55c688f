"""The reading pages of `filature serve`: what they show, where they lead, and what they let through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from db.archive import Archive
from db.records import Document, Findings, Link, Media, Post, join_posts
from filature.browse.html import CHARACTERS
from tests.db.samples import DAY_1, DAY_2, DAY_3, TWEETS, findings, gone, thread, visit
from tests.filature.test_serve import get

HOSTILE = '"><script>alert(1)</script>\u202e'


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thread of two versions, mined, with a wrong product, gone since; and a hostile one."""
    path = tmp_path_factory.mktemp("reading") / "small.db"
    before = thread([(key, text.replace("60", "50")) for key, text in TWEETS])
    with Archive.open(path) as opened:
        run_id = opened.start_run("harvest", "0")
        opened.save_visit(run_id, visit(before, body=b"before"))
        opened.save_visit(run_id, visit(thread(), at=DAY_2, body=b"after"))
        opened.save_visit(run_id, gone(at=DAY_3))
        for task in list(opened.documents_to_mine("by-hand")):
            opened.save_findings(task, "by-hand", findings(task.text), DAY_3)
        opened.save_visit(run_id, visit(hostile(), url=hostile().url, body=b"hostile"))
    return path


def hostile() -> Document:
    text, posts = join_posts([Post(id="666", text=HOSTILE, url="javascript:alert(2)")])
    return Document(
        kind="thread", url="javascript:alert(3)", text=text, posts=posts, title=HOSTILE, lang='"onload=alert(4)',
        links=(Link(kind="link", url="javascript:alert(5)", display=HOSTILE, post_id="666"),),
        media=(Media(kind="image", url="data:text/html,x", alt=HOSTILE, post_id="666"),),
    )  # fmt: skip


def page(path: Path, address: str) -> BeautifulSoup:
    (answer,) = get(path, address)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_a_document_is_read_post_by_post(archive: Path) -> None:
    found = page(archive, "/-/read/1")
    assert [post.get_text() for post in found.select(".post .number")] == ["1", "2", "3"]
    words = found.select("#p2 .words")[0]
    for number in words.select("sup"):
        number.decompose()
    assert words.get_text() == TWEETS[1][1]
    assert "from the id of the post" in found.select(".by")[0].get_text()


def test_claims_are_marked_and_wrong_sums_stand_out(archive: Path) -> None:
    found = page(archive, "/-/read/1")
    mark = found.select("mark#c1")[0]
    assert mark.get_text() == TWEETS[0][1]
    assert mark["title"] == "quantity · worth checking 0.90"
    note = found.select(f"#{mark['aria-describedby']}")[0]
    assert note.select(".amount")[0].get_text() == "60 prestataires"
    wrong = found.select("mark.wrong")[0]
    assert "WRONG SUM: 60 x 500 = 31 000, not 30 000" in wrong["title"]
    assert "60 x 500 = 31 000" in found.select("section.wrong li")[0].get_text()
    assert [b.get_text() for b in mark.select("b")] == ["60 prestataires"]


def test_everything_leads_to_where_it_comes_from(archive: Path) -> None:
    found = page(archive, "/-/read/1")
    links = [str(link["href"]) for link in found.select("a")]
    with Archive.open(archive, readonly=True) as opened:
        document = opened.document(1)
    assert document is not None
    assert f"/small/snapshots/{document.snapshot}" in links
    assert "/small/trace_a_claim?claim_id=1" in links
    assert "/small/fetches/3" in links
    assert any(link.startswith("https://web.archive.org/web/20210502080000/https://threads.example") for link in links)
    assert any(":~:text=" in link for link in links)
    assert "https://x.example/lagent/status/101" in links


def test_links_and_media_are_addresses_and_nothing_is_loaded(archive: Path) -> None:
    found = page(archive, "/-/read/1")
    assert found.select("#p1 .shown a")[0]["href"] == "https://www.cour.example/rapport"
    assert found.select("img, script, iframe, object, link, video, audio, base, meta[http-equiv]") == []


def test_a_gone_document_shows_the_answer(archive: Path) -> None:
    notice = " ".join(page(archive, "/-/read/1").select(".notice")[0].get_text().split())
    assert "Gone since 2021-05-03 08:00." in notice
    assert "https://threads.example/t/100 answered 404" in notice


def test_what_it_said_before_has_no_marks(archive: Path) -> None:
    found = page(archive, "/-/read/1?version=1")
    assert "50 prestataires" in found.select("#p1 .words")[0].get_text()
    assert found.select("mark") == []


@pytest.mark.parametrize("asked", ["", "?from=1&to=2", "?from=x&to=", "?to=2", "?from=99999999999999999999"])
def test_versions_stand_side_by_side(asked: str, archive: Path) -> None:
    found = page(archive, f"/-/read/1/versions{asked}")
    assert [found.select(f"tr.changed {tag}")[0].get_text() for tag in ("del", "ins")] == ["50", "60"]
    cells = found.select("tr.changed td")
    assert cells[0].get_text() == TWEETS[0][1].replace("60", "50")
    assert cells[1].get_text() == TWEETS[0][1]
    assert found.select("option[selected]")[0]["value"] == "1"


def test_one_version_has_nothing_to_be_compared_with(archive: Path) -> None:
    assert "nothing to compare" in page(archive, "/-/read/2/versions").get_text()


@pytest.mark.parametrize(
    "address", ["/-/read/99", "/-/read/1?version=7", "/-/read/99/versions", "/-/read/x", "/-/read/999999999999999999"]
)
def test_what_is_not_there_is_a_404_and_no_traceback(
    address: str, archive: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (answer,) = get(archive, address)
    assert answer.status_code == 404
    assert capfd.readouterr() == ("", "")


def test_hostile_words_stay_words(archive: Path) -> None:
    (answer,) = get(archive, "/-/read/2")
    assert "<script>" not in answer.text
    found = BeautifulSoup(answer.text, "lxml")
    assert found.h1 is not None
    assert HOSTILE in found.h1.get_text()
    assert HOSTILE in found.select("#p1 .words")[0].get_text()
    assert [str(a["href"]) for a in found.select("a") if not re.match(r"https?:|/|#", str(a["href"]))] == []
    assert [tag.name for tag in found.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert [code.get_text() for code in found.select(".shown code")] == ["javascript:alert(5)", "data:text/html,x"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/-/read/1", "style-src 'sha256-"),
        ("/-/read/1/versions", "style-src 'sha256-"),
        ("/", "script-src 'self' 'unsafe-inline'"),
        ("/small/claims", "img-src 'self' data:"),
        ("/small/claims.csv", "default-src 'none'"),
        ("/-/read/99", "frame-ancestors 'none'"),
    ],
)
def test_every_answer_has_a_policy(address: str, allowed: str, archive: Path) -> None:
    (answer,) = get(archive, address)
    (policy,) = answer.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'")
    assert allowed in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_reading_pages_run_no_script_at_all(archive: Path) -> None:
    (answer,) = get(archive, "/-/read/1")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/small/documents", "/-/read/1"),
        ("/small/documents/1", "/-/read/1"),
        ("/small/posts", "/-/read/1#p2"),
        ("/small/posts/2", "/-/read/1#p"),
        ("/small/claims", "/-/read/1#c2"),
        ("/small/claims/1", "/-/read/1#c1"),
        ("/small/claims_with_sources", "/-/read/1#c1"),
        ("/small/checks/1", "/-/read/1"),
        ("/small/quantities", "/-/read/1#c1"),
        ("/small/versions", "/-/read/1?version=1"),
        ("/small/document_history", "/-/read/1?version=2"),
        ("/small/gone_from_the_web", "/-/read/1"),
        ("/small/mentions?_labels=off", "/-/read/1"),
        ("/small?sql=select+1+as+document_id", "/-/read/1"),
    ],
)
def test_every_row_of_a_document_leads_to_its_reading(address: str, place: str, archive: Path) -> None:
    links = [str(link["href"]) for link in page(archive, address).select("a")]
    assert [link for link in links if link.startswith(place)]


def test_a_text_of_any_length_is_cut_and_says_so(here: Path) -> None:
    path = here / "long.db"
    long = Document(kind="page", url="https://long.example/", text="mot " * CHARACTERS)
    with Archive.open(path) as opened:
        opened.save_visit(opened.start_run("harvest", "0"), visit(long, url=long.url, at=DAY_1))
        for task in list(opened.documents_to_mine("by-hand")):
            opened.save_findings(task, "by-hand", Findings(), DAY_3)
    found = page(path, "/-/read/1")
    assert f"{3 * CHARACTERS:,} more characters" in found.get_text()
    assert len(found.select(".words")[0].get_text()) == CHARACTERS


def test_a_row_shows_the_beginning_of_such_a_text(here: Path) -> None:
    path = here / "long.db"
    long = Document(kind="page", url="https://long.example/", text="mot " * CHARACTERS)
    with Archive.open(path) as opened:
        opened.save_visit(opened.start_run("harvest", "0"), visit(long, url=long.url, at=DAY_1))
    shown = page(path, "/long/documents/1").select("td.col-text")[0].get_text()
    assert shown == f"{'mot ' * 100}… ({4 * CHARACTERS:,} characters)"


def test_every_page_has_a_menu(archive: Path) -> None:
    found = page(archive, "/small/claims")
    assert "/small/document_history" in [str(link["href"]) for link in found.select("nav .nav-menu a")]
    assert found.html is not None
    assert found.html["lang"] == "en"
