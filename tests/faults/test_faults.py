"""Each fault costs what it must and no more: the rest is stored, the reason is said, the next run makes it good."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.scene import Fault, play
from tests.harvester.server import serving


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault(fault: Fault, tmp_path: Path) -> None:
    with serving() as site:
        met, after = play(fault, site, tmp_path)
    assert (met.state, met.status, met.documents) == fault.expected
    assert fault.said in met.error
    assert (after.state, after.status, after.error) == ("done", 0, "")
    assert after.documents == 2 + fault.documents
    assert met.whole
    assert after.whole


def test_there_are_faults_enough() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
