from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.records import MiningTask
from nlp.pool import CHUNK_CHARACTERS, WorkerDiedError, in_chunks, mine_tasks
from nlp.settings import MiningSettings

ROOT = Path(__file__).resolve().parents[2]


def tasks(count: int, text: str = "L'ENA coûte 3 M€.") -> list[MiningTask]:
    return [MiningTask(document_id=number, version=1, text=text) for number in range(count)]


def test_chunks_hold_all_tasks_in_order_and_have_a_size() -> None:
    long = MiningTask(document_id=99, version=1, text="x" * CHUNK_CHARACTERS)
    chunks = list(in_chunks([*tasks(3), long, *tasks(2)]))
    assert [[task.document_id for task in chunk] for chunk in chunks] == [[0, 1, 2, 99], [0, 1]]


def test_one_process_gives_findings_in_order(untrained: MiningSettings) -> None:
    found = list(mine_tasks(tasks(3), untrained))
    assert [task.document_id for task, _ in found] == [0, 1, 2]
    assert all(findings.mentions and findings.quantities for _, findings in found)


def test_mining_leaves_the_collector_of_its_process_as_it_was(untrained: MiningSettings) -> None:
    before = gc.get_threshold()
    assert list(mine_tasks(tasks(1), untrained))
    assert gc.get_threshold() == before


def test_nothing_to_do_loads_neither_model_nor_spacy() -> None:
    code = (
        "import sys; from nlp.pool import mine_tasks; from nlp.settings import MiningSettings, pipeline_name;"
        "pipeline_name(MiningSettings()); assert list(mine_tasks([], MiningSettings())) == [];"
        "assert not {'spacy', 'joblib', 'sklearn'} & set(sys.modules), 'heavy imports'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_tasks_are_read_as_they_are_needed_and_by_this_thread(untrained: MiningSettings) -> None:
    import threading

    read: list[int] = []

    def archive() -> Iterator[MiningTask]:
        for task in tasks(1_000, "x" * CHUNK_CHARACTERS):
            assert threading.current_thread() is threading.main_thread()
            read.append(task.document_id)
            yield task

    found = mine_tasks(archive(), untrained)
    next(found)
    assert len(read) == 1


@pytest.mark.slow
def test_two_processes_give_the_same_findings(untrained: MiningSettings) -> None:
    some = tasks(12, "L'ENA coûte 3 M€. " * 20)
    apart = sorted(mine_tasks(iter(some), untrained, 2), key=lambda found: found[0].document_id)
    assert apart == list(mine_tasks(some, untrained))


def mine_while_killing(some: list[MiningTask], settings: MiningSettings) -> None:
    from joblib.externals.loky import get_reusable_executor

    for _ in mine_tasks(some, settings, 2):
        for pid in list(get_reusable_executor(max_workers=2, reuse=True)._processes):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_dead_process_is_one_clear_error(untrained: MiningSettings) -> None:
    with pytest.raises(WorkerDiedError, match="processes = 1"):
        mine_while_killing(tasks(200, "Rien à compter ici. " * 2_100), untrained)
