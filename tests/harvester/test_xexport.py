"""An author's own X data export: which files are opened, which tweets are threads, what a tweet says."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import pytest

from db.records import Author, Document, ExportedThread
from harvester.imports import read_file, walk
from harvester.model import ImportFileError
from harvester.xexport import Counts, Export, ExportReading, files, find_export, read_export
from tests.harvester.xexport import (
    HANDLE,
    ME,
    PRIVATE,
    account,
    as_folder,
    as_zip,
    edited,
    note,
    script,
    tweet,
    tweet_id,
    urls,
)
from tests.harvester.xexport import files as export_files

A, B, C, D, E = (tweet_id(10 + minute) for minute in range(5))
OTHER = "1600000000000000001"
THREAD = [
    tweet(C, "3/ Fin.", B),
    tweet(A, "1/ La cantine 🍲 passe en régie."),
    tweet(B, "2/ Elle coûte 12 € par jour.", A),
]


def reading(path: Path) -> tuple[ExportReading, list[ExportedThread]]:
    export = find_export(path)
    assert export is not None
    with export:
        read = read_export(export)
        return read, [found.thread for found in read.threads]


def documents(
    tmp_path: Path, tweets: list[dict[str, Any]], notes: list[dict[str, Any]] | None = None
) -> list[Document]:
    read, threads = reading(as_zip(tmp_path / "x.zip", export_files(tweets, notes or [])))
    assert read.errors == []
    return [thread.document for thread in threads]


def one(tmp_path: Path, tweets: list[dict[str, Any]], notes: list[dict[str, Any]] | None = None) -> Document:
    (document,) = documents(tmp_path, tweets, notes)
    return document


def read_author(handle: str, name: str | None) -> Author:
    return Author(handle=handle, name=name, url=f"https://x.com/{handle}")


def texts(document: Document) -> list[str]:
    return [post.text for post in document.posts]


LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "zip": lambda path: as_zip(path / "x.zip", export_files(THREAD)),
    "zip, in a folder of it": lambda path: as_zip(path / "x.zip", export_files(THREAD), top="twitter-2023/"),
    "folder": lambda path: as_folder(path / "x", export_files(THREAD)),
    "its data folder": lambda path: as_folder(path / "x", export_files(THREAD)) / "data",
    "parts": lambda path: as_zip(path / "x.zip", export_files(THREAD, parts=3)),
    "old": lambda path: as_zip(path / "x.zip", export_files(THREAD, old=True, parts=2)),
    "old, not wrapped": lambda path: as_folder(path / "x", export_files(THREAD, old=True, wrapped=False)),
    "old, no data folder": lambda path: as_zip(
        path / "x.zip", {name.removeprefix("data/"): body for name, body in export_files(THREAD, old=True).items()}
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_thread_is_rebuilt_from_every_layout(layout: str, tmp_path: Path) -> None:
    read, (thread,) = reading(LAYOUTS[layout](tmp_path))
    document = thread.document
    assert (read.counts, read.errors) == (Counts(tweets=3, threads=1, posts=3), [])
    assert document.url == f"https://threadreaderapp.com/thread/{A}.html"
    assert [(post.id, post.text, post.reply_to) for post in document.posts] == [
        (A, "1/ La cantine 🍲 passe en régie.", None), (B, "2/ Elle coûte 12 € par jour.", A), (C, "3/ Fin.", B),
    ]  # fmt: skip
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)
    assert document.author
    assert (document.author.handle, document.author.name) == (HANDLE, "Agnès 🍲 cantine")
    assert (document.published_at, document.published_from) == ("2023-02-18T00:10:00.000Z", "snowflake")
    assert document.posts[1].url == f"https://x.com/{HANDLE}/status/{B}"


# --- What is opened ---------------------------------------------------------------------------------------


def test_no_other_member_of_a_zip_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_zip(tmp_path / "x.zip", export_files(THREAD, [note(A, "Autre.")], parts=2))
    opened: set[str] = set()
    real = zipfile.ZipFile.open

    def spy(archive: zipfile.ZipFile, name: Any, *rest: Any, **more: Any) -> IO[bytes]:
        opened.add(getattr(name, "filename", name))
        return real(archive, name, *rest, **more)

    monkeypatch.setattr(zipfile.ZipFile, "open", spy)
    reading(path)
    assert opened == {"data/account.js", "data/tweets.js", "data/tweets-part1.js", "data/note-tweet.js"}


def test_no_other_file_of_a_folder_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = as_folder(tmp_path / "x", export_files(THREAD))
    opened: set[str] = set()
    real = Path.open

    def spy(path: Path, *rest: Any, **more: Any) -> IO[Any]:
        opened.add(path.name)
        return cast(IO[Any], real(path, *rest, **more))

    monkeypatch.setattr(Path, "open", spy)
    for name in PRIVATE:
        (folder / "data" / name).chmod(0)
    assert list(walk([tmp_path])) == [folder]
    assert list(walk([folder])) == [folder]
    reading(folder)
    assert opened == {"account.js", "tweets.js"}


def test_the_email_of_the_account_is_in_nothing_that_is_kept(tmp_path: Path) -> None:
    export = find_export(as_zip(tmp_path / "x.zip", export_files(THREAD)))
    assert export is not None
    with export:
        read = read_export(export)
        kept = repr(read) + repr(list(read.threads))
    assert "passe en régie" in kept
    assert "courriel" not in kept


@pytest.mark.parametrize("name", ["direct_messages", "tweets", "ip_audit"])
def test_a_file_of_an_export_alone_is_refused(name: str) -> None:
    with pytest.raises(ImportFileError, match="import the zip, or the whole folder"):
        read_file("a.js", script(name, [{"secret": "mot"}]))


@pytest.mark.parametrize("made", [{"word/document.xml": b"<w/>"}, {"data/like.js": script("like", [])}, {}])
def test_other_zips_and_folders_are_no_exports(made: dict[str, bytes], tmp_path: Path) -> None:
    assert find_export(as_zip(tmp_path / "x.zip", made)) is None
    assert find_export(as_folder(tmp_path / "x", {"a.txt": b"mot", **made})) is None


# --- Which tweets are threads -----------------------------------------------------------------------------


def test_branches_follow_the_main_chain(tmp_path: Path) -> None:
    late, later = tweet_id(5, "2024-01-01"), tweet_id(6, "2024-01-01")
    tweets = [
        tweet(A, "un"), tweet(B, "deux", A), tweet(C, "trois", B), tweet(D, "branche", A),
        tweet(later, "suite", late), tweet(late, "un an après", B), tweet(E, "sur la branche", D),
    ]  # fmt: skip
    document = one(tmp_path, tweets)
    assert texts(document) == ["un", "deux", "trois", "branche", "sur la branche", "un an après", "suite"]
    assert [post.reply_to for post in document.posts] == [None, A, B, A, D, B, late]


@pytest.mark.parametrize(
    ("tweets", "counts"),
    [
        ([tweet(A, "seul")], Counts(tweets=1, single=1)),
        ([tweet(A, "RT @autre: un fil"), tweet(B, "RT @autre: la suite")], Counts(tweets=2, retweets=2)),
        ([tweet(A, "@autre non", OTHER, to_user="7", to_name="autre")], Counts(tweets=1, replies=1)),
        (
            [tweet(A, "@autre non", OTHER, to_user="7", to_name="autre"), tweet(B, "et encore", A), tweet(C, "fin", B)],
            Counts(tweets=3, replies=3),
        ),
        (
            [tweet(B, "suite", A), tweet(C, "fin", B)],
            Counts(tweets=2, threads=1, posts=2, beheaded=1),
        ),
        ([tweet(B, "suite d'un tweet effacé", A)], Counts(tweets=1, single=1)),
        ([tweet(A, "un"), tweet(B, "deux", A)] * 2, Counts(tweets=2, threads=1, posts=2)),
        ([tweet(A, "un", B), tweet(B, "deux", A)], Counts(tweets=2, threads=1, posts=2, beheaded=1)),
        ([tweet(A, "un", A)], Counts(tweets=1, single=1)),
        ([{"full_text": "sans id"}, tweet("-1", "x"), {"tweet": "?"}], Counts()),
    ],
    ids=[
        "single", "retweets", "reply", "thread under another's tweet", "orphans", "lone orphan", "twice", "in a ring",
        "to itself", "odd",
    ],
)  # fmt: skip
def test_what_is_a_thread(tweets: list[dict[str, Any]], counts: Counts, tmp_path: Path) -> None:
    read, threads = reading(as_zip(tmp_path / "x.zip", export_files(tweets)))
    assert (read.counts, len(threads)) == (counts, counts.threads)


def test_replies_under_an_old_handle_are_the_authors_by_id_and_without_account_by_parent(tmp_path: Path) -> None:
    tweets = [tweet(A, "un"), tweet(B, "deux", A, to_name="AncienNom"), tweet(C, "trois", B, to_name="AncienNom")]
    made = export_files(tweets)
    read, (thread,) = reading(as_zip(tmp_path / "x.zip", made))
    assert thread.document.author == read_author(HANDLE, "Agnès 🍲 cantine")
    del made["data/account.js"]
    read, (thread,) = reading(as_zip(tmp_path / "y.zip", made))
    assert (len(thread.document.posts), read.counts.beheaded) == (3, 0)
    assert thread.document.author == read_author("AncienNom", None)


# --- What a tweet says ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (tweet(B, "a &lt; b &amp;amp; c &eacute;", A), "a < b &amp; c &eacute;"),
        (tweet(B, "👩🏽‍🍳👍 voir https://t.co/aaa, merci &amp; https://t.co/bbb", A,
            **urls(aaa="https://a.example/x?a=1&b=2&copy=3", bbb="https://b.example/")),
            "👩🏽‍🍳👍 voir https://a.example/x?a=1&b=2&copy=3, merci & https://b.example/"),
        (tweet(B, "long https://t.co/ab court https://t.co/a", A, **urls(a="https://a.example/", ab="https://ab.example/")),
            "long https://ab.example/ court https://a.example/"),
        (tweet(B, "inconnu https://t.co/zzz", A), "inconnu https://t.co/zzz"),
        (tweet(B, "@Paul @Lea merci", A, display_text_range=["11", "16"]), "merci"),
        (tweet(B, "@Paul est là", A), "@Paul est là"),
        (tweet(B, "🙂🙂 @Paul  est   là", A, display_text_range=["2", "12"]), "🙂🙂 @Paul est là"),
        (tweet(B, "Lire https://t.co/qqq", A, **urls(qqq=f"https://twitter.com/autre/status/{OTHER}")), "Lire"),
        (tweet(B, "un\u2028deux\r\n\r\n  trois ", A), "un\ndeux\n\ntrois"),
    ],
    ids=["escapes", "links", "prefixes", "unknown", "hidden mentions", "shown", "emoji", "quote", "breaks"],
)  # fmt: skip
def test_words(made: dict[str, Any], text: str, tmp_path: Path) -> None:
    assert texts(one(tmp_path, [tweet(A, "un"), made]))[1] == text


def test_links_are_real_and_quotes_are_of_others(tmp_path: Path) -> None:
    quoted = "https://twitter.com/autre/status/1600000000000000009"
    made = tweet(
        B, "@Paul #cantine https://t.co/aaa https://t.co/bbb https://t.co/ccc", A, display_text_range=["6", "60"],
        **urls(aaa="https://a.example/", bbb=f"https://twitter.com/{HANDLE}/status/{A}", ccc=quoted),
    )  # fmt: skip
    links = [(link.kind, link.url, link.post_id) for link in one(tmp_path, [tweet(A, "un"), made]).links]
    assert links == [
        ("link", "https://a.example/", B), ("quote", quoted, B), ("mention", "https://x.com/Paul", B),
        ("hashtag", "https://x.com/hashtag/cantine", B),
    ]  # fmt: skip


def test_all_media_are_kept_at_their_best_and_their_short_address_is_no_word(tmp_path: Path) -> None:
    photo = {"type": "photo", "url": "https://t.co/mmm", "media_url_https": "https://pbs.twimg.com/media/A.jpg"}
    variants = [
        {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/p.m3u8"},
        {"content_type": "video/mp4", "bitrate": "256000", "url": "https://video.twimg.com/petit.mp4"},
        {"content_type": "video/mp4", "bitrate": "2176000", "url": "https://video.twimg.com/grand.mp4?tag=12"},
    ]
    media = [
        {**photo, "ext_alt_text": "Une marmite"},
        {**photo, "media_url_https": "https://pbs.twimg.com/media/B.jpg"},
        {**photo, "type": "video", "video_info": {"variants": variants}},
        {**photo, "type": "animated_gif", "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": "0",
            "url": "https://video.twimg.com/tweet_video/g.mp4"}]}},
    ]  # fmt: skip
    made = tweet(B, "Voir https://t.co/mmm", A, extended_entities={"media": media}, entities={"media": media[:1]})
    document = one(tmp_path, [tweet(A, "un"), made])
    assert texts(document)[1] == "Voir"
    assert [(medium.kind, medium.url, medium.alt) for medium in document.media] == [
        ("image", "https://pbs.twimg.com/media/A.jpg", "Une marmite"),
        ("image", "https://pbs.twimg.com/media/B.jpg", ""),
        ("video", "https://video.twimg.com/grand.mp4?tag=12", ""),
        ("gif", "https://video.twimg.com/tweet_video/g.mp4", ""),
    ]


def test_long_posts_get_their_full_text_by_time_and_first_words(tmp_path: Path) -> None:
    start = "La régie & ses comptes : " + "chaque repas est compté, " * 12
    long = f"{start}et voici la fin que tweets.js n'a pas https://t.co/lll #cantine"
    cut = tweet(B, f"{start[:270]}… https://t.co/zzz".replace("&", "&amp;"), A)
    notes = [
        note(B, f"Autre texte de la même seconde. {long}"),
        note(B, long, lll="https://l.example/x"),
        {"noteTweet": {}},
    ]
    document = one(tmp_path, [tweet(A, "un"), cut], notes)
    assert texts(document)[1] == long.replace("https://t.co/lll", "https://l.example/x")
    assert [link.url for link in document.links] == ["https://l.example/x", "https://x.com/hashtag/cantine"]


def test_tweets_older_than_snowflakes_are_dated_by_the_export(tmp_path: Path) -> None:
    document = one(tmp_path, [tweet("9000000001", "un"), tweet("9000000002", "deux", "9000000001")])
    assert (document.published_at, document.published_from) == ("2010-01-01T00:00:00.000Z", "export")


def test_of_an_edited_tweet_the_last_text_counts_and_the_earlier_are_told(tmp_path: Path) -> None:
    a2, a3 = tweet_id(20), tweet_id(30)
    ids = edited(A, a2, a3)
    tweets = [
        tweet(A, "12 agents", **ids), tweet(a2, "13 agents", **ids), tweet(a3, "15 agents", **ids),
        tweet(B, "suite", A), tweet(tweet_id(25), "fin", B),
    ]  # fmt: skip
    read, (thread,) = reading(as_zip(tmp_path / "x.zip", export_files(tweets)))
    assert (read.counts.threads, read.counts.edited, read.counts.posts) == (1, 1, 3)
    assert texts(thread.document) == ["15 agents", "suite", "fin"]
    assert [post.reply_to for post in thread.document.posts] == [None, a3, B]
    assert thread.document.url.endswith(f"/{a3}.html")
    assert thread.former_ids == {A: a3, a2: a3}
    assert [(texts(said.document), said.until) for said in thread.earlier] == [
        (["12 agents", "suite"], "2023-02-18T00:20:00.000Z"),
        (["13 agents", "suite", "fin"], "2023-02-18T00:30:00.000Z"),
    ]


# --- Damage -----------------------------------------------------------------------------------------------


def damaged(body: bytes) -> dict[str, bytes]:
    """Three threads in three parts, the second with this content."""
    tweets = []
    for n in range(3):
        first, second = tweet_id(n * 10), tweet_id(n * 10 + 1)
        tweets += [tweet(first, f"un {n}"), tweet(second, f"deux {n}", first)]
    return export_files(tweets, parts=3) | {"data/tweets-part1.js": body}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "does not begin as a file of an X data export"),
        (script("direct_messages", [{"secret": 1}]), "it holds direct_messages"),
        (script("tweets", [{"tweet": tweet(A, "x" * 50)}])[:-90], "it ends in the middle"),
        (b"window.YTD.tweets.part1 = [ {broken} ]", "broken JSON"),
        (b"window.YTD.tweets.part1 = [ " + b"[" * 100_000, "nested too deeply"),
        (b"window.YTD.tweets.part1 = [ {\"a\": " + b"1" * 5_000 + b"} ]", "broken JSON"),
        (b"window.YTD.tweets.part1 = [ \"" + b"a" * 6_000_000, "broken JSON"),
        (b"window.YTD.tweets.part1 = [ \xff\xfe ]", "broken JSON"),
    ],
    ids=["empty", "other", "cut", "broken", "nested", "number", "endless", "no text"],
)  # fmt: skip
@pytest.mark.parametrize("zipped", [True, False])
def test_a_damaged_part_costs_itself_only(body: bytes, why: str, zipped: bool, tmp_path: Path) -> None:
    made = damaged(body)
    read, threads = reading(as_zip(tmp_path / "x.zip", made) if zipped else as_folder(tmp_path / "x", made))
    assert [texts(thread.document)[0] for thread in threads] == ["un 0", "un 2"]
    (line,) = read.errors
    assert line.startswith("tweets-part1.js: ")
    assert why in line
    assert "\n" not in line


def test_what_came_before_the_damage_is_kept(tmp_path: Path) -> None:
    made = damaged(script("tweets", [tweet(tweet_id(10), "un 1"), tweet(tweet_id(11), "deux 1", tweet_id(10))])[:-2])
    read, threads = reading(as_zip(tmp_path / "x.zip", made))
    assert (len(threads), read.errors) == (
        3,
        ["tweets-part1.js: cannot be read to its end, after 2 entries: it ends in the middle"],
    )


def test_a_part_that_is_missing_is_told(tmp_path: Path) -> None:
    made = damaged(b"")
    del made["data/tweets-part1.js"]
    assert reading(as_zip(tmp_path / "x.zip", made))[0].errors == ["tweets-part1.js is not there"]


def test_a_damaged_member_and_a_cut_zip_are_told(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "x.zip", export_files(THREAD * 400))
    body = bytearray(path.read_bytes())
    at = body.index(b"data/tweets.js") + 400
    body[at : at + 40] = b"\0" * 40
    path.write_bytes(body)
    assert reading(path)[0].errors[0].startswith("tweets.js: cannot be read to its end")
    path.write_bytes(body[: len(body) // 2])
    with pytest.raises(ImportFileError, match="cut short or damaged"):
        find_export(path)


def test_a_bomb_is_read_no_further_than_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_EXPORT", 8 << 20)
    blank = b"window.YTD.tweets.part0 = [" + b" " * (16 << 20)
    read, threads = reading(as_zip(tmp_path / "x.zip", export_files([]) | {"data/tweets.js": blank}))
    assert (len(threads), len(read.errors)) == (0, 1)
    assert "is not read" in read.errors[0]


def with_junk(value: Any, chance: random.Random) -> Any:
    """The same entries with a value of another type here and there, and some keys lost."""
    junk = [None, True, -1, 1.5, "", [], {}, "x", "9" * 30, [[1]], {"a": 1}, "\ud800", ["0"], "٣"]
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if chance.random() > 0.02}
        return {
            key: chance.choice(junk) if chance.random() < 0.06 else with_junk(inner, chance)
            for key, inner in kept.items()
        }
    if isinstance(value, list):
        return [with_junk(inner, chance) for inner in value]
    return chance.choice(junk) if chance.random() < 0.04 else value


@pytest.mark.parametrize("seed", range(20))
def test_odd_values_and_damaged_bytes_are_never_more_than_a_line(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    made = export_files(with_junk([*THREAD, tweet(D, "x", A, **edited(D, E))], chance), [note(A, "long " * 60)])
    made["data/account.js"] = script("account", with_junk([account()], chance), ascii_only=True)
    path = as_zip(tmp_path / "x.zip", made)
    body = bytearray(path.read_bytes())
    for _ in range(6):
        try:
            threads = reading(path)[1] if find_export(path) else []
        except ImportFileError:
            return
        for document in (thread.document for thread in threads):
            assert all(document.text[post.start : post.end] == post.text for post in document.posts)
        body[chance.randrange(len(body))] = chance.randrange(256)
        path.write_bytes(body)


def test_names_of_members_lead_nowhere(tmp_path: Path) -> None:
    made = export_files(THREAD)
    odd = {"../../data/tweets.js": script("tweets", []), "/data/note-tweet.js": script("note_tweet", [])}
    inside = tmp_path / "inside"
    inside.mkdir()
    _, threads = reading(as_zip(inside / "x.zip", made | odd))
    assert len(threads) == 1
    assert {path.name for path in tmp_path.rglob("*")} == {"inside", "x.zip"}


def test_an_export_without_tweets_says_so(tmp_path: Path) -> None:
    made = {name: body for name, body in export_files(THREAD).items() if "tweets" not in name}
    read, threads = reading(as_folder(tmp_path / "x", made))
    assert (threads, read.errors) == ([], ["no tweets.js in it"])


def test_an_empty_export_is_no_error(tmp_path: Path) -> None:
    assert reading(as_zip(tmp_path / "x.zip", export_files([])))[0].errors == []


def test_export_closes_its_zip(tmp_path: Path) -> None:
    export = find_export(as_zip(tmp_path / "x.zip", export_files(THREAD)))
    assert isinstance(export, Export)
    with export:
        pass
    with pytest.raises(ValueError, match="closed"):
        export.of("tweets")[0].open()


def test_ids_of_the_account_are_text(tmp_path: Path) -> None:
    read, _ = reading(as_zip(tmp_path / "x.zip", export_files(THREAD)))
    assert read.account.id == ME
