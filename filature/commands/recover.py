"""`filature recover`: what is gone or was never seen, from the Wayback Machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from filature.errors import CommandError, Status
from filature.output import counted, json_option, print_json, print_table, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from filature.recovery import Planned, Result, Saved

STATES = ("recovered", "listed", "no capture", "nothing newer", "unreadable", "excluded", "failed", "stopped")


@click.command(short_help="Get what is gone or was never seen from the Wayback Machine.")
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many addresses.")
@click.option("--dry-run", is_flag=True, help="List what would be asked, and ask nothing.")
@click.option("--again", is_flag=True, help="Ask also for what was asked lately.")
@click.option("--save", is_flag=True, help="Have the Wayback Machine capture each PAGE now, instead.")
@json_option
@command_options
def recover(
    session: Session,
    pages: tuple[str, ...],
    limit: int | None,
    dry_run: bool,
    again: bool,
    save: bool,
    as_json: bool,
) -> None:
    """Ask the Wayback Machine for what this archive lacks: documents that are gone, addresses that could never be
    read, lists that are closed, threads of known authors that only cards show. Or for each PAGE: an address, a tweet,
    a document's number; or an @author, whose list gives threads to the queue, for their own site to be asked first.

    The newest capture that can be read is taken, and kept as what it is: a copy of that day. It never replaces a newer
    text: an older one becomes an earlier version. `filature show` says which capture a text was recovered from. What
    was asked is not asked again for [wayback] again_days; when the Wayback Machine asks to be left alone the run
    stops, and the next one goes on.

    --save sends the address of each PAGE to the Internet Archive, for it to be captured and shown to everybody. Nothing
    is ever sent otherwise but the addresses that are looked up.

    \b
    Examples:
        filature recover --dry-run
        filature recover
        filature recover https://threadreaderapp.com/thread/1388556666777751552.html
        filature recover --save https://blogs.mediapart.fr/someone/blog/040521/a-post
    """
    if save and not pages:
        raise CommandError("--save needs the pages to capture: filature recover --save ADDRESS")
    planned = _plan(session, pages, again=again or save, dry_run=dry_run)
    due = [one for one in planned if one.due][:limit]
    if dry_run:
        _show_plan(due, len([one for one in planned if not one.due]), as_json)
        return
    if not due:
        _nothing_to_ask(session, planned, as_json)
        return
    if not session.config.harvest.contact:
        session.note("[harvest] contact is not set: tell the Internet Archive where it can reach you")
    if save:
        _show_saved(session, save_pages(session, due), as_json)
    else:
        _show_results(session, recover_pages(session, due), len(due), as_json)


def recover_pages(session: Session, due: Sequence[Planned]) -> list[Result]:
    """Ask for each of these, recorded as a run; what came of those that were asked."""
    from db.archive import Archive
    from filature.recovery import recover_all
    from filature.wiring import recorded

    results: list[Result] = []
    with (
        Archive.open(session.archive) as archive,
        recorded(archive, "recover") as run,
        progress(session, "recover", len(due)) as step,
    ):
        for result in recover_all(archive, run.id, [one.missing for one in due], session.config, step):
            results.append(result)
            run.counts = _counts(results)
        run.status = "some failed" if run.counts["failed"] + run.counts["stopped"] else "ok"
    return results


def save_pages(session: Session, due: Sequence[Planned]) -> list[Saved]:
    """Have each of these captured, recorded as a run; what came of those that were asked."""
    from db.archive import Archive
    from filature.recovery import save_all
    from filature.wiring import recorded

    with (
        Archive.open(session.archive) as archive,
        recorded(archive, "recover") as run,
        progress(session, "save", len(due)) as step,
    ):
        saved = list(save_all(archive, run.id, [one.missing for one in due], session.config, step))
        run.counts = {"saved": sum(one.capture is not None for one in saved)}
        run.status = "ok" if run.counts["saved"] == len(due) else "some failed"
    return saved


def _plan(session: Session, pages: Sequence[str], *, again: bool, dry_run: bool) -> list[Planned]:
    from db.archive import Archive
    from filature.recovery import plan

    if not session.archive.exists() and (dry_run or not pages):
        return []  # nothing is missing where nothing is, and looking makes no archive
    with Archive.open(session.archive, readonly=dry_run) as archive:
        return plan(archive, pages, session.config.wayback.again_days, again=again)


def _unread_count(session: Session) -> int:
    from db.archive import Archive

    if not session.archive.exists():
        return 0
    with Archive.open(session.archive, readonly=True) as archive:
        return archive.status(limit=0).failed_count


def _counts(results: Sequence[Result]) -> dict[str, int]:
    states: Counter[str] = Counter(result.recovery.state for result in results)
    counts = {state.replace(" ", "_"): states[state] for state in STATES}
    counts["requests"] = sum(
        len(result.recovery.requests) + (result.recovery.memento is not None) for result in results
    )
    for name in ("new", "changed", "unchanged"):
        counts[name] = sum(getattr(result.stored, name) for result in results)
    return counts


# --- What is shown ------------------------------------------------------------------------------------------


def _show_plan(due: Sequence[Planned], lately: int, as_json: bool) -> None:
    if as_json:
        print_json([_planned_json(one) for one in due])
        return
    if due:
        rows = ((one.missing.reason, one.missing.url, _shortened(one.missing.words), _asked(one)) for one in due)
        print_table(("why", "address", "what is known", "last asked"), rows)
    aside = f"; {lately} asked lately" if lately else ""
    click.echo(f"{counted(len(due), 'address')} to ask the Wayback Machine for{aside}")


def _nothing_to_ask(session: Session, planned: Sequence[Planned], as_json: bool) -> None:
    if as_json:
        print_json([])
    elif planned:
        for one in planned[:20]:
            session.say(f"{one.missing.url}: asked {_asked(one)}")
        session.say(f"{counted(len(planned), 'address')} asked lately; --again asks once more")
    else:
        unread = _unread_count(session)
        aside = f"; {counted(unread, 'address')} could not be read: `filature status`" if unread else ""
        session.say(f"nothing to ask the Wayback Machine for{aside}")


def _show_results(session: Session, results: Sequence[Result], due: int, as_json: bool) -> None:
    if as_json:
        print_json([_result_json(result) for result in results])
    elif not session.quiet:
        print_table(
            ("state", "capture of", "address", "what came"),
            ((r.recovery.state, _captured(r), r.missing.url, _came(r)) for r in results),
        )
        states: Counter[str] = Counter(result.recovery.state for result in results)
        words = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
        requests = _counts(results)["requests"]
        session.say(f"{counted(len(results), 'address')}: {words}; {counted(requests, 'request')}")
    left = due - len(results)
    last = results[-1].recovery if results else None
    if last and last.state == "stopped":
        click.echo(f"filature: stopped: {last.why}; {left + 1} left, run again later", err=True)
    elif last and left:
        click.echo(f"filature: the Wayback Machine does not answer; {left} left, run again later", err=True)
    if left or any(result.recovery.state in ("failed", "stopped") for result in results):
        click.get_current_context().exit(Status.SOME_FAILED)


def _show_saved(session: Session, saved: Sequence[Saved], as_json: bool) -> None:
    if as_json:
        print_json([{"url": one.url, "capture": one.capture, "why": one.why} for one in saved])
    else:
        for one in saved:
            if one.capture:
                session.say(f"saved: {one.capture}")
            else:
                click.echo(f"filature: not saved: {one.why}", err=True)
    if any(one.capture is None for one in saved):
        click.get_current_context().exit(Status.SOME_FAILED)


def _captured(result: Result) -> str:
    memento = result.recovery.memento
    return memento.captured_at[:10] if memento else ""


def _came(result: Result) -> str:
    stored, recovery = result.stored, result.recovery
    if recovery.state == "listed":
        return f"{counted(len(recovery.threads), 'thread')}, {stored.targets_added} of them for the next harvest"
    if recovery.state != "recovered":
        return recovery.why
    words = {"new": "a new document", "changed": "another version", "forgotten": "left out: removed for good"}
    came = ", ".join(words[name] for name in words if getattr(stored, name)) or "the text that is here"
    return f"{came}, {recovery.why}" if recovery.why else came


def _shortened(words: str | None) -> str:
    told = " ".join((words or "").split())
    return told if len(told) <= 60 else f"{told[:59]}…"


def _asked(one: Planned) -> str:
    return f"{one.asked.at[:10]}: {one.asked.outcome}" if one.asked else ""


def _planned_json(one: Planned) -> dict[str, Any]:
    return {
        "url": one.missing.url, "kind": one.missing.kind, "reason": one.missing.reason,
        "last_asked_at": one.asked.at if one.asked else None, "last_outcome": one.asked.outcome if one.asked else None,
    }  # fmt: skip


def _result_json(result: Result) -> dict[str, Any]:
    recovery = result.recovery
    memento = recovery.memento
    return {
        "url": result.missing.url, "reason": result.missing.reason, "state": recovery.state, "why": recovery.why,
        "captures": recovery.captures, "newest_capture": recovery.newest,
        "capture": memento.address if memento else None, "captured_at": memento.captured_at if memento else None,
        "documents": [document.url for document in recovery.documents],
        "threads": list(recovery.threads),
        "new": result.stored.new, "changed": result.stored.changed, "unchanged": result.stored.unchanged,
        "refused": [{"capture": capture, "why": why} for capture, why in recovery.refused],
    }  # fmt: skip
