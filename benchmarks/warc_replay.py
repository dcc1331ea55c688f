"""A harvest of the demo site, exported as WARC, replayed by pywb and looked at in Chromium.

Needs `make bench-setup` (pywb) and a Chromium (`playwright install chromium`, or the system's). SHOTS names the folder
of the screenshot.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filature.demo import DemoSite

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv-bench" / "bin"
COLLECTION = "demo"
PATIENCE = 60.0


def filature(*words: object) -> None:
    """One command of filature; 3 is the demo's challenge page."""
    done = subprocess.run([sys.executable, "-m", "filature", *map(str, words), "--quiet"], check=False, cwd=ROOT)
    assert done.returncode in (0, 3), words


def harvested(folder: Path) -> Path:
    """The WARC of two visits to the demo site: revisits, a page that changed, one that vanished, a redirect."""
    with DemoSite() as site:
        config = folder / "config.toml"
        config.write_text(site.config(folder), encoding="utf-8")
        filature("harvest", "--config", config)
        site.advance()
        filature("harvest", "--config", config)
        warc = folder / "demo.warc.gz"
        filature("export", "warc", "--config", config, "-o", warc)
    return warc


@contextmanager
def replaying(folder: Path, warc: Path) -> Iterator[str]:
    """The address of pywb with this file in a collection."""
    for words in (("init", COLLECTION), ("add", COLLECTION, str(warc))):
        subprocess.run([BIN / "wb-manager", *words], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(BIN / "wayback"), "--port", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _answering(base: str) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(base, timeout=5):
                return base
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def kept(folder: Path) -> dict[str, list[str]]:
    """The first words of each post of each thread of the archive, by when it was last seen and its address."""
    with closing(sqlite3.connect(folder / "filature.db")) as conn:
        rows = conn.execute(
            "SELECT d.last_seen_at, d.url, p.text FROM documents d JOIN posts p ON p.document_id = d.id"
            " ORDER BY d.url, p.position"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for seen, url, text in rows:
        day = "".join(filter(str.isdigit, seen))[:14]
        found.setdefault(f"{day}/{url}", []).append(" ".join(text.split("\n")[0].split()[:4]))
    return found


def replayed(base: str, threads: dict[str, list[str]], shot: Path) -> tuple[int, int]:
    """How many threads pywb shows in Chromium with all their posts, as last seen; and of how many."""
    from playwright.sync_api import sync_playwright

    whole = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 1400})
        for capture, posts in threads.items():
            page.goto(f"{base}/{COLLECTION}/{capture}")
            words = " ".join(page.frame_locator("#replay_iframe").locator("body").inner_text().split())
            missing = [post for post in posts if post not in words]
            whole += not missing
            if missing:
                print(f"{capture}: {len(missing)} of {len(posts)} posts are not shown: {words[:80]!r}")
        longest = max(threads, key=lambda capture: len(threads[capture]))
        page.goto(f"{base}/{COLLECTION}/{longest}", wait_until="networkidle")
        page.screenshot(path=shot)
        browser.close()
    return whole, len(threads)


def main() -> int:
    if not (BIN / "wayback").exists():
        print("pywb is not installed: make bench-setup")
        return 0
    shots = Path(os.environ.get("SHOTS", tempfile.gettempdir()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warc = harvested(folder)
        print(f"{warc.name}: {warc.stat().st_size / 1000:.0f} kB")
        checked = subprocess.run([BIN / "warcio", "check", warc], check=False)
        with replaying(folder, warc) as base:
            whole, every = replayed(base, kept(folder), shots / "warc-pywb.png")
    print(f"pywb in Chromium: {whole} of {every} threads shown whole; {shots / 'warc-pywb.png'}")
    return int(whole < every or checked.returncode != 0)
