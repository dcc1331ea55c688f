"""A thread page read with BeautifulSoup, as its manual teaches: select, get_text, attributes."""

from __future__ import annotations

import re
from typing import Any

from benchmarks.baselines.rows import BREAK, SITE, Rows, day, thread_url, words


def read(soup: Any) -> Rows:
    """The rows of one page. `soup` is a BeautifulSoup, or minet's own kind of it."""
    tweets = soup.select("div.content-tweet[data-tweet]")
    name = soup.select_one(".username a").get_text().strip()
    rows = Rows(url=thread_url(tweets[0]["data-tweet"]), handle=tweets[0]["data-screenname"], name=name)
    for tag in tweets:
        _tweet(tag, rows)
    for tag in soup.select(".thread-card"):
        rows.cards.append(_card(tag))
    return rows


def _tweet(tag: Any, rows: Rows) -> None:
    tweet_id = tag["data-tweet"]
    for permalink in tag.select("sup.tw-permalink"):
        permalink.decompose()
    for image in tag.select("span.entity-image"):
        rows.media.append((tweet_id, "image", image.a["href"]))
        image.decompose()
    for link in tag.select("a.entity-url"):
        rows.links.append((tweet_id, "link", link["href"], link.get_text()))
    for link in tag.select("a.entity-mention"):
        rows.links.append((tweet_id, "mention", link["href"], link.get_text()))
    for line in tag.select("br"):
        line.replace_with(BREAK)
    rows.posts.append((tweet_id, words(tag.get_text())))


def _card(tag: Any) -> tuple[str, str, str, int, str]:
    more = tag.select_one("a.tweet-url")
    tweets = int(re.sub(r"\D", "", more.get_text()))
    handle = tag.select_one(".screenName a").get_text().strip().lstrip("@")
    excerpt = "\n\n".join(words(tweet.get_text()) for tweet in tag.select(".content-tweet"))
    return SITE + more["href"], handle, day(tag.select_one(".time")["data-time"]), tweets, excerpt
