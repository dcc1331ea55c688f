"""What every page of ours promises, in a real browser: nothing leaves, nothing runs, everybody can use it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Watch, Watched
from tests.browser.samples import ATTACK, THREAD

READ, BEFORE, SIDE = f"/-/read/{THREAD}", f"/-/read/{THREAD}?version=1", f"/-/read/{THREAD}/versions"
HOSTILE = f"/-/read/{ATTACK}"
OURS = (READ, BEFORE, SIDE, HOSTILE)
DATASETTE = ("/", "/filature", "/filature/documents", f"/filature/documents/{THREAD}")
REPORTS = ("topics.html", "claims.html", "changes.html", "author_of_mal.html", "index.html")
EVERY = (*OURS, *DATASETTE, *REPORTS)

FOCUSABLE = "a[href], button, select, input:not([type=hidden]), textarea, summary"
# Notes what gets the focus from now on: its place among all that should get it, and whether that shows.
WATCH_FOCUS = """selector => {
  const every = [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
  window.focused = [];
  document.activeElement.blur();
  document.addEventListener('focusin', event => {
    const e = event.target, style = getComputedStyle(e.closest('.CodeMirror') ?? e);
    const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    window.focused.push([every.indexOf(e), shown, e.outerHTML.slice(0, 99)]);
  });
  return every.length;
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


@pytest.mark.parametrize("address", DATASETTE)
def test_text_keeps_off_the_edge_of_the_window(watched: Watched) -> None:
    box = watched.page.locator("h1").first.bounding_box()
    assert box is not None
    assert box["x"] >= 16


@pytest.mark.parametrize("address", [*OURS, *REPORTS])  # the tables of Datasette scroll
def test_nothing_is_wider_than_a_phone(address: str, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 740})
    wide = watched.page.evaluate("document.documentElement.scrollWidth")
    watched.page.set_viewport_size({"width": 1280, "height": 720})
    assert wide <= 360


def test_axe_finds_nothing(watched: Watched) -> None:
    assert _violations(watched.page) == []


@pytest.mark.parametrize("address", [*OURS, *REPORTS])  # Datasette has no dark pages
def test_colours_are_clear_in_the_dark(address: str, watched: Watched) -> None:
    watched.page.emulate_media(color_scheme="dark")
    found = _violations(watched.page, {"runOnly": ["color-contrast"]})
    watched.page.emulate_media(color_scheme="light")
    assert found == []


def _violations(page: Page, options: dict[str, list[str]] | None = None) -> list[tuple[str, str, str]]:
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200], rule["nodes"][0]["failureSummary"]) for rule in found]


def test_the_keyboard_reaches_everything_and_shows_where_it_is(watched: Watched) -> None:
    page = watched.page
    wanted = page.evaluate(WATCH_FOCUS, FOCUSABLE)
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
    reached = page.evaluate("window.focused")
    assert sorted({place for place, _, _ in reached if place >= 0}) == list(range(wanted))
    assert [html for place, shown, html in reached if place >= 0 and not shown] == []


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
