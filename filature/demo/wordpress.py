"""The WordPress-like blog: pages, a feed in two pages, the REST API with its headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from filature.demo.server import Reply, not_found, page
from filature.demo.texts import DemoArticle
from filature.demo.threadreader import TEMPLATES

SITE = "Carnet de guichet"
FEED_LENGTH = 4
PARIS = ZoneInfo("Europe/Paris")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def french_day(moment: datetime) -> str:
    """`7 janvier 2021`, as seen from Paris."""
    local = moment.astimezone(PARIS)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


class WordPress:
    """Routes of the blog."""

    def __init__(self, base: str, articles: Sequence[DemoArticle]) -> None:
        self.base = base
        self.articles = sorted(articles, key=lambda article: article.posted_at, reverse=True)
        self._fixed: dict[str, Callable[[Mapping[str, str]], Reply]] = {
            "/": self._home,
            "/feed/": self._feed,
            "/robots.txt": self._robots,
            "/wp-json/": self._root,
            "/wp-json/wp/v2/posts": self._posts,
        }

    def path(self, article: DemoArticle) -> str:
        """Where the page of an article is."""
        return f"/{article.posted_at.astimezone(PARIS):%Y/%m}/{article.slug}/"

    def url(self, article: DemoArticle) -> str:
        return self.base + self.path(article)

    def __call__(self, path: str, query: Mapping[str, str]) -> Reply:
        reply = self._answer(path, query)
        link = {"Link": f'<{self.base}/wp-json/>; rel="https://api.w.org/"'}
        return Reply(
            body=reply.body, content_type=reply.content_type, status=reply.status, headers={**link, **reply.headers}
        )

    def _answer(self, path: str, query: Mapping[str, str]) -> Reply:
        if path in self._fixed:
            return self._fixed[path](query)
        if path.startswith("/wp-json/wp/v2/users"):
            return _json({"code": "rest_user_cannot_view", "message": "Désolé.", "data": {"status": 401}}, 401)
        article = next((article for article in self.articles if self.path(article) == path), None)
        return self._page(article) if article else not_found()

    def _robots(self, query: Mapping[str, str]) -> Reply:
        return Reply(body=b"User-agent: *\nDisallow: /wp-admin/\n", content_type="text/plain; charset=utf-8")

    def _recent(self) -> list[dict[str, str]]:
        return [{"url": self.url(article), "title": article.title} for article in self.articles]

    def _home(self, query: Mapping[str, str]) -> Reply:
        template = TEMPLATES.get_template("wordpress_home.html")
        return page(template.render(site=SITE, base=self.base, recent=self._recent()))

    def _page(self, article: DemoArticle) -> Reply:
        return page(
            TEMPLATES.get_template("wordpress_post.html").render(
                site=SITE,
                base=self.base,
                url=self.url(article),
                article=article,
                day=french_day(article.posted_at),
                body=Markup(article.body),
                recent=self._recent(),
            )
        )

    def _feed(self, query: Mapping[str, str]) -> Reply:
        number = int(query.get("paged", "1"))
        first = (number - 1) * FEED_LENGTH
        articles = self.articles[first : first + FEED_LENGTH]
        if not articles:
            return not_found()
        text = TEMPLATES.get_template("wordpress_feed.xml").render(
            site=SITE,
            base=self.base,
            next=number + 1 if first + FEED_LENGTH < len(self.articles) else None,
            items=[
                {"article": article, "url": self.url(article), "date": format_datetime(article.posted_at)}
                for article in articles
            ],
        )
        return Reply(body=text.encode(), content_type="application/rss+xml; charset=UTF-8")

    def _root(self, query: Mapping[str, str]) -> Reply:
        return _json({"name": SITE, "url": self.base, "namespaces": ["oembed/1.0", "wp/v2"]})

    def _posts(self, query: Mapping[str, str]) -> Reply:
        size, number = min(int(query.get("per_page", "10")), 100), int(query.get("page", "1"))
        articles = self.articles[::-1] if query.get("order") == "asc" else self.articles
        pages = -(-len(articles) // size)
        if number > pages:
            return _json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, 400)
        rows = [self._row(article, query) for article in articles[(number - 1) * size : number * size]]
        if fields := query.get("_fields"):
            rows = [{key: row[key] for key in fields.split(",") if key in row} for row in rows]
        return _json(rows, headers={"X-WP-Total": str(len(articles)), "X-WP-TotalPages": str(pages)})

    def _row(self, article: DemoArticle, query: Mapping[str, str]) -> dict[str, Any]:
        local, utc = article.posted_at.astimezone(PARIS), article.posted_at
        embedded = {"_embedded": {"author": [{"id": 1, "name": article.author}]}} if "_embed" in query else {}
        return {
            **embedded,
            "id": article.number,
            "date": f"{local:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{utc:%Y-%m-%dT%H:%M:%S}",
            "guid": {"rendered": f"{self.base}/?p={article.number}"},
            "modified_gmt": f"{utc:%Y-%m-%dT%H:%M:%S}",
            "slug": article.slug,
            "status": "publish",
            "type": "post",
            "link": self.url(article),
            "title": {"rendered": escape(article.title, quote=False).replace("’", "&#8217;")},
            "content": {"rendered": article.body + "\n", "protected": False},
            "excerpt": {"rendered": f"<p>{escape(article.lead, quote=False)} [&hellip;]</p>\n", "protected": False},
            "author": 1,
            "featured_media": 0,
            "categories": [1],
            "tags": [],
        }


def _json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(value, ensure_ascii=True).encode()
    return Reply(body=body, content_type="application/json; charset=UTF-8", status=status, headers=headers or {})
