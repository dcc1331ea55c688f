"""Texts that are no thread: copies of a site's page or of a blog article, and plain documents."""

from __future__ import annotations

import re

from db.records import Document
from harvester.captures.furniture import folded, furniture
from harvester.captures.names import links_in
from harvester.text import capture_address, shortened, title_of

BANNER_LINES = 12
_SITE_NAME = re.compile(r"(?:le |mon |notre )?(?:blog|blogue|site)\b|bienvenue (?:sur|dans)\b", re.I)
_CREATED = re.compile(r"(?:blog |site )?(?:cré(?:é|ation)|depuis|since|ouvert en)\b.{0,20}\b(?:19|20)\d\d$", re.I)
_ABOUT = re.compile(
    r"modération|modéré[es]?\b|commentaires? (?:sont|est)|publications? (?:sont|négatives)|co-?gestion", re.I
)
_MOTTO = re.compile(r"^[^.!?«\"]{0,60}[\"«“][^\"»”]{10,200}[\"»”][\s,–—-]*(?:[A-ZÉÈ][\w'’.-]+\s*){1,4}$")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")


def read_page(text: str) -> Document:
    """The document of a text: its words without the site's, its first heading or line as title.

    kind is `post` when the text shows that it is a blog's, else `page`. The banner of a blog (name, year, rules,
    motto) is not the article's: its name becomes the title.
    """
    lines = text.split("\n")
    body = _less_furniture(lines)
    site, body = _less_banner(body)
    kept = "\n".join(body).strip()
    return Document(
        kind="post" if site or _has_notice(lines) else "page",
        url=capture_address(kept),
        text=kept,
        title=site or _title(kept),
        links=links_in(kept, ()),
    )


def _title(text: str) -> str | None:
    for line in text.split("\n")[:20]:
        if heading := _HEADING.match(line):
            return shortened(heading[1])
    return title_of(text)


def _less_furniture(lines: list[str]) -> list[str]:
    known = furniture()
    kept = [line for line in lines if folded(line) not in known.notices]
    while kept and (not kept[-1].strip() or folded(kept[-1]) in known.last):
        kept.pop()
    return kept


def _has_notice(lines: list[str]) -> bool:
    """A notice about a blog's author or readers stands below blog articles only."""
    notices = [words for line in lines if (words := folded(line)) in furniture().notices]
    return any("blog" in words or "abonnes" in words for words in notices)


def _less_banner(lines: list[str]) -> tuple[str | None, list[str]]:
    """The site's name and the lines below its banner; None, and all the lines, when no banner is there.

    A banner opens with a line that names a blog or a site, and ends with the last of the first twelve lines in which
    the site speaks of itself: its year, its rules, its name again, a motto with who said it. Two such lines at least:
    an article may well begin with the word "blog".
    """
    first = lines[0].strip() if lines else ""
    if not _SITE_NAME.match(first):
        return None, lines
    name = re.sub(_SITE_NAME, "", first).strip(" :").casefold()
    told = [n for n, line in enumerate(lines[:BANNER_LINES]) if n and _speaks_of_itself(line.strip(), name)]
    if len(told) < 2 or told[-1] + 1 >= len(lines):
        return None, lines
    title = shortened(" ".join(line.strip() for line in lines[: told[0]] if line.strip()))
    return title, lines[told[-1] + 1 :]


def _speaks_of_itself(line: str, name: str) -> bool:
    again = len(name) > 8 and name in line.casefold()
    return again or any(pattern.search(line) for pattern in (_CREATED, _ABOUT, _MOTTO))
