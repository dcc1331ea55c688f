"""A harvest: due targets, one thread a host, hosts side by side; the archive is touched by the run's thread alone."""

from __future__ import annotations

import logging
import queue
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from types import FrameType

from db.records import Stored, Target
from harvester.addresses import host_of
from harvester.fetch import Client
from harvester.host import Done, Host, Idle, Results
from harvester.model import Reader
from harvester.schedule import timestamp
from harvester.store import Store
from harvester.visit import Outcome, Task, Visitor, reason_of

log = logging.getLogger(__name__)

HOSTS = 16  # side by side
TOGETHER = 8  # pages stored in one transaction, when so many are there
BATCH = 100  # targets handed to a host's thread at once
GOODBYE_SECONDS = 5.0  # given to pages in flight when a run is stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestCounts:
    """What a run did. `pages` are targets visited; new, changed, unchanged count documents."""

    pages: int = 0
    requests: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_modified: int = 0
    gone: int = 0
    failed: int = 0
    refused: int = 0
    targets_added: int = 0
    interrupted: bool = False

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


Progress = Callable[[Target, HarvestCounts], None]


def utc_now() -> datetime:
    return datetime.now(UTC)


def harvest(
    store: Store,
    readers: Sequence[Reader],
    client: Client,
    *,
    run_id: int,
    sources: Collection[str] | None = None,
    limit: int | None = None,
    now: Callable[[], datetime] = utc_now,
    progress: Progress | None = None,
) -> HarvestCounts:
    """Visit every due target once, and what is found on the way; return what that changed.

    `sources` restricts it to targets of these sources, `limit` to so many targets. Called from the main thread, it
    stops cleanly at SIGINT and SIGTERM: what was stored stays, and the counts say `interrupted`.
    """
    run = _Run(
        store=store,
        visitor=Visitor(client, readers, now, store.pack),
        client=client,
        run_id=run_id,
        sources=sources,
        left=limit,
        started=timestamp(now()),
        progress=progress,
    )
    with _stopping_at_signals(run.interrupt):
        return run.run()


def plan(
    store: Store, *, sources: Collection[str] | None = None, limit: int | None = None, now: datetime | None = None
) -> Iterator[Target]:
    """What a harvest would ask for first, host by host, without asking: what it finds on the way is unknown."""
    at = timestamp(now)
    left = limit
    for host in store.due_hosts(at, sources):
        for target in store.due_targets(host, at, sources, limit=1_000_000_000 if left is None else left):
            if left is not None:
                if left == 0:
                    return
                left -= 1
            yield target


