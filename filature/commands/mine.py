"""`filature mine`: find names, amounts, claims and checks in documents that were not mined yet, and show them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import PIPED_WIDTH, counted, json_option, print_json, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.evidence import Evidence
    from db.records import Findings, MiningTask
    from nlp.settings import MiningSettings

BATCH = 20  # documents a transaction: what an interruption may lose
FEW = 150  # documents that one process mines before a second one has loaded the model


@click.command(short_help="Find names, amounts, claims and topics.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many documents.")
@click.option("--explain", "document", metavar="DOCUMENT", help="Show all found in one document, and by which rules.")
@json_option
@command_options
def mine(session: Session, limit: int | None, document: str | None, as_json: bool) -> None:
    """Find names, amounts, claims and checks in documents not mined yet, and sort them by topic.

    A document is mined once a version. Changed topics or lexicons mine every document again.

    With --explain, one document (its id in the archive, its address, or the id of a tweet) is mined if it waits, then
    shown sentence by sentence: what each asserts, its names, its amounts, its sums recomputed, and the rule of each.

    \b
    Examples:
        filature mine --limit 50
        filature mine --explain https://x.com/arnaudbontemps/status/1390012345678901234
    """
    if document is not None:
        if limit is not None:
            raise click.UsageError("--explain is about one document: leave out --limit")
        _explain(run_explain(session, document), as_json)
        return
    counts = run_mine(session, limit)
    if as_json:
        print_json(counts)
    else:
        session.say(report_line(counts))


def _explain(evidence: Evidence, as_json: bool) -> None:
    if as_json:
        print_json(asdict(evidence))
        return
    from rich.console import Console

    from filature.explain import show, width_for

    columns = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    console = Console(file=sys.stdout, width=columns, highlight=False, emoji=False)
    console.width = width_for(console.width)
    show(evidence, console)


def run_explain(session: Session, name: str) -> Evidence:
    """All that was found in a document, mined now if it waits. Raises CommandError when the archive lacks it."""
    from db.archive import Archive
    from filature.lookup import document_named
    from filature.wiring import mining_settings
    from nlp.settings import pipeline_name

    settings = mining_settings(session.config)
    pipeline = pipeline_name(settings)
    with Archive.open(session.archive, readonly=True) as archive:
        document_id = document_named(archive, name)
        waits = archive.document_to_mine(pipeline, document_id) is not None
    if waits:
        session.note("mining it first")
        _mine_one(session, settings, pipeline, document_id)
    with Archive.open(session.archive, readonly=True) as archive:
        found = archive.evidence(document_id)
    if found is None:
        raise CommandError(f"{name}: it left {session.archive} meanwhile")
    return found


def _mine_one(session: Session, settings: MiningSettings, pipeline: str, document_id: int) -> None:
    from db.archive import Archive
    from filature.wiring import recorded
    from nlp.pool import mine_tasks

    with Archive.open(session.archive, create=False) as archive, recorded(archive, "mine --explain") as run:
        archive.save_topics(settings.topics)
        task = archive.document_to_mine(pipeline, document_id)
        found = list(mine_tasks([task] if task else [], settings, 1))
        archive.save_many_findings(found, pipeline, _now())
        run.counts = {"documents": len(found)}
        _group(archive)


def run_mine(session: Session, limit: int | None = None) -> dict[str, int]:
    """Mine what waits, a few documents a transaction; what was found, counted."""
    from db.archive import Archive
    from filature.wiring import mining_settings, recorded
    from nlp.settings import pipeline_name

    settings = mining_settings(session.config)
    pipeline = pipeline_name(settings)
    with Archive.open(session.archive, create=False) as archive, recorded(archive, "mine") as run:
        archive.save_topics(settings.topics)
        waiting = archive.count_to_mine(pipeline)
        total = waiting if limit is None else min(waiting, limit)
        run.counts = dict.fromkeys(("documents", "claims", "check_worthy", "mentions", "quantities", "checks"), 0)
        run.counts["left"] = waiting - total
        if not total:  # loading the model takes seconds
            if archive.has_ungrouped_claims():  # the run before was killed while it compared claims
                _group(archive)
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
