"""Requests and answers as a WARC 1.1 file that warcio, pywb and other programs read.

Bodies are kept as they were once their encodings were undone: the headers that told of encodings and of the length on
the way stand under `X-Archive-Orig-...`, as other archives name them. The same archive gives the same file, byte for
byte.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.records import Fetch, KeptFetch
from harvester.addresses import origin_of, unarchived
from harvester.mirrors import site_address

VERSION = "WARC/1.1"
FORMAT = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# They tell of the bytes on the way, which are not those of the record.
_OF_THE_WAY = ("content-encoding", "content-length", "transfer-encoding")
_ADDRESS_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/filature/#warc-records")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the first record says of the file. `at`: the time of the last answer in it."""

    software: str
    at: str
    operator: str = ""


def write(
    out: BinaryIO, kept: Iterable[KeptFetch], about: About, *, mirrors: Mapping[str, str], compressed: bool = True
) -> Counter[str]:
    """Write all answers to `out`; how many records of each type that took, and `unanswered` requests left out.

    Bytes that came before are a revisit record, as is a 304 answer, whose headers stand in a metadata record. Files
    that were imported are resource records. What came from a mirror stands under the site's address, with the
    mirror's in `X-Filature-Asked-At`.
    """
    writer = _Writer(WARCWriter(out, gzip=compressed, warc_version=VERSION), mirrors)
    writer.info(about)
    for one in kept:
        writer.add(one)
    return writer.counts


class _Writer:
    def __init__(self, warc: Any, mirrors: Mapping[str, str]) -> None:
        self._warc = warc
        self._mirrors = mirrors
        self._seen: dict[str, str] = {}  # mirrors that the configuration does not name, or no longer
        self._build = RecordBuilder(warc_version=VERSION)
        self.counts: Counter[str] = Counter()

    def info(self, about: About) -> None:
        """The first record: what wrote the file, and what a reader cannot tell from the others."""
        fields = {
            "software": about.software,
            "format": "WARC File Format 1.1",
            "conformsTo": FORMAT,
            "operator": about.operator,
            "robots": "obey",
            "description": "Answers as filature keeps them: bodies without content and transfer encodings. Requests "
            "are made up from what is kept of them: method, address, program.",
        }
        lines = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
        headers = _headers("warcinfo", _id("warcinfo", about.at, about.software), about.at)
        self._record("warcinfo", "", headers, BytesIO(lines), len(lines))

    def add(self, kept: KeptFetch) -> None:
        """The records of one request."""
        fetch = kept.fetch
        if fetch.status is not None:
            self._answer(kept)
        elif kept.sha256 is not None:
            self._resource(kept)
        else:
            self.counts["unanswered"] += 1

    def _answer(self, kept: KeptFetch) -> None:
        fetch, url = kept.fetch, self._address(kept)
        headers = _headers(_kind(kept), _record_id(kept), fetch.fetched_at)
        if (asked := quote(fetch.final_url, safe=_ADDRESS_SAFE)) != url:
            headers["X-Filature-Asked-At"] = asked
        http = StatusAndHeaders(_status_line(fetch), _told(kept), protocol="HTTP/1.1")
        if kept.same_as is not None:
            self._revisit(kept, kept.same_as, url, headers, http)
        else:
            body = fetch.body or b""
            headers |= _digest(kept) | _cut_short(fetch)
            self._record("response", url, headers, BytesIO(body), len(body), http)
        if kept.command != "import":
            self._request(kept, url)

    def _revisit(
        self, kept: KeptFetch, first: KeptFetch, url: str, headers: dict[str, str], http: StatusAndHeaders
    ) -> None:
        profile = NOT_MODIFIED if kept.fetch.status == 304 else RecordBuilder.REVISIT_PROFILE_1_1
        headers |= {
            "WARC-Profile": profile,
            "WARC-Refers-To": _record_id(first),
            "WARC-Refers-To-Target-URI": self._address(first),
            "WARC-Refers-To-Date": first.fetch.fetched_at,
        }
        if kept.fetch.status != 304:
            self._record("revisit", url, headers | _digest(first), BytesIO(), 0, http)
            return
        # Without headers of its own, a replay shows the page that had not changed; with them, an empty 304.
        self._record("revisit", url, headers | _digest(first), BytesIO(), 0)
        self._metadata(kept, url, http)

    def _metadata(self, kept: KeptFetch, url: str, http: StatusAndHeaders) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in [("HTTP-Status", http.statusline), *http.headers])
        headers = _headers("metadata", _id("metadata", *_identity(kept)), kept.fetch.fetched_at)
        headers["WARC-Concurrent-To"] = _record_id(kept)
        self._record("metadata", url, headers, BytesIO(lines.encode()), len(lines.encode()))

    def _request(self, kept: KeptFetch, url: str) -> None:
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        fields = [("Host", parts.netloc), ("User-Agent", f"filature/{kept.version}")]
        http = StatusAndHeaders(f"GET {path} HTTP/1.1", fields, is_http_request=True)
        headers = _headers("request", _id("request", *_identity(kept)), kept.fetch.fetched_at)
        headers["WARC-Concurrent-To"] = _record_id(kept)
        self._record("request", url, headers, BytesIO(), 0, http)

    def _resource(self, kept: KeptFetch) -> None:
        if kept.same_as is not None:
            self.counts["known"] += 1  # the same bytes from a file with another name: nothing to add
            return
        body = kept.fetch.body or b""
        headers = _headers("resource", _record_id(kept), kept.fetch.fetched_at) | _digest(kept)
        headers["Content-Type"] = kept.fetch.content_type or "application/octet-stream"
        self._record("resource", quote(kept.fetch.url, safe=_ADDRESS_SAFE), headers, BytesIO(body), len(body))

    def _record(
        self,
        kind: str,
        url: str,
        headers: Mapping[str, str],
        payload: BytesIO,
        length: int,
        http: StatusAndHeaders | None = None,
    ) -> None:
        record = self._build.create_warc_record(
            url, kind, payload=payload, length=length, warc_headers_dict=dict(headers), http_headers=http
        )
        self._warc.write_record(record)
        self.counts[kind] += 1

    def _address(self, kept: KeptFetch) -> str:
        """What was asked for, on its site: the address itself, or where the answer before it led; as sent, in ASCII."""
        return quote(self._on_its_site(kept), safe=_ADDRESS_SAFE)

    def _on_its_site(self, kept: KeptFetch) -> str:
        fetch = kept.fetch
        if unarchived(fetch.final_url) != fetch.final_url:
            return fetch.final_url  # a capture shows what the site said on another day: the site did not answer this
        if kept.redirected:
            return site_address(fetch.final_url, {**self._seen, **self._mirrors})
        if origin_of(fetch.url) != origin_of(fetch.final_url):
            self._seen[origin_of(fetch.final_url)] = origin_of(fetch.url)
        return site_address(fetch.url.partition("#")[0], self._mirrors)


