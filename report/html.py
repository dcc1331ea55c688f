"""Pages: one file each, no script, nothing loaded from elsewhere, readable in the dark and on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from db.reading import TopicClaim, TopicDocument
from report.fragments import is_web, source_link
from report.words import Words

OPENING = 90


def render(template: str, words: Words, values: Mapping[str, object]) -> str:
    """The page `template` of report/templates with these values; every text of the archive is escaped."""
    return _environment().get_template(template).render(t=words, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = files("report").joinpath("templates/report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals.update(
        # Our own file; its hash is all that the page's policy lets through.
        style=Markup(style),
        style_hash=f"sha256-{digest}",
        version=version("filature"),
    )
    environment.filters.update(is_web=is_web, source_link=_link_of_claim, heading=_heading, opened_at=source_link)
    return environment


def _link_of_claim(claim: TopicClaim) -> str | None:
    return source_link(claim.document_url, claim.text)


def _heading(document: TopicDocument, words: Words) -> str:
    """The title, or the first words of what has none."""
    text = " ".join((document.title or document.opening or words("untitled")).split())
    return text if len(text) <= OPENING else f"{text[:OPENING].rsplit(' ', 1)[0].rstrip(' .…,;:')}…"
