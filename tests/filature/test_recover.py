"""`filature recover`: from a Wayback Machine on this machine, whose captures are invented."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
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
from tests.filature.test_reading_pages import page
from tests.filature.test_verify_online import article
from tests.harvester.server import Reply, Site
from tests.shared import shared
from tests.wayback import NOTICE, ORIGIN, Kept, Machine, machine, memento, path_of

PAGES = Path(__file__).resolve().parents[1] / "pages" / "threadreader"
G2 = (PAGES / "g2_2020.html").read_bytes()
ROOT = "1268236053509046272"
THREAD = f"https://threadreaderapp.com/thread/{ROOT}.html"
FIRST, LAST = "20200603120000", "20210504093015"
FIFTH = G2.index(b'<div class="row t-tweet"><div class="col-12">\n<div id="tweet_5"')
SHORTER = G2[:FIFTH] + G2[G2.index(b"</article>") :]


@pytest.fixture
def wayback() -> Iterator[Machine]:
    with machine() as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without anything: made once, it is copied faster than made."""
    path = tmp_path_factory.mktemp("empty") / "filature.db"
    Archive.open(path).close()
    return path


@pytest.fixture
def archive(here: Path, empty: Path, wayback: Machine, site: Site) -> Path:
    """An empty archive, and a Thread Reader that answers 404 to everything."""
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nAllow: /")
    (here / "config.toml").write_text(
        'archive = "filature.db"\n[harvest]\npause_seconds = 0\nretries = 0\ncontact = "test@example.org"\n'
        f'allow_private_addresses = true\n[harvest.mirrors]\n"{wayback.origin}" = "{ORIGIN}"\n'
        f'"{site.origin}" = "https://threadreaderapp.com"\n[wayback]\npause_seconds = 0\n',
        encoding="utf-8",
    )
    return Path(shutil.copy(empty, here))


def result(run: Run, *words: str) -> dict[str, object]:
    """The one result of `filature recover`, and that the archive is whole after it."""
    done = run("recover", *words, "--json")
    assert done.exit_code in (0, 3), done.stderr
    assert list(care.problems(Path("filature.db"), Counter())) == []
    (found,) = json.loads(done.stdout)
    return dict(found)


# --- End to end -----------------------------------------------------------------------------------------------


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


# --- What is kept ----------------------------------------------------------------------------------------------


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


# --- Every markup -----------------------------------------------------------------------------------------------


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


def wayback_query() -> str:
    return (
        f"url=threadreaderapp.com/thread/{ROOT}&matchType=prefix&output=json&filter=statuscode:200&collapse=digest"
        "&limit=-1000"
    )


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


# --- Beside threads ----------------------------------------------------------------------------------------------

