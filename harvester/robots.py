"""robots.txt: what a host lets us ask, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

AGENT = "filature"  # the name that a robots.txt may call us by
READ_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read


@dataclass(frozen=True, slots=True)
class Robots:
    """What one host allows. `refusal` says why nothing may be asked for now; `delay` in seconds."""

    rules: Protego | None = None
    delay: float = 0.0
    refusal: str | None = None

    def allows(self, url: str) -> bool:
        return self.rules is None or self.rules.can_fetch(url, AGENT)


def parse_robots(body: bytes) -> Robots:
    """The rules of one robots.txt. Lines that are no rules (an HTML page) are passed over."""
    rules = Protego.parse(body[:READ_BYTES].decode("utf-8-sig", "replace"))
    rate = rules.request_rate(AGENT)
    spacing = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return Robots(rules=rules, delay=max(rules.crawl_delay(AGENT) or 0.0, spacing))


def robots_of(status: int, body: bytes | None) -> Robots:
    """What an answer to the request for robots.txt means (RFC 9309, 2.3.1).

    Rules when there are some; everything is allowed where the host has none (4xx); nothing while it cannot say
    (429, 5xx, a redirect that leads nowhere, a body that could not be read).
    """
    if status == 200 and body is not None:
        return parse_robots(body)
    if 400 <= status < 500 and status != 429:
        return Robots()
    return Robots(refusal=f"robots.txt answered {status}: the host is left alone for now")
