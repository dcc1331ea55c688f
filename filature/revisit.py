"""Asking again for pages that are known: a harvest that sees the chosen ones alone, and tells what came of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from db.archive import Archive
from db.records import Stored, Target, Visit
from db.sampling import Page, pages_to_revisit
from filature.config import Harvest
from filature.wiring import Run, harvest_settings
from harvester.addresses import host_of
from harvester.fetch import Client
from harvester.run import Progress, harvest
from harvester.sites import READERS

State = Literal["unchanged", "changed", "gone", "unreachable", "not asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of one page. `why` says what went wrong, where something did."""

    page: Page
    state: State
    why: str = ""


class Sample(Archive):
    """An archive whose queue holds a few pages alone. What comes of them is kept as any harvest keeps it."""

    pages: Sequence[Page] = ()
    came: dict[str, tuple[Target, Stored]]

    def choose(self, count: int) -> None:
        """Take so many pages by chance."""
        self.pages = pages_to_revisit(self._conn, count)
        self.came = {}

    def due_hosts(self, now: str, sources: Collection[str] | None = None) -> list[str]:
        """The hosts of the chosen pages."""
        return sorted({host_of(page.target.url) for page in self.pages})

    def due_targets(
        self, host: str, now: str, sources: Collection[str] | None = None, *, limit: int = 100
    ) -> Sequence[Target]:
        """The chosen pages of a host, due or not."""
        return [page.target for page in self.pages if host_of(page.target.url) == host][:limit]

    def save_visit(self, run_id: int, visit: Visit) -> Stored:
        """Keep all that came of one page, and note it."""
        stored = super().save_visit(run_id, visit)
        self.came[visit.target.url] = (visit.target, stored)
        return stored


def revisit(sample: Sample, settings: Harvest, run: Run, progress: Progress) -> list[Found]:
    """Ask for the chosen pages, politely; what came of each, in their order."""
    with Client(harvest_settings(settings)) as client:
        counts = harvest(sample, READERS, client, run_id=run.id, progress=progress)
    run.counts = counts.as_dict()
    run.status = "interrupted" if counts.interrupted else "some failed" if counts.failed else "ok"
    return [_found(page, sample.came.get(page.target.url)) for page in sample.pages]


def _found(page: Page, came: tuple[Target, Stored] | None) -> Found:
    if came is None:
        return Found(page=page, state="not asked", why="its host did not answer, or the run was interrupted")
    target, stored = came
    if target.state == "gone" or stored.gone:
        return Found(page=page, state="gone", why=target.last_error or "its page shows something else now")
    if target.state in ("failed", "refused"):
        return Found(page=page, state="unreachable", why=target.last_error or "")
    if stored.changed:
        return Found(page=page, state="changed")
    if stored.unchanged:
        return Found(page=page, state="unchanged")
    return Found(page=page, state="changed", why="its page shows something else now")
