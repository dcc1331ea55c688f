"""Time grows with the size of an input, not with its square: nothing backtracks for ever on a hostile text."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import pytest

from tests.fuzzing.hostile import FEEDS, LINES, MARKUP, WORDS, Maker
from tests.fuzzing.targets import TARGETS, Target

LARGE, TIMES = 12_000, 8
# Those that take long over little, and show their growth in it.
LARGE_OF = {"mining": 3_000, "article": 5_000, "mediapart-post": 5_000, "imported file": 6_000}
# Linear is 8, quadratic 64: what lies between may be a busy machine.
MOST = TIMES**1.6
# Seconds of processor: less at the large size is no danger, less at the small one is noise.
QUICK, NOISE = 0.08, 0.003
ENDLESS = 8.0
_TEXT = {"spaces", "hard spaces", "blank lines", "lines of spaces", "dates that are none", "amounts by line"}
_SHOWN = {name: make for name, make in WORDS.items() if name in _TEXT}
HOSTILE: Mapping[str, Mapping[str, Maker]] = {
    "thread": MARKUP,
    "author": MARKUP,
    "ping": {},
    "mediapart-post": {"bodies": MARKUP["bodies"], "articles": MARKUP["articles"]},
    "mediapart-blog": {"links": MARKUP["links"]},
    "wordpress-api": FEEDS,
    "sitemap": FEEDS,
    "feed": FEEDS,
    "article": {**MARKUP, **_SHOWN},
    "site": {"links": MARKUP["links"], "feeds announced": MARKUP["feeds announced"]},
    "imported file": {**MARKUP, **LINES},
    "capture": WORDS,
    "mining": WORDS,
    # Not dotted keys, over which tomllib takes the square: who writes the file waits for it.
    "config": {kind: make for kind, make in LINES.items() if kind != "dotted keys"},
    "robots.txt": LINES,
    "CDX": {**LINES, **FEEDS},
    "tweets": {**LINES, "nested JSON": FEEDS["nested JSON"]},
    "WARC": LINES,
    "X export": LINES,
    "gzip": LINES,
    "zstd": LINES,
}


class EndlessError(BaseException):
    """No Exception, which a parser may well catch."""


@contextmanager
def bounded() -> Iterator[None]:
    """At most ENDLESS seconds of processor time: what is exponential must fail a test, not stop it."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise EndlessError

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(target: Target, text: str) -> float:
    """Of processor time."""
    data = text.encode()
    started = time.process_time()
    try:
        with bounded():
            target.run(data)
    except EndlessError:
        return float("inf")
    return time.process_time() - started


def growth(target: Target, make: Maker, size: int) -> float:
    """How many times longer TIMES as much takes; 0 when it is quick. Measured again while it looks bad."""
    large, small = make(size), make(size // TIMES)
    took = seconds(target, large)
    if took <= QUICK:
        return 0.0
    ratio = took / max(seconds(target, small), NOISE)
    for _ in range(2):
        if MOST < ratio < float("inf"):
            ratio = min(ratio, seconds(target, large) / max(seconds(target, small), NOISE))
    return ratio


def test_each_parser_is_timed() -> None:
    assert set(HOSTILE) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_time_grows_with_size(name: str) -> None:
    target = TARGETS[name]
    for data in target.inputs()[:1]:
        target.run(data)  # what is read once only: lexicons, rules
    gc.collect()
    gc.disable()
    try:
        found = {kind: growth(target, make, LARGE_OF.get(name, LARGE)) for kind, make in HOSTILE[name].items()}
    finally:
        gc.enable()
    assert {kind: f"{ratio:.0f} times" for kind, ratio in found.items() if ratio > MOST} == {}
