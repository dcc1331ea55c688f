"""Whole processes, measured from outside: the clock, their own processor time, their peak memory."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds on the clock and of processor time, and the peak of memory in megabytes."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def measure(command: Sequence[str | Path]) -> Measure:
    """Run a command to its end. Raises CalledProcessError, with what it wrote, when it fails."""
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        written = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, stderr=written.decode()[-2000:])
    # Linux counts ru_maxrss in kilobytes, macOS in bytes.
    unit = 1 if platform.system() == "Darwin" else 1024
    return Measure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)
