"""Inputs that are no text: archives, exports, compressed pages, made here and sound, for mutations to start from."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.harvester.xexport import edited, files, note, script, tweet, tweet_id, urls

ROOT = Path(__file__).resolve().parents[2]
PAGE = b"<!doctype html><html><head><title>Un billet</title></head><body><article><p>Sept lits sur dix.</p></article>"
ROBOTS = (
    b"User-agent: *\nCrawl-delay: 2\nDisallow: /prive*\nAllow: /prive/ouvert$\nRequest-rate: 1/5s\nSitemap: /s.xml\n"
)
CDX = b"""fr,exemple)/billet 20210504071231 https://exemple.fr/billet text/html 200 ABCDEFGHIJKLMNOPQRSTUVWXYZ23456 1234
fr,exemple)/billet 20220504071231 https://exemple.fr/billet warc/revisit - ABCDEFGHIJKLMNOPQRSTUVWXYZ23456 512
"""


@cache
def gzipped() -> tuple[bytes, ...]:
    return gzip.compress(PAGE, mtime=0), gzip.compress(PAGE, mtime=0) + gzip.compress(b"la suite", mtime=0)


@cache
def zstd() -> tuple[bytes, ...]:
    return (zstandard.ZstdCompressor().compress(PAGE),)


@cache
def warcs() -> tuple[bytes, ...]:
    return _warc(compressed=False), _warc(compressed=True)


def _warc(*, compressed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "essai/1"}))
    for status, coding, body in (("200 OK", "gzip", gzipped()[0]), ("200 OK", "identity", PAGE), ("404 Gone", "", b"")):
        headers = [("Content-Type", "text/html"), ("Content-Encoding", coding), ("Content-Length", str(len(body)))]
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            "https://exemple.fr/billet", "response", payload=io.BytesIO(body), http_headers=http,
            warc_headers_dict={"WARC-Date": "2021-05-04T07:12:31Z"},
        )  # fmt: skip
        writer.write_record(record)
    return out.getvalue()


@cache
def exported_files() -> dict[str, bytes]:
    """The files of an export: a thread of three with an edit, an address and a long post."""
    first, second, third, last = (tweet_id(minute) for minute in (1, 2, 3, 4))
    thread = [
        tweet(first, "Trois lits, deux soignants. https://t.co/a1", **urls(a1="https://exemple.fr/lits")),
        tweet(second, "Et 12 % de moins.", first),
        tweet(third, "Et 13 % de moins.", first, **edited(second, third)),
        tweet(last, "La suite, plus longue", third),
    ]
    return files(thread, [note(last, "La suite, plus longue, en entier.")], parts=2)


@cache
def exports() -> tuple[bytes, ...]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in exported_files().items():
            archive.writestr(name, body)
    return (out.getvalue(),)


@cache
def tweets() -> tuple[bytes, ...]:
    first, second = (tweet_id(minute) for minute in (1, 2))
    made = script("tweets", [{"tweet": tweet(first, "Un @deux #trois")}, {"tweet": tweet(second, "Deux", first)}])
    return (made.partition(b" = ")[2],)


@cache
def cdx() -> tuple[bytes, ...]:
    rows = [line.split(" ") for line in CDX.decode().splitlines()]
    header = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    return CDX, json.dumps([header, *rows]).encode()


def configs() -> tuple[bytes, ...]:
    return ((ROOT / "config.toml").read_bytes(),)
