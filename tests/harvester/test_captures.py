"""Texts that people keep of pages. They are invented; each lies beside what it must become and why it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.captures import Capture, read_capture
from harvester.captures.furniture import folded
from harvester.captures.names import display_addresses
from harvester.captures.segments import paragraphs, segments
from harvester.text import capture_address
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages" / "captures"
EXPECTED = sorted(PAGES.glob("*.json"))
SEEDS = ["000_5d47d99f3243c8e7", "001_abb69019259c3862", "002_c257549b12afbc5d", "003_b89dfed8161015b5"]
SEEDS += ["004_fc6d93c9e0e71164"]


@pytest.fixture(params=EXPECTED, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> tuple[Capture, dict[str, Any]]:
    (text,) = (path for path in PAGES.glob(f"{request.param.stem}.*") if path.suffix != ".json")
    return read_capture(text.read_text(encoding="utf-8"), text.name), json.loads(request.param.read_text("utf-8"))


def test_capture_becomes_its_document(case: tuple[Capture, dict[str, Any]]) -> None:
    (what, document), wanted = case
    assert (what, document.kind, document.title) == (wanted["what"], wanted["kind"], wanted["title"])
    assert document.text == wanted["text"]
    assert [document.published_at, document.published_from] == wanted["published"]
    author = document.author and [document.author.handle, document.author.name]
    assert author == wanted["author"]
    assert document.url == wanted.get("url", capture_address(wanted["text"]))


def test_capture_becomes_its_posts(case: tuple[Capture, dict[str, Any]]) -> None:
    document, wanted = case[0].document, case[1]
    assert [post.text for post in document.posts] == wanted["posts"]
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)
    ids = wanted.get("ids") or [f"{document.url}#{number}" for number in range(1, len(document.posts) + 1)]
    assert [post.id for post in document.posts] == ids


def test_capture_becomes_its_parts(case: tuple[Capture, dict[str, Any]]) -> None:
    document, wanted = case[0].document, case[1]
    assert [[link.kind, link.url] for link in document.links] == wanted["links"]
    assert [[medium.kind, medium.url, medium.alt] for medium in document.media] == wanted.get("media", [])
    assert [[c.url, c.handle, c.date_text, c.tweets, c.excerpt] for c in document.cards] == wanted["cards"]
    assert {link.post_id for link in document.links} <= {None, *(post.id for post in document.posts)}


@pytest.mark.parametrize(
    "text",
    [
        "• • •",
        "Un fil.\n• • •\nUne suite, après trois points.",
        "Keep Current with the news, dit-il.\nEt la suite.",
        "---\nUn tiret au début.\n---\nPuis du texte.",
        "12 tweets plus tard, rien.\n\nToujours rien.",
    ],
)
def test_words_of_an_author_are_not_taken_for_the_site_s(text: str) -> None:
    what, document = read_capture(text)
    assert (what, document.text, document.author) == ("plain text", text, None)


def test_a_tweet_that_a_stripped_page_shows_twice_is_one_post() -> None:
    shown = {"1767507115766710272": "On ferme 31 classes.", "1767507619083190272": "Et on en ouvre 12."}
    marks = [f'thread#showTweet" data-screenname="ana" data-tweet="{key}" dir="auto">\n{shown[key]}\n' for key in shown]
    document = read_capture("".join([*marks, marks[0]])).document
    assert {post.id: post.text for post in document.posts} == shown
    assert document.text == "\n\n".join(shown.values())


def test_file_name_may_name_the_thread() -> None:
    document = read_capture("Un fil sans rien autour.", "2021-02-15_thread_1361265253267431425.txt").document
    assert (document.kind, document.published_at, document.published_from) == (
        "thread", "2021-02-15T10:45:02.121Z", "filename",
    )  # fmt: skip
    assert document.url.startswith("capture:")


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2021-05-04", "2021-05-04T00:00:00.000Z"),
        ("2021-05-04T23:30:00-07:00", "2021-05-05T06:30:00.000Z"),
        ("2021-05-04T10:00:00", "2021-05-04T08:00:00.000Z"),
        ("2021-13-45", None),
        ("2021-02-30T10:00:00Z", None),
        ("bientôt", None),
    ],
)
def test_date_of_a_clipping_is_a_day_of_the_calendar_in_its_own_zone(told: str, at: str | None) -> None:
    clipping = f"---\ntitle: Le four à pain\nsource: https://blog.exemple.fr/four\npublished: {told}\n---\nIl refume.\n"
    document = read_capture(clipping).document
    assert (document.published_at, document.published_from) == (at, "meta" if at else None)


@pytest.mark.parametrize(("day", "at"), [("May 4", "2021-05-04T00:00:00.000Z"), ("Feb 30", None)])
def test_date_of_a_page_shown_tweet_by_tweet_is_a_day_of_the_calendar(day: str, at: str | None) -> None:
    document = read_capture(
        f"Ana Belin\n@ana_belin\n{day}, 2021, 2 tweets\n\nLe four refume.\n\nEt le pain suit.\n"
    ).document
    assert (len(document.posts), document.published_at, document.published_from) == (2, at, "text" if at else None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("voir site.fr/page-lon…)", ["site.fr/page-lon…"]),
        ("(https://site.fr/a_(b), puis www.site.org.)", ["https://site.fr/a_(b)", "www.site.org"]),
        ("des soignant.e.s, habitant.es, tou.te.s, professionnel.le.s et élu.e.s", []),
        ("à 14h30.La suite, fin.Fr, etc.com et a@b.fr", ["etc.com"]),
        ("fr.calameo.com/read/0043…\nsous.site.gouv.fr/x", ["fr.calameo.com/read/0043…", "sous.site.gouv.fr/x"]),
        ("12.5/20 et 3.14", []),
    ],
)
def test_display_addresses(text: str, shown: list[str]) -> None:
    assert display_addresses(text) == shown


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("Pour être tenu·e au courant", "pour etre tenu au courant"),
        ("  **Keep Current with [A B](https://x/user/a)**", "keep current with a b"),
        ("## More from @a", "more from @a"),
        ("• • •", "• • •"),
        ("L’État", "l'etat"),
        ("abonné(e)s", "abonne"),
    ],
)
def test_folding(line: str, other: str) -> None:
    assert folded(line) == other


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("un (1/3)\ndeux (2/3)\ntrois (3/3)", 3),
        ("1/ un\n2/ deux", 2),
        ("un 👇🏽\ndeux", 2),
        ("deux choses :\n1) l'une\n2) l'autre", 1),
        ("le taux est de 3/4\n" + "a" * 250, 2),
        ("a" * 200 + "\n" + "b" * 200, 2),
        ("a" * 200 + "\n\n" + "b" * 200, 1),
        ("🙃" * 100 + "\n" + "🙃" * 60, 2),
        ("x" * 240 + "\nsite.fr/" + "y" * 100 + "…", 1),
    ],
)
def test_candidate_tweets(text: str, count: int) -> None:
    assert len(segments(text)) == count


@given(st.text(st.sampled_from("ab \n\t👇/1)…é"), max_size=80))
def test_segments_and_paragraphs_cover_the_words(text: str) -> None:
    for spans in (segments(text), paragraphs(text)):
        assert all(text[start:end].strip() == text[start:end] for start, end in spans)
        assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@given(st.text(max_size=200))
def test_any_text_becomes_a_document(text: str) -> None:
    document = read_capture(text).document
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_gives_the_text_that_was_annotated(seed: str) -> None:
    document = read_capture(shared(f"seeds/{seed}.txt").read_text(encoding="utf-8")).document
    assert document.text.split() == shared(f"gold/texts/{seed[:3]}.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_gives_what_was_annotated(seed: str) -> None:
    document = read_capture(shared(f"seeds/{seed}.txt").read_text(encoding="utf-8")).document
    wanted = json.loads(shared("gold/captures.json").read_text(encoding="utf-8"))[seed[:3]]
    author = document.author
    assert (author and author.name) == wanted.get("author_name", wanted.get("author"))
    assert (f"@{author.handle}" if author and author.handle else None) == wanted.get("author_handle")
    cards = [(card.date_text, card.tweets, card.excerpt.split("\n")[0]) for card in document.cards]
    assert cards == [(c["date_text"], c["tweets"], c["first_line"]) for c in wanted.get("related_cards", [])]
    shown = {kind: [link.display for link in document.links if link.kind == kind] for kind in ("link", "mention")}
    assert shown["link"] == [url["text"] for url in wanted["urls"] if url["where"] == "body"]
    assert list(dict.fromkeys(shown["mention"])) == wanted["mentions"]


def test_seed_has_as_many_posts_as_its_card_in_another_seed_says() -> None:
    thread = read_capture(shared(f"seeds/{SEEDS[2]}.txt").read_text(encoding="utf-8")).document
    card = read_capture(shared(f"seeds/{SEEDS[0]}.txt").read_text(encoding="utf-8")).document.cards[-1]
    assert thread.text.split()[:40] == card.excerpt.split()[:40]
    assert len(thread.posts) == card.tweets
