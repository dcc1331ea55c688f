"""The files of an X data export that may be read, and their entries one by one.

An export holds direct messages, e-mail addresses, deleted tweets... Only the names that READABLE knows are ever
opened. Nothing is unpacked: entries are read as they come, and what a broken or malicious zip can cost is bounded.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from harvester.model import ImportFileError

PartKind = Literal["tweets", "notes", "account"]
READABLE = re.compile(r"(?P<name>tweets?|note-tweet|account)(?:-part(?P<number>\d{1,4}))?\.js")
_KINDS: dict[str, PartKind] = {"tweet": "tweets", "tweets": "tweets", "note-tweet": "notes", "account": "account"}
_INSIDE: dict[PartKind, frozenset[str]] = {
    "tweets": frozenset(["tweet", "tweets"]),
    "notes": frozenset(["note_tweet"]),
    "account": frozenset(["account"]),
}
_HEADER = re.compile(r"\s*window\.YTD\.(\w+)\.part\d+\s*=\s*\[")
_BETWEEN = re.compile(r"[\s,]*")
MARK = b"window.YTD."
CHUNK = 1 << 20  # bytes
LARGEST_ENTRY = 4 << 20  # characters; a tweet with all its media takes some 10,000
LARGEST_EXPORT = 4 << 30  # unpacked bytes of all tweets and notes: ten times the largest exports that people tell of
# All that zipfile raises for bytes that are not what they should be; RuntimeError is for encrypted members.
_ZIP_TROUBLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class BrokenPartError(Exception):
    """A file of an export that cannot be read to its end: which, where it stops and why, in one line."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")


class _DamageError(Exception):
    """Why the file being read stops here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an export that may be read. `number` counts the parts of a kind from 0."""

    name: str
    kind: PartKind
    number: int
    open: Callable[[], IO[bytes]]


@dataclass(slots=True)
class Budget:
    """Unpacked bytes that may still be read."""

    left: int = field(default_factory=lambda: LARGEST_EXPORT)


class Export:
    """An export whose parts can be read. Use it as a context manager: it may hold a zip open."""

    def __init__(
        self, path: Path, parts: Iterable[Part], *, archive: zipfile.ZipFile | None = None, folder: Path | None = None
    ) -> None:
        self.path = path
        self.parts = tuple(sorted(parts, key=lambda part: (part.kind, part.number, part.name)))
        self._archive = archive
        self._folder = folder

    def of(self, kind: PartKind) -> list[Part]:
        """The parts of a kind, in order."""
        return [part for part in self.parts if part.kind == kind]

    @property
    def modified(self) -> float:
        """When the zip, or the first tweets of a folder, were written: seconds since 1970."""
        if self._folder is None:
            return self.path.stat().st_mtime
        first = next((part for part in self.parts if part.kind == "tweets"), self.parts[0])
        return (self._folder / first.name).stat().st_mtime

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._archive is not None:
            self._archive.close()


def find_export(path: Path) -> Export | None:
    """The export that a zip or a folder is; None for anything else.

    Raises ImportFileError for a file that begins as a zip and cannot be opened as one.
    """
    if path.is_dir():
        folder, parts = _in_folder(path)
        return Export(path, parts, folder=folder) if _holds_tweets_of_x(parts) else None
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return None
    try:
        archive = zipfile.ZipFile(path)
    except (*_ZIP_TROUBLE, OSError) as error:
        raise ImportFileError(str(path), "a zip that is cut short or damaged: download it again") from error
    parts = _in_zip(archive)
    if _holds_tweets_of_x(parts):
        return Export(path, parts, archive=archive)
    archive.close()
    return None


def is_export_folder(path: Path) -> bool:
    """Whether a folder is an unpacked export, or the `data` folder of one: then no other file of it may be read."""
    return _holds_tweets_of_x(_in_folder(path)[1])


def _in_folder(folder: Path) -> tuple[Path, list[Part]]:
    """The folder that holds what may be read, `data` or the one given, and what that is."""
    for place in (folder / "data", folder):
        try:
            names = [file.name for file in place.iterdir() if READABLE.fullmatch(file.name) and file.is_file()]
        except OSError:
            continue
        if names:
            return place, [_part(name, (place / name).open) for name in names]
    return folder, []


