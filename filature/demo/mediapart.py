"""The blog at Mediapart's Club: a list in pages, and posts as the Club wrote them in 2019-2021."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from filature.demo.server import Reply, not_found, page
from filature.demo.texts import DemoArticle
from filature.demo.threadreader import TEMPLATES
from filature.demo.wordpress import PARIS, french_day

SLUG = "collectif-l-atelier-public"
BLOG = "Le carnet de l’Atelier public"
LIST_LENGTH = 3
NUMBER = re.compile(r"[1-9]\d*")


class Mediapart:
    """Routes of the blog."""

    def __init__(self, base: str, articles: Sequence[DemoArticle]) -> None:
        self.base = base
        self.articles = sorted(articles, key=lambda article: article.posted_at, reverse=True)

    @property
    def blog(self) -> str:
        """The address of the list."""
        return f"{self.base}/{SLUG}/blog"

    def path(self, article: DemoArticle) -> str:
        """Where an article is. The address has the day, and no century."""
        day = article.posted_at.astimezone(PARIS)
        return f"/{SLUG}/blog/{day:%d%m%y}/{article.slug}"

    def __call__(self, path: str, query: Mapping[str, str]) -> Reply:
        if path == "/robots.txt":
            return Reply(body=b"User-agent: *\nDisallow: /tools/\n", content_type="text/plain; charset=utf-8")
        if path == f"/{SLUG}/blog":
            return self._list(query.get("page", "1"))
        article = next((article for article in self.articles if self.path(article) == path), None)
        return self._page(article) if article else not_found()

    def _list(self, number: str) -> Reply:
        if not NUMBER.fullmatch(number):
            return not_found()
        first = (int(number) - 1) * LIST_LENGTH
        articles = self.articles[first : first + LIST_LENGTH]
        more = first + LIST_LENGTH < len(self.articles)
        return page(
            TEMPLATES.get_template("mediapart_list.html").render(
                base=self.base,
                slug=SLUG,
                blog=BLOG,
                next=int(number) + 1 if more else None,
                items=[{"article": a, "path": self.path(a), "day": french_day(a.posted_at)} for a in articles],
            )
        )

    def _page(self, article: DemoArticle) -> Reply:
        return page(
            TEMPLATES.get_template("mediapart_post.html").render(
                base=self.base,
                slug=SLUG,
                blog=BLOG,
                path=self.path(article),
                url=self.base + self.path(article),
                article=article,
                day=french_day(article.posted_at),
                count=len(self.articles),
                body=Markup(article.body),
            )
        )
