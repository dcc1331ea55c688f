"""Dates as sites write them."""

from __future__ import annotations

from time import struct_time

import pytest

from harvester.dates import from_french, from_machine, from_parsed, from_path, has_zone


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2021-05-04T07:12:31.123Z", "2021-05-04T07:12:31.123Z"),
        ("2019-12-09T19:00:49+01:00", "2019-12-09T18:00:49.000Z"),
        ("2017-05-03T18:00:00.000-07:00", "2017-05-04T01:00:00.000Z"),
        ("2019-12-09 20:00:49", "2019-12-09T19:00:49.000Z"),  # no zone: French time, in winter
        ("2019-06-09T20:00", "2019-06-09T18:00:00.000Z"),  # and in summer
        ("Thu, 04 Dec 2008 17:17:49 +0000", "2008-12-04T17:17:49.000Z"),
        (" 2021-05-04 ", "2021-05-04T00:00:00.000Z"),  # a day keeps its day in UTC and in Paris
        ("2021-02-30", None),
        ("2021-05", None),
        ("2021", None),
        ("20210504", None),  # as likely a number as a date
        ("1970-01-01T00:00:00Z", None),
        ("2099-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("hier", None),
        ("", None),
    ],
)
def test_from_machine(value: str, stamp: str | None) -> None:
    assert from_machine(value) == stamp


@pytest.mark.parametrize(
    ("value", "zoned"),
    [("2019-12-09T19:00:49+01:00", True), ("2019-12-09T19:00:49Z", True), ("2019-12-09 20:00:49", False), ("x", False)],
)
def test_has_zone(value: str, zoned: bool) -> None:
    assert has_zone(value) is zoned


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("27 juin 2019", "2019-06-27T00:00:00.000Z"),
        ("jeudi 13 juin 2019", "2019-06-13T00:00:00.000Z"),
        ("Billet de blog 18 nov. 2021", "2021-11-18T00:00:00.000Z"),
        ("1er août 2020", "2020-08-01T00:00:00.000Z"),
        ("le 3 févr. 2022", "2022-02-03T00:00:00.000Z"),
        ("le 12 JUILLET 2018", "2018-07-12T00:00:00.000Z"),
        ("14\xa0janvier\xa02020", "2020-01-14T00:00:00.000Z"),
        ("mai 03, 2017", "2017-05-03T00:00:00.000Z"),
        ("10.12.19", "2019-12-10T00:00:00.000Z"),
        ("Par Anaïs, le 17/02/2020", "2020-02-17T00:00:00.000Z"),
        ("Publié le 4 mai 2021 à 14h05", "2021-05-04T12:05:00.000Z"),
        ("4 janvier 2021 - 9:30", "2021-01-04T08:30:00.000Z"),
        ("4 janvier 2021 · 9 h", "2021-01-04T08:00:00.000Z"),
        ("Mis à jour le 7 janvier 2020. Paru le 5 janvier 2020", "2020-01-05T00:00:00.000Z"),
        ("Modifié le 7 janvier 2020", None),
        ("31 juin 2019", None),
        ("en juin 2019", None),
        ("27 juin", None),
        ("version 1.2.3.4", None),
        ("le 99/99/2020", None),
        ("12 marsouins 2020", None),
    ],
)
def test_from_french(text: str, stamp: str | None) -> None:
    assert from_french(text) == stamp


@pytest.mark.parametrize(
    ("url", "stamp"),
    [
        ("https://exemple.org/opinion/2019/12/09/titre/", "2019-12-09T00:00:00.000Z"),
        ("https://exemple.org/2019-12-09-titre", "2019-12-09T00:00:00.000Z"),
        ("https://exemple.org/2019-12-09/titre", "2019-12-09T00:00:00.000Z"),
        ("https://exemple.org/2017/05/titre.html", None),  # a month is no day
        ("https://exemple.org/2017/13/45/titre", None),
    ],
)
def test_from_path(url: str, stamp: str | None) -> None:
    assert from_path(url) == stamp


def test_from_parsed() -> None:
    assert from_parsed(struct_time((2008, 12, 4, 17, 17, 49, 3, 339, 0))) == "2008-12-04T17:17:49.000Z"
    assert from_parsed(struct_time((1, 1, 1, 0, 0, 0, 0, 1, 0))) is None
