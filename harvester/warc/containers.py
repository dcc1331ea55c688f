"""Which files are web archives, and the WARC files in them. A WACZ is a zip that is read where it lies: no name in it
becomes a path.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from harvester.warc.reading import Capture, DamagedError, LeftOut, Software, captures

Container = Literal["WARC", "ARC", "WACZ"]
_WARC_NAME = re.compile(r"(?:.*/)?[^/]+\.warc(?:\.gz)?$", re.I)
MOST_FILES = 10_000


def web_archive(path: Path) -> Container | None:
    """What a file is, by its content; None for what is no web archive, or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(11)
            file.seek(0)
            if head.startswith(b"\x1f\x8b"):
                head = gzip.GzipFile(fileobj=file).read(11)
    except (OSError, EOFError, zlib.error):
        return None
    if head.startswith(b"WARC/"):
        return "WARC"
    if head == b"filedesc://":  # what came before WARC
        return "ARC"
    return "WACZ" if head[:4] == b"PK\x03\x04" and _warc_names(path) else None


def captures_in(path: Path, max_bytes: int) -> Iterator[Capture | LeftOut | Software]:
    """What a web archive holds, in the order of its files. Raises DamagedError where it cannot be read further."""
    size = path.stat().st_size
    if web_archive(path) == "WACZ":
        yield from _captures_in_wacz(path, size, max_bytes)
        return
    with path.open("rb") as file:
        yield from captures(file, size, max_bytes)


def _captures_in_wacz(path: Path, size: int, max_bytes: int) -> Iterator[Capture | LeftOut | Software]:
    """Each WARC file in turn: one that is damaged does not keep the next from being read."""
    damage: list[str] = []
    names = _warc_names(path)
    with zipfile.ZipFile(path) as opened:
        for name in names[:MOST_FILES]:
            try:
                with opened.open(name) as member:
                    yield from captures(_seekless(member), size, max_bytes)
            except (DamagedError, zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, zlib.error) as error:
                damage.append(f"{name}: {' '.join(str(error).split())[:160]}")
    if len(names) > MOST_FILES:
        damage.append(f"{len(names)} files, {MOST_FILES} are read")
    if damage:
        more = f" (and {len(damage) - 1} more)" if len(damage) > 1 else ""
        raise DamagedError(f"{damage[0]}{more}")


def _seekless(member: object) -> BinaryIO:
    return member  # type: ignore[return-value]


def _warc_names(path: Path) -> list[str]:
    """The WARC files in a zip, by name; none where it is no zip that can be read."""
    try:
        with zipfile.ZipFile(path) as opened:
            return sorted(name for name in opened.namelist() if _WARC_NAME.match(name))
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, UnicodeDecodeError):
        return []
