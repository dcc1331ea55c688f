"""An author's list, batch by batch, and the thread that holds a tweet."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.model import Answer, PageShapeError, RefusedError
from harvester.sites.threadreader_listing import AUTHOR, PING

PAGES = Path(__file__).resolve().parents[1] / "pages" / "threadreader"
TR = "https://threadreaderapp.com"
LIST = f"{TR}/user/carte_scolaire?ajax=true"


def read(body: bytes, url: str = LIST, final_url: str = "") -> list[tuple[str, str, str]]:
    reading = AUTHOR.read(Answer(url=url, final_url=final_url, body=body))
    return [(lead.kind, lead.relation, lead.url) for lead in reading.leads]


def batch(name: str = "author_batch.html") -> bytes:
    return (PAGES / name).read_bytes()


THREADS = [
    ("thread", "item", f"{TR}/thread/1767507115766710272.html"),
    ("thread", "item", f"{TR}/thread/1726684333994934272.html"),
]


@pytest.mark.parametrize("url", [LIST, f"{TR}/user/Carte_Scolaire", f"{LIST}&before=1720000000"])
def test_batch_leads_to_threads_and_to_the_next_batch(url: str) -> None:
    leads = read(batch(), url)
    assert leads[:2] == THREADS
    assert [lead[:2] for lead in leads[2:]] == [("author", "more")]
    assert leads[2][2].lower() == f"{LIST}&before=1700508600"


def test_batch_that_does_not_go_back_is_the_last() -> None:
    assert read(batch(), f"{LIST}&before=1700508600") == THREADS


def test_batch_of_a_mirror_leads_to_the_mirror() -> None:
    urls = {url.split("/")[2] for _, _, url in read(batch(), "http://127.0.0.1:8741/user/carte_scolaire?ajax=true")}
    assert urls == {"127.0.0.1:8741"}


@pytest.mark.parametrize("body", [b"", b"\n  \n", b"<div></div>"])
def test_batch_without_cards_ends_the_list(body: bytes) -> None:
    assert read(body, f"{LIST}&before=1700508600") == []
    with pytest.raises(PageShapeError, match="no card of the author"):
        read(body)


@pytest.mark.parametrize("url", [LIST, f"{LIST}&before=1700508600"])
def test_challenge_is_not_the_end_of_a_list(url: str) -> None:
    with pytest.raises(PageShapeError, match="challenge page"):
        read(batch("challenge.html"), url)


@pytest.mark.parametrize(("name", "final_url"), [("login.html", ""), ("notice.html", f"{TR}/account/login")])
def test_login_means_a_closed_listing(name: str, final_url: str) -> None:
    with pytest.raises(RefusedError, match="list of an author is closed"):
        read(batch(name), LIST, final_url)


@pytest.mark.parametrize(
    ("status", "body", "thread"),
    [
        (200, b'{"code":200,"pong":"1767507115766710272"}', "1767507115766710272"),
        (200, b'{"code": 200, "pong": 1767507115766710272}', "1767507115766710272"),
        (200, b'{"code":404,"message":"Thread not found"}', "1767507619083190272"),
        (404, b'{"code":404,"message":"Thread not found"}', "1767507619083190272"),
        (200, b'{"code":200,"pong":"../evil"}', "1767507619083190272"),
        (200, b"[1]", "1767507619083190272"),
        (503, b"<html>busy</html>", "1767507619083190272"),
        (0, b"", "1767507619083190272"),
    ],
)
def test_ping(status: int, body: bytes, thread: str) -> None:
    answer = Answer(url=f"{TR}/api/v0/ping/1767507619083190272.json", status=status, body=body)
    (lead,) = PING.read(answer).leads
    assert (lead.kind, lead.relation, lead.url) == ("thread", "moved", f"{TR}/thread/{thread}.html")


def test_readers_of_the_site_say_what_they_are() -> None:
    assert (AUTHOR.listing, AUTHOR.reads_failures) == (True, False)
    assert (PING.listing, PING.reads_failures) == (False, True)
