"""Files that people bring: saved pages, copies of texts, clippings, lists of addresses. Pure: bytes in, facts out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from db.records import Document, Lead
from harvester.addresses import host_of, reader_of, recognise
from harvester.captures import read_capture
from harvester.captures.saved import address_of, declared_encoding, is_html, listing_kind, title_in, whole_text
from harvester.model import Answer, HarvestError, ImportFileError, PageShapeError, Reader, Reading
from harvester.sites import READERS, threadreader, threadreader_listing
from harvester.sites.soup import UnboundedPageError
from harvester.text import capture_address
from harvester.xexport.files import MARK, is_export_folder

_BINARY = {
    b"%PDF": "a PDF: copy its text into a text file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image or a sound",
    b"PK\x03\x04": "a zip or an office document: unpack it, or save it as text",
    b"\x1f\x8b": "compressed: unpack it first",
    b"SQLite format 3": "a database",
}
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GUESS = "read as windows-1252: it is not UTF-8 and says no encoding"
_LOC = re.compile(r"<loc>\s*+(?:<!\[CDATA\[\s*+)?(https?://[^\s<\]]+)")
SHORTEST_PAGE = 40
LONGEST_TEXT = 5_000_000  # characters; long novels have one million: what is longer is a log or a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gave. `what` is for people ("Thread Reader page, 102 posts"); `notes` say what was doubtful."""

    what: str
    documents: tuple[Document, ...] = ()
    leads: tuple[Lead, ...] = ()
    notes: tuple[str, ...] = ()


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of files and folders, each once, in the order of names; hidden ones inside folders are left out.

    An unpacked X data export is one thing, and comes as its folder: its files are private, all but a few.
    Raises ImportFileError for a path that is not there, and for a folder without a file.
    """
    met: set[Path] = set()
    for path in paths:
        found = list(_below(path, frozenset())) if path.is_dir() else [path]
        if not found:
            raise ImportFileError(str(path), "a folder without a file to import (hidden ones are left out)")
        if not path.exists():
            raise ImportFileError(str(path), "no such file or folder")
        if not path.is_file() and not path.is_dir():
            raise ImportFileError(str(path), "neither a file nor a folder: save what it gives to a file")
        for file in found:
            if (real := file.resolve()) not in met:
                met.add(real)
                yield file


def _below(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """The files under a folder. Links that lead back up or nowhere are passed over, as are pipes and devices."""
    above |= {folder.resolve()}
    if is_export_folder(folder):
        yield folder
        return
    try:
        children = sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    except PermissionError:
        yield folder  # whoever reads it says that it cannot be read, and the rest is imported
        return
    for child in children:
        if child.is_dir():
            if child.resolve() not in above:
                yield from _below(child, above)
        elif child.is_file():
            yield child


def read_file(name: str, body: bytes) -> Imported:
    """What a file holds, recognised by its content; `name` is used in messages and for thread ids in file names.

    A saved page goes to the reader of its address, a thread page to its own reader even without address. A text is a
    capture, a clipping, a list of addresses (each line one) or plain words; what is not recognised is a page with
    its whole text. Raises ImportFileError, in one line, for files that hold no text.
    """
    text, notes = decoded(name, body)
    if text.startswith(MARK.decode()):
        raise ImportFileError(name, "one file of an X data export: import the zip, or the whole folder")
    if kind := listing_kind(text):
        return _read_listing(name, kind, text, notes)
    if is_html(text):
        try:
            return _read_html(name, text, body, notes)
        except UnboundedPageError as error:
            raise ImportFileError(name, f"no page for people: {error}") from error
    if lines := addresses_in(text):
        return _read_list(lines, notes)
    what, document = read_capture(text, Path(name).name)
    if not document.text:
        raise ImportFileError(name, "no words but a site's own: expected a text, a saved page or a list of addresses")
    if len(document.text) > LONGEST_TEXT:
        raise ImportFileError(name, f"a text of {len(document.text)} characters, {LONGEST_TEXT} are taken: split it")
    return Imported(what=what, documents=(document,), notes=notes)


def decoded(name: str, body: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a note when its encoding was guessed. Raises ImportFileError for what is no text."""
    for mark, encoding in _BOMS.items():
        if body.startswith(mark):
            return _not_empty(name, body.decode(encoding, "replace")), ()
    for start, kind in _BINARY.items():
        if body.startswith(start):
            raise ImportFileError(name, f"it is {kind}")
    if b"\0" in body:
        raise ImportFileError(name, "it is not text (it holds zero bytes)")
    try:
        return _not_empty(name, body.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _damaged_utf_8(body) or _in_another_encoding(name, body)


def _damaged_utf_8(body: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The text of a file that is UTF-8 but for some bytes, whatever it declares; None where most fail to be."""
    text = body.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    # Letters with accents are errors in every other encoding; what looks like UTF-8 by chance is rare.
    right = len(text) - len(text.encode("ascii", "ignore")) - lost
    return (text, (f"{lost} broken character{'s' * (lost != 1)} in it",)) if right > lost else None


def _in_another_encoding(name: str, body: bytes) -> tuple[str, tuple[str, ...]]:
    declared = declared_encoding(body) or "cp1252"
    try:
        # Pages that say iso-8859-1 are read by browsers as windows-1252, its superset.
        encoding = {"iso8859-1": "cp1252"}.get(codecs.lookup(declared).name, declared)
        return _not_empty(name, body.decode(encoding)), () if declared != "cp1252" else (_GUESS,)
    except (LookupError, UnicodeDecodeError):
        return _not_empty(name, body.decode("cp1252", "replace")), (_GUESS,)


def _not_empty(name: str, text: str) -> str:
    if not text.strip("\ufeff\u200b \t\r\n\f\v"):
        raise ImportFileError(name, "it is empty")
    return text


def addresses_in(text: str) -> list[str]:
    """The lines of a text whose every line, empty ones and `# comments` apart, is an address; else nothing."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("# ")]
    # A handle or "mot.fr" alone may be a text; a scheme, or a site of threads, is not.
    return lines if all(_is_address(line) for line in lines) else []


def _read_list(lines: list[str], notes: tuple[str, ...]) -> Imported:
    found = {line: recognise(line, READERS) for line in lines}
    leads = tuple(dict.fromkeys(lead for lead in found.values() if lead))
    unread = [line for line, lead in found.items() if lead is None]
    if unread:
        notes = (*notes, f"{len(unread)} left out, no page that can be read: {unread[0]}")
    return Imported(what=f"list of {len(leads)} address{'es' * (len(leads) != 1)}", leads=leads, notes=notes)


def _is_address(line: str) -> bool:
    if " " in line:
        return False
    if line.isdigit():
        return 15 <= len(line) <= 19
    return bool(host_of(line)) or line.startswith(("x.com/", "twitter.com/", "threadreaderapp.com/"))


def _read_listing(name: str, kind: str, text: str, notes: tuple[str, ...]) -> Imported:
    # A map says nothing of its own address: its entries' site stands in, since other sites' are not followed.
    address = _LOC.search(text) if kind == "sitemap" else None
    page = Answer(
        url=address[1] if address else "", body=text.encode("utf-8", "replace"), content_type="text/xml; charset=utf-8"
    )
    try:
        reading = _reader(kind).read(page)
    except PageShapeError as error:
        raise ImportFileError(name, error.missing) from error
    return _imported(kind, reading, notes)


def _read_html(name: str, text: str, body: bytes, notes: tuple[str, ...]) -> Imported:
    address = address_of(text)
    page = Answer(url=address, body=text.encode("utf-8", "replace"))
    if threadreader.is_thread(text):
        return _imported("Thread Reader page", threadreader.READER.read(page), notes)
    if leads := threadreader_listing.threads_shown(page):
        return Imported(what=f"Thread Reader list, {len(leads)} threads", leads=leads, notes=notes)
    if host_of(address).removeprefix("www.") == "threadreaderapp.com":
        raise ImportFileError(name, f"it comes from {address} and shows no thread: {threadreader.what_instead(body)}")
    # The encoding is settled: what the page says of it must not be heard a second time.
    return _read_article(name, text, replace(page, content_type="text/html; charset=utf-8"), notes)


def _read_article(name: str, text: str, page: Answer, notes: tuple[str, ...]) -> Imported:
    """The article of a page; all the words of a page in which none is recognised."""
    found = reader_of(page.url, READERS)
    # What leads from a site's home page to its articles is no use for a page that somebody kept.
    reader = found if found and not found.listing and found.kind != "site" else _reader("article")
    try:
        return _imported("web page", reader.read(page), notes)
    except HarvestError as error:
        words = whole_text(text)
        if len(words) < SHORTEST_PAGE:
            raise ImportFileError(name, getattr(error, "missing", str(error))) from error
    document = Document(kind="page", url=page.url or capture_address(words), text=words, title=title_in(text))
    return Imported(what="web page", documents=(document,), notes=(*notes, "no article found: all its words are kept"))


def _reader(kind: str) -> Reader:
    return next(reader for reader in READERS if reader.kind == kind)


def _imported(what: str, reading: Reading, notes: tuple[str, ...]) -> Imported:
    return Imported(what=_described(what, reading), documents=reading.documents, leads=reading.leads, notes=notes)


def _described(what: str, reading: Reading) -> str:
    posts = sum(len(document.posts) for document in reading.documents)
    if posts:
        return f"{what}, {posts} post{'s' * (posts != 1)}"
    if len(reading.documents) == 1:
        title = reading.documents[0].title
        return f"{what}: {title}" if title else what
    return f"{what}, {len(reading.documents)} documents, {len(reading.leads)} addresses"
