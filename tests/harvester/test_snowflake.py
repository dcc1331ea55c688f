"""Times inside ids."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.snowflake import first_id, iso, posted_at, unix_ms


@pytest.mark.parametrize(
    ("tweet_id", "at"),
    [
        ("1215710451343904768", "2020-01-10T19:02:13.065Z"),
        (2089858284660662307, "2026-08-18T23:33:37.409Z"),
        ("29700859247", None),  # the last ids counted one by one
        ("20", None),
        ("", None),
        ("-1", None),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤٥", None),  # digits, but not those of an id
        ("9" * 30, None),
        ("abc", None),
    ],
)
def test_posted_at(tweet_id: str | int, at: str | None) -> None:
    assert posted_at(tweet_id) == at


@given(st.datetimes(min_value=datetime(2010, 11, 5), max_value=datetime(2070, 1, 1)))
def test_first_id_is_the_first_of_its_millisecond(at: datetime) -> None:
    tweet_id = int(first_id(at))
    assert posted_at(tweet_id) == at.isoformat(timespec="milliseconds") + "Z"
    assert posted_at(tweet_id) != posted_at(tweet_id - 1)


@pytest.mark.parametrize("at", ["2020-01-10T19:02:13.065Z", "2020-01-10T20:02:13.065+01:00", "2020-01-10T19:02:13.065"])
def test_first_id_reads_zones(at: str) -> None:
    assert posted_at(first_id(at)) == "2020-01-10T19:02:13.065Z"


def test_times_are_to_the_millisecond_even_round_ones() -> None:
    assert iso(1_500_000_000_000) == "2017-07-14T02:40:00.000Z"
    assert unix_ms("1215710451343904768") == 1578682933065
