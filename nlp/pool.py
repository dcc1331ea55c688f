"""Mining on several processes: documents in, findings out, memory flat.

joblib carries the work, so that `joblib.parallel_config(backend="dask")` spreads it over a cluster. Only rows cross
between processes: shipping spaCy's documents costs more than parsing them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice

from db.records import Findings, MiningTask
from nlp.settings import MiningSettings

# Some 8,000 tokens: half a second of work; the parser is driven step by step through all texts of a batch at once.
CHUNK_CHARACTERS = 40_000
# joblib reads its input from a thread of its own, and an archive must be read by the thread that opened it: so we
# read ahead ourselves, a bounded number of chunks, and hand them over as a list.
CHUNKS_AHEAD = 32
COLLECT = (5_000, 20, 20)
"""How seldom Python looks for cycles (thresholds of `gc`): a text leaves few, and a look takes a while."""

Chunk = list[MiningTask]
Mined = tuple[MiningTask, Findings]


class MiningError(Exception):
    """What can go wrong between processes.

    MiningError
     └── WorkerDiedError
    """


class WorkerDiedError(MiningError):
    """A process that mined is gone, killed by the system or for want of memory."""

    def __init__(self) -> None:
        super().__init__(
            "a mining process died, most often for want of memory: what was mined before is kept; "
            "set processes = 1 under [mining] in config.toml and run filature mine again"
        )


def mine_tasks(tasks: Iterable[MiningTask], settings: MiningSettings, processes: int | None = None) -> Iterator[Mined]:
    """Each task with its findings, as they are ready: in order with one process, else in any order.

    `processes` is the settings' own unless given. The model is loaded when the first task comes, once a process.
    Raises ModelMissingError, LexiconError, WorkerDiedError.
    """
    chunks = in_chunks(tasks)
    if (processes or settings.processes) == 1:
        for chunk in chunks:
            yield from mine_chunk(settings, chunk)
    else:
        yield from _mine_apart(chunks, settings, processes or settings.processes)


def in_chunks(tasks: Iterable[MiningTask]) -> Iterator[Chunk]:
    """Tasks in groups of some size, so that short documents share a batch and long ones stand alone."""
    chunk: Chunk = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += len(task.text)
        if size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def mine_chunk(settings: MiningSettings, chunk: Chunk) -> list[Mined]:
    """Some tasks with their findings, mined in this process."""
    miner = _miner(settings)
    with _collecting_seldom():
        return list(zip(chunk, miner.mine_batch(chunk), strict=True))


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@lru_cache(maxsize=1)
def _miner(settings: MiningSettings):  # type: ignore[no-untyped-def]  # importing Miner here would load spaCy
    from nlp.pipeline import load_miner

    # The model and the lexicons stay: no look for cycles needs to go through them, least of all while they are read.
    gc.disable()
    try:
        miner = load_miner(settings)
        gc.freeze()
    finally:
        gc.enable()
    return miner


def _mine_apart(chunks: Iterator[Chunk], settings: MiningSettings, processes: int) -> Iterator[Mined]:
    ahead = list(islice(chunks, CHUNKS_AHEAD))
    if not ahead:
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        with Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1) as parallel:
            while ahead:
                for mined in parallel(delayed(mine_chunk)(settings, chunk) for chunk in ahead):
                    yield from mined
                ahead = list(islice(chunks, CHUNKS_AHEAD))
    except TerminatedWorkerError as error:
        raise WorkerDiedError from error
