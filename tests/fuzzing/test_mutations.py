"""Every parser copes with whatever is made of sound inputs, or says so by its own error.

FILATURE_EXAMPLES=5000 looks longer; `make fuzz` looks where it finds new paths.
"""

from __future__ import annotations

import io
import os
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzzing import seeds
from tests.fuzzing.targets import TARGETS, Target

EXAMPLES = int(os.environ.get("FILATURE_EXAMPLES", "12"))
LONGEST = 40_000
SLOW = ("article", "site", "mediapart-post", "mediapart-blog", "imported file")
# What parsers have stumbled over: markup, entities, numbers that are none, broken text, ends of lines and of files.
PIECES = (
    b"<", b">", b"&", b'"', b"'", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml ", b"<!DOCTYPE", b"<svg",
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;", b"&lt;script", b"&nbsp;", b"&unknown;", b"\xff", b"\xed\xa0\x80",
    b"\xc3", b"\xf0\x9f", b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xe2\x80\xa8", b"\xc2\xb2", b"\xd9\xa3",
    b"\xef\xbb\xbf", b"\x1e", b"{", b"}", b"[", b"]", b"null", b"true", b"1e999", b"NaN", b"-1", b"9" * 30,
    b"9" * 5_000, b"\\ud800", b"\\u0000", b'"":', b"http://[", b"//", b"https://a:99999/", b"data:,",
    b"javascript:", b"%", b"%00", b"@", b"#", b"0000-00-00T99:99:99Z", b"31/02/2020", b"---\n", b"window.YTD.",
    b"Content-Length: -1\r\n", b"WARC/1.1\r\n", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"utf-16", b"utf-7", b"idna",
    b"unicode_escape", b"<a href=", b" class='content-tweet' data-tweet='", b"<base href='http://['>",
    b"<div>" * 300, b"a" * 3_000, b"<p a=" * 300, b"\xcc\x81" * 50,
)  # fmt: skip


@cache
def sound(name: str) -> tuple[bytes, ...]:
    return tuple(data[:LONGEST] for data in TARGETS[name].inputs()) or (b"",)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A sound input with up to six wounds."""
    data = draw(st.sampled_from(sound(name)))
    for _ in range(draw(st.integers(1, 6))):
        first, last = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        last = min(last, first + draw(st.sampled_from((1, 20, 400, LONGEST))))
        data = draw(st.sampled_from(WOUNDS))(draw, name, data, first, last)
    return data[: 2 * LONGEST]


def _flip(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return (
        data[:first]
        + bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in data[first : first + 1])
        + data[first + 1 :]
    )


def _insert(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:first] + draw(st.sampled_from(PIECES)) + data[first:]


def _replace(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:first] + draw(st.sampled_from(PIECES)) + data[last:]


def _remove(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:first] + data[last:]


def _repeat(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:last] + data[first:last] * draw(st.sampled_from((1, 2, 30))) + data[last:]


def _cut(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:last]


def _splice(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    return data[:first] + draw(st.sampled_from(sound(name)))[last:]


def _swap(draw: st.DrawFn, name: str, data: bytes, first: int, last: int) -> bytes:
    """Each occurrence of what stands there, by something else: names of elements, keys, digits."""
    return data.replace(data[first : min(last, first + 12)] or b"\0", draw(st.sampled_from(PIECES)), 50)


WOUNDS = (_flip, _insert, _replace, _remove, _repeat, _cut, _splice, _swap)
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", TARGETS)
def test_mutated(name: str) -> None:
    target = TARGETS[name]

    @seed(20210504)
    @settings(QUIET, max_examples=max(3, EXAMPLES // 4) if name in SLOW else EXAMPLES)
    @given(mutated(name))
    def survives(data: bytes) -> None:
        target.run(data)

    survives()


@seed(20210504)
@QUIET
@given(st.data())
def test_files_of_an_export_mutated_before_they_are_zipped(data: st.DataObject) -> None:
    """Past the sums of the zip, which wounds of the zip itself hardly ever get by."""
    made = dict(seeds.exported_files())
    name = data.draw(st.sampled_from(sorted(made)))
    made[name] = data.draw(st.sampled_from((made[name][:40], b"", made[name] * 2))) + data.draw(mutated("tweets"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for key, body in made.items():
            archive.writestr(key, body)
    TARGETS["X export"].run(out.getvalue())


def test_a_target_reports_what_it_may_not_raise() -> None:
    def broken(data: bytes) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Target(broken).run(b"")
