"""What is missing, asked of the Wayback Machine and kept: from the archive's questions to its answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from db.archive import Archive
from db.records import Document, Fetch, Lead, Stored
from db.recoveries import (
    OPEN,
    Asked,
    Found,
    Missing,
    Question,
    captures_tried,
    known,
    last_asked,
    missing,
    source_of,
    store_recovery,
)
from filature.config import Config
from filature.errors import CommandError
from filature.lookup import names
from filature.wiring import harvest_settings
from harvester.addresses import recognise, thread_url, unarchived
from harvester.fetch import REDIRECTS, Client
from harvester.schedule import timestamp
from harvester.sites import READERS
from harvester.sites.threadreader_listing import AUTHOR
from harvester.wayback.addresses import capture_in
from harvester.wayback.client import Wayback, wayback_settings
from harvester.wayback.errors import BusyError, WaybackError
from harvester.wayback.recover import Recovery, Wanted, recover

# A listing of some day leads to pages of that day; it is no document.
KINDS = frozenset(reader.kind for reader in READERS if not reader.listing and not reader.reads_failures)
# So many addresses in a row without an answer: it is down.
DOWN = 3
_STATUS = re.compile(r"(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/\d", re.I)


@dataclass(frozen=True, slots=True)
class Planned:
    """An address to ask for, and when it was last asked to the end."""

    missing: Missing
    asked: Asked | None
    due: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one address, and what that changed in the archive."""

    missing: Missing
    recovery: Recovery
    stored: Stored


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of asking for a capture: its address, or why there is none. `stop`: nothing more may be asked."""

    url: str
    capture: str | None
    why: str = ""
    stop: bool = False


def plan(archive: Archive, typed: Sequence[str], again_days: int, *, again: bool) -> list[Planned]:
    """What to ask for: what somebody typed, else all that is missing. Raises CommandError for what is no page."""
    since = timestamp(datetime.now(UTC) - timedelta(days=again_days))
    wanted = [asked_for(archive, one) for one in typed] if typed else archive.read(missing, KINDS, AUTHOR.kind)
    return [_planned(archive, one, since, again=again) for one in dict.fromkeys(wanted)]


def _planned(archive: Archive, one: Missing, since: str, *, again: bool) -> Planned:
    asked = archive.read(last_asked, one.url)
    return Planned(one, asked, due=again or asked is None or asked.at < since)


def asked_for(archive: Archive, typed: str) -> Missing:
    """What somebody means: a document of the archive, or the address of a page, a thread, a tweet."""
    if (document_id := archive.find_document(names(typed))) is not None:
        return archive.read(known, document_id)
    lead = recognise(unarchived(typed.strip()), READERS)
    url, kind = (lead.url, lead.kind) if lead else ("", "")
    if kind == "ping":
        url, kind = thread_url(url.rpartition("/")[2].removesuffix(".json")), "thread"
    if kind not in KINDS and kind != AUTHOR.kind:
        raise CommandError(f"{typed}: no page that can be recovered; give a thread, a tweet, an author, an article")
    if archive.is_forgotten(url):
        raise CommandError(f"{typed}: it was removed from {archive.path} for good")
    told = _STATUS.search(typed)
    return Missing(url, kind, None, None, None, "asked for", told[1] if told else None)


def recover_all(
    archive: Archive, run_id: int, wanted: Iterable[Missing], config: Config, step: Callable[[str], object]
) -> Iterator[Result]:
    """Ask for each address in turn, and store what came before the next; ends early when nothing more may be asked."""
    failed = 0
    with Client(wayback_settings(harvest_settings(config.harvest), config.wayback.pause_seconds)) as client:
        for one in wanted:
            wanted_page = Wanted(url=one.url, kind=one.kind, handle=one.handle, after=one.after, before=one.before)
            recovery = Recovery(wanted=wanted_page)
            recover(Wayback(client, recovery.requests.append), recovery, archive.read(captures_tried, one.url))
            step(one.url)
            stored = _store(archive, run_id, recovery)
            _let_go_of_bytes(recovery)
            yield Result(one, recovery, stored)
            failed = failed + 1 if recovery.state == "failed" else 0
            if recovery.state == "stopped" or failed == DOWN:
                return


def _let_go_of_bytes(recovery: Recovery) -> None:
    """Pages are in the archive now: a run of days would fill the memory with them."""
    recovery.requests = [replace(fetch, body=None) for fetch in recovery.requests]
    if recovery.memento is not None:
        recovery.memento = replace(recovery.memento, fetch=replace(recovery.memento.fetch, body=None))


def save_all(
    archive: Archive, run_id: int, wanted: Iterable[Missing], config: Config, step: Callable[[str], object]
) -> Iterator[Saved]:
    """Ask for a capture of each page, made now; ends early when nothing more may be asked."""
    settings = wayback_settings(harvest_settings(config.harvest), config.wayback.pause_seconds, saving=True)
    with Client(settings) as client:
        for one in wanted:
            requests: list[Fetch] = []
            saved = _save(Wayback(client, requests.append), one.url)
            outcome = "saved" if saved.capture else "stopped" if saved.stop else "failed"
            _keep(archive, run_id, one.url, [(fetch, outcome) for fetch in requests])
            step(one.url)
            yield saved
            if saved.stop:
                return


def _save(wayback: Wayback, url: str) -> Saved:
    try:
        return Saved(url, wayback.save(url))
    except WaybackError as error:
        return Saved(url, None, str(error), stop=isinstance(error, BusyError))


def _store(archive: Archive, run_id: int, recovery: Recovery) -> Stored:
    memento, url = recovery.memento, recovery.wanted.url
    requests = [(fetch, _outcome(recovery, fetch)) for fetch in recovery.requests]
    if recovery.threads:
        with archive.together():
            leads = [Lead(url=thread, kind="thread") for thread in recovery.threads]
            added = archive.add_targets(leads, source=archive.read(source_of, url), discovered_from=url)
            return replace(_keep(archive, run_id, url, requests), targets_added=added)
    if memento is None:
        return _keep(archive, run_id, url, requests)
    found = Found(memento.address, memento.captured_at, replace(memento.fetch, url=url))
    return _keep(archive, run_id, url, requests, found, recovery.documents)


def _outcome(recovery: Recovery, fetch: Fetch) -> str:
    reason = dict(recovery.refused).get(fetch.url)
    if reason is not None:
        return reason
    return "led elsewhere" if fetch.status in REDIRECTS and recovery.state not in OPEN else recovery.state


def _keep(
    archive: Archive,
    run_id: int,
    url: str,
    requests: Iterable[tuple[Fetch, str]],
    found: Found | None = None,
    documents: Sequence[Document] = (),
) -> Stored:
    """Keep requests with what came of them, in one transaction with what was found."""
    questions = []
    with archive.together():
        for fetch, outcome in requests:
            if fetch.url.endswith("/robots.txt"):
                archive.save_fetch(run_id, fetch)
            else:
                questions.append(_question(fetch, outcome))
        return archive.read(store_recovery, run_id, url, questions, found, documents)


def _question(fetch: Fetch, outcome: str) -> Question:
    if "/cdx/search/" in fetch.url:
        return Question(fetch, "search", outcome)
    if capture_in(fetch.url) is not None:
        return Question(fetch, "capture", outcome, capture=fetch.url)
    return Question(fetch, "save", outcome)
