"""`filature reparse`: read the answers that are kept again, with today's readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from filature.errors import CommandError
from filature.output import counted, json_option, print_json, print_table, progress, summary
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.records import Document
    from db.reparse import KeptAnswer, StoredReading
    from harvester.reparse import Difference

SHOWN = 50
WORDS = {"new": "read for the first time", "text": "with another text", "other": "with other titles, dates, links..."}


@dataclass(frozen=True, slots=True)
class Change:
    """What reading one answer again would change in a document; `before` is None for one that could not be read."""

    answer: int
    before: StoredReading | None
    after: Document
    differences: tuple[Difference, ...] = ()

    @property
    def sort(self) -> str:
        from harvester.reparse import says_else

        return "new" if self.before is None else "text" if says_else(self.differences) else "other"


@dataclass(slots=True)
class Plan:
    """What would change, by answer: numbers alone, but for `most` of the `differing` things, which are shown."""

    documents: dict[int, list[int]]
    counts: Counter[str]
    unread: list[tuple[str, str]]
    rows: list[tuple[str, str, str, str]]
    most: int | None = None
    differing: int = 0

    def note(self, change: Change) -> None:
        self.documents.setdefault(change.answer, []).extend([change.before.id] if change.before else [])
        self.counts[change.sort] += 1
        for row in _rows(change):
            self.differing += 1
            if self.most is None or len(self.rows) < self.most:
                self.rows.append(row)


@click.command(short_help="Read what is kept again, with today's readers.")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--source", metavar="NAME", help="Only the documents of this source.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@command_options
def reparse(
    session: Session, documents: tuple[str, ...], source: str | None, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Read the answers that are kept once more with the readers of this version of filature, show what would change
    in the documents, ask, then store it. No site is asked for anything.

    Of all documents, or of each DOCUMENT: its id in the archive, its address, or the id of a tweet. Pages that could
    not be read when they came are read too. A text that changes becomes an earlier version, marked as read again: the
    author changed nothing. A title, an author, a date, links or media stay where a new reading tells none.

    \b
    Examples:
        filature reparse --dry-run
        filature reparse --source bontemps
        filature reparse 12 --yes
    """
    from db.archive import Archive
    from db.people import sources
    from filature.lookup import document_named

    with Archive.open(session.archive, readonly=True) as archive:
        if source is not None:
            _refuse_unknown(source, archive.read(sources))
        ids = [document_named(archive, name) for name in documents] if documents else None
        plan = planned(session, archive, source, ids, most=None if as_json else SHOWN)
        if not dry_run:
            archive.index_new_texts()  # those of a reparse that was killed, which may leave nothing else to do
    if not dry_run:
        _name_killed_runs(session)
    if as_json and (dry_run or not yes):
        print_json(_as_dict(plan))
        return
    if not as_json:
        _show(session, plan)
    if dry_run or not plan.documents or not (yes or _agreed(session)):
        return
    done = run_reparse(session, plan)
    if as_json:
        print_json({**_as_dict(plan), "stored": dict(done)})
    else:
        session.say(f"stored: {summary(done, WORDS)}; `filature mine` reads the new texts")


def _name_killed_runs(session: Session) -> None:
    """Note the end of a run that was killed, where no other run follows it and the archive may be written to."""
    from db.archive import Archive
    from db.errors import ArchiveError

    with suppress(ArchiveError), Archive.open(session.archive) as archive, archive.hold("reparse"):
        pass


def _refuse_unknown(source: str, known: Sequence[str]) -> None:
    if source not in known:
        raise CommandError(f"no source {source!r} in the archive; sources: {', '.join(known) or 'none'}")


def planned(
    session: Session, archive: Archive, source: str | None, ids: Sequence[int] | None, *, most: int | None = None
) -> Plan:
    """What reading again would change, with `most` of the differences.

    Reads every answer of the documents asked for, one at a time.
    """
    from db.errors import explaining
    from db.reparse import answers_read, answers_unread

    plan = Plan({}, Counter(read=0), [], [], most)
    unread: Iterator[KeptAnswer] = iter(()) if ids is not None else archive.read(answers_unread, source)
    with explaining(archive.path), progress(session, "read again") as step:
        for answer in chain(archive.read(answers_read, source, ids), unread):
            step(answer.fetch.url)
            plan.counts["read"] += 1
            for change in changes(session, archive, answer, plan):
                plan.note(change)
    return plan


