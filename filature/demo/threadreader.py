"""The replica of Thread Reader: threads in three generations of markup, author pages in batches, ping."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from filature.demo.markup import post_html
from filature.demo.server import Reply, not_found, page
from filature.demo.texts import DemoAuthor, DemoPost, DemoThread

TEMPLATES = Environment(loader=PackageLoader("filature.demo"), autoescape=True, keep_trailing_newline=True)
BATCH = 5
NEIGHBOURS = 2
WORDS_A_MINUTE = 150
MENTIONS_LINKED_UNTIL = datetime(2023, 6, 1, tzinfo=UTC)
VIEWS = "@@VIEWS@@"
THREAD_PATH = re.compile(r"/thread/(\d+)(?:\.html)?")
USER_PATH = re.compile(r"/user/(\w+)")
PING_PATH = re.compile(r"/api/v0/ping/(\d+)\.json")


class ThreadReader:
    """Routes of the replica. `visit` is 1 until the site advances."""

    def __init__(self, base: str, threads: Sequence[DemoThread], today: datetime) -> None:
        self.base = base
        self.visit = 1
        self._all = threads
        self._today = today
        self._views = count(18_904, 7)
        self._limited: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, path: str, query: Mapping[str, str]) -> Reply:
        if match := THREAD_PATH.fullmatch(path):
            return self._thread(match[1])
        if match := USER_PATH.fullmatch(path):
            return self._user(match[1], query)
        if match := PING_PATH.fullmatch(path):
            return self._ping(match[1])
        if path == "/robots.txt":
            return self._robots()
        if path == "/account/login":
            return page(TEMPLATES.get_template("login.html").render())
        return not_found()

    @property
    def threads(self) -> list[DemoThread]:
        """What the site has at this visit, oldest first; the removed thread is there at the first visit only."""
        return [thread.at(self.visit) for thread in self._all if self.visit == 1 or thread.role != "gone"]

    def _of(self, author: DemoAuthor) -> list[DemoThread]:
        return [thread for thread in self.threads if thread.author == author]

    def _robots(self) -> Reply:
        closed = [f"Disallow: {thread.path}\n" for thread in self._all if thread.role == "closed"]
        return Reply(body=("User-agent: *\n" + "".join(closed)).encode(), content_type="text/plain; charset=utf-8")

    def _find(self, number: str) -> DemoThread | None:
        return next((t for t in self.threads if any(post.id == number for post in t.posts)), None)

    def _thread(self, number: str) -> Reply:
        thread = self._find(number)
        if thread is None:
            return not_found()
        if thread.role == "challenge":
            return page(TEMPLATES.get_template("challenge.html").render())
        if thread.role == "limited" and self._first_time(number):
            return Reply(body=b"Too many requests", status=429, headers={"Retry-After": "1"})
        return self._counted(self._render(thread))

    def _first_time(self, number: str) -> bool:
        with self._lock:
            new = number not in self._limited
            self._limited.add(number)
        return new

    def _counted(self, html: str) -> Reply:
        """The view count moves at every visit, and the validator must not."""
        return Reply(body=html.replace(VIEWS, f"{next(self._views):,}").encode(), validated=html.encode())

    def _render(self, thread: DemoThread) -> str:
        name = "thread_g3.html" if thread.markup == "G3" else "thread_g2.html"
        return TEMPLATES.get_template(name).render(
            base=self.base,
            thread=thread,
            author=thread.author,
            bare=thread.markup == "G1b",
            tweets=[{"id": post.id, "html": _html(post, thread.markup)} for post in thread.posts],
            excerpt=thread.posts[0].text[:140].replace("\n", " "),
            minutes=_minutes(thread),
            date=self._date(thread),
            cards=[self._card(other) for other in self._neighbours(thread)],
            related=[self._card(other) for other in self._related(thread)],
        )

    def _neighbours(self, thread: DemoThread) -> list[DemoThread]:
        """Threads of the author close in time, as "More from" shows them: the next older ones, then the newer."""
        mine = self._of(thread.author)
        at = mine.index(thread)
        return [*reversed(mine[max(0, at - NEIGHBOURS) : at]), *mine[at + 1 : at + 1 + NEIGHBOURS]]

    def _related(self, thread: DemoThread) -> list[DemoThread]:
        return [other for other in self.threads if other.author != thread.author and other.role == "open"][:3]

    def _card(self, thread: DemoThread) -> dict[str, Any]:
        return {
            "author": thread.author,
            "path": thread.path,
            "time": thread.time,
            "date": self._date(thread),
            "count": len(thread.posts),
            "minutes": _minutes(thread),
            "tweets": [_html(post, thread.markup) for post in thread.posts[:3]],
        }

    def _date(self, thread: DemoThread) -> str:
        """`Mar 9, 2021`; without the year when it is the current one."""
        day = thread.posts[0].posted_at
        short = f"{day:%b} {day.day}"
        return short if day.year == self._today.year else f"{short}, {day.year}"

    def _user(self, handle: str, query: Mapping[str, str]) -> Reply:
        mine = [thread for thread in reversed(self.threads) if thread.author.handle == handle]
        if not mine:
            return not_found()
        if mine[0].author.listing_closed:
            return Reply(status=302, headers={"Location": f"/account/login?redirect=/user/{handle}"})
        before = query.get("before", "")
        older = [thread for thread in mine if not before.isdigit() or thread.time < int(before)]
        name = "user_batch.html" if "ajax" in query else "user.html"
        cards = [self._card(thread) for thread in older[:BATCH]]
        return page(TEMPLATES.get_template(name).render(author=mine[0].author, cards=cards))

    def _ping(self, number: str) -> Reply:
        thread = self._find(number)
        answer = {"code": 200, "pong": thread.id} if thread else {"code": 404, "message": "Thread not found"}
        return Reply(body=json.dumps(answer).encode(), content_type="application/json", status=200 if thread else 404)


def _html(post: DemoPost, markup: str) -> Markup:
    linked = post.posted_at < MENTIONS_LINKED_UNTIL
    return Markup(post_html(post.source, linked=linked, image_tag="div" if markup == "G1b" else "span"))


def _minutes(thread: DemoThread) -> int:
    return max(1, sum(len(post.text.split()) for post in thread.posts) // WORDS_A_MINUTE)
