"""Pages: one file each, no script, nothing loaded from elsewhere, readable in the dark and on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from report import filters
from report.templating import environment, rendered
from report.text import clean
from report.words import Words


def render(template: str, words: Words, values: Mapping[str, object], templates: Path | None = None) -> str:
    """The page that `template` makes of these values; every text of the archive is escaped. Raises OwnTemplateError."""
    return rendered(_environment(templates), template, {"t": words, **values}, templates)


@cache
def _environment(templates: Path | None) -> Environment:
    made = environment(templates, autoescape=True, finalize=_finalize)
    assert made.loader is not None
    style = made.loader.get_source(made, "report.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made.globals.update(
        # A file of this program or of its user; its hash is all that the page's policy lets through.
        style=Markup(style),
        style_hash=f"sha256-{digest}",
        version=version("filature"),
    )
    made.filters.update(filters.FILTERS)
    return made


def _finalize(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
