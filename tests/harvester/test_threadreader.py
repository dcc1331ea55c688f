"""Unrolled threads of every markup. Pages are invented; each lies beside what it must become and why it is there."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Post, join_posts
from harvester.model import Answer, PageShapeError, Reading
from harvester.sites.threadreader import READER
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages" / "threadreader"
EXPECTED = sorted(PAGES.glob("g*.json"))
THREAD = "https://threadreaderapp.com/thread/"


def page(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def read(body: bytes | str, url: str = f"{THREAD}1268236053509046272.html") -> Reading:
    return READER.read(Answer(url=url, body=body if isinstance(body, bytes) else body.encode()))


def tweet(text: str, tweet_id: str = "1268236053509046272", handle: str = "greffe_du_soir") -> str:
    return f'<div class="content-tweet" data-screenname="{handle}" data-tweet="{tweet_id}">{text}</div>'


@pytest.fixture(params=EXPECTED, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> tuple[Reading, dict[str, Any]]:
    wanted = json.loads(request.param.read_text(encoding="utf-8"))
    return read(page(f"{request.param.stem}.html"), wanted["address"]), wanted


def test_page_becomes_its_document(case: tuple[Reading, dict[str, Any]]) -> None:
    (document,), wanted = case[0].documents, case[1]
    assert document.kind == "thread"
    assert (document.url, document.title) == (wanted["url"], wanted["title"])
    assert document.author is not None
    assert [document.author.handle, document.author.name] == wanted["author"]
    assert document.author.url == f"https://x.com/{document.author.handle}"
    assert [document.published_at, document.published_from] == wanted["published"]


def test_page_becomes_its_posts(case: tuple[Reading, dict[str, Any]]) -> None:
    (document,), wanted = case[0].documents, case[1]
    assert [[post.id, post.text] for post in document.posts] == wanted["posts"]
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)


@pytest.mark.parametrize("part", ["links", "media", "cards"])
def test_page_becomes_its_parts(case: tuple[Reading, dict[str, Any]], part: str) -> None:
    (document,), wanted = case[0].documents, case[1]
    rows = {
        "links": [[link.kind, link.url, link.display] for link in document.links],
        "media": [[medium.kind, medium.url, medium.alt] for medium in document.media],
        "cards": [[card.url, card.handle, card.date_text, card.tweets, card.excerpt] for card in document.cards],
    }
    assert rows[part] == wanted[part]


def test_page_leads_to_the_author_s_other_threads_only(case: tuple[Reading, dict[str, Any]]) -> None:
    leads = case[0].leads
    assert [lead.url for lead in leads] == case[1]["neighbours"]
    assert {(lead.kind, lead.relation) for lead in leads} <= {("thread", "neighbour")}


def test_posts_tell_when_and_where() -> None:
    post = read(page("g3_2026.html")).documents[0].posts[1]
    assert (post.posted_at, post.url) == (
        "2024-03-12T11:07:09.750Z",
        "https://x.com/carte_scolaire/status/1767507619083190272",
    )


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("challenge.html", "challenge page"),
        ("login.html", "login page"),
        ("not_found.html", "thread not found"),
        ("previews_only.html", "only previews of other threads"),
        ("notice.html", "This author prefers"),
    ],
)
def test_page_without_tweets_is_an_error_that_says_what_it_is(name: str, instead: str) -> None:
    with pytest.raises(PageShapeError, match=r"thread/1268236053509046272\.html: no tweet") as error:
        read(page(name))
    assert instead in str(error.value)


def test_empty_answer_is_an_error() -> None:
    with pytest.raises(PageShapeError, match="the page is empty"):
        read(b"")


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://127.0.0.1:8741/thread/1268236053509046272.html", "http://127.0.0.1:8741/thread/"),
        (
            "https://web.archive.org/web/20200604000000id_/https://threadreaderapp.com/thread/1268236053509046272",
            THREAD,
        ),
        ("", THREAD),
    ],
)
def test_mirrors_keep_their_origin_and_archives_do_not(address: str, url: str) -> None:
    reading = read(page("g2_2020.html"), address)
    assert reading.documents[0].url == f"{url}1268236053509046272.html"
    assert [lead.url for lead in reading.leads] == [f"{url}1262993959941046272.html"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("un<br>deux<br/>  trois<br />\nquatre", "un\ndeux\ntrois\nquatre"),
        ("  deux\n   espaces  ", "deux espaces"),
        ("a\u2028b\u2029c\u0085d\u000be", "a\nb\nc\nd\ne"),
        ("l&#039;&quot;État&quot; &amp;amp; 3 &lt; 4", 'l\'"État" &amp; 3 < 4'),
        ("6\u00a0000 €", "6\u00a0000 €"),
        ("<i>en</i> <b>gras</b><script>x()</script><style>y</style>", "en gras"),
        ('<span style="display: none">caché</span>vu<span hidden>caché</span>', "vu"),
        ('<p class="x">un</p><p>deux</p>', "un\n\ndeux"),
        ("9" * 11_000, "9" * 11_000),
        ('<a href="https://x.com/a">mot</a> lié', "mot lié"),
        ('<span class="nop nop-start">3. </span>Troisième', "3. Troisième"),
        ("🧙‍♂️ 🇫🇷 👩🏽‍🏫", "🧙‍♂️ 🇫🇷 👩🏽‍🏫"),
    ],
)
def test_text_is_what_a_browser_shows(html: str, text: str) -> None:
    assert read(tweet(html)).documents[0].posts[0].text == text


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a class="entity-url" href="//exemple.fr/a">exemple.fr/a</a>', [("link", "https://exemple.fr/a")]),
        ('<a class="entity-url" href=" HTTP://Exemple.fr/a ">x</a>', [("link", "http://Exemple.fr/a")]),
        ('<a class="entity-url" href="vbscript:x">x</a><a href="#">y</a><a>z</a>', []),
        ('<a class="entity-url" href="http://[">x</a>', []),
        ('<a href="https://threadreaderapp.com/thread/?utm_campaign=topunroll#">publicité</a>', []),
        ('<a class="entity-url" href="https://mobile.twitter.com/a/status/12345678901234567/photo/1">t</a>',
         [("quote", "https://mobile.twitter.com/a/status/12345678901234567/photo/1")]),
        ('<a class="entity-url" href="https://x.com/greffe_du_soir/status/1268236053509046272">moi</a>', []),
        ("medium.com/@auteur et a@b.fr et &amp;#x et C#", []),
        ("@Un_Compte, @un_compte et #AME #2024 #Loi2024",
         [("mention", "https://x.com/Un_Compte"), ("hashtag", "https://x.com/hashtag/AME"),
          ("hashtag", "https://x.com/hashtag/Loi2024")]),
    ],
)  # fmt: skip
def test_links(html: str, links: list[tuple[str, str]]) -> None:
    found = read(tweet(html)).documents[0].links
    assert [(link.kind, link.url) for link in found] == links
    assert {link.post_id for link in found} <= {"1268236053509046272"}


@pytest.mark.parametrize("mark", ['<sup class="tw-permalink"><i class="fas fa-link"></i></sup>', ""])
@pytest.mark.parametrize("after", ["<script>let a</script>", "<footer>À propos</footer><script>let a</script>", ""])
def test_script_in_the_last_tweet_cuts_nothing(mark: str, after: str) -> None:
    quote = '<blockquote><a href="https://twitter.com/mairie_ex/status/1268236053509046111">Un vote</a></blockquote>'
    picture = '<a href="#"><script>let b</script><img data-src="https://pbs.twimg.com/media/EZ.jpg"></a>'
    last = tweet(f"Le vote : {quote}<script async src=w.js></script>{picture} et sa suite{mark}", "1268236053509046273")
    (document,) = read(f"<body>{tweet('Avant.' + mark)}{last}{after}</body>").documents
    assert document.posts[1].text.startswith("Le vote :")
    assert document.posts[1].text.endswith("et sa suite")
    assert [medium.url for medium in document.media] == ["https://pbs.twimg.com/media/EZ.jpg"]
    assert "let" not in document.text


def test_image_of_the_mirror_itself_is_kept() -> None:
    html = tweet('<span class="entity-image"><a href="/media/a.png"><img src="/images/1px.png" alt="Image"></a></span>')
    media = read(html, "http://127.0.0.1:8741/thread/1268236053509046272.html").documents[0].media
    assert [(medium.url, medium.alt) for medium in media] == [("http://127.0.0.1:8741/media/a.png", "")]


def test_time_of_the_page_dates_ids_that_tell_none(caplog: pytest.LogCaptureFixture) -> None:
    info = '<div class="thread-info"><a class="time" data-time="1226912461" href="/x/status/2001"></a></div>'
    document = read(info + tweet("avant", "2001")).documents[0]
    assert (document.published_at, document.published_from) == ("2008-11-17T09:01:01.000Z", "page")
    assert document.posts[0].posted_at is None
    assert not caplog.records


def test_time_of_a_card_is_not_the_thread_s(caplog: pytest.LogCaptureFixture) -> None:
    card = '<div class="thread-card"><span class="time" data-time="1500000000"></span></div>'
    assert read(card + tweet("fil")).documents[0].published_at == "2020-06-03T17:40:12.500Z"
    assert not caplog.records


def test_disagreement_between_page_and_id_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    info = '<div class="thread-info"><a class="time" data-time="1591206512" href="#"></a></div>'
    with caplog.at_level(logging.WARNING):
        read(info + tweet("fil"))
    assert "the page says 2020-06-03T17:48:32.000Z, its id 2020-06-03T17:40:12.500Z" in caplog.text


def test_name_of_a_card_is_not_the_author_s() -> None:
    card = '<div class="thread-card"><div class="username"><a href="/user/autre">Autre</a></div></div>'
    document = read(tweet("fil") + card).documents[0]
    assert document.author is not None
    assert (document.author.handle, document.author.name) == ("greffe_du_soir", None)


@given(st.lists(st.text(max_size=30), max_size=6))
def test_offsets_slice_to_the_text_whatever_the_posts(texts: list[str]) -> None:
    text, posts = join_posts(Post(id=str(number), text=words) for number, words in enumerate(texts))
    assert [text[post.start : post.end] for post in posts] == texts


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<&\0"), max_size=40), min_size=1))
def test_any_words_keep_their_offsets_through_a_page(texts: list[str]) -> None:
    html = "".join(tweet(words, str(10**18 + number)) for number, words in enumerate(texts))
    document = read(html).documents[0]
    assert len(document.posts) == len(texts)
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)


def test_real_page_of_2020() -> None:
    body = shared("pages/threadreader/2020-01-12_thread_1215710451343904768.html").read_bytes()
    document = read(body).documents[0]
    kinds = [link.kind for link in document.links]
    assert (len(document.posts), document.published_at) == (102, "2020-01-10T19:02:13.065Z")
    assert document.posts[-1].id == "1215907771293429760"
    assert [kinds.count(kind) for kind in ("link", "quote", "mention")] == [3, 3, 36]
    texts = {post.id: post.text for post in document.posts}
    hidden = [
        link for link in document.links if link.kind == "mention" and link.display not in texts[link.post_id or ""]
    ]
    assert len(hidden) == 28
    assert len(document.cards) == 9
    assert not any(part in document.text for card in document.cards for part in card.excerpt.split("\n\n") if part[30:])


@pytest.mark.parametrize(
    ("name", "posts"),
    [
        ("2026-08_devmade_multi_post", 3),
        ("2026-08_real_page_sample_thread_2089858284660662307", 2),
        ("RECONSTRUCTED_2026_thread_page", 6),
    ],
)
def test_real_markup_of_2026(name: str, posts: int) -> None:
    document = read(shared(f"pages/threadreader/{name}.html").read_bytes(), "").documents[0]
    assert len(document.posts) == posts
    assert "showTweet" not in document.text
