"""An answer opened as a web page, and the notices that stand where a page should be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup, Tag

from harvester.model import Answer, PageShapeError
from harvester.sites.markup import absolute, line, readable
from harvester.sites.rules import Rule, rule_for
from harvester.sites.soup import BoundedSoup, UnboundedPageError

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML_TYPE = re.compile(r"html|^$|text/plain|octet-stream", re.IGNORECASE)
_DECLARATION = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?<\?xml([^>]{0,500})\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"encoding=[\"']([\w.:-]+)[\"']", re.IGNORECASE)
_XML = re.compile(
    rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:rss|feed|rdf:rdf|urlset|sitemapindex|opml)\b", re.IGNORECASE | re.DOTALL
)
_PAGE_TAG = re.compile(rb"<(?:!doctype html|html|body|head|article|div|p|title)\b", re.IGNORECASE)

# Words that a whole page may be reduced to: looked for in its title and main heading.
_NOTICES = {
    "a challenge of the site's guard, not its page": re.compile(
        r"^just a moment|^un instant\b.{0,3}$|attention required|checking your browser|ddos.guard"
        r"|^vérification de (?:la )?sécurité|are you (?:a )?(?:human|robot)"
        r"|êtes-vous un (?:humain|robot)|^security check|^one moment, please",
        re.IGNORECASE,
    ),
    "a refusal, not the page": re.compile(
        r"^(?:403\b|accès (?:refusé|interdit)|access denied|forbidden|error 1020)|\b403 forbidden", re.IGNORECASE
    ),
    "a notice that the page does not exist": re.compile(
        r"^(?:erreur |error )?404\b|\b404 not found|page (?:introuvable|non trouvée|inexistante|not found)"
        r"|page (?:\S+ ){0,5}n.existe (?:pas|plus)|page (?:non disponible|(?:isn.t|not) available)|^(?:oops|oups)\b",
        re.IGNORECASE,
    ),
    "a form to log in, not the page": re.compile(
        r"^(?:connexion|se connecter|connectez-vous|identification|identifiez-vous|log ?in|sign in)\b", re.IGNORECASE
    ),
    "a notice that the site is closed for now": re.compile(
        r"^(?:site )?(?:en )?maintenance$|(?:site|blog) (?:est )?(?:actuellement )?en (?:maintenance|construction)"
        r"|under maintenance|maintenance mode|^bientôt de retour|compte (?:suspendu|désactivé)|account suspended",
        re.IGNORECASE,
    ),
}
# An article may be about a 404; a notice is short.
_LONGEST_NOTICE = 1500


@dataclass(frozen=True)
class Page:
    """A parsed web page. `url` is the address that answered; links are resolved against `base`."""

    url: str
    soup: BeautifulSoup
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def base(self) -> str:
        base = self.soup.select_one("base[href]")
        return (base and absolute(base["href"], self.url)) or self.url

    @cached_property
    def rule(self) -> Rule:
        return rule_for(self.url, self.soup)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The contents of `meta` elements by lower-case `property`, `name` or `itemprop`, in the order of the page."""
        found: dict[str, list[str]] = {}
        for tag in self.soup.select("meta[content]"):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop")
            content = str(tag["content"]).strip()
            if name and content:
                found.setdefault(str(name).lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first content among metas of these names, the first name first."""
        return next((content for name in names for content in self.metas.get(name, ())), None)

    def first(self, selectors: tuple[str, ...]) -> Tag | None:
        """The first element with text (or a machine date) that the first fitting selector finds."""
        found = (tag for selector in selectors for tag in self.soup.select(selector))
        return next((tag for tag in found if line(tag) or tag.get("datetime") or tag.get("content")), None)

    @property
    def lang(self) -> str | None:
        """The language that the page declares, as two letters."""
        html = self.soup.find("html")
        declared = (str(html.get("lang") or "") if isinstance(html, Tag) else "") or self.meta("og:locale") or ""
        match = re.match(r"[a-z]{2}(?![a-z])", declared.lower())
        return match[0] if match else None


def open_page(answer: Answer) -> Page:
    """The page in an answer. PageShapeError when it is no HTML, or a notice in the page's place."""
    if not answer.body.strip():
        raise PageShapeError(answer.address, "an empty answer; expected a page")
    # XHTML is read as the HTML it is meant to be.
    declaration = _DECLARATION.match(answer.body)
    body = answer.body[declaration.end() :] if declaration else answer.body
    if not _HTML_TYPE.search(answer.content_type) or _XML.match(body[:2000]) or not _PAGE_TAG.search(body[:200_000]):
        raise PageShapeError(answer.address, f"expected a web page, got {_what(answer)}")
    try:
        soup = BoundedSoup(body, "lxml", from_encoding=_encoding(answer, declaration))
    except UnboundedPageError as error:
        raise PageShapeError(answer.address, f"no page for people: {error}") from error
    page = Page(url=answer.address, soup=soup, headers=dict(answer.headers))
    refuse_notice(page)
    return page


def _encoding(answer: Answer, declaration: re.Match[bytes] | None) -> str | None:
    """The encoding that the answer names, or its XML declaration; the page's own meta is the parser's business."""
    charset = _CHARSET.search(answer.content_type)
    if charset:
        return charset[1]
    declared = _DECLARED.search(declaration[1]) if declaration else None
    return declared[1].decode("ascii", "replace") if declared else None


def _what(answer: Answer) -> str:
    return answer.content_type.split(";")[0].strip() or repr(answer.body[:24].decode("latin-1"))


def refuse_notice(page: Page) -> None:
    """Raise PageShapeError when all the page says is that something else should be there."""
    headings = [line(tag) for tag in (page.soup.title, page.soup.h1) if tag]
    reason = next((why for why, words in _NOTICES.items() if any(map(words.search, headings))), None)
    if page.soup.select_one("#challenge-form, #challenge-running, #cf-challenge-running, #cf-error-details"):
        reason = "a challenge of the site's guard, not its page"
    if reason and page.meta("og:type") != "article" and len(readable(page.soup.body or page.soup)) < _LONGEST_NOTICE:
        raise PageShapeError(page.url, reason)