WORDS = "La préfecture ferme 3 guichets sur 4 &amp; l'accueil passe au téléphone. https://t.co/abc https://t.co/pic"
OLD = {
    "id_str": ROOT, "full_text": WORDS, "lang": "fr", "user": {"screen_name": "greffe_du_soir", "name": "Greffe"},
    "entities": {"urls": [{"url": "https://t.co/abc", "expanded_url": "https://rapport.exemple.fr/guichets"}]},
    "extended_entities": {"media": [
        {"url": "https://t.co/pic", "type": "photo", "media_url_https": "https://pbs.twimg.com/media/a.jpg"}
    ]},
}  # fmt: skip
NEW = {
    "data": {
        "id": ROOT, "author_id": "551", "text": WORDS, "attachments": {"media_keys": ["3_1"]},
        "entities": {"urls": [
            {"url": "https://t.co/abc", "expanded_url": "https://rapport.exemple.fr/guichets"},
            {"url": "https://t.co/pic", "expanded_url": "https://twitter.com/x/status/1/photo/1", "media_key": "3_1"},
        ]},
    },
    "includes": {
        "users": [{"id": "551", "username": "greffe_du_soir", "name": "Greffe"}],
        "media": [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/a.jpg"}],
    },
}  # fmt: skip
STATUS = f"https://twitter.com/greffe_du_soir/status/{ROOT}"


@pytest.mark.parametrize("told", [OLD, NEW], ids=["old interface", "new interface"])
def test_a_tweet_that_is_kept_as_json_is_recovered(
    run: Run, archive: Path, wayback: Machine, told: dict[str, object]
) -> None:
    wayback.keep(LAST, STATUS, json.dumps(told).encode(), mimetype="application/json")
    found = result(run, STATUS.replace("twitter.com", "x.com"))
    assert (found["state"], found["why"], found["documents"]) == ("recovered", "only its first tweet", [THREAD])
    assert rows(archive, "SELECT id, text, posted_at, url FROM posts") == [(
        ROOT, "La préfecture ferme 3 guichets sur 4 & l'accueil passe au téléphone. https://rapport.exemple.fr/guichets",
        "2020-06-03T17:40:12.500Z", f"https://x.com/greffe_du_soir/status/{ROOT}",
    )]  # fmt: skip
    assert rows(archive, "SELECT url FROM media") == [("https://pbs.twimg.com/media/a.jpg",)]
    assert rows(archive, "SELECT handle, name FROM authors") == [("greffe_du_soir", "Greffe")]
    assert "nothing" in run("reparse", "--dry-run").stdout


@pytest.mark.parametrize(
    ("body", "mimetype", "why"),
    [
        (b"<html>JavaScript is not available.</html>", "text/html", "only pages of X itself"),
        (b'{"data": {"id": "1", "text": "autre"}}', "application/json", "does not tell the tweet"),
        (b'{"errors": [{"title": "Not Found Error"}]}', "application/json", "does not tell the tweet"),
        (b"{", "application/json", "does not tell the tweet"),
        (json.dumps({"id_str": ROOT, "text": "RT @autre: bonjour"}).encode(), "application/json", "does not tell"),
    ],
)
def test_what_tells_no_tweet(run: Run, archive: Path, wayback: Machine, body: bytes, mimetype: str, why: str) -> None:
    wayback.keep(LAST, STATUS, body, mimetype=mimetype)
    found = result(run, STATUS)
    assert found["state"] == "unreadable"
    assert why in str(found["why"]) + str(found["refused"])
    assert one(archive, "SELECT count(*) FROM documents") == 0


def test_the_lists_of_an_author_fill_the_queue(run: Run, archive: Path, wayback: Machine) -> None:
    batch = (PAGES / "author_batch.html").read_bytes()
    handle = re.findall(rb"/user/(\w+)", batch)[0].decode()
    wayback.keep("20220101000000", f"https://threadreaderapp.com/user/{handle}", batch)
    wayback.keep("20230101000000", f"https://threadreaderapp.com/user/{handle}_autre", b"another author")
    found = result(run, f"@{handle}")
    threads = found["threads"]
    assert found["state"] == "listed"
    assert isinstance(threads, list)
    assert threads
    assert {url for (url,) in rows(archive, "SELECT url FROM targets WHERE state = 'waiting'")} == set(threads)
    assert len(wayback.shown) == 1


def test_a_list_that_is_closed_is_read_in_its_captures(
    run: Run, archive: Path, here: Path, wayback: Machine, site: Site
) -> None:
    site.routes["/user/greffe_du_soir?ajax=true"] = Reply(403, b"log in")
    config = (here / "config.toml").read_text(encoding="utf-8")
    source = '[[sources]]\nname = "greffe"\nurl = "https://threadreaderapp.com/user/greffe_du_soir"\n'
    (here / "config.toml").write_text(config + source, encoding="utf-8")
    run("harvest")
    card = f"""<html><div class="col-12" data-controller="link" data-link-href="/thread/{ROOT}.html"><div
        class="thread-card"><span class="time" data-time="1591206012"></span><small class="twitter_screen_name"><a
        href="/user/greffe_du_soir">@greffe_du_soir</a></small><div class="card-tweetsv2"><div class="content-tweet">Au
        greffe</div></div></div></div></html>"""
    wayback.keep(LAST, "https://threadreaderapp.com/user/greffe_du_soir", card.encode())
    found = result(run)
    assert (found["reason"], found["state"], found["threads"]) == ("closed list", "listed", [THREAD])
    assert rows(archive, "SELECT source, state FROM targets WHERE url = ?", THREAD) == [("greffe", "waiting")]


# --- What goes wrong ---------------------------------------------------------------------------------------------


def test_the_newest_that_can_be_read_is_taken(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep("20210601000000", THREAD, (PAGES / "challenge.html").read_bytes())
    wayback.keep(LAST, THREAD, G2)
    wayback.keep(FIRST, THREAD, SHORTER)
    found = result(run, THREAD)
    assert found["captured_at"] == "2021-05-04T09:30:15.000Z"
    assert len(found["refused"]) == 1  # type: ignore[arg-type]
    assert len(wayback.shown) == 2


@pytest.mark.parametrize(
    ("reply", "state", "why"),
    [
        (Reply(200, NOTICE), "unreadable", "a notice of the Wayback Machine"),
        (Reply(404, NOTICE), "unreadable", "never archived"),
        (memento(Kept(LAST, THREAD, b"slow down", 429)), "unreadable", "the capture is of an answer 429"),
        (memento(Kept("20150101000000", THREAD, G2)), "unreadable", "too far from the one asked for"),
        (Reply(302, headers={"Location": THREAD}), "unreadable", "leads out of the captures"),
        (Reply(302, headers={"Location": path_of(LAST, THREAD)}), "unreadable", "in a loop"),
        (Reply(503, b"busy"), "failed", "answered 503"),
        (Reply(429, b"slow down"), "stopped", "asks to be left alone"),
        (memento(Kept(LAST, THREAD, (PAGES / "not_found.html").read_bytes())), "unreadable", "thread not found"),
        (memento(Kept(LAST, THREAD, (PAGES / "g3_2026.html").read_bytes())), "unreadable", "shows another thread"),
    ],
)
def test_what_is_no_capture_of_the_page_is_refused(
    run: Run, archive: Path, wayback: Machine, reply: Reply, state: str, why: str
) -> None:
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = reply
    found = result(run, THREAD)
    assert found["state"] == state
    assert why in str(found["why"])
    assert one(archive, "SELECT count(*) FROM documents") == 0


def test_a_redirect_to_a_capture_nearby_is_followed_and_dated_by_it(run: Run, archive: Path, wayback: Machine) -> None:
    near = "20210506000000"
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = Reply(
        302, headers={"Location": f"{ORIGIN}/web/{near}/{THREAD}", "X-Archive-Redirect-Reason": "found capture"}
    )
    wayback.routes[path_of(near, THREAD)] = memento(Kept(near, THREAD, G2))
    assert result(run, THREAD)["captured_at"] == "2021-05-06T00:00:00.000Z"


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(200, b"[]"), "no capture"),
        (Reply(200, b""), "no capture"),
        (Reply(404, b""), "no capture"),
        (Reply(403, b"AdministrativeAccessControlException: Blocked Site Error"), "excluded"),
        (Reply(403, b"go away"), "failed"),
        (Reply(504, b"too slow"), "failed"),
        (Reply(200, b"<html>maintenance of the index</html>"), "failed"),
        (Reply(200, b'[["urlkey", '), "failed"),
        (Reply(429, b""), "stopped"),
    ],
)
def test_answers_to_a_search(run: Run, archive: Path, wayback: Machine, reply: Reply, state: str) -> None:
    wayback.routes["/cdx/search/cdx?" + wayback_query()] = reply
    assert result(run, THREAD)["state"] == state
    wayback.seen.clear()
    again = run("recover", THREAD)
    assert bool(wayback.searches) is (state in ("failed", "stopped"))
    assert again.exit_code == (3 if wayback.searches else 0)


