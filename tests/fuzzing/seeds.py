"""Inputs that are no text: archives, exports, compressed pages, made here and sound, for mutations to start from."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import zstandard

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
    answers = [(b"200 OK", b"gzip", gzipped()[0]), (b"200 OK", b"identity", PAGE), (b"404 Gone", b"identity", b"")]
    records = [_record(b"warcinfo", b"application/warc-fields", b"software: essai/1\r\n")]
    for status, coding, body in answers:
        head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n"
        http = head % (status, coding, len(body)) + body
        records.append(_record(b"response", b"application/http; msgtype=response", http))
    return b"".join(gzip.compress(record, mtime=0) if compressed else record for record in records)


def _record(kind: bytes, content_type: bytes, block: bytes) -> bytes:
    head = (
        b"WARC/1.1\r\nWARC-Type: %b\r\nWARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        b"WARC-Date: 2021-05-04T07:12:31Z\r\nWARC-Target-URI: https://exemple.fr/billet\r\n"
        b"Content-Type: %b\r\nContent-Length: %d\r\n\r\n"
    )
    return head % (kind, content_type, len(block)) + block + b"\r\n\r\n"


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
