"""Inputs that crashed a parser once, cut down to what did it."""

from __future__ import annotations

import pytest

from tests.fuzzing.targets import TARGETS

_TWEET = b"<div class=content-tweet data-tweet='%b'>Un mot.</div>"
_CARD = b"<div class=thread-card><a class=time data-time='%b'>x</a><b class=thread-info>%b tweets</b></div>"
_CDX = b'[["timestamp","original","statuscode"],["20210504071231","https://exemple.fr/","%b"]]'
CRASHES: list[tuple[str, bytes]] = [
    ("sitemap", b"<sitemapi:dex/>"),
    ("sitemap", b"\xff"),
    ("sitemap", b"<?xml version='1.0' encoding='utf-16'?>"),
    ("feed", b"<?xml version='1.0' encoding='\xe8'?><rss/>"),
    ("thread", _TWEET % "1²".encode()),
    ("thread", _TWEET % b"1" + b"<p class=thread-info><a class=time data-time='9999999999999999'>x</a></p>"),
    ("thread", _TWEET % b"1" + _CARD % ("²".encode(), b"1")),
    ("thread", _TWEET % b"1" + _CARD % (b"9" * 20, b"9" * 5_000)),
    ("thread", b"<div class=content-tweet data-tweet='1'>" + b"<i>" * 3_000),
    ("thread", b"<div class=content-tweet data-tweet='1' data-screenname=\"a']\n\">Un mot."),
    ("author", b"<!doctype html>" + _CARD % (b"9" * 20, b"9" * 5_000)),
    (
        "imported file",
        b"<!doctype html><body>" + b"<div>" * 2_000 + b"Un mot, et encore un mot, et un autre, et un dernier.",
    ),
    (
        "article",
        b"<!doctype html><html><head></head><body*<p>Un mot, et un autre, et encore un qui les suit.</p></body></html>",
    ),
    ("capture", b"Keep Current with A\nMore from @a\nUn mot\nRead " + b"9" * 5_000 + b" tweets\n"),
    ("CDX", b"[" * 100_000),
    ("CDX", b'[["timestamp","original",[]],["20210504071231","https://exemple.fr/",1]]'),
    ("CDX", b'[["timestamp","original"],1,"ab",[20210504071231,null]]'),
    ("CDX", _CDX % "²".encode()),
    ("CDX", _CDX % (b"9" * 5_000)),
]


@pytest.mark.parametrize(("name", "data"), CRASHES, ids=[f"{name} {at}" for at, (name, _) in enumerate(CRASHES)])
def test_what_crashed(name: str, data: bytes) -> None:
    TARGETS[name].run(data)
