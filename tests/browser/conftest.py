"""Debian's Chromium under Playwright, an archive that `filature serve` serves, and its reports in a folder.

Everything lives as long as this folder's tests and no longer: while Playwright runs, asyncio cannot in this thread.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, Route, sync_playwright

from filature.cli import main
from tests.browser.samples import TOPIC, fill

NAMES = ("chromium", "chromium-headless", "chromium-headless-shell", "google-chrome", "chrome")
REPORTS = (
    ("topics",),
    ("claims",),
    ("changes",),
    ("author", "@mal"),
    ("feed", "--since", "2021-01-01", "--limit", "0"),
)
CONFIG = f"""
[report]
folder = "%s"
lang = "en"

[[topics]]
name = "{TOPIC}"
label = "Externalisation"
terms = ["agents"]
"""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on PATH ({', '.join(NAMES)}); on Debian: apt install chromium")
    with sync_playwright() as playwright:
        # One process for all pages: starting one each is half of the time these tests take.
        opened = playwright.chromium.launch(executable_path=found, args=["--disable-gpu", "--renderer-process-limit=1"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive, a config.toml, and reports in reports/."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "config.toml").write_text(CONFIG % (folder / "reports"), encoding="utf-8")
    fill(folder / "filature.db")
    for words in REPORTS:
        report(folder, *words)
    return folder


def report(folder: Path, *words: str) -> str:
    """What `filature report ...` prints for this folder's archive."""
    places = ("--config", str(folder / "config.toml"), "--archive", str(folder / "filature.db"))
    result = CliRunner().invoke(main, ["report", *words, *places], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="package")
def served(folder: Path) -> Iterator[str]:
    """The address at which `filature serve` serves the archive, without a slash at its end."""
    command = [sys.executable, "-m", "filature", "--archive", str(folder / "filature.db"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout
            yield running.stdout.readline().strip().rstrip("/")
        finally:
            running.terminate()


@dataclass
class Watched:
    """A page, and all that it did which no page of ours may do."""

    page: Page
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def misdeeds(self) -> list[str]:
        """Requests to elsewhere, console messages, dialogs, and errors of scripts."""
        return self.requests + self.console + self.dialogs


Watch = Callable[..., Watched]


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """Open an address: a file with the network cut, or a page of this machine; nothing else can be reached."""
    with _watching(browser) as opened:
        yield opened


@pytest.fixture(scope="package")
def seen(browser: Browser) -> Iterator[Watch]:
    """The same, each address opened once: for tests that only look."""
    with _watching(browser) as opened:
        yield cache(opened)


@contextmanager
def _watching(browser: Browser) -> Iterator[Watch]:
    contexts: list[BrowserContext] = []

    def opened(address: str | Path, **options: object) -> Watched:
        url = address.as_uri() if isinstance(address, Path) else address
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_offline(isinstance(address, Path))
        watched = Watched(context.new_page())
        origin = url.split("/", 3)[2]
        context.route("**/*", lambda route: _let(route, origin, watched.requests))
        watched.page.on("console", lambda message: _note(message, watched.console))
        watched.page.on("pageerror", lambda error: watched.console.append(str(error)))
        watched.page.on("dialog", lambda dialog: _dismiss(dialog, watched.dialogs))
        watched.page.on("request", lambda request: _count(request, origin, watched.requests))
        watched.page.goto(url)
        return watched

    yield opened
    for context in contexts:
        context.close()


def _let(route: Route, origin: str, left: list[str]) -> None:
    if _is_ours(route.request.url, origin):
        route.continue_()
    else:
        left.append(f"route {route.request.url}")
        route.abort()


def _count(request: Request, origin: str, left: list[str]) -> None:
    if not _is_ours(request.url, origin):
        left.append(f"request {request.url}")


def _is_ours(url: str, origin: str) -> bool:
    return url.startswith((f"http://{origin}/", "file://")) if origin else url.startswith("file://")


def _note(message: ConsoleMessage, said: list[str]) -> None:
    said.append(f"{message.type}: {message.text}")


def _dismiss(dialog: Dialog, said: list[str]) -> None:
    said.append(f"dialog: {dialog.message}")
    dialog.dismiss()
