"""`python -m benchmarks.fuzz [--seconds N] [--out FOLDER] [TARGET...]`: coverage-guided fuzzing of every parser.

Runs where atheris is (`make fuzz-setup`), each target in a process of its own, from the fixtures of tests/pages, the
pages of ../shared where there are any, and what was found before (`--out`/corpus). An input that makes a parser raise
what it may not, stall or die is kept under `--out`, once for each place where it happens.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

AT_ONCE = 2
LONGEST = 150_000
"""Bytes of an input: a long thread page."""
STALLED, MOST_MEGABYTES = 30, 3_000
OURS = ("harvester", "nlp", "filature", "db")


@dataclass(slots=True)
class Count:
    """What one target did. `crashes` are error and place; `slowest` is the slowest input's seconds, then its bytes."""

    target: str
    inputs: int = 0
    crashes: dict[str, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)


def main(arguments: list[str] | None = None) -> int:
    """Fuzz the targets asked for, print the table; 1 when one crashed."""
    told = _options().parse_args(arguments)
    if told.child:
        return fuzz(told.targets[0], told.seconds, told.out)
    from tests.fuzzing.targets import TARGETS

    unknown = set(told.targets) - set(TARGETS)
    if unknown:
        print(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    names = told.targets or list(TARGETS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = list(pool.map(lambda name: _run(name, told.seconds, told.out), names))
    _print(counts, told.seconds)
    return int(any(count.crashes for count in counts))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target [60]")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="where inputs are kept [build/fuzz]")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def _slug(name: str) -> str:
    return name.replace(" ", "-").lower()


def _run(name: str, seconds: int, out: Path) -> Count:
    folder = out / _slug(name)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        if old.is_file():
            old.unlink()
    command = [sys.executable, "-m", "benchmarks.fuzz", "--child", "--seconds", str(seconds), "--out", str(out), name]
    with (folder / "log").open("wb") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
    told = folder / "count.json"
    count = Count(**json.loads(told.read_text())) if told.exists() else Count(name)
    # What kills the process is told by libFuzzer alone, or by nothing but the exit code.
    deaths = [path for kind in ("crash-*", "timeout-*", "oom-*") for path in folder.glob(kind)]
    count.crashes |= {path.name[:20]: str(path) for path in deaths}
    if done.returncode and not deaths:
        count.crashes[f"exit code {done.returncode}"] = str(folder / "log")
    return count


def _print(counts: list[Count], seconds: int) -> None:
    print(f"{'target':<16}{'inputs':>10}{'crashes':>9}{'slowest':>10}{'its bytes':>11}   ({seconds} s each)")
    for count in counts:
        slowest, size = count.slowest
        print(f"{count.target:<16}{count.inputs:>10,}{len(count.crashes):>9}{slowest:>8.2f} s{size:>11,}")
    print(f"{'all':<16}{sum(c.inputs for c in counts):>10,}{sum(len(c.crashes) for c in counts):>9}")
    for count in counts:
        for what, path in count.crashes.items():
            print(f"{count.target}: {what}: {path}")


def fuzz(name: str, seconds: int, out: Path) -> int:
    """Fuzz one target in this process, which libFuzzer ends; `out`/<target>/count.json tells what was done."""
    import atheris

    with atheris.instrument_imports(include=list(OURS), enable_loader_override=False):
        from tests.fuzzing.targets import TARGETS
    target, folder = TARGETS[name], out / _slug(name)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in target.inputs(real=True):
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data[:LONGEST])
    count, written = Count(name), time.monotonic()

    def try_one(data: bytes) -> None:
        nonlocal written
        started = time.process_time()
        try:
            target.run(data)
        except Exception as error:  # noqa: BLE001 (any error that is not the parser's own is what we look for)
            _keep(count, error, data, folder)
        took = time.process_time() - started
        count.inputs += 1
        if took > count.slowest[0]:
            count.slowest = (round(took, 3), len(data))
            (folder / "slowest").write_bytes(data)
        if time.monotonic() - written > 1:
            written = time.monotonic()
            (folder / "count.json").write_text(json.dumps(asdict(count)))

    options = (f"-max_total_time={seconds}", f"-timeout={STALLED}", f"-rss_limit_mb={MOST_MEGABYTES}")
    atheris.Setup([sys.argv[0], *options, f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", str(corpus)], try_one)
    atheris.Fuzz()
    return 0


def _keep(count: Count, error: Exception, data: bytes, folder: Path) -> None:
    """Keep an input that crashes; of those that crash at the same place, the shortest."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if any(f"/{name}/" in frame.filename for name in OURS)] or frames
    place = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
    path = folder / f"raised-{hashlib.sha256(place.encode()).hexdigest()[:12]}"
    if place not in count.crashes or len(data) < path.stat().st_size:
        path.write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))
        count.crashes[place] = str(path)


if __name__ == "__main__":
    sys.exit(main())
