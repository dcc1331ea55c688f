"""Commands killed with SIGKILL at random instants, and done again: is the archive whole, does it end as if undisturbed?

Run: python -m benchmarks kills [--kills 200]   (half an hour; the tests do a few of each)

The kills are those of the tests, which say what "as if undisturbed" means for each command.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT

COMMANDS = {
    "harvest": "tests/test_killed_runs.py::test_the_run_after_a_killed_one_completes_it",
    "import": "tests/test_killed_imports.py::test_a_killed_import_goes_on",
    "reparse": "tests/test_killed_imports.py::test_a_killed_reparse_loses_nothing",
    "backup": "tests/test_killed_backups.py::test_a_killed_backup_leaves_the_archive_and_the_backup_before",
    "restore": "tests/test_killed_backups.py::test_a_killed_restore_loses_neither_archive_nor_copy",
    "mine": "tests/test_killed_mining.py::test_mining_after_a_killed_run_completes_it",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many kills there were, met a command that still ran, left a whole archive, ended as if undisturbed."""

    kills: int
    landed: int
    whole: int
    equal: int


def kill_often(test: str, kills: int) -> Tally:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
             "-o", "junit_family=xunit1", "--tb=short",
             f"--basetemp={folder}/pytest", "-o", "tmp_path_retention_policy=failed", test],
            cwd=ROOT, env=os.environ | {"FILATURE_KILLS": str(kills)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-1000:])
        return tally(report.read_text(encoding="utf-8"))


def tally(report: str) -> Tally:
    """What pytest's report says of the kills of one command."""
    cases = ET.fromstring(report).findall(".//testcase")
    noted = [{one.get("name"): one.get("value") for one in case.iter("property")} for case in cases]
    return Tally(
        kills=len(cases),
        landed=sum(notes.get("landed") == "True" for notes in noted),
        whole=sum(notes.get("whole") == "True" for notes in noted),
        equal=sum(case.find("failure") is None and case.find("error") is None for case in cases),
    )


def main(arguments: Sequence[str] = ()) -> int:
    """1 when a kill damaged an archive, or lost something."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills")
    parser.add_argument("--kills", type=int, default=200, help="in all, spread over the commands (default: 200)")
    parser.add_argument("--command", choices=COMMANDS, help="kill this one alone")
    options = parser.parse_args(arguments)
    chosen = [options.command] if options.command else list(COMMANDS)
    lost = 0
    print(
        f"{'command':<10}{'kills':>7}{'met it running':>16}{'integrity ok':>14}{'equal to undisturbed':>22}", flush=True
    )
    for name in chosen:
        found = kill_often(COMMANDS[name], -(-options.kills // len(chosen)))
        lost += found.kills - min(found.whole, found.equal)
        print(f"{name:<10}{found.kills:>7}{found.landed:>16}{found.whole:>14}{found.equal:>22}", flush=True)
    return bool(lost)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
