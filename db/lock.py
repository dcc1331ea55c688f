"""One run at a time: a lock on `<archive>.lock` that the kernel releases when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.clock import now
from db.errors import ArchiveHeldError, ArchiveUnusableError


@contextmanager
def run_lock(archive: Path, command: str) -> Iterator[None]:
    """Hold the archive for `command`. ArchiveHeldError when another process does, saying which and since when."""
    path = archive.with_name(archive.name + ".lock")
    handle = _open(path)
    try:
        _take(handle, archive, path)
        os.ftruncate(handle, 0)
        os.write(handle, f"`filature {command}`, process {os.getpid()}, since {now()}".encode())
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveUnusableError(
            f"{path}: cannot write the lock file ({error.strerror}); check that the folder exists and is writable"
        ) from error


def _take(handle: int, archive: Path, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = path.read_text(encoding="utf-8", errors="replace").strip() or "another run"
        raise ArchiveHeldError(
            f"{archive}: held by {holder}; wait for it to end, or stop that process, and try again"
        ) from error
    except OSError as error:
        raise ArchiveUnusableError(
            f"{path}: this file system cannot lock files ({error.strerror}); keep the archive on a local disk"
        ) from error
