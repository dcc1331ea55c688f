"""Content encodings undone with a bound: httpx decodes a whole chunk at once, and 64 KB of zstd may hold 2 GB."""

from __future__ import annotations

import gzip
import io
import zlib

import zstandard

ACCEPTED = "gzip, deflate, zstd"


class EncodingError(Exception):
    """The bytes are not what the content-encoding header says, or more than we take."""


def undo_encodings(raw: bytes, header: str, limit: int) -> bytes:
    """The body behind `raw`, at most `limit` bytes long; `header` is the content-encoding, in the order applied."""
    names = [name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    for name in reversed(names):
        raw = _undo(raw, name, limit)
    return raw


def _undo(raw: bytes, name: str, limit: int) -> bytes:
    try:
        body = _read(raw, name, limit + 1)
    except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
        raise EncodingError(f"content-encoding {name} does not fit the bytes: {error}") from error
    if len(body) > limit:
        raise EncodingError(f"too large: over {limit} bytes once {name} is undone")
    return body


def _read(raw: bytes, name: str, size: int) -> bytes:
    if not raw:
        return raw
    if name in ("gzip", "x-gzip"):
        return gzip.GzipFile(fileobj=io.BytesIO(raw)).read(size)
    if name == "deflate":
        return _inflate(raw, size)
    if name == "zstd":
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True).read(size)
    raise EncodingError(f"content-encoding {name} is unknown: expected {ACCEPTED}")


def _inflate(raw: bytes, size: int) -> bytes:
    # "deflate" means zlib (RFC 9110, 8.4.1.2); some servers send the bare stream.
    zlib_header = raw[0] & 0x0F == zlib.DEFLATED and int.from_bytes(raw[:2], "big") % 31 == 0
    stream = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
    body = stream.decompress(raw, size)
    if not stream.eof and len(body) < size:
        raise EOFError("the stream ends early")
    return body
