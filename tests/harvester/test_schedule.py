"""When an address is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from harvester.schedule import Outcome, next_attempt, parse_timestamp, timestamp

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "age", "wait"),
    [
        ("thread", 0 * DAY, 0 * DAY),
        ("thread", 6.9 * DAY, 0 * DAY),
        ("thread", 7 * DAY, DAY),
        ("thread", 40 * DAY, 5 * DAY),
        ("thread", 3000 * DAY, 180 * DAY),
        ("thread", None, DAY),
        ("thread", -2 * DAY, 0 * DAY),
        ("post", 0 * DAY, DAY),
        ("post", 80 * DAY, 10 * DAY),
        ("page", 3000 * DAY, 180 * DAY),
        ("page", None, DAY),
    ],
)
def test_what_was_read_is_left_alone_the_longer_the_older_it_is(
    kind: str, age: timedelta | None, wait: timedelta
) -> None:
    last_change = None if age is None else NOW - age
    assert next_attempt("read", NOW, kind=kind, last_change=last_change) - NOW == wait


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(0, HOUR), (1, HOUR), (2, 2 * HOUR), (5, 16 * HOUR), (7, 64 * HOUR), (8, 60 * DAY), (5000, 60 * DAY)],
)
def test_failures_back_off(attempts: int, wait: timedelta) -> None:
    assert next_attempt("failed", NOW, attempts=attempts) - NOW == wait


@pytest.mark.parametrize(("retry_after", "wait"), [(60, HOUR), (7200, 2 * HOUR), (1e12, 180 * DAY)])
def test_a_host_that_says_when_is_believed(retry_after: float, wait: timedelta) -> None:
    assert next_attempt("failed", NOW, attempts=1, retry_after=retry_after) - NOW == wait


@pytest.mark.parametrize(
    ("outcome", "wait", "watched"),
    [("listing", 0 * DAY, 0 * DAY), ("gone", 30 * DAY, DAY), ("refused", 7 * DAY, DAY), ("failed", 60 * DAY, DAY)],
)
def test_what_is_watched_waits_no_longer_than_a_day(outcome: Outcome, wait: timedelta, watched: timedelta) -> None:
    assert next_attempt(outcome, NOW, attempts=9) - NOW == wait
    assert next_attempt(outcome, NOW, attempts=9, watched=True) - NOW == watched


def test_what_is_watched_waits_as_long_as_the_host_asks() -> None:
    assert next_attempt("failed", NOW, attempts=1, retry_after=3 * 86400, watched=True) - NOW == 3 * DAY


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2021-05-04T07:12:31.123Z", datetime(2021, 5, 4, 7, 12, 31, 123000, UTC)),
        ("2021-05-04", datetime(2021, 5, 4, tzinfo=UTC)),
        ("4 mai 2021", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_times_of_the_archive(text: str, at: datetime | None) -> None:
    assert parse_timestamp(text) == at


def test_a_time_is_written_in_utc() -> None:
    assert timestamp(datetime(2021, 5, 4, 9, tzinfo=timezone(2 * HOUR))) == "2021-05-04T07:00:00.000Z"