def _kind(kept: KeptFetch) -> str:
    return "response" if kept.same_as is None else "revisit"


def _headers(kind: str, record: str, at: str) -> dict[str, str]:
    return {"WARC-Type": kind, "WARC-Record-ID": record, "WARC-Date": at}


def _identity(kept: KeptFetch) -> tuple[str, ...]:
    return str(kept.id), kept.fetch.final_url, kept.fetch.fetched_at, kept.sha256 or ""


def _record_id(kept: KeptFetch) -> str:
    return _id("answer", *_identity(kept))


def _id(*parts: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, ' '.join(parts))}>"


def _digest(kept: KeptFetch) -> dict[str, str]:
    """The digest by which the archive names the bytes (`snapshots.sha256`)."""
    return {"WARC-Payload-Digest": f"sha256:{kept.sha256}"} if kept.sha256 else {}


def _cut_short(fetch: Fetch) -> dict[str, str]:
    """A body that the site sent and the archive did not take: of a redirect, of an answer that was too large."""
    sent = fetch.headers.get("content-length", "0" if fetch.body is not None or fetch.status == 304 else "?")
    if fetch.body is not None or sent == "0":
        return {}
    return {"WARC-Truncated": "length" if "too large" in (fetch.error or "") else "unspecified"}


def _status_line(fetch: Fetch) -> str:
    try:
        reason = HTTPStatus(fetch.status or 0).phrase
    except ValueError:
        reason = "Unknown"
    return f"{fetch.status} {reason}"


def _told(kept: KeptFetch) -> list[tuple[str, str]]:
    """The headers of the answer, those of the way renamed, with the length of what the record holds."""
    told = []
    for name, value in kept.fetch.headers.items():
        kept_as = f"x-archive-orig-{name}" if name.lower() in _OF_THE_WAY else name
        told.append((kept_as.title(), " ".join(value.split("\n")).replace("\r", "")))
    if kept.fetch.body is not None:
        told.append(("Content-Length", str(len(kept.fetch.body))))
    return told
