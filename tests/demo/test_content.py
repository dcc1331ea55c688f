"""The demo's content: enough of it, of every sort, and its notation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from filature.demo.markup import post_html, seen_text, shown
from filature.demo.texts import EPOCH_MS, DemoThread, read_articles, read_threads

TODAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
THREADS = read_threads(TODAY)


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("Un & deux", "Un &amp; deux", "Un & deux"),
        ("l'État\n\nfin", "l&#039;État<br />\n<br />\nfin", "l'État\n\nfin"),
        ("{2/} Suite", '<span class="nop nop-start">2/ </span> Suite', "2/ Suite"),
        ("Fin {(1/X)}", 'Fin <span class="nop nop-end">(1/X)<br /></span>', "Fin (1/X)"),
        ("#ENA", '<a class="entity-hashtag" href="/hashtag/ENA">#ENA</a>', "#ENA"),
        (
            "a@b.fr @qui_demo",
            'a@b.fr <a class="entity-mention" href="https://twitter.com/qui_demo">@qui_demo</a>',
            "a@b.fr @qui_demo",
        ),
        (
            "^@qui_demo Oui",
            '<a class="entity-mention entity-mention-first" href="https://twitter.com/qui_demo">@qui_demo</a> Oui',
            "Oui",
        ),
        (
            "<https://www.exemple.fr/une/adresse/bien/longue>",
            '<a class="entity-url" data-preview="true" href="https://www.exemple.fr/une/adresse/bien/longue">'
            "exemple.fr/une/adresse/bie…</a>",
            "exemple.fr/une/adresse/bie…",
        ),
    ],
)
def test_notation(source: str, html: str, text: str) -> None:
    assert (post_html(source, linked=True), seen_text(source)) == (html, text)


def test_mentions_are_plain_when_not_linked() -> None:
    assert post_html("@qui_demo #ENA", linked=False) == "@qui_demo #ENA"


def test_several_images_are_a_group() -> None:
    html = post_html(
        "Voir ![un](https://pbs.twimg.com/media/a.jpg) ![deux](https://pbs.twimg.com/media/b.jpg)", linked=True
    )
    assert 'class="row justify-content-center entity-multiple-2"' in html
    assert html.count('src="/images/1px.png" data-src="https://pbs.twimg.com/media/') == 2


def test_short_addresses_are_not_cut() -> None:
    assert shown("https://www.exemple.fr/court") == "exemple.fr/court"


def test_there_is_enough_to_read() -> None:
    readable = [thread for thread in THREADS if thread.role not in ("closed", "challenge")]
    assert len(readable) == 18
    assert all(5 <= len(thread.posts) <= 20 for thread in readable)
    assert {thread.markup for thread in THREADS} == {"G1b", "G2", "G3"}
    assert max(len(post.text) for thread in THREADS for post in thread.posts) > 2000
    sizes = {folder: len(read_articles(folder)) for folder in ("wordpress", "mediapart", "spip")}
    assert sizes == {"wordpress": 6, "mediapart": 4, "spip": 4}


def test_each_part_of_the_demo_is_played_once() -> None:
    roles = Counter(thread.role for thread in THREADS)
    assert all(roles[role] == 1 for role in ("closed", "challenge", "limited", "gone", "grown", "english"))


@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread.slug)
def test_statements_noted_as_right_or_wrong_are_in_the_text(thread: DemoThread) -> None:
    text = "\n".join(post.text for post in thread.posts)
    assert [words for words in thread.right + thread.wrong if words not in text] == []


def test_enough_sums_hold_and_enough_do_not() -> None:
    assert sum(len(thread.right) for thread in THREADS) >= 10
    assert sum(len(thread.wrong) for thread in THREADS) >= 4


@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread.slug)
def test_ids_carry_the_times_of_posts(thread: DemoThread) -> None:
    ids = [int(post.id) for post in thread.posts]
    assert ids == sorted(set(ids))
    for post in thread.posts:
        assert (int(post.id) >> 22) + EPOCH_MS == round(post.posted_at.timestamp() * 1000)


def test_only_young_threads_follow_today() -> None:
    later = {thread.slug: thread.id for thread in read_threads(datetime(2027, 1, 1, tzinfo=UTC))}
    moved = {thread.slug for thread in THREADS if later[thread.slug] != thread.id}
    assert moved == {"young_accueil", "young_lits"}
    assert all((TODAY - thread.posts[-1].posted_at).days >= 0 for thread in THREADS)