def test_no_capture_is_remembered_for_some_days(run: Run, archive: Path, here: Path, wayback: Machine) -> None:
    assert result(run, THREAD)["state"] == "no capture"
    wayback.seen.clear()
    done = run("recover", THREAD)
    assert "no capture" in done.stdout
    assert wayback.paths == []
    config = (here / "config.toml").read_text(encoding="utf-8")
    (here / "config.toml").write_text(config + "again_days = 0\n", encoding="utf-8")
    assert run("recover", THREAD).exit_code == 0
    assert len(wayback.searches) == 1


def test_a_capture_that_came_is_not_asked_for_twice(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, (PAGES / "challenge.html").read_bytes())
    assert result(run, THREAD)["state"] == "unreadable"
    assert result(run, THREAD, "--again")["state"] == "nothing newer"
    assert len(wayback.shown) == 1
    wayback.keep("20220101000000", THREAD, G2)
    assert result(run, THREAD, "--again")["state"] == "recovered"
    assert len(wayback.shown) == 2


def test_it_stops_when_asked_to_and_the_next_run_goes_on(run: Run, archive: Path, wayback: Machine) -> None:
    other = THREAD.replace(ROOT, "1268236053509046999")
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = [Reply(429, b""), memento(Kept(LAST, THREAD, G2))]
    stopped = run("recover", THREAD, other)
    assert stopped.exit_code == 3
    assert "2 left, run again later" in stopped.stderr
    assert len(stopped.stderr.splitlines()) == 1
    assert len(wayback.paths) == 2
    done = run("recover", THREAD, other)
    assert done.exit_code == 0
    assert "1 recovered, 1 no capture" in done.stdout


def test_it_gives_up_when_nobody_answers(run: Run, archive: Path, wayback: Machine) -> None:
    numbers = [str(int(ROOT) + n) for n in range(5)]
    for number in numbers:
        query = wayback_query().replace(ROOT, number)
        wayback.routes["/cdx/search/cdx?" + query] = Reply(502, b"")
    done = run("recover", *numbers)
    assert done.exit_code == 3
    assert "does not answer; 2 left" in done.stderr
    assert len(wayback.searches) == 3


