"""`filature recover`: tweets that are kept as JSON, and captures of authors' lists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.db.samples import one, rows
from tests.filature.conftest import Run
from tests.filature.recovery.conftest import LAST, PAGES, ROOT, THREAD, result
from tests.harvester.server import Reply, Site
from tests.wayback import Machine

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
    for _ in range(2):  # the second leaves it for later: it waits, and is as closed as before
        run("harvest")
    card = f"""<html><div class="col-12" data-controller="link" data-link-href="/thread/{ROOT}.html"><div
        class="thread-card"><span class="time" data-time="1591206012"></span><small class="twitter_screen_name"><a
        href="/user/greffe_du_soir">@greffe_du_soir</a></small><div class="card-tweetsv2"><div class="content-tweet">Au
        greffe</div></div></div></div></html>"""
    wayback.keep(LAST, "https://threadreaderapp.com/user/greffe_du_soir", card.encode())
    found = result(run)
    assert (found["reason"], found["state"], found["threads"]) == ("closed list", "listed", [THREAD])
    assert rows(archive, "SELECT source, state FROM targets WHERE url = ?", THREAD) == [("greffe", "waiting")]
