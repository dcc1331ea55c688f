"""The SPIP-like site: a feed without texts, articles at spip.php?article1, a sitemap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from filature.demo.server import Reply, not_found, page
from filature.demo.texts import DemoArticle
from filature.demo.threadreader import TEMPLATES
from filature.demo.wordpress import french_day

SITE = "Union locale des services publics"
CLOSED = ("local", "ecrire", "extensions", "lib", "plugins", "prive", "squelettes-dist", "squelettes")


class Spip:
    """Routes of the site. A closed article stands in the feed, and robots.txt forbids its page."""

    def __init__(self, base: str, articles: Sequence[DemoArticle]) -> None:
        self.base = base
        self.articles = sorted(articles, key=lambda article: article.posted_at, reverse=True)

    def path(self, article: DemoArticle) -> str:
        """Where an article is."""
        return f"/prive/{article.slug}" if article.closed else f"/spip.php?article{article.number}"

    def __call__(self, path: str, query: Mapping[str, str]) -> Reply:
        if path == "/robots.txt":
            return self._robots()
        if path == "/sitemap.xml":
            return self._sitemap()
        if path == "/":
            return page(self._render("spip_home.html"))
        if path == "/spip.php" and query.get("page") == "backend":
            return Reply(body=self._render("spip_feed.xml").encode(), content_type="text/xml; charset=utf-8")
        asked = "?".join([path, *query])
        article = next((article for article in self.articles if self.path(article) == asked), None)
        if article is None:
            return not_found()
        return page(
            self._render(
                "spip_article.html",
                article=article,
                url=self.base + self.path(article),
                day=french_day(article.posted_at),
                body=Markup(article.body),
            )
        )

    def _render(self, name: str, **values: object) -> str:
        items = [
            {
                "article": article,
                "title": article.title,
                "path": self.path(article).removeprefix("/"),
                "url": self.base + self.path(article),
                "date": f"{article.posted_at:%Y-%m-%dT%H:%M:%SZ}",
                "day": french_day(article.posted_at),
            }
            for article in self.articles
        ]
        others = [item for item in items if item["article"] is not values.get("article")]
        return TEMPLATES.get_template(name).render(site=SITE, base=self.base, items=items, others=others, **values)

    def _robots(self) -> Reply:
        lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in CLOSED), "", f"Sitemap: {self.base}/sitemap.xml"]
        return Reply(body="\n".join(lines).encode(), content_type="text/plain; charset=utf-8")

    def _sitemap(self) -> Reply:
        rows = "".join(f"<url><loc>{self.base}{self.path(article)}</loc></url>\n" for article in self.articles)
        text = (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
        )
        return Reply(body=text.encode(), content_type="text/xml; charset=utf-8")
