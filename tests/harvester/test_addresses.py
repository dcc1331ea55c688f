"""What people type, and the one form of an address."""

from __future__ import annotations

import pytest

from harvester.addresses import canonical, host_of, origin_of, reader_of, recognise, status_id, web_address
from harvester.model import Reader
from harvester.sites import READERS

TR = "https://threadreaderapp.com"
PING = f"{TR}/api/v0/ping/1388556666777751552.json"
THREAD = f"{TR}/thread/1388556666777751552.html"
AUTHOR = f"{TR}/user/agente_exemple?ajax=true"
MIRRORS = {"http://127.0.0.1:8741": TR, "http://copie.exemple/carnet": "https://carnet.exemple"}


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        (THREAD, "thread", THREAD),
        (f"{TR}/thread/1388556666777751552", "thread", THREAD),
        (f"{TR}/thread/1388556666777751552.html?refreshed=yes", "thread", THREAD),
        (f"{TR}/thread/1388556666777751552.html?utm_campaign=topunroll#x", "thread", THREAD),
        ("http://www.threadreaderapp.com/thread/1388556666777751552/", "thread", THREAD),
        ("threadreaderapp.com/thread/1388556666777751552.html", "thread", THREAD),
        (f"{TR}/scrolly/1388556666777751552", "thread", THREAD),
        (f" <{THREAD}> ", "thread", THREAD),
        ("https://x.com/agente_exemple/status/1388556666777751552", "ping", PING),
        ("https://twitter.com/agente_exemple/status/1388556666777751552?s=20", "ping", PING),
        ("https://mobile.twitter.com/agente_exemple/status/1388556666777751552/photo/1", "ping", PING),
        ("https://twitter.com/i/web/status/1388556666777751552", "ping", PING),
        ("//twitter.com/agente_exemple/status/1388556666777751552", "ping", PING),
        ("x.com/agente_exemple/status/1388556666777751552", "ping", PING),
        ("1388556666777751552", "ping", PING),
        ("@agente_exemple", "author", AUTHOR),
        ("https://x.com/agente_exemple", "author", AUTHOR),
        ("twitter.com/@agente_exemple/", "author", AUTHOR),
        (f"{TR}/user/agente_exemple", "author", AUTHOR),
        (f"{TR}/user/agente_exemple?ajax=true&before=1619044706", "author", AUTHOR),
        (f"{TR}/convos/1388556666777751552", "thread", THREAD),
        (PING, "ping", PING),
        (f"https://web.archive.org/web/2021/{THREAD}", "thread", f"https://web.archive.org/web/2021id_/{THREAD}"),
        (f"{TR}/refresh/1388556666777751552.html", "thread", THREAD),
        (f"{TR}/embed/1388556666777751552.js", "thread", THREAD),
        (f"{TR}/images/screenshots/thread/1388556666777751552.jpg", "thread", THREAD),
        (f"{TR}/api/v0/thread/1388556666777751552.json", "thread", THREAD),
        (f"{TR}/search?q=https%3A%2F%2Fx.com%2Fa%2Fstatus%2F1388556666777751552", "ping", PING),
        ("https://un-site-inconnu.exemple/?utm_source=x", "site", "https://un-site-inconnu.exemple/"),
    ],
)
def test_recognise(text: str, kind: str, url: str) -> None:
    lead = recognise(text, ())
    assert lead is not None
    assert (lead.kind, lead.url, lead.relation) == (kind, url, "item")


@pytest.mark.parametrize(
    "text", ["", "bonjour", "une phrase. avec un point", "ftp://exemple.fr/", "mailto:a@b.fr", "12", "http://["]
)
def test_what_is_no_address(text: str) -> None:
    assert recognise(text, READERS) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/search?q=ena", "https://x.com/", "https://twitter.com/hashtag/ena", f"{TR}/hashtag/ena",
        f"{TR}/search?q=ena", f"{TR}/account/login", f"{TR}/stats", f"{TR}/unroll", f"{TR}/", f"{TR}/help/about.html",
    ],
)  # fmt: skip
def test_pages_that_hold_no_thread_are_not_taken(url: str) -> None:
    assert recognise(url, READERS) is None


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("http://127.0.0.1:8741/thread/1388556666777751552?utm_source=x", "thread", THREAD),
        ("HTTP://127.0.0.1:8741/user/agente_exemple", "author", AUTHOR),
        ("http://copie.exemple/carnet/feed/", "feed", "https://carnet.exemple/feed/"),
        ("http://copie.exemple/carnets/", "site", "http://copie.exemple/carnets/"),
        ("http://127.0.0.1:9/thread/1388556666777751552", "site", "http://127.0.0.1:9/thread/1388556666777751552"),
    ],
)
def test_an_address_at_a_mirror_is_that_of_the_site(text: str, kind: str, url: str) -> None:
    lead = recognise(text, READERS, MIRRORS)
    assert lead is not None
    assert (lead.kind, lead.url) == (kind, url)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_example_is_read_by_its_own_reader(reader: Reader) -> None:
    assert reader_of(reader.example, READERS) is reader


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_sites_with_readers_of_their_own_share_no_address(reader: Reader) -> None:
    own = [other for other in READERS if "Thread Reader" in other.name or "mediapart" in other.name]
    assert [other for other in own if other.pattern.fullmatch(reader.example)] == [reader] * (reader in own)


def test_kinds_and_names_of_readers_are_unique() -> None:
    assert len({reader.kind for reader in READERS}) == len(READERS) == len({reader.name for reader in READERS})


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://Exemple.FR:443", "https://exemple.fr/"),
        ("http://exemple.fr:80/a#b", "http://exemple.fr/a"),
        ("http://exemple.fr:8080/a?", "http://exemple.fr:8080/a"),
        ("https://exemple.fr/?p=12&utm_source=x&fbclid=y", "https://exemple.fr/?p=12"),
        ("https://exemple.fr/spip.php?article123", "https://exemple.fr/spip.php?article123"),
        ("https://exemple.fr/a?refreshed=yes&q=%C3%A9t%C3%A9", "https://exemple.fr/a?q=%C3%A9t%C3%A9"),
        ("https://exemple.fr/été 2021", "https://exemple.fr/%C3%A9t%C3%A9%202021"),
        ("https://nom:secret@exemple.fr/a", "https://exemple.fr/a"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
        ("capture:0123", "capture:0123"),
    ],
)
def test_canonical(url: str, same: str) -> None:
    assert canonical(url) == same
    assert canonical(canonical(url)) == same


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Exemple.fr:443/a", "exemple.fr"),
        ("http://a.fr:8741/", "a.fr:8741"),
        ("capture:1", ""),
        ("http://a:b/", ""),
    ],
)
def test_host(url: str, host: str) -> None:
    assert host_of(url) == host
    assert origin_of(url).partition("://")[2] == host


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/a", "https://b.fr/a"), ("//c.fr/a", "https://c.fr/a"), ("Https://c.fr/A", "https://c.fr/A"),
        ("http://CLAUDE.md", "http://CLAUDE.md"), ("java\nscript:x", None), ("data:text/html,x", None),
        ("mailto:a@b.fr", None), ("#", None), ("", None), (None, None), ("http://[", None), ("https:///x", None),
    ],
)  # fmt: skip
def test_web_address(href: str | None, address: str | None) -> None:
    assert web_address(href, "https://b.fr") == address


@pytest.mark.parametrize(
    "url",
    ["https://x.com/a/status/12/photo/1", "http://m.twitter.com/a/statuses/12", "//twitter.com/i/web/status/12?s=20"],
)
def test_status_id(url: str) -> None:
    assert status_id(url) == "12"
