"""Times inside ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.snowflake import EPOCH_MS, iso, posted_at, unix_ms


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


@given(st.datetimes(min_value=datetime(2010, 11, 5), max_value=datetime(2070, 1, 1), timezones=st.just(UTC)))
def test_an_id_tells_its_millisecond_and_the_one_before_another(at: datetime) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    tweet_id = (round(at.timestamp() * 1000) - EPOCH_MS) << 22
    assert posted_at(tweet_id) == at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert posted_at(tweet_id) != posted_at(tweet_id - 1)


def test_times_are_to_the_millisecond_even_round_ones() -> None:
    assert iso(1_500_000_000_000) == "2017-07-14T02:40:00.000Z"
    assert unix_ms("1215710451343904768") == 1578682933065
