"""Previews of other threads on Thread Reader pages: under a thread, and in the list of an author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from db.records import Card, Document, Lead
from harvester.addresses import thread_url
from harvester.sites.threadreader_tweet import text_of, words_of
from harvester.text import whole_number

CARD = "thread-card"
# All that is read of cards, gathered in one pass over the page: a search in each card costs five times more.
PARTS = (
    ".thread-card, .thread-card [href*='/thread/'], .thread-card .time, .screenName, .twitter_screen_name,"
    " .thread-card .thread-info, .thread-card .content-tweet, .card-tweetsv2"
)
_THREAD = re.compile(r"/thread/(\d+)")
_SIZE = re.compile(r"(?<!\d)(\d[\d,.\u202f\u00a0 ]{0,20}) tweets?\b", re.I)


@dataclass(slots=True)
class Preview:
    """The parts of one card. `told` is its time in Unix seconds; `handle` is without the @."""

    thread_id: str | None = None
    handle: str | None = None
    shown_date: str | None = None
    told: int | None = None
    tweets: int | None = None
    texts: list[str] = field(default_factory=list)

    def note(self, node: LexborNode, attributes: dict[str, str | None], classes: list[str]) -> None:
        """Take what one element of the card tells."""
        words = words_of(node) if "content-tweet" not in classes else ""
        if "content-tweet" in classes or "card-tweetsv2" in classes:
            self.texts.append(text_of(node))
        elif "time" in classes:
            self.told = whole_number(attributes.get("data-time") or "", digits=11) or self.told
            self.shown_date = words or self.shown_date
        elif "screenName" in classes or "twitter_screen_name" in classes:
            self.handle = words.lstrip("@") or self.handle
        elif match := _THREAD.search(attributes.get("href") or ""):
            self.thread_id = match[1]
        size = _SIZE.search(words) if "card-tweetsv2" not in classes else None
        self.tweets = (size and whole_number(re.sub(r"[^0-9]", "", size[1]), digits=9)) or self.tweets

    def card(self, origin: str) -> Card:
        # Before 2021 scripts wrote the date in the reader's browser: the day (UTC) of the card's time stands in.
        day = datetime.fromtimestamp(self.told, UTC).date().isoformat() if self.told else None
        return Card(
            url=thread_url(self.thread_id, origin) if self.thread_id else None,
            handle=self.handle,
            date_text=self.shown_date or day,
            tweets=self.tweets,
            excerpt="\n\n".join(filter(None, self.texts)),
        )


def previews(tree: LexborHTMLParser) -> Iterator[Preview]:
    """The cards of a page, in its order."""
    preview: Preview | None = None
    for node in tree.css(PARTS):
        attributes = node.attributes
        classes = (attributes.get("class") or "").split()
        if CARD in classes:
            if preview is not None:
                yield preview
            preview = Preview(thread_id=_box_leads_to(node))
        elif preview is not None:
            preview.note(node, attributes, classes)
    if preview is not None:
        yield preview


def cards_of(tree: LexborHTMLParser, origin: str) -> tuple[Card, ...]:
    """The cards of a page: "More from" the author, and related threads of other people."""
    return tuple(preview.card(origin) for preview in previews(tree))


def neighbours(document: Document, origin: str) -> tuple[Lead, ...]:
    """Leads to the author's other threads: cards of other people lead nowhere."""
    handle = ((document.author and document.author.handle) or "").lower()
    mine = (card.url for card in document.cards if card.url and handle and (card.handle or "").lower() == handle)
    return tuple(
        Lead(url=url, kind="thread", relation="neighbour") for url in dict.fromkeys(mine) if url != document.url
    )


def _box_leads_to(node: LexborNode) -> str | None:
    """Since 2022 the box round a card says where a click leads."""
    box: LexborNode | None = node
    for _ in range(3):
        if box is None:
            break
        if match := _THREAD.search(box.attributes.get("data-link-href") or ""):
            return match[1]
        box = box.parent
    return None
