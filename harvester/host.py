"""The thread of one host: asks for one page after the other, and hands each answer to the run."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.fetch import StoppedError
from harvester.visit import Asked, Task, Visitor, reason_of

log = logging.getLogger(__name__)

SILENCES = 3  # requests in a row without any answer, after which a host is left to the next run


@dataclass(frozen=True, slots=True)
class Done:
    """One task of a host was asked for: `host.kept()` is owed once it is stored."""

    host: Host
    asked: Asked


@dataclass(frozen=True, slots=True)
class Idle:
    """A host's batch is over. `leave`: the host should not be asked again in this run; `unvisited` tasks remain."""

    host: Host
    leave: bool
    unvisited: int


Results = queue.SimpleQueue[Done | Idle | None]


class Host:
    """Asks for what it is given, in order, with at most `ahead` pages that are not stored: a kill loses no more."""

    def __init__(self, name: str, visitor: Visitor, results: Results, stopping: threading.Event, ahead: int) -> None:
        self.name = name
        self._visitor = visitor
        self._results = results
        self._stopping = stopping
        self._room = threading.Semaphore(ahead)
        self._batches: queue.SimpleQueue[Sequence[Task]] = queue.SimpleQueue()
        self._silences = 0
        self._thread = threading.Thread(target=self._work, name=f"host {name}", daemon=True)
        self._thread.start()

    def give(self, batch: Sequence[Task]) -> None:
        """More to do; an empty batch ends the thread."""
        self._batches.put(batch)

    def kept(self) -> None:
        """One outcome is stored: the thread may go on."""
        self._room.release()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _work(self) -> None:
        while batch := self._batches.get():
            visited, leave = self._ask_all(batch)
            self._results.put(Idle(self, leave=leave, unvisited=len(batch) - visited))

    def _ask_all(self, batch: Sequence[Task]) -> tuple[int, bool]:
        """Ask for each; how many were visited, and whether whatever is left on this host is for another run."""
        for visited, task in enumerate(batch):
            while not self._room.acquire(timeout=0.5):
                if self._stopping.is_set():
                    return visited, True
            try:
                asked = self._visitor.ask(task)
            except StoppedError:
                return visited, True
            self._results.put(Done(self, asked))
            if self._stopping.is_set() or self._has_enough(asked):
                return visited + 1, True
        return len(batch), False

    def _has_enough(self, asked: Asked) -> bool:
        self._silences = self._silences + 1 if asked.silent else 0
        enough = asked.host_closed or self._silences >= SILENCES
        if enough:
            log.warning("%s is left to the next run: %s", self.name, reason_of(asked.exchange.error))
        return enough
