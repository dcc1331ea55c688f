"""Who wrote a page, when, under which title and at which address: what to trust, in order.

Of several dates, the first of: what the site's rule holds for right; JSON-LD; metas; `time` and its like inside the
article; a French date in words near the title; the address; htmldate's search. Which one it was is told.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag

from db.records import Author
from harvester.addresses import canonical
from harvester.dates import day_text, from_french, from_machine, from_path, has_zone
from harvester.sites.markup import absolute, fragment, line, readable
from harvester.sites.page import Page

Dated = tuple[str | None, str | None]
_ARTICLE_TYPES = (
    "Article BlogPosting NewsArticle OpinionNewsArticle ReportageNewsArticle AnalysisNewsArticle Report"
    " ScholarlyArticle TechArticle SocialMediaPosting"
)
_ARTICLES = frozenset(_ARTICLE_TYPES.split())
_ANY_PAGE = frozenset(("WebPage", "ItemPage", "AboutPage"))
_PUBLISHED = ("article:published_time", "og:article:published_time", "og:published_time", "datepublished")
_ISSUED = ("dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "date", "pubdate")
_MICRODATA = "[itemprop=datePublished], time[pubdate], abbr.published[title], time.published[datetime]"
_BYLINE = re.compile(r"^\s*(?:publié\s+)?par\s*:?\s+|^by\s+", re.IGNORECASE)
_SIGNATURES = ("a[rel~=author]", "[itemprop=author]", ".author .fn", ".author:not(:has(p))", ".byline", ".auteur")
_SEPARATORS = re.compile(r"\s+[|•·–—»-]\s+|\s*\|\s*")
_NO_NAME = re.compile(
    r"https?:|www\.|@|^(?:admin|administrateur|administrator|webmaster|redaction|rédaction)$", re.IGNORECASE
)
# Each heading is compared with each announced title: a page for people has one title, in two or three spellings.
LONGEST_TITLE, MOST_TITLES, MOST_HEADINGS = 1000, 20, 500


def address_of(page: Page) -> str:
    """The page's address: canonical or og:url when it stays on the site, else the address that answered."""
    own = canonical(page.url)
    link = page.soup.select_one("link[rel~=canonical][href]")
    for claimed in (link and link["href"], page.meta("og:url")):
        url = absolute(claimed, page.base)
        if url and _site(url) == _site(own) and not (_is_root(url) and not _is_root(own)):
            # The scheme and host that answered are real; those of a canonical link are often of another time.
            return canonical(urlsplit(url)._replace(scheme=urlsplit(own).scheme, netloc=urlsplit(own).netloc).geturl())
    return own


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _is_root(url: str) -> bool:
    return urlsplit(url).path in ("", "/") and not urlsplit(url).query


# --- JSON-LD ----------------------------------------------------------------------------------------------


def json_ld(page: Page) -> list[dict[str, Any]]:
    """All objects of the page's JSON-LD, those inside `@graph` and lists too; broken blocks are left out."""
    found: list[dict[str, Any]] = []
    for script in page.soup.select("script[type*='ld+json']"):
        text = re.sub(r"^\s*(?:<!\[CDATA\[|//.*?\n)|\]\]>\s*$", "", script.get_text())
        try:
            found.extend(_objects(json.loads(text, strict=False)))
        except (json.JSONDecodeError, RecursionError):
            continue
    return found


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
        main = value.get("mainEntity")
        if isinstance(main, dict) and _types(main) & _ARTICLES:
            yield main


def _types(node: dict[str, Any]) -> set[str]:
    kind = node.get("@type")
    return {str(name) for name in (kind if isinstance(kind, list) else [kind])}


