"""scrapy with lxml XPath and sqlite3. `scrapy_lxml ORIGIN DATABASE PATH...`"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from lxml import etree, html
from scrapy.crawler import CrawlerProcess

from benchmarks.baselines.rows import BREAK, SITE, Rows, day, open_store, store, thread_url, words

# Compiled once, and written for these pages: the fastest that a spider's author would reasonably come to.
TWEETS = etree.XPath("//div[@data-tweet]")
LINKS = etree.XPath(".//a[@class='entity-url' or @class='entity-mention']")
IMAGES = etree.XPath(".//span[@class='entity-image']")
CARDS = etree.XPath("//div[@class='thread-card']")
CARD_TWEETS = etree.XPath(".//div[@class='content-tweet']")


def read(body: bytes) -> Rows:
    tree = html.document_fromstring(body.decode())
    tweets = TWEETS(tree)
    name = tree.xpath("string(//*[@class='username']/a)")
    rows = Rows(url=thread_url(tweets[0].get("data-tweet")), handle=tweets[0].get("data-screenname"), name=name)
    for tag in tweets:
        _tweet(tag, rows)
    rows.cards.extend(_card(tag) for tag in CARDS(tree))
    return rows


def _tweet(tag: Any, rows: Rows) -> None:
    tweet_id = tag.get("data-tweet")
    for image in IMAGES(tag):
        rows.media.append((tweet_id, "image", image[0].get("href")))
        image.drop_tree()
    for link in LINKS(tag):
        kind = "link" if link.get("class") == "entity-url" else "mention"
        rows.links.append((tweet_id, kind, link.get("href"), link.text))
    for line in tag.iter("br"):
        line.tail = BREAK + (line.tail or "")
    rows.posts.append((tweet_id, words("".join(tag.itertext()))))


def _card(tag: Any) -> tuple[str, str, str, int, str]:
    [more] = tag.xpath(".//a[starts-with(@class, 'tweet-url')]")
    handle = tag.xpath("string(.//*[@class='screenName']/a)").lstrip("@")
    excerpt = "\n\n".join(words(tweet.text_content()) for tweet in CARD_TWEETS(tag))
    [seconds] = tag.xpath(".//*[@class='time']/@data-time")
    return SITE + more.get("href"), handle, day(seconds), int(more.text.split()[1]), excerpt


class Threads(scrapy.Spider):  # type: ignore[misc]  # scrapy is not typed, nor installed beside mypy
    name = "threads"

    def __init__(self, conn: sqlite3.Connection, urls: list[str]) -> None:
        super().__init__()
        self.conn = conn
        self.urls = urls

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Any) -> None:
        store(self.conn, read(response.body))


def main(origin: str, database: str, *paths: str) -> None:
    conn = open_store(database)
    settings = {"LOG_LEVEL": "INFO", "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0}
    process = CrawlerProcess(settings)
    process.crawl(Threads, conn=conn, urls=[origin + path for path in paths])
    process.start()
    conn.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
