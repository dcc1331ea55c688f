"""`python -m benchmarks [NAME...]`: every module here that has a `main`, in turn; 1 when one misses its floor.

Those that take long run when named alone, with their own options: `python -m benchmarks soak --pages 5000`.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
from pathlib import Path

FIRST = ("parsing", "harvest", "archive")
# Parts of the others; their `main` is not a benchmark.
PARTS = frozenset({"__init__", "__main__", "fuzz", "pages", "processes", "server", "soak_server"})
LONG = frozenset({"kills", "soak"})


def names() -> list[str]:
    here = Path(__file__).parent
    found = {path.stem for path in here.glob("*.py") if not path.stem.startswith("train_")} - PARTS - LONG
    found |= {path.parent.name for path in here.glob("*/__main__.py")}
    return [name for name in FIRST if name in found] + sorted(found - set(FIRST))


def main(asked: list[str]) -> int:
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    if asked and asked[0] in LONG:
        return int(importlib.import_module(f"benchmarks.{asked[0]}").main(asked[1:]))
    missed = []
    for name in asked or names():
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "main"):
            continue
        print(f"\n--- {name}")
        started = time.perf_counter()
        if module.main():
            missed.append(name)
        print(f"({time.perf_counter() - started:.0f} s)")
    if missed:
        print(f"\nmissed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