def article_nodes(objects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects that describe the page itself: articles first, then pages."""
    known = list(objects)
    return [n for n in known if _types(n) & _ARTICLES] + [n for n in known if _types(n) & _ANY_PAGE]


def is_article(page: Page) -> bool:
    """Whether the page says of itself that it is an article, not a home page, a section or a list."""
    if _is_root(canonical(page.url)):
        return False
    if page.meta("og:type") == "article" or any(_types(node) & _ARTICLES for node in json_ld(page)):
        return True
    return bool(page.rule.single and page.soup.select_one(page.rule.single))


# --- Title ------------------------------------------------------------------------------------------------


def title_of(page: Page) -> str | None:
    """The title as the page shows it: the rule's, or the heading that the metadata name, or the metadata's own."""
    shown = page.first(page.rule.title)
    if shown and line(shown):
        return line(shown)
    announced = [_unescaped(str(n.get("headline") or "")) for n in article_nodes(json_ld(page))]
    announced += [page.meta("og:title") or "", page.meta("twitter:title") or "", line(page.soup.title)]
    announced = list(dict.fromkeys(" ".join(title.split())[:LONGEST_TITLE] for title in announced if title.strip()))
    plain = [_plain(title) for title in announced[:MOST_TITLES]]
    for heading in page.soup.select("h1, h2", limit=MOST_HEADINGS):
        text = line(heading)
        if text and any(title.startswith(_plain(text)) for title in plain):
            return text
    return _without_site(announced[0], page) if announced else line(page.soup.select_one("h1")) or None


def _unescaped(text: str) -> str:
    return line(fragment(text)) if "&" in text else " ".join(text.split())


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _without_site(title: str, page: Page) -> str:
    """`Titre | Nom du site` less the name of the site."""
    names = {_plain(page.meta("og:site_name") or ""), _plain(_site(page.url)), _plain(_site(page.url).split(".")[0])}
    *head, tail = _SEPARATORS.split(title)
    if head and _plain(tail) in names - {""}:
        return title[: title.rindex(tail)].rstrip(" |•·–—»-").strip()
    return title


# --- Author -----------------------------------------------------------------------------------------------


def author_of(page: Page) -> Author | None:
    """Who signs: the rule's element, JSON-LD, `rel=author`, metas, a "Par ..." line; names joined by commas."""
    return _shown_author(page) or _ld_author(page) or _linked_author(page) or _meta_author(page)


def _shown_author(page: Page) -> Author | None:
    for selector in page.rule.author:
        tags = page.soup.select(selector)
        if author := _signed(tags, page):
            return author
    return None


def _linked_author(page: Page) -> Author | None:
    for selector in _SIGNATURES:
        if author := _signed(page.soup.select(f":is(article, main) {selector}"), page):
            return author
    return None


def _signed(tags: Iterable[Tag], page: Page) -> Author | None:
    """The people named by elements of one kind: the first element and its neighbours, not another article's."""
    people: dict[str, str | None] = {}
    parent = None
    for tag in tags:
        parent = parent or tag.parent
        name = _BYLINE.sub("", line(tag.select_one("[itemprop=name]") or tag))
        if name and len(name) < 120 and tag.parent is parent and not _NO_NAME.search(name):
            anchor = tag if tag.name == "a" else tag.select_one("a[href]")
            people.setdefault(name, absolute(anchor["href"], page.base) if anchor and anchor.get("href") else None)
    return Author(name=", ".join(people), url=next(iter(people.values()))) if people else None


def _ld_author(page: Page) -> Author | None:
    objects = json_ld(page)
    by_id = {node["@id"]: node for node in objects if isinstance(node.get("@id"), str) and node.get("name")}
    for node in article_nodes(objects):
        value = node.get("author") or node.get("creator")
        people = [_person(item, by_id, page) for item in (value if isinstance(value, list) else [value])]
        named = [person for person in people if person]
        if named:
            return Author(name=", ".join(dict.fromkeys(p.name or "" for p in named)), url=named[0].url)
    return None


def _person(value: object, by_id: dict[str, dict[str, Any]], page: Page) -> Author | None:
    if isinstance(value, dict) and not value.get("name"):
        value = by_id.get(str(value.get("@id")))
    if isinstance(value, dict):
        name, url = value.get("name"), absolute(value.get("url"), page.base)
    else:
        name, url = value, None
    if not isinstance(name, str) or not name.strip() or _NO_NAME.search(name.strip()):
        return None
    return Author(name=_unescaped(name), url=url)


def _meta_author(page: Page) -> Author | None:
    # article:author often is the address of a Facebook page, and meta author the name of the site.
    name = page.meta("author", "dc.creator", "dcterms.creator", "article:author", "twitter:data1")
    own = {_plain(page.meta("og:site_name") or "")}
    if name and not _NO_NAME.search(name) and _plain(name) not in own and len(name) < 120:
        return Author(name=" ".join(_BYLINE.sub("", name).split()))
    return None


# --- Date -------------------------------------------------------------------------------------------------


def published(page: Page) -> Dated:
    """When the page was published (UTC), and how that is known; (None, None) when nothing tells."""
    steps = [_from_ld, _from_metas, _from_rule, _from_microdata, _from_words, _from_address, _from_anything]
    if page.rule.shown:
        steps.remove(_from_rule)
        steps.insert(0, _from_rule)
    found = (step(page) for step in steps)
    return next((dated for dated in found if dated[0]), (None, None))


def _from_ld(page: Page) -> Dated:
    values = [str(n["datePublished"]) for n in article_nodes(json_ld(page)) if n.get("datePublished")]
    zoned = [value for value in values if has_zone(value)]
    if not zoned and any(has_zone(value) for value in page.metas.get(_PUBLISHED[0], ())):
        return None, None  # a moment that says its zone is worth more than one that does not
    return next((stamp for value in zoned or values if (stamp := from_machine(value))), None), "json-ld"


def _from_metas(page: Page) -> Dated:
    value = page.meta(*_PUBLISHED) or page.meta(*_ISSUED)
    return (from_machine(value) or from_french(value)) if value else None, "meta"


def _from_rule(page: Page) -> Dated:
    tags = [tag for selector in page.rule.date for tag in page.soup.select(selector, limit=20)]
    for tag in tags:
        if stamp := _machine_date(tag):
            return stamp, "microdata"
        # A line may hold the date and much else: what stands first is what the selector was written for.
        if stamp := from_french(line(tag)[:300]):
            return stamp, "text"
    return None, None


def _machine_date(tag: Tag) -> str | None:
    values = (str(tag.get(name) or "") for name in ("datetime", "content", "title"))
    return next((stamp for value in values if (stamp := from_machine(value))), None)


def _from_microdata(page: Page) -> Dated:
    scope = _article_scope(page)
    tags = scope.select(_MICRODATA) or _own_times(scope)
    return next((stamp for tag in tags if (stamp := _machine_date(tag) or from_machine(line(tag)))), None), "microdata"


def _own_times(scope: Tag) -> list[Tag]:
    """`time` elements of the article that are not a comment's, a side bar's or a date of change."""
    elsewhere = ("aside", "footer", "nav", "li")
    return [
        tag
        for tag in scope.select("header time[datetime], time[datetime]")
        if not tag.find_parent(elsewhere)
        and not tag.find_parent(class_=re.compile("comment|related|sidebar|widget"))
        and not re.search(
            "updated|modified", " ".join(tag.get_attribute_list("class")) + str(tag.get("itemprop") or "")
        )
    ]


def _article_scope(page: Page) -> Tag:
    """The element that holds the article and little else."""
    articles = page.soup.select("article")
    if len(articles) == 1:
        return articles[0]
    return page.soup.select_one("main, [role=main]") or page.soup.body or page.soup


def _from_words(page: Page) -> Dated:
    """A French date next to the title: in its own block, or the next two around it."""
    title = _plain(title_of(page) or "")
    headings = (tag for tag in page.soup.select("h1, h2", limit=MOST_HEADINGS) if title and _plain(line(tag)) == title)
    block = next(headings, None)
    for _ in range(3):
        block = block.parent if block else None
        if block is None or block.name in ("body", "html"):
            break
        # The head of the block only: farther down, dates belong to the text.
        if stamp := from_french(readable(block)[: len(title) + 400]):
            return stamp, "text"
    return None, None


def _from_address(page: Page) -> Dated:
    path = urlsplit(page.url).path
    club = re.search(r"/blog/(\d\d)(\d\d)(\d\d)/", path) if page.rule.name == "mediapart-club" else None
    if club:
        return day_text(2000 + int(club[3]), int(club[2]), int(club[1])), "url"
    return from_path(path), "url"


def _from_anything(page: Page) -> Dated:
    # Comments carry dates too; and the wide search takes any number for one: copyright years, phone numbers.
    soup = copy.copy(page.soup)
    for tag in soup.select("#comments, .comments, .comment, [class*=comment-], aside, footer"):
        tag.extract()
    import htmldate  # slow to import, and most pages tell their date

    found = htmldate.find_date(str(soup), extensive_search=False, original_date=True, url=page.url)
    return (from_machine(found) if found else None), "htmldate"
