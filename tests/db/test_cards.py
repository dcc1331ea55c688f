"""Which stored thread a card shows, whichever of the two comes first, and what a card says of an author."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Author, Card
from tests.db.samples import DAY_2, PAGE, TWEETS, gone, one, rows, thread, visit

OTHER = "https://threads.example/t/200"
BEGINNING = "Le ministère paie 60  prestataires\nen continu, à l'année.\nChaque prestataire coûte"
NAMED = Author(name="L'Agent")


def card(excerpt: str = BEGINNING, handle: str | None = "lagent", url: str | None = None) -> Card:
    return Card(url=url, handle=handle, date_text="1 May", tweets=3, excerpt=excerpt)


@pytest.mark.parametrize("card_first", [True, False])
@pytest.mark.parametrize(
    ("shown", "author", "recognised"),
    [
        (card(), Author(handle="LAgent"), True),
        (card(BEGINNING + " …"), None, True),
        (card("Le ministère paie 60 prestataires"), NAMED, True),
        (card("Le ministère paie"), NAMED, False),
        (card(BEGINNING + " mille euros"), NAMED, False),
        (card(), Author(handle="quelqu_un"), False),
        (card("Tout autre chose", url=PAGE), Author(handle="quelqu_un"), True),
        (card(BEGINNING, handle=None), NAMED, True),
    ],
)
def test_a_card_finds_its_thread(
    archive: Archive, path: Path, run_id: int, shown: Card, author: Author | None, recognised: bool, card_first: bool
) -> None:
    visits = [
        visit(thread([("200", "Autre fil, autre sujet.")], OTHER, Author(handle="x"), cards=(shown,)), url=OTHER),
        visit(thread(author=author)),
    ]
    for made in visits if card_first else reversed(visits):
        archive.save_visit(run_id, made)
    expected = one(path, "SELECT id FROM documents WHERE url = ?", PAGE) if recognised else None
    assert one(path, "SELECT thread_id FROM cards") == expected


@pytest.mark.parametrize("card_first", [True, False])
@pytest.mark.parametrize(
    ("author", "signed"),
    [
        (None, ("lagent", None)),
        (Author(name="L'AGENT"), ("lagent", "L'AGENT")),
        (Author(name="L'Agent", url="https://agent.example"), ("lagent", "L'Agent")),
    ],
)
def test_a_card_completes_an_author(
    archive: Archive, path: Path, run_id: int, author: Author | None, signed: tuple[str | None, ...], card_first: bool
) -> None:
    visits = [
        visit(thread([("200", "Autre fil.")], OTHER, Author(handle="x"), cards=(card(),)), url=OTHER),
        visit(thread(author=author)),
    ]
    for made in visits if card_first else reversed(visits):
        archive.save_visit(run_id, made)
    document = archive.document(PAGE)
    assert document is not None
    assert (document.handle, document.author) == signed
    assert one(path, "SELECT count(*) FROM authors") == 2


def test_a_card_does_not_rename_an_author_known_by_another_name(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread([("300", "Un fil.")], "https://threads.example/t/300",
                                            Author(handle="lagent", name="Agent Public")),
                                     url="https://threads.example/t/300"))  # fmt: skip
    archive.save_visit(run_id, visit(thread(author=Author(name="Madame Autre"))))
    archive.save_visit(run_id, visit(thread([("200", "Autre.")], OTHER, None, cards=(card(),)), url=OTHER))
    document = archive.document(PAGE)
    assert document is not None
    assert (document.handle, document.author) == (None, "Madame Autre")


def test_cards_that_disagree_say_nothing_of_the_author(archive: Archive, run_id: int) -> None:
    cards = (card(handle="un"), card(handle="deux"))
    archive.save_visit(run_id, visit(thread([("200", "Autre.")], OTHER, None, cards=cards), url=OTHER))
    archive.save_visit(run_id, visit(thread(author=NAMED)))
    document = archive.document(PAGE)
    assert document is not None
    assert document.handle is None


def test_a_thread_keeps_its_cards_when_it_changes_or_goes(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    host = thread([("200", "Autre fil.")], OTHER, Author(handle="x"), cards=(card(),))
    archive.save_visit(run_id, visit(host, url=OTHER))
    archive.save_visit(run_id, visit(thread(TWEETS[1:]), at=DAY_2, body=b"changed"))
    archive.save_visit(run_id, gone())
    assert rows(path, "SELECT c.thread_id = d.id FROM cards c, documents d WHERE d.url = ?", PAGE) == [(1,)]


def test_a_page_of_very_many_cards_is_kept_whole(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    cards = [card(f"Fil numéro {n}, un autre sujet que celui-là", url=f"{OTHER}/{n}") for n in range(40_000)]
    crowd = (*cards, card("Tout autre chose", url=PAGE))
    made = thread([("200", "Autre fil, autre sujet.")], OTHER, Author(handle="x"), cards=crowd)
    archive.save_visit(run_id, visit(made, url=OTHER))
    assert one(path, "SELECT count(*) FROM cards") == len(crowd)
    assert one(path, "SELECT count(*) FROM cards WHERE thread_id IS NOT NULL") == 1
