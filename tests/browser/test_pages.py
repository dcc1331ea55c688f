"""What every page of ours promises, in a real browser: nothing leaves, nothing runs, everybody can use it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Watch, Watched
from tests.browser.samples import ATTACK, LONG, THREAD

READ, BEFORE, SIDE = f"/-/read/{THREAD}", f"/-/read/{THREAD}?version=1", f"/-/read/{THREAD}/versions"
HOSTILE = f"/-/read/{ATTACK}"
OURS = (READ, BEFORE, SIDE, HOSTILE)
DATASETTE = ("/", "/filature", "/filature/documents", f"/filature/documents/{THREAD}")
REPORTS = ("topics.html", "index.html")
EVERY = (*OURS, *DATASETTE, *REPORTS)

FOCUSABLE = "a[href], button, select, input:not([type=hidden]), textarea, summary"
VISIBLE = """selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).length"""
# What has the focus: its place among all that should get it, and whether that shows.
FOCUSED = """selector => {
  const e = document.activeElement, style = getComputedStyle(e.closest('.CodeMirror') ?? e);
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const every = [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
  return [every.indexOf(e), shown, e.outerHTML.slice(0, 99)];
}"""


@pytest.fixture(params=EVERY)
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def watched(address: str, served: str, folder: Path, seen: Watch) -> Watched:
    """One of our pages, open."""
    return seen(folder / "reports" / address if address in REPORTS else served + address)


def test_nothing_leaves_and_nothing_is_said(watched: Watched) -> None:
    assert watched.misdeeds == []
    assert watched.page.inner_text("h1")


def test_links_within_the_page_lead_somewhere(watched: Watched) -> None:
    targets = watched.page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.getAttribute('href'))")
    there = set(watched.page.eval_on_selector_all("[id]", "found => found.map(e => e.id)"))
    there.add("")  # the menus of Datasette's columns
    assert [target for target in targets if unquote(target[1:]) not in there] == []


@pytest.mark.parametrize("address", [*OURS, *REPORTS])  # the tables of Datasette scroll
def test_nothing_is_wider_than_a_phone(address: str, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 740})
    wide = watched.page.evaluate("document.documentElement.scrollWidth")
    watched.page.set_viewport_size({"width": 1280, "height": 720})
    assert wide <= 360


def test_axe_finds_nothing(watched: Watched) -> None:
    assert _violations(watched.page) == []


@pytest.mark.parametrize("address", [*OURS, *REPORTS])  # Datasette has no dark pages
def test_axe_finds_nothing_in_the_dark(address: str, watched: Watched) -> None:
    watched.page.emulate_media(color_scheme="dark")
    found = _violations(watched.page)
    watched.page.emulate_media(color_scheme="light")
    assert found == []


def _violations(page: Page) -> list[tuple[str, str, str]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200], rule["nodes"][0]["failureSummary"]) for rule in found]


def test_the_keyboard_reaches_everything_and_shows_where_it_is(watched: Watched) -> None:
    page = watched.page
    wanted = page.evaluate(VISIBLE, FOCUSABLE)
    reached = {place: (shown, html) for place, shown, html in _tabbed(page, wanted + 5)}
    missed = [place for place in range(wanted) if place not in reached]
    assert missed == []
    assert [html for place, (shown, html) in reached.items() if place >= 0 and not shown] == []


def _tabbed(page: Page, times: int) -> list[tuple[int, bool, str]]:
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        found.append(tuple(page.evaluate(FOCUSED, FOCUSABLE)))
    return found


def test_links_to_files_beside_a_report_lead_to_files(folder: Path, seen: Watch) -> None:
    page = seen(folder / "reports" / "index.html").page
    links = page.eval_on_selector_all("a", "links => links.map(a => a.getAttribute('href'))")
    files = [unquote(link.partition("#")[0]) for link in links if not link.startswith(("#", "http"))]
    assert [name for name in files if not (folder / "reports" / name).is_file()] == []


@pytest.mark.parametrize("name", [READ, SIDE, "topics.html"])
def test_paper_has_the_text(name: str, served: str, folder: Path, watch: Watch) -> None:
    page = watch(folder / "reports" / name if name in REPORTS else served + name).page
    heading = page.inner_text("h1")
    page.emulate_media(media="print")
    assert "soit 5 000 € par jour" in page.inner_text("body")
    printed = page.pdf(outline=True, tagged=True)
    assert printed.startswith(b"%PDF-")
    assert heading.split()[0].encode("utf-16-be") in printed or heading.split()[0].encode() in printed


def test_a_line_of_ten_million_characters_is_read_in_time(served: str, watch: Watch) -> None:
    watched = watch(f"{served}/-/read/{LONG}")
    assert watched.misdeeds == []
    assert "more characters are not shown here" in watched.page.text_content("body")  # type: ignore[operator]
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 1280
