"""The archive: one SQLite file, and all that is asked of it.

`Archive` is a `harvester.store.Store`, the queue and store of mining, and what reports read. Its methods raise
ArchiveError for what a user can cause (db/errors.py). One thread at a time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from db import (
    evidence,
    findings,
    fulltext,
    history,
    parts,
    queue,
    reading,
    runs,
    search,
    snapshots,
    status,
    tellings,
    tombstones,
    topics,
    visits,
)
from db.connection import connect, transaction
from db.errors import ArchiveError, ContradictionError, explaining
from db.lock import run_lock
from db.records import (
    DiscoveredTopic,
    Document,
    ExportedThread,
    Fetch,
    Findings,
    KnownTopic,
    Lead,
    MiningTask,
    Snapshot,
    Source,
    Stored,
    Target,
    TopicEvent,
    TopicSeed,
    TopicWeight,
    Validators,
    Visit,
)

P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[Concatenate["Archive", P], R]

# New texts are searchable after so many, or so long: a harvest that asks once a second has each at once.
_INDEX_DOCUMENTS = 200
_INDEX_SECONDS = 1.0


def _reads(method: Method[P, R]) -> Method[P, R]:
    @wraps(method)
    def call(self: Archive, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with explaining(self.path):
            return method(self, *args, **kwargs)

    return call


def _writes(method: Method[P, R]) -> Method[P, R]:
    @wraps(method)
    def call(self: Archive, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with explaining(self.path), transaction(self._conn):
            return method(self, *args, **kwargs)

    return call


class Archive:
    """An open archive. Use it as a context manager, or close it."""

    def __init__(self, conn: sqlite3.Connection, path: Path, *, readonly: bool = False) -> None:
        self._conn = conn
        self._readonly = readonly
        self._indexed_at = 0.0
        self.path = path

    @classmethod
    def open(cls, path: Path | str, *, readonly: bool = False, create: bool = True) -> Self:
        """The archive at `path`, brought up to date unless `readonly`; created unless that, or not to be `create`d."""
        path = Path(path)
        with explaining(path):
            return cls(connect(path, readonly=readonly, create=create), path, readonly=readonly)

    def close(self) -> None:
        """Index what still waits for it, and close the file."""
        try:
            if not self._readonly:
                self.index_new_texts()
        finally:
            self._conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._conn.close()

    # --- Runs ---------------------------------------------------------------------------------------------

    @contextmanager
    def hold(self, command: str) -> Iterator[None]:
        """Keep every other run off the archive; ArchiveHeldError when another has it. Names runs that were killed."""
        with run_lock(self.path, command):
            self._name_killed_runs()
            yield

    @_writes
    def _name_killed_runs(self) -> None:
        runs.mark_interrupted(self._conn)

    @_writes
    def start_run(self, command: str, version: str) -> int:
        """Note that `command` of filature `version` starts; the run's id."""
        return runs.start_run(self._conn, command, version)

    @_writes
    def finish_run(self, run_id: int, status: str, counts: Mapping[str, int]) -> None:
        """Note how a run ended, and what it counted; all that it stored can be searched."""
        fulltext.index_waiting(self._conn)
        runs.finish_run(self._conn, run_id, status, counts)

    # --- Harvesting ---------------------------------------------------------------------------------------

    @_writes
    def sync_sources(self, sources: Iterable[Source]) -> None:
        """Store the sources and queue their addresses; one asked before is due again, unless it was told to wait."""
        queue.sync_sources(self._conn, sources)

    @_writes
    def add_targets(
        self, leads: Iterable[Lead], *, source: str | None, discovered_from: str | None = None, again: bool = False
    ) -> int:
        """Put addresses in the queue; how many were not known. `again`: known ones become due at once."""
        return queue.add_targets(self._conn, leads, source=source, discovered_from=discovered_from, again=again)

    @_reads
    def is_forgotten(self, url: str) -> bool:
        """Whether an address is kept out, since what stands there was removed for good."""
        keys = tombstones.Keys.of(self._conn)
        return keys is not None and keys.knows("url", url)

    @_reads
    def due_hosts(self, now: str, sources: Collection[str] | None = None) -> list[str]:
        """Hosts (`host[:port]`) with targets that wait and may be asked at `now`."""
        return queue.due_hosts(self._conn, now, sources)

    @_reads
    def due_targets(
        self, host: str, now: str, sources: Collection[str] | None = None, *, limit: int = 100
    ) -> Sequence[Target]:
        """Due targets of one host, oldest in the queue first."""
        return queue.due_targets(self._conn, host, now, sources, limit)

    @_reads
    def validators(self, url: str) -> Validators | None:
        """ETag and Last-Modified of the newest proper answer that has a snapshot."""
        return snapshots.validators(self._conn, url)

    @_reads
    def snapshot_of(self, url: str) -> bytes | None:
        """The newest stored body of this address that was a proper answer."""
        return snapshots.newest_body(self._conn, url)

    def pack(self, body: bytes) -> Snapshot:
        """A body made ready to be kept. Touches nothing: any thread may call it."""
        return snapshots.pack(body)

    @_reads
    def snapshot(self, sha256: str) -> bytes | None:
        """The bytes of a snapshot, as the site sent them."""
        return snapshots.body_of(self._conn, sha256)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is saved inside is stored at one stroke, or not at all if something fails."""
        with explaining(self.path), transaction(self._conn):
            yield

    @_writes
    def save_fetch(self, run_id: int, fetch: Fetch) -> None:
        """Keep one request that belongs to no target (robots.txt)."""
        snapshots.store_fetch(self._conn, run_id, fetch)

    @_writes
    def save_visit(self, run_id: int, visit: Visit) -> Stored:
        """Keep all that came of one target, in one transaction, but for what was forgotten."""
        admitted = tombstones.admitted_visit(self._conn, visit)
        if admitted is None:
            return Stored(forgotten=len(visit.documents))
        stored = visits.store_visit(self._conn, run_id, admitted)
        self._index_in_batches()
        return replace(stored, forgotten=len(visit.documents) - len(admitted.documents))

    @_writes
    def save_import(self, run_id: int, fetch: Fetch, documents: Iterable[Document]) -> Stored:
        """Keep a file and the documents read from it, in one transaction; `fetch.fetched_at` is when they were seen.

        A file never clears `gone_at`, never replaces posts known by X's ids with posts that have none, and an older
        copy of a document becomes one of its versions. Nothing is kept of a file of which all was forgotten.
        Raises ContradictionError.
        """
        documents = tuple(documents)
        admitted = tombstones.admitted(self._conn, documents)
        if documents and not admitted:
            return Stored(forgotten=len(documents))
        try:
            stored = visits.store_import(self._conn, run_id, fetch, admitted)
        except sqlite3.IntegrityError as error:
            raise ContradictionError(str(error)) from error
        self._index_in_batches()
        return replace(stored, forgotten=len(documents) - len(admitted))

    @_writes
    def save_export(self, run_id: int, fetch: Fetch, thread: ExportedThread) -> Stored:
        """Keep a thread from its author's own X data export, in one transaction; `fetch` holds its entries.

        A thread that pages tell too is one document: of each post the words of the source that tells more, and what
        one source lost stays as long as the other has it. Importing an export again changes nothing.
        """
        stored = tellings.store_export(self._conn, run_id, fetch, thread)
        self._index_in_batches()
        return stored

    def _index_in_batches(self) -> None:
        waiting = fulltext.count_waiting(self._conn)
        if waiting >= _INDEX_DOCUMENTS or (waiting and time.monotonic() > self._indexed_at + _INDEX_SECONDS):
            fulltext.index_waiting(self._conn)
            self._indexed_at = time.monotonic()

    @_writes
    def note_source(self, source: str, *, checked_at: str, error: str | None) -> None:
        """When a source was last asked, and what went wrong."""
        queue.note_source(self._conn, source, checked_at, error)

    # --- Mining -------------------------------------------------------------------------------------------

    @_writes
    def save_topics(self, seeds: Sequence[TopicSeed], *, origin: str = "seeded") -> None:
        """Store topics and their terms in order; those of this `origin` that are neither named nor used are dropped."""
        topics.save_topics(self._conn, seeds, origin)

    @_reads
    def count_to_mine(self, pipeline: str) -> int:
        """How many documents this pipeline has not mined in their current version."""
        return findings.count_to_mine(self._conn, pipeline)

    def documents_to_mine(self, pipeline: str, limit: int | None = None) -> Iterator[MiningTask]:
        """Documents this pipeline has not mined in their current version, by id; findings may be saved meanwhile."""
        return findings.pages(partial(self._page_to_mine, pipeline), _document_id, limit)

    @_reads
    def _page_to_mine(self, pipeline: str, after: int, limit: int) -> list[MiningTask]:
        return findings.page_to_mine(self._conn, pipeline, after, limit)

    @_reads
    def document_to_mine(self, pipeline: str, document_id: int) -> MiningTask | None:
        """One document as mining takes it; None when this pipeline has mined its current version."""
        found = findings.page_to_mine(self._conn, pipeline, document_id - 1, 1)
        return found[0] if found and found[0].document_id == document_id else None

    @_writes
    def save_findings(self, task: MiningTask, pipeline: str, found: Findings, analysed_at: str) -> bool:
        """Replace what was found in the document; False, and nothing stored, if its text has changed meanwhile."""
        return findings.store_findings(self._conn, task, pipeline, found, analysed_at)

    @_writes
    def save_many_findings(self, batch: Iterable[tuple[MiningTask, Findings]], pipeline: str, analysed_at: str) -> int:
        """Save the findings of many documents in one transaction; how many were stored."""
        return sum(findings.store_findings(self._conn, task, pipeline, found, analysed_at) for task, found in batch)

    def claims_for_grouping(self) -> Iterator[findings.ClaimText]:
        """Every claim that is worth a check, by id: opinions and greetings that look alike say nothing."""
        return findings.pages(self._page_of_claims, _claim_id, None)

    @_reads
    def _page_of_claims(self, after: int, limit: int) -> list[findings.ClaimText]:
        return findings.page_of_claims(self._conn, after, limit)

    @_reads
    def has_ungrouped_claims(self) -> bool:
        """Whether a claim that is worth a check has no group yet."""
        return findings.has_ungrouped_claims(self._conn)

    @_writes
    def save_claim_groups(self, groups: Mapping[int, int]) -> None:
        """Replace the groups of claims that say the same thing: claims.id -> group."""
        findings.store_claim_groups(self._conn, groups)

    # --- Discovered topics --------------------------------------------------------------------------------

    @_reads
    def document_ids(self) -> list[int]:
        """documents.id of all documents, in order."""
        return topics.document_ids(self._conn)

    def texts(self) -> Iterator[str]:
        """The texts of all documents, in the order of their ids; memory holds a page of them."""
        for document in findings.pages(self._page_of_texts, _text_id, None):
            yield document.text

    @_reads
    def _page_of_texts(self, after: int, limit: int) -> list[topics.DocumentText]:
        return topics.page_of_texts(self._conn, after, limit)

    @_reads
    def known_topics(self) -> list[KnownTopic]:
        """The discovered topics, with the documents that each leads; also those pinned in config.toml."""
        return topics.known_topics(self._conn)

    @_reads
    def used_topic_ids(self) -> set[str]:
        """The ids that no new topic may have."""
        return topics.used_ids(self._conn)

    @_writes
    def save_discovery(
        self,
        found: Sequence[DiscoveredTopic],
        weights: Iterable[tuple[int, Sequence[TopicWeight]]],
        events: Sequence[TopicEvent],
        at: str,
    ) -> None:
        """Replace the discovered topics and their weights by documents.id, in one transaction; note what happened."""
        topics.store_discovery(self._conn, found, weights, events, at)

    @_writes
    def rename_topic(self, topic: str, label: str, at: str) -> None:
        """Give a discovered topic another label, for good."""
        topics.rename(self._conn, topic, label, at)

    @_writes
    def join_topics(self, topic: str, other: str, at: str) -> None:
        """Make the discovered topic `other` part of `topic`, for good."""
        topics.join(self._conn, topic, other, at)

    @_writes
    def note_topic_events(self, events: Sequence[TopicEvent], at: str) -> None:
        """Keep what happened to topics."""
        topics.note_events(self._conn, events, at)

    @_reads
    def topic_events(self, topic: str) -> list[topics.StoredEvent]:
        """What happened to a topic, oldest first."""
        return topics.events_of(self._conn, topic)

    # --- Reading ------------------------------------------------------------------------------------------

    def read(self, question: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What a function of `db` answers (db/claims.py, db/changes.py): `archive.read(new_documents, chosen)`."""
        with explaining(self.path):
            return question(self._conn, *args, **kwargs)

    @_reads
    def _texts_wait(self) -> bool:
        return fulltext.count_waiting(self._conn) > 0

    @_writes
    def _index_waiting(self) -> None:
        fulltext.index_waiting(self._conn)

    def index_new_texts(self) -> None:
        """Make every text searchable now: those of the last second of a harvest, or of one that was killed.

        An archive that is open to read only asks another connection to: where none may write now, they go on waiting.
        """
        if not self._texts_wait():
            return
        if not self._readonly:
            self._index_waiting()
            return
        with suppress(ArchiveError), explaining(self.path), closing(connect(self.path, readonly=False)) as conn:
            conn.execute("PRAGMA busy_timeout = 0")
            with transaction(conn):
                fulltext.index_waiting(conn)

    @_reads
    def _search(self, words: str, *, limit: int, kind: str | None, marks: tuple[str, str]) -> list[search.Hit]:
        return search.search(self._conn, words, limit=limit, kind=kind, marks=marks)

    def search(
        self, words: str, *, limit: int = 20, kind: str | None = None, marks: tuple[str, str] = ("[", "]")
    ) -> list[search.Hit]:
        """The best documents for words, "phrases" and beginnings*, best first; accents and case do not count."""
        self.index_new_texts()
        return self._search(words, limit=limit, kind=kind, marks=marks)

    @_reads
    def status(self, *, limit: int = 20) -> status.Status:
        """What the archive holds, and what went wrong; at most `limit` failures, gone documents and runs."""
        return status.status(self._conn, self.path, limit=limit)

    @_reads
    def document(self, id_or_url: int | str) -> reading.StoredDocument | None:
        """One document with its posts, by documents.id or address."""
        return reading.document(self._conn, id_or_url)

    @_reads
    def find_document(self, names: Iterable[str]) -> int | None:
        """documents.id of the first name that is an id of the archive, an address or a tweet's id; None for none."""
        return evidence.find_document(self._conn, names)

    @_reads
    def evidence(self, document_id: int) -> evidence.Evidence | None:
        """One document, the requests that brought it, and all that was found in it with the rules that found it."""
        return evidence.evidence(self._conn, document_id)

    @_reads
    def parts(self, document_id: int) -> parts.Parts:
        """The links and media of one document."""
        return parts.parts(self._conn, document_id)

    @_reads
    def history(self, document_id: int) -> history.History | None:
        """What one document said at each time, and the answers that show it missing."""
        return history.history(self._conn, document_id)

    @_reads
    def topics(self) -> list[reading.TopicSummary]:
        """All topics with what is about them, those with most claims first."""
        return reading.topics(self._conn)

    @_reads
    def topic_documents(self, topic: str, *, limit: int | None = None) -> list[reading.TopicDocument]:
        """Documents about a topic, oldest first, undated last."""
        return reading.topic_documents(self._conn, topic, limit)

    @_reads
    def sights(self, snapshot: str) -> list[reading.Sight]:
        """Every request that brought the bytes of a snapshot (a sha256), oldest first."""
        return reading.sights(self._conn, snapshot)


def _document_id(task: MiningTask) -> int:
    return task.document_id


def _text_id(document: topics.DocumentText) -> int:
    return document.id


def _claim_id(claim: findings.ClaimText) -> int:
    return claim.id
