"""One run at a time: a lock on `<archive>.lock` that the kernel releases when its holder ends, however it ends.

The kernel of one machine knows nothing of another's: on a shared folder the name of the machine, in the file, stands
for the lock. It is taken out when a run ends; a run killed on another machine leaves it there, for a person to judge.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
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
        refuse_other_machines(archive)
        os.ftruncate(handle, 0)
        note = f"`filature {command}`, process {os.getpid()}, since {now()}, on {socket.gethostname()}"
        os.pwrite(handle, note.encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


_MACHINE = re.compile(r", on (\S+)$")


def refuse_other_machines(archive: Path) -> None:
    """ArchiveHeldError where a run of another machine has the archive.

    To be asked before it is opened for writing: SQLite takes a log that no program of this machine uses for left over.
    """
    path = archive.with_name(archive.name + ".lock")
    try:
        holder = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return
    machine = _MACHINE.search(holder)
    if machine and machine[1] != socket.gethostname():
        raise ArchiveHeldError(
            f"{archive}: held by {holder}; machines cannot share an archive: wait for that run to end, or, if it was"
            f" killed, delete {path}"
        )


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
