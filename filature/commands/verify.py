"""`filature verify`: is the archive what it was, and is the web?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError, FilatureError, Status
from filature.output import counted, json_option, print_json, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.problem import Problem

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


class BrokenError(FilatureError):
    """The archive is not what it was when it was written."""

    status = Status.BROKEN


@click.command(short_help="Check the archive, or what has changed on the web.")
@click.option("--offline", is_flag=True, help="Check the archive itself, and ask no site.")
@click.option("--seal", type=click.Path(path_type=Path), metavar="FILE", help="Check it against a manifest too.")
@click.option("--authority", type=click.Path(path_type=Path), metavar="PEM", help="Trust these for FILE.tsr.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Stop after so many faults.")
@json_option
@command_options
def verify(
    session: Session, offline: bool, seal: Path | None, authority: Path | None, limit: int, as_json: bool
) -> None:
    """Check that every snapshot, offset, reference and request of the archive is what it was when it was written.

    What was changed, added or removed is named, the first of it first, and the status is 6. A harvest may go on
    meanwhile. --seal FILE compares with a manifest that `filature seal` wrote, and with its timestamp if FILE.tsr is
    beside it; --authority names the certificates (PEM) of the authority that stamped it.

    \b
    Examples:
        filature verify --offline
        filature verify --offline --seal ~/seals/2026-11.json --authority tsa.pem
    """
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
