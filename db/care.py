"""Looking after an archive as a whole: verifying it and sealing it. Each function opens the file by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from db import seals, verify
from db.clock import now
from db.connection import connect, transaction
from db.errors import explaining
from db.problem import Problem
from db.seals import Manifest
from db.verify import Tally


def problems(path: Path, tally: Tally) -> Iterator[Problem]:
    """All that is wrong with the archive, the first thing first; `tally` counts what was looked at. Writes nothing.

    Raises ArchiveError when it cannot be opened at all. A harvest may go on meanwhile.
    """
    with explaining(path), closing(connect(path, readonly=True)) as conn:
        yield from verify.problems(conn, tally)


def seal_problems(path: Path, manifest: str, name: str) -> Iterator[Problem]:
    """In what the archive differs from a manifest kept elsewhere; `name` is the manifest's, for the messages."""
    with explaining(path), closing(connect(path, readonly=True)) as conn:
        seals.parse(manifest, name)
        yield from seals.broken(conn, manifest, name)


def seal(path: Path, *, signed_by: str, version: str) -> Manifest:
    """Seal what the archive holds now, and keep the seal in it; the manifest, to be kept elsewhere too."""
    with explaining(path), closing(connect(path, readonly=False)) as conn, transaction(conn):
        manifest = seals.manifest_of(conn, archive=path.name, sealed_at=now(), signed_by=signed_by, version=version)
        seals.store_seal(conn, manifest)
        return manifest
