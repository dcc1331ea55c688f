"""`filature recover`: what comes from the captures of a Wayback Machine, and what is kept of it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import httpx
import pytest
from warcio.archiveiterator import ArchiveIterator

from db import care
from db.archive import Archive
from db.dictionary import questions
from db.records import Lead
from filature.demo import DemoSite
from tests.db.samples import one, rows
from tests.filature.conftest import Run
from tests.filature.recovery.conftest import FIRST, G2, LAST, PAGES, ROOT, SHORTER, THREAD, result, wayback_query
from tests.filature.test_reading_pages import page
from tests.filature.test_verify_online import article
from tests.harvester.server import Reply, Site
from tests.shared import shared
from tests.wayback import ORIGIN, Kept, Machine, memento, path_of

# --- End to end ---------------------------------------------------------------------------------------


def test_a_thread_that_its_site_removed_is_recovered(run: Run, here: Path, wayback: Machine) -> None:
    with DemoSite() as demo:
        thread = demo.thread("gone")
        url = demo.url(thread)
        wayback.keep(LAST, url, httpx.get(demo.local(url)).content)
        demo.advance()
        config = demo.config(here).partition("[[sources]]")[0]
        config = config.replace("[harvest.mirrors]\n", f'[harvest.mirrors]\n"{wayback.origin}" = "{ORIGIN}"\n')
        (here / "config.toml").write_text(f"{config}\n[wayback]\npause_seconds = 0\n", encoding="utf-8")
        assert run("add", url).exit_code == 0
        run("harvest")
    path = here / "filature.db"
    assert rows(path, "SELECT state FROM targets WHERE url = ?", url) == [("gone",)]
    assert one(path, "SELECT count(*) FROM documents WHERE url = ?", url) == 0

    listed = run("recover", "--dry-run")
    assert listed.exit_code == 0
    assert url in listed.stdout
    assert wayback.paths == []

    done = run("recover", "--limit", 1)
    assert done.exit_code == 0, done.stderr
    assert "2021-05-04" in done.stdout
    assert "1 address: 1 recovered; 3 requests" in done.stdout
    words = one(path, "SELECT text FROM documents WHERE url = ?", url)
    assert all(post.text.split()[0] in words for post in thread.at(1).posts)
    assert list(care.problems(path, Counter())) == []
    (question,) = (question for question in questions() if question.name == "gone_from_the_web")
    assert rows(path, question.sql)[0][2] == "2021-05-04T09:30:15.000Z"

    shown = run("show", url)
    assert "recovered from the Wayback Machine, capture of 2021-05-04" in " ".join(shown.stdout.split())
    assert "404" in shown.stdout
    assert thread.posts[0].id in run("search", thread.posts[0].text.split()[1]).stdout
    wayback.seen.clear()
    assert "asked lately" in run("recover", url).stdout
    assert wayback.paths == []


# --- What is kept -------------------------------------------------------------------------------------


def test_a_recovered_text_tells_where_it_comes_from(run: Run, archive: Path, wayback: Machine) -> None:
    shown_at = wayback.keep(LAST, THREAD, G2)
    found = result(run, THREAD)
    assert (found["state"], found["new"], found["captured_at"]) == ("recovered", 1, "2021-05-04T09:30:15.000Z")
    assert rows(archive, "SELECT url, final_url, fetched_at > '2026' FROM fetches WHERE status = 200"
                " AND url LIKE 'https://threadreader%'") == [(THREAD, ORIGIN + shown_at, 1)]  # fmt: skip
    assert rows(archive, "SELECT first_seen_at, last_seen_at, gone_at FROM documents") == [
        ("2021-05-04T09:30:15.000Z", "2021-05-04T09:30:15.000Z", None)
    ]
    assert rows(archive, "SELECT what, outcome, captured_at, document_id FROM recoveries ORDER BY id") == [
        ("search", "recovered", None, None), ("capture", "recovered", "2021-05-04T09:30:15.000Z", 1),
    ]  # fmt: skip


def test_an_older_capture_becomes_an_earlier_version(run: Run, archive: Path, wayback: Machine, site: Site) -> None:
    site.routes[f"/thread/{ROOT}.html"] = Reply(200, SHORTER, {"content-type": "text/html"})
    run("add", THREAD)
    assert run("harvest").exit_code == 0
    wayback.keep(LAST, THREAD, G2)
    found = result(run, THREAD)
    assert (found["state"], found["changed"]) == ("recovered", 1)
    posts = "SELECT count(*) FROM posts"
    assert one(archive, posts) == 4
    assert rows(archive, "SELECT json_array_length(posts), seen_at FROM versions") == [(5, "2021-05-04T09:30:15.000Z")]
    assert "recovered" not in run("show", THREAD).stdout
    assert "recovered from the Wayback Machine" in run("show", THREAD, "--version", 1).stdout
    assert "first read" in run("history", THREAD).stdout


def test_a_gone_thread_takes_the_posts_it_had_grown(run: Run, archive: Path, wayback: Machine, site: Site) -> None:
    site.routes[f"/thread/{ROOT}.html"] = [Reply(200, SHORTER, {"content-type": "text/html"}), Reply(404, b"gone")]
    run("add", THREAD)
    run("harvest")
    wayback.keep(FIRST, THREAD, SHORTER)
    assert result(run, THREAD)["state"] == "recovered"
    with Archive.open(archive) as opened:
        opened.add_targets([Lead(url=THREAD, kind="thread")], source=None, again=True)
    run("harvest")
    gone_at = one(archive, "SELECT gone_at FROM documents")
    assert gone_at
    wayback.keep("29990101000000", THREAD, G2)
    found = result(run, "--again", "--limit", "1")
    assert (found["reason"], found["state"], found["changed"]) == ("gone", "recovered", 1)
    assert one(archive, "SELECT count(*) FROM posts") == 5
    assert one(archive, "SELECT gone_at FROM documents") == gone_at


def test_nothing_is_asked_for_what_the_archive_saw_later(run: Run, archive: Path, wayback: Machine, site: Site) -> None:
    site.routes[f"/thread/{ROOT}.html"] = [Reply(200, SHORTER, {"content-type": "text/html"}), Reply(404, b"gone")]
    run("add", THREAD)
    run("harvest")
    with Archive.open(archive) as opened:
        opened.add_targets([Lead(url=THREAD, kind="thread")], source=None, again=True)
    run("harvest")
    wayback.keep(LAST, THREAD, G2)
    found = result(run, "--limit", "1")
    assert found["state"] == "nothing newer"
    assert wayback.shown == []


def test_an_article_is_not_taken_from_captures_made_since_it_vanished(
    run: Run, archive: Path, wayback: Machine, site: Site
) -> None:
    url = site["/article"]
    site.routes["/article"] = [article("Voici un article."), Reply(410, b"removed")]
    with Archive.open(archive) as opened:
        opened.add_targets([Lead(url=url, kind="article")], source=None)
    run("harvest")
    with Archive.open(archive) as opened:
        opened.add_targets([Lead(url=url, kind="article")], source=None, again=True)
    run("harvest")
    gone = rows(archive, "SELECT url FROM documents WHERE gone_at IS NOT NULL")
    assert len(gone) == 1
    wayback.keep("29990101000000", gone[0][0], article("Cette page a été supprimée.").body)
    assert result(run)["state"] == "nothing newer"


def test_cards_of_an_author_name_threads_to_recover(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    listed = json.loads(run("recover", "--dry-run", "--json").stdout)
    mine = rows(archive, "SELECT DISTINCT url FROM cards WHERE handle = 'greffe_du_soir' AND url IS NOT NULL")
    assert sorted(item["url"] for item in listed) == sorted(url for (url,) in mine)
    assert {item["reason"] for item in listed} == {"seen on cards only"}


def test_the_reading_page_says_where_a_text_comes_from(run: Run, archive: Path, wayback: Machine) -> None:
    shown_at = wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    (notice,) = page(archive, "/-/read/1").select("p.notice")
    assert "Recovered from the Wayback Machine, capture of" in notice.get_text()
    assert [link["href"] for link in notice.select("a")] == [ORIGIN + shown_at]


def test_what_was_recovered_is_exported_as_what_the_wayback_machine_answered(
    run: Run, archive: Path, wayback: Machine
) -> None:
    shown_at = wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    assert run("export", "warc", "-o", "mine.warc.gz").exit_code == 0
    with Path("mine.warc.gz").open("rb") as file:
        answers = {
            record.rec_headers["WARC-Target-URI"]: record.http_headers["memento-datetime"]
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }
    assert answers.pop(ORIGIN + shown_at) == "Tue, 04 May 2021 09:30:15 GMT"
    assert set(answers.values()) == {None}
    assert THREAD not in answers


def test_what_was_recovered_reads_the_same_again(run: Run, archive: Path, wayback: Machine) -> None:
    url = "https://site.example/notes/article"
    body = article("Voici un article.").body.replace(b"</p>", b' <a href="/autre">un autre</a></p>')
    wayback.keep(LAST, url, body)
    wayback.keep(LAST, THREAD, G2)
    assert run("recover", url, THREAD).exit_code == 0
    assert one(archive, "SELECT url FROM links WHERE display = 'un autre'") == "https://site.example/autre"
    again = run("reparse", "--dry-run")
    assert again.exit_code == 0
    assert "nothing" in again.stdout, again.stdout


def test_a_capture_that_somebody_added_says_so_too(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    run("add", f"{ORIGIN}/web/{LAST}/{THREAD}")
    assert run("harvest").exit_code == 0
    (version,) = json.loads(run("show", THREAD, "--json").stdout)["versions"]
    assert version["recovered"]["capture"] == ORIGIN + path_of(LAST, THREAD)
    assert version["recovered"]["captured_at"] == "2021-05-04T09:30:15.000Z"


def test_an_article_that_was_gone_before_it_was_read_is_taken_from_before(
    run: Run, archive: Path, wayback: Machine, site: Site
) -> None:
    url = site["/article"]
    with Archive.open(archive) as opened:
        opened.add_targets([Lead(url=url, kind="article")], source=None)
    run("harvest")
    wayback.keep("29990101000000", url, article("Cette page a été supprimée.").body)
    wayback.keep(LAST, url, article("Voici un article.").body)
    found = result(run)
    assert (found["reason"], found["captured_at"]) == ("never read", "2021-05-04T09:30:15.000Z")
    assert one(archive, "SELECT gone_at IS NOT NULL FROM documents")


# --- Every markup -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["g1b_2019", "g2_2020", "g3_2026"])
def test_captures_of_every_markup_are_read(run: Run, archive: Path, wayback: Machine, name: str) -> None:
    wanted = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    address = wanted["address"].partition("?")[0]
    wayback.keep(LAST, wanted["address"], (PAGES / f"{name}.html").read_bytes())
    found = result(run, address)
    assert (found["state"], found["documents"]) == ("recovered", [wanted["url"]])
    assert [list(row) for row in rows(archive, "SELECT id, text FROM posts ORDER BY position")] == wanted["posts"]
    assert "recovered from the Wayback Machine" in run("show", wanted["url"]).stdout


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (THREAD, f"http://threadreaderapp.com/thread/{ROOT}"),
        (f"{ORIGIN}/web/2020/{THREAD}", f"https://www.threadreaderapp.com/thread/{ROOT}.html?refreshed=yes"),
        (f"https://twitter.com/greffe_du_soir/status/{ROOT}", f"http://threadreaderapp.com:80/thread/{ROOT}.html"),
        (ROOT, f"https://threadreaderapp.com/thread/{ROOT}.html?utm_campaign=topunroll"),
    ],
)
def test_every_form_of_the_address_is_found(run: Run, archive: Path, wayback: Machine, typed: str, form: str) -> None:
    wayback.routes["/cdx/search/cdx?" + wayback_query()] = Reply(200, json.dumps([
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        ["key", LAST, form, "text/html", "200", "SHA", "100"],
    ]).encode())  # fmt: skip
    wayback.routes[path_of(LAST, form)] = memento(Kept(LAST, form, G2))
    found = result(run, typed)
    assert (found["state"], found["documents"]) == ("recovered", [THREAD])


@pytest.mark.parametrize(
    ("name", "url", "posts"),
    [
        ("2020-01-12_thread_1215710451343904768.html",
         "https://threadreaderapp.com/thread/1215710451343904768.html", 102),
        ("2026-08_real_page_sample_thread_2089858284660662307.html",
         "https://threadreaderapp.com/thread/2089858284660662307.html", 2),
    ],
)  # fmt: skip
def test_captures_of_real_pages_are_read_whole(
    run: Run, archive: Path, wayback: Machine, name: str, url: str, posts: int
) -> None:
    wayback.keep("20260901000000", url.removesuffix(".html"), shared(f"pages/threadreader/{name}").read_bytes())
    assert result(run, url)["documents"] == [url]
    assert one(archive, "SELECT count(*) FROM posts") == posts