@dataclass(kw_only=True)
class _Run:
    store: Store
    visitor: Visitor
    client: Client
    run_id: int
    sources: Collection[str] | None
    left: int | None
    started: str
    progress: Progress | None
    counts: Counter[str] = field(default_factory=Counter)
    # Hashes: addresses of a long run would take most of its memory. Two of one hash leave a page to the next run.
    taken: set[int] = field(default_factory=set)
    robots_seen: set[str] = field(default_factory=set)
    hosts: dict[str, Host] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    look_for_hosts: bool = True
    results: Results = field(default_factory=queue.SimpleQueue)
    stopping: threading.Event = field(default_factory=threading.Event)

    def interrupt(self) -> None:
        """Stop after the pages in flight. Safe in a signal handler: SimpleQueue.put is reentrant."""
        self.stopping.set()
        self.results.put(None)

    def run(self) -> HarvestCounts:
        try:
            self.visit_all()
        except KeyboardInterrupt:
            self.stopping.set()
        finally:
            self.end_threads()
        self.keep_what_was_read()
        return self.counted()

    def counted(self) -> HarvestCounts:
        return HarvestCounts(**self.counts, interrupted=self.stopping.is_set())

    def visit_all(self) -> None:
        self.start_hosts()
        while self.hosts and not self.stopping.is_set():
            results = self.next_results()
            self.keep([result for result in results if isinstance(result, Done)])
            for result in results:
                if isinstance(result, Idle):
                    self.refill(result)
            self.start_hosts()

    def next_results(self) -> list[Done | Idle | None]:
        """What the hosts have to say: at least one thing, and what else is there already."""
        results = [self.results.get()]
        while len(results) < TOGETHER and not self.results.empty():
            results.append(self.results.get())
        return results

    def end_threads(self) -> None:
        """Only a run that was interrupted, or failed, has threads left."""
        if not self.hosts:
            return
        self.stopping.set()
        self.client.stop()
        until = time.monotonic() + GOODBYE_SECONDS
        for host in self.hosts.values():
            host.give(())
        for host in self.hosts.values():
            host.join(max(0.0, until - time.monotonic()))

    def keep_what_was_read(self) -> None:
        while not self.results.empty():
            self.keep([result for result in self.next_results() if isinstance(result, Done)])

    # --- handing out ------------------------------------------------------------------------------------------

    def start_hosts(self) -> None:
        if not self.look_for_hosts or len(self.hosts) >= HOSTS:
            return
        self.look_for_hosts = False
        for name in self.store.due_hosts(self.started, self.sources):
            if len(self.hosts) >= HOSTS:
                self.look_for_hosts = True
                return
            if name not in self.hosts and name not in self.closed and (batch := self.batch(name)):
                self.hosts[name] = Host(name, self.visitor, self.results, self.stopping, self.ahead())
                self.hosts[name].give(batch)

    def ahead(self) -> int:
        """The page in flight alone, whose pause is time to store the one before; four where hosts need no pause."""
        return 1 if self.client.settings.pause_seconds else 4

    def refill(self, idle: Idle) -> None:
        name = idle.host.name
        if idle.leave:
            self.closed.add(name)
        if self.left is not None:
            self.left += idle.unvisited
        batch = [] if idle.leave else self.batch(name)
        idle.host.give(batch)
        if not batch:
            del self.hosts[name]
            self.look_for_hosts = True

    def batch(self, host: str) -> list[Task]:
        targets = self.fresh_targets(host)
        if self.left is not None:
            targets = targets[: self.left]
            self.left -= len(targets)
        self.taken.update(hash(target.url) for target in targets)
        return [self.task(target) for target in targets]

    def fresh_targets(self, host: str) -> list[Target]:
        """Due targets not visited in this run; those visited may be due again, and stand before the others."""
        size = BATCH
        while True:
            due = self.store.due_targets(host, self.started, self.sources, limit=size)
            fresh = [target for target in due if hash(target.url) not in self.taken][:BATCH]
            if fresh or len(due) < size:
                return fresh
            size *= 2

    def task(self, target: Target) -> Task:
        self.remember_robots(self.client.robots_address(target.url))
        # A page that could not be read must come whole: "not modified" would hide it from a better reader for ever.
        # Not told by its attempts, which an address that is added once more has none of.
        validators = self.store.validators(target.url) if target.last_error is None else None
        return Task(target=target, validators=validators)

    def remember_robots(self, address: str) -> None:
        if address in self.robots_seen:
            return
        self.robots_seen.add(address)
        validators = self.store.validators(address)
        body = self.store.snapshot_of(address) if validators else None
        if validators and body is not None:
            self.client.remember_robots(address, validators, body)

    # --- taking in --------------------------------------------------------------------------------------------

    def keep(self, done: Sequence[Done]) -> None:
        """Read what came, and store it at one stroke."""
        outcomes = [self.visitor.read(one.asked) for one in done]
        with self.store.together():
            stored = [self.save(outcome) for outcome in outcomes]
        for one, outcome, changes in zip(done, outcomes, stored, strict=True):
            one.host.kept()
            self.count(outcome, changes)
            if outcome.error is not None:
                log.warning("%s", outcome.error)
            if self.progress:
                self.progress(outcome.visit.target, self.counted())

    def save(self, outcome: Outcome) -> Stored:
        for fetch in outcome.aside:
            self.store.save_fetch(self.run_id, fetch)
        visit = outcome.visit
        if outcome.not_modified:
            visit = self.visitor.reschedule(outcome, self.store.snapshot_of(visit.target.url))
        # A listing whose pages lead round in a circle is read once.
        visit = replace(visit, more=tuple(lead for lead in visit.more if hash(lead.url) not in self.taken))
        stored = self.store.save_visit(self.run_id, visit)
        if stored.targets_added and any(self.is_new_host(host_of(lead.url)) for lead in visit.leads):
            self.look_for_hosts = True
        self.note_source(outcome)
        return stored

    def is_new_host(self, name: str) -> bool:
        # A host that is left alone may be led to by every page: looking through the whole queue would be for nothing.
        return name not in self.hosts and name not in self.closed

    def note_source(self, outcome: Outcome) -> None:
        target = outcome.task.target
        if target.source is None or target.discovered_from is not None:
            return
        error = reason_of(outcome.error) if outcome.error else None
        fetches = outcome.visit.fetches
        at = fetches[-1].fetched_at if fetches else timestamp()
        self.store.note_source(target.source, checked_at=at, error=error)

    def count(self, outcome: Outcome, stored: Stored) -> None:
        visit = outcome.visit
        self.counts.update(
            pages=1,
            requests=len(visit.fetches) + len(outcome.aside),
            new=stored.new,
            changed=stored.changed,
            unchanged=0 if outcome.not_modified else stored.unchanged,
            not_modified=outcome.not_modified,
            targets_added=stored.targets_added,
        )
        state = visit.target.state
        if state == "gone" and not stored.gone and outcome.task.target.state != "gone":
            state = "failed"  # a page nobody has seen has not vanished: its address is wrong
        if state in ("gone", "failed", "refused"):
            self.counts[state] += 1
        elif stored.gone:
            self.counts["gone"] += 1


@contextmanager
def _stopping_at_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first SIGINT or SIGTERM; a second one has its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: FrameType | None) -> None:
        log.warning("stopping: pages in flight are finished, what was stored stays")
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        restore()
