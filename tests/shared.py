"""Real pages, gold annotations and yardsticks, for those who have them beside the repository; tests skip without."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """The file or folder `path` of the reference material; skips the test, with a reason, where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"no reference material here: ../shared/{path}")
    return found
