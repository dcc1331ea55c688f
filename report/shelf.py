"""A folder of reports: stable names for who reads, dated names for who cites, and an index of all of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from report import html
from report.render import FORMATS, About, Report, Style, render, write
from report.text import bare

INDEX = "index.html"
LONGEST_NAME = 100
_DATED = re.compile(r"(?P<name>.+)-(?P<date>\d{4}-\d{2}-\d{2})\.html")
_META = re.compile(r'<meta name="filature-report" content="([^"]*)">')
_HEAD = 65_536  # bytes of a page within which its meta element stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A past report: its page, its other formats by name, what it says of itself, and the numbers that moved.

    `newest` is the stable address that always leads to the last report of this name.
    """

    page: str
    newest: str
    others: Mapping[str, str]
    about: About
    moved: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The reports of a folder: the last of each name, and all of them, newest first."""

    newest: tuple[Shelved, ...]
    past: tuple[Shelved, ...]


def named(parts: Sequence[str], given: Mapping[str, str | Sequence[str] | None]) -> str:
    """A name for the files of a report: its `parts`, then each limit that was given and its values, in plain ASCII."""
    words = [*parts]
    for word, values in given.items():
        for value in [values] if isinstance(values, str) else values or ():
            words += [word, value]
    plain = [re.sub(r"[^a-z0-9_-]+", "-", bare(word)).strip("-") for word in words]
    name = "_".join(plain)
    if all(plain) and len(name) <= LONGEST_NAME:
        return name
    # What another alphabet leaves nothing of, or what is too long for a file's name, is told apart by its digest.
    return f"{name[:LONGEST_NAME].rstrip('_')}_{hashlib.sha256(repr(words).encode()).hexdigest()[:8]}"


def shelve(folder: Path, name: str, report: Report, style: Style) -> list[Path]:
    """Write `<name>-<date>.<format>`, the same as `<name>.<format>`, and the index; the index last.

    The stable name follows the newest date: a report of an earlier day that is written again leaves it alone. Only
    pages are listed; a report in another format is a link beside its page.
    Raises OSError, and OwnTemplateError.
    """
    text = render(report, style)
    written = [write(folder / f"{name}-{style.date}.{style.format}", text)]
    if style.date >= max(_dates(folder, name, style.format)):
        written.append(write(folder / f"{name}.{style.format}", text))
    return [*written, write_index(folder, style)]


def write_index(folder: Path, style: Style) -> Path:
    """Write the index of the reports that are in the folder."""
    return write(folder / INDEX, html.render(INDEX, style.words, {"index": index(folder)}, style.templates))


def index(folder: Path) -> Index:
    """What the pages in a folder say of themselves; those that are no reports of ours are passed over."""
    found = sorted(_shelved(folder), key=lambda one: (one.about.date, one.page), reverse=True)
    newest: dict[str, Shelved] = {}
    later: dict[str, Shelved] = {}
    past: dict[str, Shelved] = {}
    for one in found:
        newest.setdefault(one.newest, one)
        if one.newest in later:
            after = later[one.newest]
            past[after.page] = replace(after, moved=_moved(one.about.numbers, after.about.numbers))
        later[one.newest] = past[one.page] = one
    return Index(newest=tuple(past[one.page] for one in newest.values()), past=tuple(past[one.page] for one in found))


def _shelved(folder: Path) -> Iterator[Shelved]:
    for page in folder.glob("*.html"):
        dated = _DATED.fullmatch(page.name)
        about = _about(page) if dated else None
        if dated and about:
            others = {form: page.with_suffix(f".{form}").name for form in FORMATS if form != "html"}
            yield Shelved(
                page=page.name,
                newest=f"{dated['name']}.html",
                others={form: other for form, other in others.items() if (folder / other).exists()},
                about=about,
                moved={},
            )


def _about(page: Path) -> About | None:
    with page.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8", "replace")
    said = _META.search(head)
    try:
        return About(**json.loads(unescape(said[1]))) if said else None
    except (ValueError, TypeError):  # a page of an older version, or of somebody else
        return None


def _dates(folder: Path, name: str, form: str) -> Iterator[str]:
    dated = re.compile(rf"{re.escape(name)}-(\d{{4}}-\d{{2}}-\d{{2}})\.{form}")
    return (found[1] for path in folder.iterdir() if (found := dated.fullmatch(path.name)))


def _moved(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {key: number - before[key] for key, number in after.items() if key in before and number != before[key]}
