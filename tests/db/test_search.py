"""Full-text search: what it finds, where, and that nothing typed makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.archive import Archive
from db.records import Author, Document
from db.search import fts_query
from tests.db.samples import DAY_2, PAGE, TWEETS, thread, visit

ARTICLE = Document(
    kind="post",
    url="https://blog.example/reforme",
    title="La réforme de l'ENA",
    text="Rien ne change. " * 40 + "L’été dernier, la haute fonction publique attendait.",
    author=Author(name="Une Plume"),
)


@pytest.fixture
def stored(archive: Archive, run_id: int) -> Archive:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, visit(ARTICLE, url=ARTICLE.url))
    return archive


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("prestataires", '"prestataires"'),
        ("l'ENA", '"ENA"'),
        ("qu’un d'État", '"un" AND "État"'),
        ("aujourd'hui", '"aujourd\'hui"'),
        ('"haute fonction" publique', '"haute fonction" AND "publique"'),
        ("presta* AND", '"presta*"* AND "AND"'),
        ('"haute fonc"*', '"haute fonc"*'),
        ("l'ENA\"", '"ENA"'),
        ('" * - : ^ ( ) {}', ""),
        ("", ""),
        ("text:ena -prix", '"text:ena" AND "-prix"'),
    ],
)
def test_what_a_person_types_becomes_a_safe_query(words: str, query: str) -> None:
    assert fts_query(words) == query


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("prestataires", [PAGE]),
        ("PRESTATAIRES", [PAGE]),
        ("ministere", [PAGE]),
        ("l'ENA", [ARTICLE.url, PAGE]),
        ("ete", [PAGE, ARTICLE.url]),
        ('"haute fonction publique"', [ARTICLE.url]),
        ('"publique haute"', []),
        ("presta*", [PAGE]),
        ("presta", []),
        ("ministère ENA", [PAGE]),
        ("ministère réforme", []),
        ("NEAR(", []),
        ("NOT", []),
    ],
)
def test_search_finds(stored: Archive, words: str, found: list[str]) -> None:
    assert sorted(hit.url for hit in stored.search(words)) == sorted(found)


def test_a_hit_leads_to_the_post(stored: Archive) -> None:
    (hit,) = stored.search("30 000 euros", marks=("<b>", "</b>"))
    assert (hit.post_id, hit.link) == ("102", "https://x.example/lagent/status/102")
    assert hit.passage == "Soit <b>30</b> <b>000</b> <b>euros</b> par jour. Un été à ce prix, c'est long."
    assert (hit.author, hit.kind, hit.gone_at) == ("@lagent", "thread", None)


def test_words_in_different_posts_lead_to_the_one_with_most(stored: Archive) -> None:
    (hit,) = stored.search("ministère prestataire coûte euros")
    assert hit.post_id == "101"


def test_a_hit_in_an_article_has_its_best_passage(stored: Archive) -> None:
    (hit,) = stored.search("été haute", kind="post")
    assert hit.post_id is None
    assert hit.link == ARTICLE.url
    assert "[été] dernier, la [haute] fonction" in hit.passage
    (titled,) = stored.search("réforme")
    assert titled.passage == "La [réforme] de l'ENA"


@pytest.mark.parametrize(("kind", "limit", "count"), [(None, 20, 2), ("thread", 20, 1), ("page", 20, 0), (None, 1, 1)])
def test_kind_and_limit(stored: Archive, kind: str | None, limit: int, count: int) -> None:
    assert len(stored.search("ENA", kind=kind, limit=limit)) == count


def test_what_a_document_no_longer_says_is_not_found(stored: Archive, run_id: int) -> None:
    stored.save_visit(run_id, visit(thread([*TWEETS[:2], ("102", "Rectificatif.")]), at=DAY_2))
    assert stored.search("rectificatif")
    assert not stored.search("30 000")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(alphabet=st.one_of(st.sampled_from("\"'*-:^(){}+ \0eE"), st.characters()), max_size=20))
def test_nothing_typed_makes_search_fail(stored: Archive, words: str) -> None:
    stored.search(words)
