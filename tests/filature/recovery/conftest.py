"""A Wayback Machine, an archive that may ask it, and what a call of `filature recover` came to."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import care
from db.archive import Archive
from tests.filature.conftest import Run
from tests.harvester.server import Reply, Site
from tests.wayback import ORIGIN, Machine, machine

PAGES = Path(__file__).resolve().parents[2] / "pages" / "threadreader"
G2 = (PAGES / "g2_2020.html").read_bytes()
ROOT = "1268236053509046272"
THREAD = f"https://threadreaderapp.com/thread/{ROOT}.html"
FIRST, LAST = "20200603120000", "20210504093015"
FIFTH = G2.index(b'<div class="row t-tweet"><div class="col-12">\n<div id="tweet_5"')
SHORTER = G2[:FIFTH] + G2[G2.index(b"</article>") :]


@pytest.fixture
def wayback() -> Iterator[Machine]:
    with machine() as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without anything: made once, it is copied faster than made."""
    path = tmp_path_factory.mktemp("empty") / "filature.db"
    Archive.open(path).close()
    return path


@pytest.fixture
def archive(here: Path, empty: Path, wayback: Machine, site: Site) -> Path:
    """An empty archive, and a Thread Reader that answers 404 to everything."""
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nAllow: /")
    (here / "config.toml").write_text(
        'archive = "filature.db"\n[harvest]\npause_seconds = 0\nretries = 0\ncontact = "test@example.org"\n'
        f'allow_private_addresses = true\n[harvest.mirrors]\n"{wayback.origin}" = "{ORIGIN}"\n'
        f'"{site.origin}" = "https://threadreaderapp.com"\n[wayback]\npause_seconds = 0\n',
        encoding="utf-8",
    )
    return Path(shutil.copy(empty, here))


def result(run: Run, *words: str) -> dict[str, object]:
    """The one result of `filature recover`, and that the archive is whole after it."""
    done = run("recover", *words, "--json")
    assert done.exit_code in (0, 3), done.stderr
    assert list(care.problems(Path("filature.db"), Counter())) == []
    (found,) = json.loads(done.stdout)
    return dict(found)


def wayback_query() -> str:
    return (
        f"url=threadreaderapp.com/thread/{ROOT}&matchType=prefix&output=json&filter=statuscode:200&collapse=digest"
        "&limit=-1000"
    )