def changes(session: Session, archive: Archive, answer: KeptAnswer, plan: Plan | None = None) -> Iterator[Change]:
    """What reading an answer again changes; what can no longer be read is noted in `plan`."""
    from db.reparse import cleaned, knows
    from harvester.reparse import UnreadError, completed, differences, read_again

    mirrors = session.config.harvest.mirrors
    try:
        found = read_again(answer.fetch, answer.kind, mirrors, redirected=answer.redirected)
    except UnreadError as error:
        if plan is not None and answer.documents:
            plan.unread.append((answer.fetch.url, str(error)))
        return
    by_url = {document.url: document for document in found}
    for before in answer.documents:
        after = by_url.get(before.document.url)
        if after is None:
            if plan is not None:
                plan.unread.append((before.document.url, "no longer found in the answer it was read from"))
            continue
        after = completed(before.document, after)
        if differing := differences(before.document, cleaned(after)):
            yield Change(answer.id, before, after, differing)
    if not answer.documents:
        yield from (Change(answer.id, None, one) for one in found if not archive.read(knows, one.url))


def run_reparse(session: Session, plan: Plan) -> Counter[str]:
    """Store what `plan` found, an answer a transaction; how many documents of each sort were changed."""
    from db.archive import Archive
    from db.reparse import answer_of, store_again, store_first
    from filature.wiring import recorded

    done: Counter[str] = Counter()
    with (
        Archive.open(session.archive) as archive,
        recorded(archive, "reparse") as run,
        progress(session, "store", len(plan.documents)) as step,
    ):
        for fetch_id, ids in plan.documents.items():
            answer = archive.read(answer_of, fetch_id, ids)
            if answer is None:
                continue
            step(answer.fetch.url)
            with archive.together():
                first = []
                for change in changes(session, archive, answer):
                    if change.before is None:
                        first.append(change.after)
                    else:
                        text = change.sort == "text"
                        stored = archive.read(store_again, answer, change.before, change.after, says_else=text)
                        done[change.sort] += stored
                if first:
                    done["new"] += archive.read(store_first, answer, first)
            run.counts = dict(done)
    return done


def _rows(change: Change) -> Iterator[tuple[str, str, str, str]]:
    if change.before is None:
        yield change.after.url, "new", "", change.after.title or change.after.text[:60]
    for one in change.differences:
        yield change.after.url, one.what, one.before, one.after


def _show(session: Session, plan: Plan) -> None:
    if plan.rows and not session.quiet:
        print_table(("document", "what", "as it was read", "as it reads now"), plan.rows[:SHOWN])
        if plan.differing > SHOWN:
            session.say(f"and {plan.differing - SHOWN} more differences (--json has all)")
    for url, reason in plan.unread[:SHOWN]:
        session.say(f"left as it is: {url}: {reason}")
    if len(plan.unread) > SHOWN:
        session.say(f"and {len(plan.unread) - SHOWN} more left as they are")
    would = summary(plan.counts, WORDS) if plan.documents else "nothing would change"
    session.say(f"{counted(plan.counts['read'], 'answer')} read again: {would}")


def _agreed(session: Session) -> bool:
    try:
        return click.confirm("Store this?", default=False, err=True)
    except click.Abort:  # nobody is there to answer
        session.note("nothing stored: say --yes to store it")
        return False


def _as_dict(plan: Plan) -> dict[str, Any]:
    return {
        "read": plan.counts["read"],
        "would_change": {sort: plan.counts[sort] for sort in WORDS},
        "differences": [
            {"document": url, "what": what, "before": before, "after": after} for url, what, before, after in plan.rows
        ],
        "left": [{"document": url, "reason": reason} for url, reason in plan.unread],
    }
