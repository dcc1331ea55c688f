"""robots.txt and the addresses we may connect to."""

from __future__ import annotations

import pytest

from harvester.mirrors import mirror_address, site_address
from harvester.network import is_public
from harvester.robots import parse_robots, robots_of


@pytest.mark.parametrize(
    ("body", "path", "allowed", "delay"),
    [
        ("", "/a", True, 0),
        ("<html>not found</html>", "/a", True, 0),
        ("User-agent: *\nDisallow: /", "/a", False, 0),
        ("\ufeffUser-agent: *\nDisallow: /user/\nAllow: /thread/\nCrawl-delay: 5", "/thread/1.html", True, 5),
        ("User-agent: *\nDisallow: /user/", "/user/a?ajax=true", False, 0),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Filature\nDisallow:", "/a", True, 0),
        ("User-agent: *\nRequest-rate: 1/10s", "/a", True, 10),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False, 0),
    ],
)
def test_rules(body: str, path: str, allowed: bool, delay: float) -> None:
    robots = parse_robots(body.encode())
    assert robots.allows(f"https://exemple.fr{path}") is allowed
    assert robots.delay == delay


@pytest.mark.parametrize(
    ("status", "open_"), [(200, True), (404, True), (403, True), (429, False), (500, False), (302, False)]
)
def test_what_an_answer_means(status: int, open_: bool) -> None:
    assert (robots_of(status, b"").refusal is None) is open_


def test_a_body_that_could_not_be_read_closes_the_host() -> None:
    assert robots_of(200, None).refusal


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1", "::", "::1", "fe80::1%eth0", "fd00:ec2::254"),
        *("ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    ],
)
def test_addresses_that_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://fils.exemple/a?b", "http://127.0.0.1:1/a?b"),
        ("https://fils.exemple", "http://127.0.0.1:1"),
        ("https://fils.exemple.org/a", "https://fils.exemple.org/a"),
    ],
)
def test_mirrors(url: str, asked: str) -> None:
    mirrors = {"http://127.0.0.1:1": "https://fils.exemple"}
    assert mirror_address(url, mirrors) == asked
    assert site_address(asked, mirrors) == url
