"""`filature mine`: find names, amounts, claims and checks in documents that were not mined yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from filature.output import counted, json_option, print_json, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.records import Findings, MiningTask

BATCH = 20  # documents a transaction: what an interruption may lose
FEW = 150  # documents that one process mines before a second one has loaded the model


@click.command(short_help="Find names, amounts, claims and topics.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many documents.")
@json_option
@command_options
def mine(session: Session, limit: int | None, as_json: bool) -> None:
    """Find names, amounts, claims and checks in documents not mined yet, and sort them by topic.

    A document is mined once a version. Changed topics or lexicons mine every document again.

    \b
    Example:
        filature mine --limit 50
    """
    counts = run_mine(session, limit)
    if as_json:
        print_json(counts)
    else:
        session.say(report_line(counts))


def run_mine(session: Session, limit: int | None = None) -> dict[str, int]:
    """Mine what waits, a few documents a transaction; what was found, counted."""
    from db.archive import Archive
    from filature.wiring import mining_settings, recorded
    from nlp.settings import pipeline_name

    settings = mining_settings(session.config)
    pipeline = pipeline_name(settings)
    with Archive.open(session.archive) as archive, recorded(archive, "mine") as run:
        archive.save_topics(settings.topics)
        waiting = archive.count_to_mine(pipeline)
        total = waiting if limit is None else min(waiting, limit)
        run.counts = dict.fromkeys(("documents", "claims", "check_worthy", "mentions", "quantities", "checks"), 0)
        run.counts["left"] = waiting - total
        if not total:  # loading the model takes seconds
            return run.counts
        from nlp.pool import mine_tasks

        with progress(session, "mine", total) as step:
            processes = 1 if total <= FEW else settings.processes
            found = mine_tasks(archive.documents_to_mine(pipeline, limit), settings, processes)
            for batch in _batches(_stepping(found, step)):
                archive.save_many_findings(batch, pipeline, _now())
                _add(run.counts, batch)
        _group(archive)
    return run.counts


def report_line(counts: dict[str, int]) -> str:
    """`12 documents: 80 claims, 31 worth checking; 44 names, 30 amounts, 6 sums recomputed`."""
    if not counts["documents"]:
        return "nothing new to mine"
    found = (
        f"{counted(counts['claims'], 'claim')}, {counts['check_worthy']} worth checking; "
        f"{counted(counts['mentions'], 'name')}, {counted(counts['quantities'], 'amount')}, "
        f"{counted(counts['checks'], 'sum')} recomputed"
    )
    left = f"; {counts['left']} left" if counts["left"] else ""
    return f"{counted(counts['documents'], 'document')} mined: {found}{left}"


def _stepping(
    found: Iterable[tuple[MiningTask, Findings]], step: Callable[[str], object]
) -> Iterator[tuple[MiningTask, Findings]]:
    for task, findings in found:
        step(f"document {task.document_id}")
        yield task, findings


def _batches(found: Iterator[tuple[MiningTask, Findings]]) -> Iterator[list[tuple[MiningTask, Findings]]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _add(counts: dict[str, int], batch: Iterable[tuple[MiningTask, Findings]]) -> None:
    for _, findings in batch:
        counts["documents"] += 1
        counts["claims"] += len(findings.claims)
        counts["check_worthy"] += sum(claim.check_worthy for claim in findings.claims)
        counts["mentions"] += len(findings.mentions)
        counts["quantities"] += len(findings.quantities)
        counts["checks"] += len(findings.checks)


def _group(archive: Archive) -> None:
    from nlp.sameclaim import group_claims

    claims = list(archive.claims_for_grouping())
    groups = group_claims([claim.text for claim in claims])
    archive.save_claim_groups({claim.id: group for claim, group in zip(claims, groups, strict=True)})


def _now() -> str:
    from db.clock import now

    return now()
