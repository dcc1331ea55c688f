"""Blogs of more than one page, through the real readers, a real run and a real archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from db.archive import Archive
from db.records import Source
from harvester.fetch import Client, HarvestSettings
from harvester.run import HarvestCounts, harvest
from harvester.sites import READERS
from tests.harvester.server import Reply, Site, serving

BLOG = "https://carnet.exemple"
PAGES, PER_PAGE = 3, 4
SENTENCE = "Le guichet du quartier ferme trois jours par semaine et les habitants attendent dehors, sous la pluie. "


class Blog(Site):
    """A blog whose interface and feed hold whole posts, newest first; `posts` is how many there are by now."""

    posts = PAGES * PER_PAGE

    def reply(self, path: str, headers: Mapping[str, str]) -> Reply:
        answers: dict[str, Callable[[int], Reply]] = {"/wp-json/wp/v2/posts": self.api, "/feed/": self.feed}
        parts = urlsplit(path)
        answer = answers.get(parts.path)
        if answer is None:
            return super().reply(path, headers)
        super().reply(path, headers)
        query = parse_qs(parts.query)
        return answer(int((query.get("page") or query.get("paged") or ["1"])[0]))

    def numbers(self, page: int) -> range:
        newest = self.posts - (page - 1) * PER_PAGE
        return range(newest, max(newest - PER_PAGE, 0), -1)

    def api(self, page: int) -> Reply:
        posts = [
            {
                "id": n,
                "date_gmt": f"2021-01-{n:02}T08:00:00",
                "link": f"{BLOG}/{n}/",
                "title": {"rendered": f"Note {n}"},
                "content": {"rendered": f"<p>Note {n}. {SENTENCE * 8}</p>", "protected": False},
            }
            for n in self.numbers(page)
        ]
        total = {"X-WP-TotalPages": str(-(-self.posts // PER_PAGE)), "Content-Type": "application/json"}
        return Reply(200, json.dumps(posts).encode(), total)

    def feed(self, page: int) -> Reply:
        if not self.numbers(page):
            return Reply(404, b"nothing here")
        items = "".join(
            f"<item><title>Note {n}</title><link>{BLOG}/{n}/</link>"
            f"<pubDate>Fri, {n:02} Jan 2021 08:00:00 +0000</pubDate>"
            f"<content:encoded><![CDATA[<p>Note {n}. {SENTENCE * 8}</p>]]></content:encoded></item>"
            for n in self.numbers(page)
        )
        feed = (
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Carnet</title>'
            f"<generator>https://wordpress.org/?v=6.5</generator>{items}</channel></rss>"
        )
        return Reply(200, feed.encode(), {"Content-Type": "application/rss+xml"})


@pytest.fixture
def blog() -> Iterator[Blog]:
    with serving(kind=Blog) as site:
        assert isinstance(site, Blog)
        yield site


SOURCES = {
    "wordpress-api": f"{BLOG}/wp-json/wp/v2/posts?per_page={PER_PAGE}&page=1",
    "feed": f"{BLOG}/feed/",
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_blog_is_followed_to_its_first_post(kind: str, blog: Blog, tmp_path: Path) -> None:
    def run() -> HarvestCounts:
        blog.seen.clear()
        with Archive.open(tmp_path / "archive.db") as archive:
            archive.sync_sources([Source(id="carnet", kind=kind, url=SOURCES[kind])])
            settings = HarvestSettings(pause_seconds=0, retries=0, mirrors={blog.origin: BLOG})
            with Client(settings) as client:
                return harvest(archive, READERS, client, run_id=archive.start_run("harvest", "0"))

    first = run()
    assert (first.new, first.failed) == (PAGES * PER_PAGE, 0)
    again = run()
    assert (again.new, len(blog.paths)) == (0, 1), "nothing new: the first page alone"
    blog.posts += PER_PAGE + 1
    assert run().new == PER_PAGE + 1
    assert len(blog.paths) == 3, "as far as there is something new, and one page more"
    with sqlite3.connect(tmp_path / "archive.db") as conn:
        assert conn.execute("SELECT count(DISTINCT url), min(published_at) FROM documents").fetchone() == (
            PAGES * PER_PAGE + PER_PAGE + 1,
            "2021-01-01T08:00:00.000Z",
        )