def test_a_run_that_is_killed_keeps_what_came_and_the_next_goes_on(
    run: Run, archive: Path, here: Path, wayback: Machine
) -> None:
    arrived, killed = threading.Event(), threading.Event()

    def stuck(headers: Mapping[str, str]) -> Reply:
        arrived.set()
        killed.wait(20)
        return Reply(404)

    other = "https://threadreaderapp.com/thread/1094872415466422272.html"
    wayback.keep(LAST, THREAD, G2)
    wayback.routes[wayback.keep(LAST, other, (PAGES / "g1b_2019.html").read_bytes())] = stuck
    process = subprocess.Popen([sys.executable, "-m", "filature", "recover", THREAD, other], cwd=here)
    assert arrived.wait(20)
    process.kill()
    process.wait()
    killed.set()
    assert rows(archive, "SELECT url FROM documents") == [(THREAD,)]
    del wayback.routes[path_of(LAST, other)]
    wayback.seen.clear()
    assert run("recover", THREAD, other).exit_code == 0
    assert len(wayback.shown) == 1
    assert rows(archive, "SELECT status FROM runs ORDER BY id") == [("interrupted",), ("ok",)]
    assert list(care.problems(archive, Counter())) == []


def test_its_robots_are_obeyed(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /cdx/")
    done = run("recover", THREAD)
    assert done.exit_code == 3
    assert "closed by robots.txt" in done.stderr
    assert wayback.paths == []


def test_it_is_asked_at_its_own_pace(run: Run, archive: Path, here: Path, wayback: Machine) -> None:
    config = (here / "config.toml").read_text(encoding="utf-8").replace("[wayback]\npause_seconds = 0", "")
    (here / "config.toml").write_text(f"{config}[wayback]\npause_seconds = 0.3\n", encoding="utf-8")
    wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    times = [seen.at for seen in wayback.seen]
    assert len(times) == 3
    assert all(later - earlier > 0.29 for earlier, later in pairwise(times))


def test_forgetting_removes_what_was_asked(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    assert run("forget", THREAD, "--reason", "asked", "--yes").exit_code == 0
    assert one(archive, "SELECT count(*) FROM recoveries") == 0
    assert one(archive, "SELECT count(*) FROM fetches WHERE url LIKE '%' || ? || '%'", ROOT) == 0
    assert run("recover", THREAD).exit_code == 2


def test_a_recovered_page_does_not_make_a_harvest_conditional(
    run: Run, archive: Path, wayback: Machine, site: Site
) -> None:
    kept = Kept(LAST, THREAD, G2)
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = memento(kept, ETag='"capture"')
    result(run, THREAD)
    site.routes[f"/thread/{ROOT}.html"] = Reply(200, SHORTER, {"content-type": "text/html"})
    run("add", THREAD)
    run("harvest")
    assert all("if-none-match" not in seen.headers for seen in site.seen)
    assert one(archive, "SELECT count(*) FROM posts") == 4


# --- Asking for a capture -----------------------------------------------------------------------------------------


def test_a_page_is_saved_only_when_asked(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.routes[f"/save/{THREAD}"] = Reply(302, headers={"Location": f"{ORIGIN}/web/20261122010203/{THREAD}"})
    done = run("recover", "--save", THREAD)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"saved: {ORIGIN}/web/20261122010203/{THREAD}\n"
    assert wayback.paths == [f"/save/{THREAD}"]
    assert rows(archive, "SELECT what, outcome FROM recoveries") == [("save", "saved")]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(429, b""), "left alone"),
        (Reply(509, b""), "too many captures"),
        (Reply(200, NOTICE), "no capture was named"),
        (Reply(523, b""), "answered 523"),
    ],
)
def test_what_could_not_be_saved_is_one_line(run: Run, archive: Path, wayback: Machine, reply: Reply, why: str) -> None:
    wayback.routes[f"/save/{THREAD}"] = reply
    done = run("recover", "--save", THREAD)
    assert done.exit_code == 3
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["--save"], ["not an address"], ["https://x.com/home"]])
def test_what_is_no_page_is_refused(run: Run, archive: Path, wayback: Machine, words: list[str]) -> None:
    done = run("recover", *words)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert wayback.paths == []


def test_nothing_missing_says_so(run: Run, archive: Path) -> None:
    assert "nothing is missing" in run("recover").stdout


def test_where_no_archive_is_none_is_made(run: Run, here: Path) -> None:
    assert "0 addresses to ask" in run("recover", "--dry-run").stdout
    assert "nothing is missing" in run("recover").stdout
    assert list(here.iterdir()) == []


def test_quiet_says_nothing_but_errors(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    done = run("recover", THREAD, "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
