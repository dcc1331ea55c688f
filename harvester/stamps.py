"""Timestamps by a third party (RFC 3161): proof that bytes existed at a moment, which nobody can make afterwards."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

import httpx
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from harvester.model import HarvestError
from harvester.schedule import timestamp

_LARGEST = 1_000_000  # bytes; answers have some 5,000, most of it certificates
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_SHA512 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.3")


class StampError(HarvestError):
    """No timestamp could be had, or one is not what it should be. One line, with the address or the file."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an authority saw the bytes. `checked`: its signature leads to a certificate that the user trusts."""

    at: str
    checked: bool


def request_stamp(url: str, data: bytes, *, user_agent: str, timeout: float = 20.0) -> bytes:
    """The answer of the authority at `url` for these bytes, of which it is told the SHA-256 alone.

    A DER-encoded TimeStampResp, as `openssl ts -verify -in` reads it, with certificates where they can be read. Raises
    StampError.
    """
    headers = {"content-type": "application/timestamp-query", "user-agent": user_agent}
    asked, answer = _ask(url, data, headers, timeout, certificates=True)
    if not _is_readable(answer):
        # Some authorities write their certificates down in an order that is not DER's: without them it can be read.
        asked, answer = _ask(url, data, headers, timeout, certificates=False)
    found = _decoded(answer, url)
    if found.tst_info.nonce != asked.nonce:
        raise StampError(
            f"{url}: answered for another request (its nonce differs); try again, or ask another authority"
        )
    _check_imprint(found, data, url)
    return answer


def read_stamp(answer: bytes, data: bytes, name: str, authorities: bytes | None = None) -> Stamp:
    """What an answer of an authority proves about these bytes.

    `authorities` holds certificates (PEM) to trust, that of the authority itself included where the answer has none:
    without it the signature is not checked. Raises StampError, naming `name`, when the answer is for other bytes or,
    `authorities` given, is not signed by one of them.
    """
    found = _decoded(answer, name)
    _check_imprint(found, data, name)
    if authorities is not None:
        _check_signature(found, data, name, authorities)
    return Stamp(at=timestamp(found.tst_info.gen_time), checked=authorities is not None)


def _ask(
    url: str, data: bytes, headers: dict[str, str], timeout: float, *, certificates: bool
) -> tuple[TimeStampRequest, bytes]:
    builder = TimestampRequestBuilder(data=data).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.cert_request(cert_request=certificates).build()
    return asked, _post(url, asked.as_bytes(), headers, timeout)


def _is_readable(answer: bytes) -> bool:
    try:
        decode_timestamp_response(answer)
    except ValueError:
        return False
    return True


def _post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> bytes:
    until = time.monotonic() + 2 * timeout
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=timeout, trust_env=False) as response:
            answer = b""
            for chunk in response.iter_bytes():
                answer += chunk
                if len(answer) > _LARGEST:
                    raise StampError(f"{url}: answered more than {_LARGEST} bytes; not a timestamp authority")
                if time.monotonic() > until:  # each read has its own limit: a server that drips meets none of them
                    raise StampError(f"{url}: no whole timestamp in {2 * timeout:g} s; try again later")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StampError(f"{url}: no timestamp ({error or type(error).__name__}); try again later") from error
    if response.status_code != 200:
        raise StampError(f"{url}: answered {response.status_code}, 200 and a timestamp were expected")
    return answer


def _decoded(answer: bytes, name: str) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(answer)
    except ValueError as error:
        raise StampError(f"{name}: not a timestamp that can be read (RFC 3161, DER): {str(error)[:60]}") from error
    if PKIStatus(found.status) not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
        reason = "; ".join(found.status_string) or PKIStatus(found.status).name.lower().replace("_", " ")
        raise StampError(f"{name}: the authority refused a timestamp ({reason})")
    return found


def _check_imprint(found: TimeStampResponse, data: bytes, name: str) -> None:
    imprint = found.tst_info.message_imprint
    algorithms = {_SHA256: hashlib.sha256, _SHA512: hashlib.sha512}
    algorithm = algorithms.get(imprint.hash_algorithm)
    if algorithm is None:
        raise StampError(f"{name}: made with a hash that is not known here ({imprint.hash_algorithm.dotted_string})")
    if imprint.message != algorithm(data).digest():
        raise StampError(f"{name}: a timestamp of other bytes: what it stamped was changed since")


def _check_signature(found: TimeStampResponse, data: bytes, name: str, authorities: bytes) -> None:
    try:
        certificates = x509.load_pem_x509_certificates(authorities)
    except ValueError as error:
        raise StampError(f"{name}: the certificates to trust cannot be read, PEM was expected ({error})") from error
    builder = VerifierBuilder()
    for certificate in certificates:
        if not found.signed_data.certificates and _stamps(certificate):
            builder = builder.tsa_certificate(certificate)
        else:
            builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(found, data)
    except (VerificationError, ValueError) as error:
        raise StampError(f"{name}: not signed by an authority that you trust ({error})") from error


def _stamps(certificate: x509.Certificate) -> bool:
    """Whether a certificate is that of an authority itself, not of one that vouches for it."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses
