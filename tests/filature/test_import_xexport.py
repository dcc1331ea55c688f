"""`filature import` of an author's own X data export, beside the unroll of the same thread."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.filature.conftest import Run
from tests.harvester.server import Reply, Site
from tests.harvester.xexport import as_folder, as_zip, edited, files, script, tweet, tweet_id, urls

PAGE = (Path(__file__).resolve().parents[1] / "pages" / "threadreader" / "g2_2020.html").read_bytes()
IDS = (
    "1268236053509046272",
    "1268236514882486272",
    "1268237429240758272",
    "1268238268101558272",
    "1268239153099702272",
)
AFTER = str(int(IDS[-1]) + (5_000 << 22))
THREAD = f"https://threadreaderapp.com/thread/{IDS[0]}.html"
TEXTS = (
    "Au greffe, 4 postes sur 9 sont vacants &amp; personne ne le dit.\n\nUn fil\npour compter. #Justice",
    "2/ Le rapport est ici : https://t.co/rapport\nEt la source : https://t.co/depot piège autre piège",
    "@lectrice_exemple @autre_exemple Oui, et 3 &lt; 9 : voyez https://t.co/tableau",
    "Ce que disait une collègue : https://t.co/collegue",
    "Écrivez à greffe@exemple.fr\nMerci 🧑🏽‍⚖️\n5/5 https://t.co/gif",
    "6/5 Et un post que personne n'a déroulé : 5 postes sur 9 depuis mai.",
)
MEDIA: dict[int, dict[str, Any]] = {
    2: {"type": "photo", "url": "https://t.co/tableau", "media_url_https": "https://pbs.twimg.com/media/EZtableau.jpg"},
    4: {"type": "animated_gif", "url": "https://t.co/gif", "ext_alt_text": "Une porte se ferme",
        "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": "0",
                                     "url": "https://video.twimg.com/tweet_video/EZfin.mp4"}]}},
}  # fmt: skip
LINKS = {
    1: urls(
        rapport="https://rapports.exemple.fr/2020/greffes?annexe=3&v=2", depot="https://depot.exemple.org/Données.csv"
    ),
    3: urls(collegue="https://twitter.com/collegue_exemple/status/1262993959941046272"),
}


def tweets() -> list[dict[str, Any]]:
    """The thread of the page, one more post of it, and what an export holds besides."""
    keys = (*IDS, AFTER)
    made = []
    for place, (key, text) in enumerate(zip(keys, TEXTS, strict=True)):
        more: dict[str, Any] = dict(LINKS.get(place, {}))
        if place in MEDIA:
            more["extended_entities"] = {"media": [MEDIA[place]]}
        if place == 2:
            more["display_text_range"] = ["33", str(len(text))]
        made.append(tweet(key, text, keys[place - 1] if place else None, **more))
    old, new, after = tweet_id(5), tweet_id(6), tweet_id(7)
    ids = edited(old, new)
    return [
        *made, tweet(tweet_id(50), "Un post seul."), tweet(tweet_id(51), "RT @autre: les mots d'un autre"),
        tweet(tweet_id(52), "@autre non", "1600000000000000001", to_user="7", to_name="autre"),
        tweet(old, "Ils sont 12.", **ids), tweet(new, "Ils sont 15.", **ids), tweet(after, "Et voilà.", new),
    ]  # fmt: skip


@pytest.fixture
def mirrored(here: Path, site: Site) -> Site:
    """Thread Reader on this machine, with one thread."""
    (here / "config.toml").write_text(
        '[harvest]\ncontact = "test@example.org"\npause_seconds = 0.0\nretries = 0\nallow_private_addresses = true\n'
        f'[harvest.mirrors]\n"{site.origin}" = "https://threadreaderapp.com"\n',
        encoding="utf-8",
    )
    site.routes[f"/thread/{IDS[0]}.html"] = Reply(200, PAGE, {"content-type": "text/html; charset=utf-8"})
    return site


def asked(sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect("filature.db")) as conn:
        return conn.execute(sql).fetchall()


def told() -> list[tuple[Any, ...]]:
    """What the archive says of the thread."""
    return asked(f"SELECT p.id, p.text FROM posts p JOIN documents d ON d.id = document_id WHERE d.url = '{THREAD}'"
                 " ORDER BY position")  # fmt: skip


def harvest(run: Run) -> None:
    assert run("add", THREAD, "--quiet").exit_code == 0
    assert run("harvest", "--quiet").exit_code == 0


def test_an_export_says_what_it_is_and_what_was_read(here: Path, run: Run) -> None:
    as_zip(here / "twitter.zip", files(tweets()))
    result = run("import", "twitter.zip")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "X data export of @AgneszCantine: 12 tweets, 2 threads of 8 posts" in words
    assert "2 new" in words
    (report,) = json.loads(run("import", "twitter.zip", "--json").stdout)
    assert (report["new"], report["changed"], report["unchanged"], report["error"]) == (0, 0, 2, None)
    assert report["notes"] == [
        "left out: 1 single post, 1 reply to others, 1 retweet",
        "1 post edited: what was said before is kept as versions",
        "read: account.js, tweets.js; no other file was opened",
    ]
    assert asked("SELECT text FROM versions") == [("Ils sont 12.",)]
    kept = b"".join(body for (body,) in asked("SELECT snapshot FROM documents") if isinstance(body, bytes))
    assert b"courriel" not in kept


@pytest.mark.parametrize("export_first", [True, False])
def test_an_export_and_the_unroll_of_its_thread_are_one(
    here: Path, run: Run, mirrored: Site, export_first: bool
) -> None:
    folder = as_folder(here / "twitter-2023", files(tweets(), parts=2))
    if export_first:
        assert run("import", folder, "--quiet").exit_code == 0
    harvest(run)
    assert run("import", folder, "--quiet").exit_code == 0
    expected = told()
    assert [key for key, _ in expected] == [*IDS, AFTER]
    assert expected[1][1].startswith("2/ Le rapport est ici : https://rapports.exemple.fr/2020/greffes?annexe=3&v=2\n")
    assert expected[2][1] == "Oui, et 3 < 9 : voyez"
    alts = asked("SELECT url, alt FROM media ORDER BY url")
    assert alts == [
        ("https://pbs.twimg.com/media/EZtableau.jpg", "Un tableau des effectifs"),
        ("https://video.twimg.com/tweet_video/EZfin.mp4", "Une porte se ferme"),
    ]
    assert asked("SELECT DISTINCT display FROM links WHERE url LIKE '%rapports%'")
    versions = asked("SELECT document_id, version, text FROM versions")
    for body in (PAGE.replace(b"</title>", b" 2</title>"), PAGE):
        mirrored.routes[f"/thread/{IDS[0]}.html"] = Reply(200, body, {"content-type": "text/html; charset=utf-8"})
        harvest(run)
        assert run("import", folder, "--quiet").exit_code == 0
        assert (told(), asked("SELECT document_id, version, text FROM versions")) == (expected, versions)
    assert len(mirrored.paths) == 3
    assert len(versions) == (1 if export_first else 2)
    assert asked("SELECT origin FROM tellings JOIN documents d ON d.id = document_id WHERE kind = 'thread'"
                 f" AND url = '{THREAD}' ORDER BY 1") == [("export",), ("page",)]  # fmt: skip


def test_a_damaged_part_is_one_line_and_the_rest_is_kept(here: Path, run: Run) -> None:
    made = files(tweets(), parts=2)
    made["data/tweets-part1.js"] = script("tweets", tweets()[6:], 1)[:-200]
    as_zip(here / "twitter.zip", made)
    result = run("import", "twitter.zip", "--json")
    (report,) = json.loads(result.stdout)
    assert result.exit_code == 3
    assert report["error"] == "tweets-part1.js: cannot be read to its end, after 5 entries: it ends in the middle"
    assert report["new"] == 1
    assert len(told()) == 6


def test_a_zip_that_was_cut_is_one_line(here: Path, run: Run) -> None:
    path = as_zip(here / "twitter.zip", files(tweets()))
    path.write_bytes(path.read_bytes()[:-500])
    result = run("import", "twitter.zip")
    assert result.exit_code == 3
    assert "a zip that is cut short or damaged: download it again" in " ".join(result.stdout.split())


def test_a_folder_above_an_export_is_read_but_for_what_is_private(here: Path, run: Run) -> None:
    as_folder(here / "downloads" / "twitter", files(tweets(), poison=b"Un secret tout en mots."))
    (here / "downloads" / "notes.txt").write_text("Quelques mots sur la justice.", encoding="utf-8")
    result = run("import", "downloads", "--json")
    assert [Path(report["file"]).name for report in json.loads(result.stdout)] == ["notes.txt", "twitter"]
    assert result.exit_code == 0
    assert not asked("SELECT 1 FROM documents WHERE text LIKE '%secret%'")
