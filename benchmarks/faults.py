"""The table of faults: what a run says of each, its exit status, and what the archive holds after it.

Run: python -m benchmarks.faults (nothing is measured: the tests hold the same faults to what they must give)
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.catalogue import FAULTS
from tests.faults.scene import Outcome, play
from tests.harvester.server import serving


def main() -> int:
    """1 when an archive is damaged, or a document is missing after the site was mended."""
    logging.disable()
    table = Table("fault", "what the run says of it", "exit", "documents", "after the next run", box=None)
    bad = 0
    for fault in FAULTS:
        with serving() as site, tempfile.TemporaryDirectory() as folder:
            met, after = play(fault, site, Path(folder))
        table.add_row(
            fault.name, f"{met.state}: {met.error}".rstrip(": "), str(int(met.status)), held(met), held(after)
        )
        bad += not (met.whole and after.whole and after.documents == 2 + fault.documents)
    Console(width=200).print(table)
    print(f"{len(FAULTS)} faults, {bad} with a damaged archive or a lost document")
    return bool(bad)


def held(outcome: Outcome) -> str:
    return f"{outcome.documents}, " + ("whole" if outcome.whole else "DAMAGED")


if __name__ == "__main__":
    sys.exit(main())