def _part(name: str, opener: Callable[[str], IO[bytes]]) -> Part:
    match = READABLE.fullmatch(name)
    assert match is not None  # callers have asked
    return Part(name=name, kind=_KINDS[match["name"]], number=int(match["number"] or 0), open=lambda: opener("rb"))


def _in_zip(archive: zipfile.ZipFile) -> list[Part]:
    """The readable members of the folder of the zip that holds tweets: `data`, or the top in old exports."""
    folders: dict[str, list[Part]] = {}
    for member in archive.infolist():
        folder, _, name = member.filename.rpartition("/")
        if READABLE.fullmatch(name) and "__MACOSX" not in folder:
            folders.setdefault(folder, []).append(_part(name, _member_opener(archive, member)))
    told = {folder: parts for folder, parts in folders.items() if any(part.kind == "tweets" for part in parts)}
    best = min(told or folders, key=lambda name: (not name.endswith("data"), name.count("/"), name), default=None)
    return [] if best is None else folders[best]


def _member_opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[str], IO[bytes]]:
    return lambda _: archive.open(member)


def _holds_tweets_of_x(parts: Iterable[Part]) -> bool:
    return any(_begins_as_export(part) for part in parts if part.kind != "notes")


def _begins_as_export(part: Part) -> bool:
    try:
        with part.open() as stream:
            return stream.read(64).removeprefix(codecs.BOM_UTF8).lstrip().startswith(MARK)
    except (*_ZIP_TROUBLE, OSError):
        return part.kind == "tweets"  # a tweets.js that cannot be read is worth saying so


def entries(part: Part, budget: Budget) -> Iterator[tuple[dict[str, Any], str]]:
    """Each entry of a part, and the JSON it was read from.

    Raises BrokenPartError, after the entries that came before the damage.
    """
    count = 0
    try:
        with part.open() as stream:
            for value, source in _array(part, _texts(stream, budget)):
                count += 1
                if isinstance(value, dict):
                    yield value, source
    except (_DamageError, *_ZIP_TROUBLE, OSError) as error:
        why = (getattr(error, "strerror", None) or "").lower() or str(error) or "it ends too early"
        after = f", after {count} entries" if count else ""
        raise BrokenPartError(part.name, f"cannot be read to its end{after}: {why}") from error


def _texts(stream: IO[bytes], budget: Budget) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    while chunk := stream.read(CHUNK):
        budget.left -= len(chunk)
        if budget.left < 0:
            raise _DamageError(f"more than {LARGEST_EXPORT >> 30} GB of tweets, the rest is not read")
        yield decoder.decode(chunk)


def _array(part: Part, texts: Iterator[str]) -> Iterator[tuple[Any, str]]:
    """The entries of the array that a file assigns: JavaScript round them is cut off, never run."""
    buffer = next(texts, "")
    header = _HEADER.match(buffer[:400])
    if header is None or header[1] not in _INSIDE[part.kind]:
        inside = f"it holds {header[1]}" if header else "it does not begin as a file of an X data export"
        raise _DamageError(f"{inside}, expected window.YTD.{min(_INSIDE[part.kind])}.part{part.number} = [")
    at, decode = header.end(), json.JSONDecoder().raw_decode
    while True:
        at = _after_blanks(buffer, at)
        if buffer[at : at + 1] == "]":
            return
        try:
            value, end = decode(buffer, at)
        except RecursionError:
            raise _DamageError("an entry is nested too deeply") from None
        except ValueError as error:
            more = next(texts, "")
            if not more or len(buffer) - at > LARGEST_ENTRY:
                raise _DamageError(_why(buffer, at, error, ended=not more)) from None
            buffer, at = buffer[at:] + more, 0
        else:
            yield value, buffer[at:end]
            at = end


def _after_blanks(text: str, at: int) -> int:
    blanks = _BETWEEN.match(text, at)
    return blanks.end() if blanks else at


def _why(buffer: str, at: int, error: ValueError, *, ended: bool) -> str:
    """What is wrong with the rest of a file. Its words are not shown: they may be an account's address."""
    reason = getattr(error, "msg", str(error))
    cut = isinstance(error, json.JSONDecodeError) and error.pos >= len(buffer) - 1
    if at >= len(buffer) or (ended and (cut or reason.startswith("Unterminated string"))):
        return "it ends in the middle"
    return f"broken JSON ({reason})"
