"""One demo site for tests that change nothing, a fresh one for those that do."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from filature.demo import DemoSite


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture
def fresh() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened
