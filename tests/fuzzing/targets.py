"""The parsers, what they may raise, and sound inputs to start from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.records import TopicSeed
from filature.config import parse_config
from filature.errors import ConfigError
from harvester.captures import read_capture
from harvester.encodings import EncodingError, undo_encodings
from harvester.imports import read_file
from harvester.model import Answer, HarvestError, Reader
from harvester.robots import robots_of
from harvester.sites import READERS
from harvester.warc.containers import captures_in
from harvester.warc.reading import DamagedError
from harvester.wayback.cdx import read_captures
from harvester.xexport.files import find_export
from harvester.xexport.reading import read_export
from nlp.checks import find_checks
from nlp.claims.attribution import quotations
from nlp.claims.signals import cues_of
from nlp.quantities.find import find_quantities
from nlp.sentences import split_sentences
from nlp.topics import TopicMatcher, compile_topics, topic_words
from tests.fuzzing import seeds
from tests.shared import SHARED

PAGES = Path(__file__).resolve().parents[1] / "pages"
LIMIT = 20_000_000
ADDRESSES = {
    "thread": "https://threadreaderapp.com/thread/1767507115766710272.html",
    "author": "https://threadreaderapp.com/user/agente_exemple?ajax=true",
    "ping": "https://threadreaderapp.com/api/v0/ping/1767507115766710272.json",
    "mediapart-post": "https://blogs.mediapart.fr/une-plume/blog/270619/un-billet",
    "mediapart-blog": "https://blogs.mediapart.fr/une-plume/blog",
    "site": "https://blog.example/une-page",
}
Parse = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Target:
    """One parser. `refuses` are the errors by which it says that an input is not for it; any other is a defect.

    It starts from what `made` gives and from files: `pages` are patterns in tests/pages, `shared` in ../shared.
    """

    parse: Parse
    refuses: tuple[type[Exception], ...] = (HarvestError,)
    pages: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    made: Callable[[], tuple[bytes, ...]] = tuple

    def run(self, data: bytes) -> None:
        """Parse; raises what no parser may raise."""
        try:
            self.parse(data)
        except self.refuses:
            return

    def inputs(self, *, real: bool = False) -> list[bytes]:
        """Inputs that are sound; with `real`, the pages of ../shared too, where there are any."""
        found = [path for pattern in self.pages for path in sorted(PAGES.glob(pattern))]
        if real and SHARED.exists():
            found += [path for pattern in self.shared for path in sorted(SHARED.glob(pattern))]
        return [*self.made(), *(path.read_bytes() for path in found if path.is_file())]


def _reading(reader: Reader, content_type: str) -> Parse:
    url = ADDRESSES.get(reader.kind, "https://blog.example/2021/05/un-billet")
    return lambda data: reader.read(Answer(url=url, final_url=url, body=data, content_type=content_type))


def _in_a_file(name: str, parse: Callable[[Path], object]) -> Parse:
    def parse_file(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            return parse(path)

    return parse_file


def _export(path: Path) -> object:
    export = find_export(path)
    if export is None:
        return None
    with export:
        return list(read_export(export).threads)


def _export_of_tweets(data: bytes) -> object:
    """An export whose only file of tweets holds these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data")
        path.mkdir()
        (path / "account.js").write_bytes(seeds.exported_files()["data/account.js"])
        (path / "tweets.js").write_bytes(b"window.YTD.tweets.part0 = " + data)
        return _export(Path(folder))


@cache
def _topics() -> TopicMatcher:
    return compile_topics([TopicSeed(name="budget", label="Budget", terms=("budget*", "milliard* d'euros", "ARS"))])


def mined_by_rules(data: bytes) -> object:
    """All that is read in a text without a model."""
    text = _text(data)
    sentences = split_sentences(text)
    amounts = find_quantities(text, sentences)
    topics = topic_words(_topics(), text, sentences)
    cues = [cues_of(text[start:end]) for start, end in sentences]
    return find_checks(text, amounts, sentences), topics, cues, quotations(text)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_HTML, _XML, _JSON = "text/html; charset=utf-8", "application/xml", "application/json"
_BLOGS = (("blogs/*.html",), ("pages/blogs/*.html",))
# Of each kind of reader: the content type, pages here, pages of ../shared.
_KINDS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "thread": (_HTML, ("threadreader/*.html",), ("pages/threadreader/*.html", "pages/wayback/*.html")),
    "author": (_HTML, ("threadreader/*.html",), ("pages/threadreader/*ajax*.html",)),
    "ping": (_JSON, ("threadreader/*.json",), ("pages/threadreader/*.json",)),
    "wordpress-api": (_JSON, ("feeds/wordpress*.json",), ()),
    "sitemap": (_XML, ("feeds/sitemap*",), ("pages/feeds/sitemap*",)),
    "feed": (_XML, ("feeds/*.xml", "feeds/*.json"), ("pages/feeds/*",)),
}


def _readers() -> dict[str, Target]:
    found = {}
    for reader in READERS:
        content_type, pages, shared = _KINDS.get(reader.kind, (_HTML, *_BLOGS))
        found[reader.kind] = Target(_reading(reader, content_type), pages=pages, shared=shared)
    return found


PAGE_TARGETS = _readers()
_CAPTURES, _SEEDS = ("captures/*.txt", "captures/*.md"), ("seeds/*.txt", "pages/captures/*")
TARGETS: Mapping[str, Target] = {
    **PAGE_TARGETS,
    "imported file": Target(lambda data: read_file("x", data), pages=("*/*",), shared=("pages/*/*", "seeds/*.txt")),
    "capture": Target(lambda data: read_capture(_text(data), "x"), pages=_CAPTURES, shared=_SEEDS),
    "robots.txt": Target(lambda data: robots_of(200, data), made=lambda: (seeds.ROBOTS,)),
    "gzip": Target(lambda data: undo_encodings(data, "gzip", LIMIT), (EncodingError,), made=seeds.gzipped),
    "zstd": Target(lambda data: undo_encodings(data, "zstd", LIMIT), (EncodingError,), made=seeds.zstd),
    "WARC": Target(
        _in_a_file("x.warc", lambda path: list(captures_in(path, LIMIT))), (DamagedError,), made=seeds.warcs
    ),
    "CDX": Target(lambda data: read_captures(data, "https://exemple.fr/billet"), made=seeds.cdx),
    "X export": Target(_in_a_file("x.zip", _export), made=seeds.exports),
    "tweets": Target(_export_of_tweets, made=seeds.tweets),
    "config": Target(lambda data: parse_config(_text(data)), (ConfigError,), made=seeds.configs),
    "mining": Target(mined_by_rules, (), pages=_CAPTURES, shared=("gold/texts/*.txt",)),
}
