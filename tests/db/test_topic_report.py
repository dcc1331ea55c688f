"""What a topic report reads: counted, ordered and chosen in SQL, all of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from db.archive import Archive
from db.claims import Chosen
from db.topic_report import TopicReader, read_topics
from tests.db.samples import DAY_3, PAGE, TWEETS

R = TypeVar("R")
TOPICS = ["outsourcing", "ena-agents"]


def ask(archive: Archive, question: Callable[[TopicReader], R], chosen: Chosen = Chosen()) -> R:  # noqa: B008 (frozen)
    return archive.read(read_topics, chosen, TOPICS, question)


def test_topics_in_numbers(full: Archive) -> None:
    topic, discovered = ask(full, TopicReader.numbers)
    assert (topic.id, topic.label, topic.documents, topic.claims) == ("outsourcing", "Outsourcing of the State", 1, 2)
    assert (topic.check_worthy, topic.wrong, topic.authors, topic.gone) == (2, 1, 1, 0)
    assert (discovered.id, discovered.documents, discovered.claims) == ("ena-agents", 1, 0)
    whole = ask(full, TopicReader.whole)
    assert (whole["documents"], whole["claims"], whole["wrong_sums"]) == (1, 2, 1)  # what is in two topics counts once


def test_a_claim_comes_with_all_that_it_takes_to_judge_it(full: Archive) -> None:
    best, second = ask(full, lambda reader: reader.claims(reader.strongest("outsourcing", 10)))
    assert (best.text, best.group, best.link) == (TWEETS[0][1], 2, "https://x.example/lagent/status/100")
    assert [amount.surface for amount in best.amounts] == ["60 prestataires"]
    assert all(best.text[amount.start : amount.end] == amount.surface for amount in best.amounts)
    (other,) = best.elsewhere
    assert (other.text, other.place.author, other.place.gone_at) == (best.text, "@autre", DAY_3)
    assert (second.group, second.elsewhere) == (1, ())
    stored = full.document(best.place.document_id)
    assert stored is not None
    assert best.before + best.text + best.after == stored.text[: best.end + len(best.after)]
    assert full.sights(best.place.snapshot or "")[0].final_url == PAGE


def test_wrong_sums_names_months_authors_documents_and_words(full: Archive) -> None:
    (check,) = ask(full, lambda reader: reader.wrong_sums("outsourcing", 5))
    assert [operand.surface for operand in check.operands] == ["60 prestataires", "500 euros"]
    assert [text for _, text in check.claims] == [TWEETS[0][1], TWEETS[1][1]]
    (name,) = ask(full, lambda reader: reader.entities("outsourcing", 1))
    assert (name.name, name.documents) == ("ENA", 1)
    (month,) = ask(full, lambda reader: reader.months("outsourcing"))
    assert (month.month, month.documents, month.claims, month.check_worthy, month.wrong) == ("2021-05", 1, 2, 2, 1)
    (author,) = ask(full, lambda reader: reader.authors("outsourcing", 5))
    assert (author.author, author.claims) == ("@lagent", 2)
    assert ask(full, lambda reader: reader.topics_of([author.author_id])) == {
        author.author_id: {"outsourcing": 1, "ena-agents": 1}
    }
    (document,) = ask(full, lambda reader: reader.documents("outsourcing", 5))
    assert (document.url, document.claims, document.weight) == (PAGE, 2, 0.8)
    assert ask(full, lambda reader: reader.terms("outsourcing", 5))[0].term == "prestataires"
    assert ask(full, lambda reader: reader.seeds("outsourcing")) == ("prestataire*", "externalis*")


@pytest.mark.parametrize(
    ("chosen", "documents"),
    [
        (Chosen(since="2021-05-01"), 1),
        (Chosen(since="2022"), 0),
        (Chosen(until="2021-05-01"), 0),
        (Chosen(until="2021-06-01"), 1),
        (Chosen(authors=(99,)), 0),
        (Chosen(sources=("nobody",)), 0),
    ],
)
def test_only_what_is_chosen_counts(full: Archive, chosen: Chosen, documents: int) -> None:
    assert ask(full, lambda reader: reader.numbers()[0].documents, chosen) == documents


def test_what_is_read_is_of_one_moment_and_leaves_nothing_behind(full: Archive, path: Path) -> None:
    def meanwhile(reader: TopicReader) -> tuple[int, int]:
        before = reader.held().documents
        with closing(sqlite3.connect(path)) as other:
            other.execute("UPDATE documents SET lang = 'en'")
            other.commit()
        return before, reader.held().other_languages

    assert ask(full, meanwhile) == (2, 0)
    assert full.read(lambda conn: conn.execute("SELECT count(*) FROM temp.sqlite_master").fetchone()) == (0,)
    assert ask(full, lambda reader: reader.held().other_languages) == 2


def test_what_is_missing(full: Archive) -> None:
    assert ask(full, lambda reader: reader.gone(5)) == []  # the one that is gone is about none of the topics
    held = ask(full, TopicReader.held)
    assert (held.documents, held.posts, held.unmined, held.pipelines) == (2, 5, 0, ("p1",))
