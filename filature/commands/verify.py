"""`filature verify`: is the archive what it was, and is the web?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError, FilatureError, Status
from filature.output import counted, json_option, print_json, print_table, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.problem import Problem
    from filature.revisit import Found

CHECKED = {
    "requests": "request",
    "snapshots": "snapshot",
    "documents": "document",
    "versions": "earlier version",
    "posts": "post",
    "claims": "claim",
    "mentions": "mention",
    "quantities": "amount",
    "seals": "seal",
}


STATES = ("gone", "changed", "unreachable", "not asked", "unchanged")


class BrokenError(FilatureError):
    """The archive is not what it was when it was written."""

    status = Status.BROKEN


@click.command(short_help="Check the archive, or what has changed on the web.")
@click.option("--offline", is_flag=True, help="Check the archive itself, and ask no site.")
@click.option("--sample", type=click.IntRange(min=1), default=20, show_default=True, help="Ask for so many pages.")
@click.option("--seal", type=click.Path(path_type=Path), metavar="FILE", help="Check it against a manifest too.")
@click.option("--authority", type=click.Path(path_type=Path), metavar="PEM", help="Trust these for FILE.tsr.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Stop after so many faults.")
@json_option
@command_options
def verify(
    session: Session,
    offline: bool,
    sample: int,
    seal: Path | None,
    authority: Path | None,
    limit: int,
    as_json: bool,
) -> None:
    """Ask again for a sample of the pages, and say which are unchanged, changed, gone or unreachable. With --offline:
    check that the archive itself is what it was.

    The sample is taken by chance from the documents that have a page of their own and were online when last seen. They
    are asked for as a harvest asks, and what comes is kept as a harvest keeps it: a new text becomes a version, a page
    that vanished is marked gone, and the answer that shows it is evidence.

    --offline reads every snapshot, offset, reference and request. What was changed, added or removed is named, the
    first of it first, and the status is 6. A harvest may go on meanwhile. --seal FILE compares with a manifest that
    `filature seal` wrote, and with its timestamp if FILE.tsr is beside it; --authority names the certificates (PEM) of
    the authority that stamped it.

    \b
    Examples:
        filature verify --sample 50
        filature verify --offline
        filature verify --offline --seal ~/seals/2026-11.json --authority tsa.pem
    """
    if offline or seal:
        _verify_archive(session, seal, authority, limit, as_json)
    elif authority:
        raise CommandError("--authority is for the timestamp of a seal; name the seal with --seal")
    else:
        _verify_web(session, sample, as_json)


def _verify_web(session: Session, count: int, as_json: bool) -> None:
    found = ask_again(session, count)
    states: Counter[str] = Counter(one.state for one in found)
    if as_json:
        print_json([_found(one) for one in found])
    elif found:
        rows = ((one.state, one.page.last_seen_at[:10], one.page.url, one.why) for one in found)
        print_table(("state", "last seen", "document", "why"), rows)
        words = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
        session.say(f"{counted(len(found), 'page')}: {words}")
    else:
        session.say("no document here has a page of its own to ask for")
    if states["unreachable"] or states["not asked"]:
        click.get_current_context().exit(Status.SOME_FAILED)


def ask_again(session: Session, count: int) -> list[Found]:
    """Ask for so many pages again, recorded as a run; what came of each, the worst first."""
    from filature.revisit import Sample, revisit
    from filature.wiring import recorded

    with (
        Sample.open(session.archive, create=False) as sample,
        recorded(sample, "verify") as run,
        progress(session, "verify", count) as step,
    ):
        sample.choose(count)
        found = revisit(sample, session.config.harvest, run, lambda target, counts: step(target.url))
    if run.status == "interrupted":
        raise KeyboardInterrupt
    return sorted(found, key=lambda one: STATES.index(one.state))


def _found(one: Found) -> dict[str, object]:
    page = one.page
    return {
        "document": page.document_id, "url": page.url, "asked": page.target.url, "title": page.title,
        "last_seen_at": page.last_seen_at, "state": one.state, "why": one.why,
    }  # fmt: skip


def _verify_archive(session: Session, seal: Path | None, authority: Path | None, limit: int, as_json: bool) -> None:
    tally: Counter[str] = Counter()
    stamp = _read_stamp(seal, authority) if seal else None
    found = []
    for problem in _problems(session, tally, seal):
        found.append(problem)
        if not as_json:
            click.echo(str(problem))
        if len(found) == limit:
            break
    if as_json:
        print_json({"problems": [_as_dict(problem) for problem in found], "checked": dict(tally), "stamp": stamp})
    if found:
        more = f" (stopped after {limit})" if len(found) == limit else ""
        raise BrokenError(f"{session.archive}: {counted(len(found), 'fault')}{more}; the first: {found[0]}")
    if not as_json:
        session.say(f"nothing is wrong: {told(tally)}")
        if stamp:
            session.say(stamp)


def check_or_stop(session: Session) -> None:
    """Check the archive; BrokenError names the first thing that is wrong."""
    first = next(_problems(session, Counter(), None), None)
    if first is not None:
        raise BrokenError(f"{session.archive}: {first}; `filature verify --offline` lists what is wrong")


def told(tally: Counter[str]) -> str:
    """`12 requests, 11 snapshots (1.2 MB)...`: what was looked at."""
    words = [counted(tally[key], noun) for key, noun in CHECKED.items() if tally[key]]
    return f"{', '.join(words) or 'nothing kept yet'}; {tally['bytes'] / 1e6:.1f} MB of answers"


def _problems(session: Session, tally: Counter[str], seal: Path | None) -> Iterator[Problem]:
    from db import care

    if seal is not None:
        yield from care.seal_problems(session.archive, _read(seal).decode("utf-8", "replace"), seal.name)
    with progress(session, "verify"):
        yield from care.problems(session.archive, tally)


def _read_stamp(seal: Path, authority: Path | None) -> str | None:
    """What the timestamp beside a manifest says; None where there is none."""
    from harvester.stamps import StampError, read_stamp

    path = seal.with_name(f"{seal.name}.tsr")
    if not path.exists():
        if authority is not None:
            raise CommandError(
                f"{path}: no timestamp here; leave out --authority, or put the .tsr file beside the seal"
            )
        return None
    try:
        stamp = read_stamp(_read(path), _read(seal), str(path), _read(authority) if authority else None)
    except StampError as error:
        raise BrokenError(str(error)) from error
    trust = "signed by an authority you trust" if stamp.checked else "its signature unchecked: give --authority PEM"
    return f"{seal.name}: stamped at {stamp.at}, {trust}"


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _as_dict(problem: Problem) -> dict[str, str]:
    return {"table": problem.table, "row": problem.row, "what": problem.what}
