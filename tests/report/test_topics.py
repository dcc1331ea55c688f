"""The topic report: what a reader finds in it, in three formats and two languages, and what never gets in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from db.archive import Archive
from db.records import DiscoveredTopic, Document, Findings, Target, TopicEvent, TopicSeed, TopicWeight, Visit
from report.errors import DateError, DiscoveredTopicError, OwnTemplateError, UnknownNameError
from report.limits import limits
from report.render import Format, Style, render
from report.topics import Selection, file_name, topics_report
from tests.report.conftest import SEEDS, SENTENCE, THREAD, WEIGHT

DAY = "2021-06-03"
ALL = Selection()
WRONG = (
    "60 prestataires, 500\u202f€\xa0: le calcul donne 30\u202f000\u202f€, et non 40\u202f000\u202f€ comme le dit"
    " le texte\xa0: 25\u202f% de moins."
)


def written(archive: Archive, asked: Selection = ALL, form: Format = "html", lang: str = "fr") -> str:
    style = Style(lang=lang, format=form, date=DAY)
    return render(topics_report(archive, asked, style), style)


def page_of(archive: Archive, asked: Selection = ALL, lang: str = "fr") -> BeautifulSoup:
    return BeautifulSoup(written(archive, asked, lang=lang), "lxml")


@pytest.fixture
def page(archive: Archive) -> BeautifulSoup:
    return page_of(archive)


def text_of(tag: Tag | BeautifulSoup | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().split(" ")).strip()


def test_the_numbers_at_a_glance(page: BeautifulSoup) -> None:
    numbers = {text_of(div.dt): text_of(div.dd) for div in page.select(".numbers div")}
    assert numbers == {
        "Documents": "2", "Auteurs": "2", "Affirmations": "1", "À vérifier": "1", "Calculs faux": "1",
        "Disparus du Web": "0",
    }  # fmt: skip
    assert text_of(page.select_one("header .lead")) == (
        "2\xa0documents de 2\xa0auteurs, de mars 2021 à mai 2021\xa0: 1\xa0affirmation, dont 1 à vérifier et"
        " 1\xa0calcul faux."
    )


def test_documents_that_no_author_and_no_day_are_known_of_are_told_apart(archive: Archive) -> None:
    run = archive.start_run("import", "0.1.0")
    target = Target(url="file:///note.html", kind="article", state="done")
    archive.save_visit(run, Visit(target=target, documents=(Document(kind="page", url=target.url, text="Une note."),)))
    (task,) = archive.documents_to_mine("by-hand")
    archive.save_findings(task, "by-hand", Findings(topics=WEIGHT), "2021-06-02T08:00:00.000Z")
    page = page_of(archive)
    assert text_of(page.select_one("header .lead")).startswith(
        "3\xa0documents (1\xa0non signé, 1\xa0sans date) de 2\xa0auteurs, de mars 2021 à mai 2021\xa0: "
    )
    assert "3 documents (1 unsigned, 1 undated) by 2 authors, from March 2021 to May 2021: " in written(
        archive, form="md", lang="en"
    ).replace("\xa0", " ")


def test_a_wrong_sum_comes_first_in_plain_words_with_its_sentence_and_links(page: BeautifulSoup) -> None:
    titles = [text_of(title) for title in page.select(".topic h3")]
    assert titles[:2] == ["Les calculs faux", "À vérifier d’abord"]
    (wrong,) = page.select(".claim.wrong")
    assert [text_of(line) for line in wrong.select(".verdict, blockquote")] == [WRONG, SENTENCE]
    assert [text_of(amount) for amount in wrong.select("blockquote b")] == ["60 prestataires", "500 €", "40 000 €"]
    assert text_of(wrong.select_one(".meta")) == "@lagent · 1er\xa0mai 2021 · selon la Cour"
    assert [str(link["href"]) for link in wrong.select("a")] == [
        f"{THREAD}#:~:text=Selon%20la%20Cour%2C%2060,000%20%E2%82%AC%20par%20jour.",
        "https://x.example/lagent/status/100",
        f"https://web.archive.org/web/20210601080000/{THREAD}",
    ]


def test_a_claim_opens_on_the_archived_text_around_it(page: BeautifulSoup) -> None:
    passage = page.select_one(".claim .passage")
    assert text_of(passage.p if passage else None) == f"Parlons d'argent.\n{SENTENCE}\n\nEt personne ne recompte."
    assert text_of(passage.select_one(".trace") if passage else None).startswith(
        "document 1, version 1, caractères 18 à 103 · empreinte "
    )


def discover(archive: Archive) -> None:
    found = DiscoveredTopic(id="trains-gares", label="trains, gares", terms=(("trains", 1.0),))
    weights = [(key, [TopicWeight(topic=found.id, weight=1.0)]) for key in archive.document_ids()]
    archive.save_discovery([found], weights, [TopicEvent(found.id, "born")], "2021-06-02T08:00:00.000Z")


def test_a_discovered_topic_gets_no_report_before_it_is_pinned(archive: Archive) -> None:
    discover(archive)
    assert not page_of(archive).select("#trains-gares")
    with pytest.raises(DiscoveredTopicError, match="`filature topics pin trains-gares --write`, then `filature mine`"):
        written(archive, Selection(topics=("externalisation", "trains-gares")))
    with pytest.raises(DiscoveredTopicError):
        limits(archive, f"{DAY}T00:00:00.000Z", topic=["trains-gares"])


def test_a_report_of_several_topics_starts_with_them(archive: Archive) -> None:
    discover(archive)
    # What `mine` does once the topic stands in config.toml.
    pinned = TopicSeed(name="trains-gares", label="trains, gares", terms=("trains",))
    archive.save_topics([*SEEDS, pinned])
    page = page_of(archive, Selection(topics=("trains-gares", "externalisation", "vaccination")))
    rows = [[text_of(cell) for cell in row.select("th, td.n")] for row in page.select(".overview tbody tr")]
    assert rows == [["1 trains, gares", "2", "0", "0", "1"], ["2 Externalisation <&>", "2", "1", "1", "1"]]
    assert "Sans aucun document\xa0: Vaccination." in page.get_text()
    heat = [[text_of(cell) for cell in row.select("th, td")] for row in page.select(".heat tbody tr")]
    assert heat == [["@lagent", "1", "1", "1"], ["Une lectrice", "1", "1", "1"]]
    assert [str(link["href"]) for link in page.select(".brief a")] == ["#trains-gares-k1"]


def test_amounts_stand_side_by_side(page: BeautifulSoup) -> None:
    (table,) = page.select(".amounts")
    assert text_of(table.caption) == "Euros"
    rows = [[text_of(cell) for cell in row.select("td")] for row in table.select("tbody tr")]
    assert [row[0] for row in rows] == ["40\u202f000\u202f€", "500\u202f€"]
    assert rows[1][1] == "Selon la Cour, 60 prestataires coûtent 500 € par jour chacun, soit 40 000 € par jour."


def test_names_months_documents_terms_and_method(page: BeautifulSoup) -> None:
    tables = {text_of(table.caption): table for table in page.select(".columns table")}
    assert [text_of(cell) for cell in tables["Organisations"].select("tbody th, tbody td")] == [
        "Cour des comptes @Courdescomptes", "1", "1",
    ]  # fmt: skip
    assert list(tables) == ["Qui en parle", "Organisations"]
    figures = [[text_of(cell) for cell in row.select("th, td")] for row in page.select(".chart tbody tr")]
    assert figures == [["mars 2021", "1", "0", "0", "0"], ["mai 2021", "1", "1", "1", "1"]]
    documents = [[text_of(cell) for cell in row.select("th, td")] for row in page.select(".topic table.stack tbody tr")]
    assert documents == [
        ["1er\xa0mai 2021", "L'argent fil · Wayback Machine", "@lagent", "1"],
        ["9\xa0mars 2021", "<img src=x onerror=alert(1)> billet · Wayback Machine", "Une lectrice", "0"],
    ]
    assert "prestataires 1" in text_of(page.select_one(".terms"))
    method = text_of(page.select_one("#method"))
    assert "analyse by-hand. Archive\xa0: 2\xa0documents, 2\xa0messages, vus du 1er\xa0juin 2021" in method
    assert f"filature report topics --lang fr --date {DAY}" in method


def test_the_method_of_an_empty_archive_names_no_day_and_no_document(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty.db") as empty:
        empty.save_topics(SEEDS)
        for form in ("html", "md"):
            text = written(empty, form=form).replace("\xa0", " ")
            assert "0 document, 0 message." in text
            assert "mine --explain" not in text


@pytest.mark.parametrize(
    ("asked", "limits"),
    [
        (ALL, ""),
        (Selection(since="2021-05", until="2021"), " --since 2021-05-01 --until 2021-12-31"),
        (Selection(since="60d", until="2d"), " --since 2021-04-04 --until 2021-05-31"),
        (Selection(authors=("Une lectrice", "@lagent")), " --author 'Une lectrice' --author @lagent"),
    ],
)
def test_the_call_for_more_claims_has_the_limits_of_the_report(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, asked: Selection, limits: str
) -> None:
    monkeypatch.setattr("report.topics.CLAIMS", 0)
    monkeypatch.setattr("report.topics.WRONG", 0)
    monkeypatch.setattr("report.topics.QUOTES", 0)
    command = f"filature report claims --topic externalisation{limits}"
    assert command in [text_of(code) for code in page_of(archive, asked).select(".topic code")]
    assert command.replace("_", "\\_") in written(archive, asked, "md")


def test_the_method_shows_a_call_that_can_be_made(page: BeautifulSoup) -> None:
    assert "filature mine --explain 1" in [text_of(code) for code in page.select("#method code")]


def test_every_link_within_the_page_leads_somewhere_and_no_id_is_used_twice(page: BeautifulSoup) -> None:
    ids = [str(element["id"]) for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(link["href"])[1:] for link in page.select('a[href^="#"]')} <= set(ids)


def test_nothing_runs_and_nothing_is_loaded(archive: Archive) -> None:
    source = written(archive)
    page = BeautifulSoup(source, "lxml")
    assert not page.select("script, img, iframe, link, object, form, [onerror], [onclick], [style], [src]")
    (policy,) = page.select("meta[http-equiv=Content-Security-Policy]")
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'",
        str(policy["content"]),
    )
    assert "url(" not in source
    assert "@import" not in source


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_same_archive_and_day_give_the_same_bytes(archive: Archive, form: Format) -> None:
    assert written(archive, form=form) == written(archive, form=form)


def test_json_holds_the_facts(archive: Archive) -> None:
    told = json.loads(written(archive, form="json"))
    assert told["about"]["numbers"]["wrong_sums"] == 1
    (topic,) = told["topics"]
    assert topic["wrong"][0]["told"] == WRONG
    claim = topic["wrong"][0]["claims"][0]
    assert (claim["claim"]["text"], claim["source"][:30]) == (SENTENCE, f"{THREAD}#:~:te"[:30])
    assert claim["wayback"] == f"https://web.archive.org/web/20210601080000/{THREAD}"


def test_markdown_holds_the_facts(archive: Archive) -> None:
    told = written(archive, form="md")
    assert f"- **{WRONG}**" in told
    assert f"[Lire à la source](<{THREAD}#:~:text=Selon%20la%20Cour" in told
    assert "| Externalisation \\<&\\> | 2 | 1 | 1 | 1 |" in told


# --- Choosing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "documents", "said"),
    [
        (Selection(since="2021-04"), "1", "depuis le 1er\xa0avril 2021"),
        (Selection(until="2021-03-09"), "1", "jusqu’au 9\xa0mars 2021"),
        (
            Selection(since="2021", until="2021"),
            "2",
            "depuis le 1er\xa0janvier 2021, jusqu’au 31\xa0décembre 2021",
        ),
        (Selection(since="33d"), "1", "depuis le 1er\xa0mai 2021"),
        (Selection(authors=("@LAGENT",)), "1", "par @lagent"),
        (Selection(authors=("une lectrice", "lagent")), "2", "par Une lectrice, @lagent"),
    ],
)
def test_only_what_was_asked_for_counts(archive: Archive, asked: Selection, documents: str, said: str) -> None:
    page = page_of(archive, asked)
    assert text_of(page.select_one(".numbers dd")) == documents
    assert text_of(page.select_one(".scope")) == f"Seulement\xa0: {said}"


def test_nothing_to_tell_is_told(archive: Archive) -> None:
    page = page_of(archive, Selection(topics=("vaccination",)))
    assert "Rien dans l’archive ne correspond à ce choix." in page.get_text()
    assert "Sans aucun document\xa0: Vaccination." in page.get_text()


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (Selection(topics=("vacination",)),
         "no topic 'vacination' in the archive; topics: vaccination, externalisation"),
        (Selection(authors=("lagente",)), "no author 'lagente' in the archive; authors: @lagent, Une lectrice"),
        (Selection(sources=("club",)), "no source 'club' in the archive; sources: none yet"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_those_there_are(archive: Archive, asked: Selection, line: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        written(archive, asked)
    assert str(caught.value) == line


@pytest.mark.parametrize("text", ["demain", "2021-13", "2021-02-30", "0000", "d", "999999d", "2021-05-04T08:00"])
def test_what_is_no_date_is_said(archive: Archive, text: str) -> None:
    with pytest.raises(DateError, match="is no date; write 2021"):
        written(archive, Selection(since=text))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (ALL, "topics"),
        (Selection(topics=("ena",), since="2021-05", authors=("@a/../b",)), "topics_ena_since_2021-05_by_a-b"),
        (Selection(authors=("Solène Ô",), sources=("club",)), "topics_by_solene-o_from_club"),
        (Selection(authors=("作者",)), "topics_by_334866ed"),
        (Selection(authors=("x" * 300,)), f"topics_by_{'x' * 90}_c5a624a7"),
    ],
)
def test_what_is_chosen_names_the_file(asked: Selection, name: str) -> None:
    assert file_name(asked) == name


# --- Templates of the user's ------------------------------------------------------------------------------


def own_style(folder: Path) -> Style:
    return Style(date=DAY, templates=folder)


def test_a_template_of_the_users_takes_the_place_of_ours(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "report.css").write_text("body { color: teal }")
    (tmp_path / "topics.html").write_text(
        '{% extends "base.html" %}{% block body %}{{ report.topics[0].numbers.label }}{% endblock %}'
    )
    style = own_style(tmp_path)
    page = render(topics_report(archive, ALL, style), style)
    assert "Externalisation &lt;&amp;&gt;" in page
    assert "<style>body { color: teal }</style>" in page
    assert "sha256-hjBErZQBSXLPzuNkJUgqb1aNkVkGXN2XyUEvsHVUJ+4=" not in page
    assert written(archive).count("teal") == 0


@pytest.mark.parametrize(
    ("template", "said"),
    [("{% if %}", "topics.html, line 1: "), ("{{ report.nothing }}", "has no attribute 'nothing'")],
)
def test_a_template_that_fails_says_where(archive: Archive, tmp_path: Path, template: str, said: str) -> None:
    (tmp_path / "topics.html").write_text(template)
    style = own_style(tmp_path)
    with pytest.raises(OwnTemplateError, match=re.escape(said)):
        render(topics_report(archive, ALL, style), style)
