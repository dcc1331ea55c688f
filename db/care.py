"""Looking after an archive as a whole: verifying, sealing, forgetting. Each function opens the file by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from db import forget as forgetting
from db import seals, verify
from db.clock import now
from db.connection import connect, transaction
from db.errors import explaining
from db.evidence import find_document
from db.forget import Chosen, Forgotten
from db.problem import Problem
from db.records import Author
from db.seals import Manifest
from db.verify import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive holds under a name. `posts` are X's ids of the posts of the documents.

    `namesakes`: how many documents others of the same name sign, by name.
    """

    document_ids: frozenset[int]
    authors: tuple[Author, ...]
    posts: frozenset[str]
    namesakes: Mapping[str, int] = field(default_factory=dict)


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


def held_document(path: Path, names: Sequence[str]) -> Held:
    """The document with the first of these names (an id, an address, a post's id)."""
    with explaining(path), closing(connect(path, readonly=True)) as conn:
        found = find_document(conn, names)
        ids = frozenset(() if found is None else (found,))
        return Held(document_ids=ids, authors=(), posts=frozenset(forgetting.post_ids(conn, ids)))


def held_author(path: Path, name: str) -> Held:
    """All documents by the authors with this handle, name or address."""
    with explaining(path), closing(connect(path, readonly=True)) as conn:
        authors = forgetting.authors_named(conn, name)
        ids = forgetting.documents_by(conn, authors)
        posts = frozenset(forgetting.post_ids(conn, ids))
        others = forgetting.namesakes(conn, authors)
        return Held(document_ids=ids, authors=tuple(authors.values()), posts=posts, namesakes=others)


def forget(path: Path, chosen: Chosen, reason: str) -> Forgotten:
    """Remove what was chosen and keep it out from now on; `purge` then clears the file of it.

    Raises ArchiveHeldError, and removes nothing, while another program reads the archive.
    """
    with explaining(path), closing(connect(path, readonly=False)) as conn:
        forgetting.refuse_readers(conn, path)
        conn.execute("PRAGMA secure_delete = ON")  # should the file not be rewritten after all, it holds zeros there
        with transaction(conn):
            return forgetting.forget(conn, chosen, reason=reason, at=now())


def purge(path: Path) -> None:
    """Rewrite the file, so that no byte of what was removed stays in it. ArchiveHeldError where another has it open."""
    forgetting.purge(path)
