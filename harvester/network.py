"""The lowest edge: which machines we may connect to, and how long one page may take."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable

import httpcore

# The prefix of IPv6 addresses that carry an IPv4 address in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotPublicError(Exception):
    """A host that stands for a machine of a private network: never asked, whatever a page or a DNS answer says."""


class HostNotFoundError(Exception):
    """The name service knows no such host. `for_now` when it could not say."""

    def __init__(self, host: str, *, for_now: bool) -> None:
        super().__init__(f"host name not found: {host} (misspelt, or no network)")
        self.for_now = for_now


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, the IPv4 address inside an IPv6 one included.

    Private, loopback, link-local (cloud metadata among them), shared, multicast and reserved addresses do not.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order the system prefers; numbers written 0x7f000001 or 2130706433 too."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        for_now = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise HostNotFoundError(host, for_now=for_now) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline(threading.local):
    """When the page that this thread is reading must be whole (monotonic seconds)."""

    at: float = float("inf")

    def left(self, timeout: float | None) -> float:
        """Seconds that one more socket operation may take."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.at


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation ends by the deadline: a host cannot hold a worker by dripping bytes."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore.SyncBackend):
    """Connects to the very address that was checked, so that a second DNS answer cannot lead elsewhere.

    `trusted` are hosts and ports that the user named, which may be private.
    """

    def __init__(
        self, deadline: Deadline, *, allow_private: bool, trusted: Collection[tuple[str, int]] = frozenset()
    ) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._trusted = trusted

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        error: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in self._allowed(host, port):
            try:
                stream = super().connect_tcp(address, port, self._deadline.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
            else:
                return TimedStream(stream, self._deadline)
        raise error

    def _allowed(self, host: str, port: int) -> list[str]:
        addresses = resolve(host, port)
        if self._allow_private or (host, port) in self._trusted:
            return addresses
        allowed = [address for address in addresses if is_public(address)]
        if addresses and not allowed:
            named = host if host == addresses[0] else f"{host} is {addresses[0]}"
            raise NotPublicError(f"{named} (allow_private_addresses = true lets it be asked)")
        return allowed
