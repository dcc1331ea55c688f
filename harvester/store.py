"""What a harvest asks of the archive. `db.archive.Archive` is one; the run is handed it and knows no SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from db.records import Fetch, Lead, Snapshot, Source, Stored, Target, Validators, Visit


class Store(Protocol):
    """Methods may be called from one thread only, the run's own; `pack` alone from any."""

    def pack(self, body: bytes) -> Snapshot:
        """A body made ready to be kept: the slow part of storing a page, taken off the run's thread."""

    def sync_sources(self, sources: Iterable[Source]) -> None:
        """Store the sources, and put the address of each in the queue."""

    def add_targets(
        self, leads: Iterable[Lead], *, source: str | None, discovered_from: str | None = None, again: bool = False
    ) -> int:
        """Put addresses in the queue; how many were not known. `again`: known ones become due once more."""

    def due_hosts(self, now: str, sources: Collection[str] | None = None) -> list[str]:
        """Hosts (`host[:port]`) with targets whose next_attempt_at is null or not after `now`.

        `sources` restricts it to these ids; the empty one stands for addresses that were given by hand.
        """

    def due_targets(
        self, host: str, now: str, sources: Collection[str] | None = None, *, limit: int = 100
    ) -> Sequence[Target]:
        """Due targets of one host, oldest in the queue first."""

    def validators(self, url: str) -> Validators | None:
        """ETag and Last-Modified of the newest answer that has a snapshot."""

    def snapshot_of(self, url: str) -> bytes | None:
        """The newest stored body of this address."""

    def together(self) -> AbstractContextManager[None]:
        """Whatever is saved inside is stored at one stroke, or not at all if something fails."""

    def save_fetch(self, run_id: int, fetch: Fetch) -> None:
        """Keep one request that belongs to no target (robots.txt)."""

    def save_visit(self, run_id: int, visit: Visit) -> Stored:
        """Keep all that came of one target, in one transaction."""

    def note_source(self, source: str, *, checked_at: str, error: str | None) -> None:
        """When a source was last asked, and what went wrong."""
