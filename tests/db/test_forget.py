"""What is forgotten is gone from every byte of the file, does not come back, and leaves the rest as it was."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from db import care
from db.archive import Archive
from db.backup import backup, restore
from db.errors import ArchiveHeldError
from db.forget import Chosen, Forgotten
from db.records import (
    Author,
    Card,
    Claim,
    DiscoveredTopic,
    Document,
    Entity,
    ExportedThread,
    Findings,
    Lead,
    Mention,
    Source,
    TopicEvent,
    TopicWeight,
)
from db.seals import text_of
from tests.db.samples import DAY_2, DAY_3, answer, one, problems, rows, thread, visit

# Words, names and addresses that stand nowhere else: no beginning of theirs is that of another word.
SECRET = Author(handle="qzorblat", name="Wyxmina Qzorb", url="https://people.example/qzorb-page")
OWN = "https://threads.example/t/1390000000000000777"
TWEETS = (
    ("1390000000000000777", "Le ministère paie 60 prestataires zkwarnig, à l'année."),
    ("1390000000000000778", "Chaque jvomplex prestataire coûte 500 euros par jour ; l'ENA n'y peut rien."),
    ("1390000000000000779", "Soit 30 000 euros par jour, dit Xqualandre. Un été à ce prix, c'est long."),
)
TOKENS = ("qzorb", "wyxmina", "zkwarnig", "jvomplex", "xqualandre", "1390000000000000777", "1390000000000000779",
          "hqtrace-7731", "vbedition")  # fmt: skip
FEED = "https://threads.example/feed"


def secret(text: str = TWEETS[2][1]) -> Document:
    tweets = (*TWEETS[:2], (TWEETS[2][0], text))
    return thread(tweets, OWN, SECRET, title="Fil vbedition")


def page(*parts: str) -> bytes:
    return f"<html>{' '.join(parts)}</html>".encode()


@pytest.fixture
def archive_with_both(archive: Archive, run_id: int) -> Archive:
    """A thread to forget, mined, changed once, shown on somebody else's page and in a feed; and that other thread."""
    card = Card(url=OWN, handle=SECRET.handle, date_text="1 May", tweets=3, excerpt=TWEETS[0][1])
    other = thread(cards=(card,))
    archive.sync_sources(
        [Source(id="secret", kind="author", url="https://threads.example/user/qzorblat"),
         Source(id="agent", kind="threads", url="https://threads.example/user/lagent")])  # fmt: skip
    headers = {"x-trace": "hqtrace-7731"}
    first = secret(TWEETS[2][1] + " Avant.")
    archive.save_visit(run_id, visit(first, url=OWN, body=page("first", *dict(TWEETS).values()), headers=headers))
    archive.save_visit(run_id, visit(secret(), url=OWN, at=DAY_2, body=page("then", OWN), headers=headers))
    archive.save_visit(run_id, visit(other, body=page("other", "shows", OWN, TWEETS[0][1])))
    listed = thread([("900", "Rien à voir.")], "https://threads.example/t/900", None)
    archive.save_visit(run_id, visit(listed, url=FEED, body=page("feed", "900")))
    archive.save_visit(run_id, visit(listed, url=FEED, at=DAY_2, body=page("feed again", "900", OWN)))
    archive.add_targets(
        [Lead(url="https://threads.example/t/1390000000000000999", kind="thread")], source="secret",
        discovered_from="https://threads.example/user/qzorblat")  # fmt: skip
    for task in archive.documents_to_mine("p1"):
        if task.posts[0][0] == TWEETS[0][0]:
            archive.save_findings(task, "p1", findings_of(task.text), DAY_3)
    archive.index_new_texts()
    return archive


def findings_of(text: str) -> Findings:
    at = text.index("Xqualandre")
    name = Entity(id="PER:xqualandre", name="Xqualandre", label="PER")
    claim = Claim(text=TWEETS[0][1], kind="quantity", check_worthy=True, score=0.9, start=0, end=len(TWEETS[0][1]))
    return Findings(
        claims=(claim,),
        mentions=(Mention(surface="Xqualandre", label="PER", entity=name, start=at, end=at + 10, rule="lexicon"),),
    )


def traces(path: Path) -> set[str]:
    """Which of the tokens stand anywhere in the files of the archive: as they are, or in what is compressed there."""
    raw = b"".join(path.with_name(path.name + ending).read_bytes() for ending in ("", "-wal") if
                   path.with_name(path.name + ending).exists())  # fmt: skip
    bodies = b"".join(
        zstandard.ZstdDecompressor().decompress(body) for (body,) in rows(path, "SELECT body FROM snapshots")
    )
    everything = (raw + bodies).lower()
    # A search index leaves out the letters that a word begins with as the one before it does.
    return {token for token in TOKENS if token.encode() in everything or token.encode()[3:] in everything}


AUTHOR = Chosen(
    what="author", document_ids=frozenset({1}), authors=(SECRET,),
    addresses=frozenset({"https://threads.example/user/qzorblat"}),
)  # fmt: skip
DOCUMENT = Chosen(what="document", document_ids=frozenset({1}))
# A document's own page goes; that of another which shows it was read from, and stays.
SHOWN_ELSEWHERE = {"zkwarnig", "1390000000000000777"}


def forgotten(path: Path, chosen: Chosen = AUTHOR) -> Forgotten:
    went = care.forget(path, chosen, "asked by mail")
    care.purge(path)
    return went


def test_nothing_of_an_author_stays_in_any_byte_but_in_pages_of_others(archive_with_both: Archive, path: Path) -> None:
    assert traces(path) == set(TOKENS)
    went = forgotten(path)
    assert (went.documents, went.versions, went.posts, went.shared) == (1, 1, 3, 1)
    assert went.snapshots == 3  # its own two, and the feed that named it
    assert traces(path) == SHOWN_ELSEWHERE
    # Where it is left, it is left in the bytes of that page alone.
    with closing(sqlite3.connect(path)) as conn:
        dump = "\n".join(line for line in conn.iterdump() if "snapshots" not in line).lower()
    assert [token for token in TOKENS if token in dump] == []


def test_topics_that_only_what_is_forgotten_made_go_too(archive_with_both: Archive, path: Path) -> None:
    both = DiscoveredTopic(id="hopital", label="hôpital", terms=(("hôpital", 1.0),))
    own = DiscoveredTopic(id="zkwarnig", label="zkwarnig vbedition", terms=(("zkwarnig", 1.0),))
    about = {topic: TopicWeight(topic=topic, weight=1.0) for topic in ("hopital", "zkwarnig")}
    weights = [(1, (about["hopital"], about["zkwarnig"])), (2, (about["hopital"],))]
    events = [TopicEvent(topic=topic, event="born") for topic in about]
    archive_with_both.save_discovery((both, own), weights, events, DAY_3)
    forgotten(path)
    assert rows(path, "SELECT id FROM topics") == [("hopital",)]
    assert rows(path, "SELECT topic_id FROM topic_events") == [("hopital",)]
    assert rows(path, "SELECT topic_id FROM topic_terms") == [("hopital",)]


def test_the_chain_still_holds_and_nothing_else_is_harmed(archive_with_both: Archive, path: Path) -> None:
    chain_before = rows(path, "SELECT id, chain FROM fetches")
    others = rows(path, "SELECT * FROM posts WHERE document_id <> 1")
    seal = care.seal(path, signed_by="", version="0.1.0")
    forgotten(path)
    assert rows(path, "SELECT id, chain FROM fetches") == chain_before
    assert rows(path, "SELECT * FROM posts") == others
    assert list(care.problems(path, Counter())) == []
    assert list(care.seal_problems(path, text_of(seal), "seal.json")) == []
    assert list(problems(path)) == []


def test_a_tombstone_says_how_much_when_and_why_and_not_what(archive_with_both: Archive, path: Path) -> None:
    forgotten(path)
    ((what, reason, documents, versions, snapshots),) = rows(
        path, "SELECT what, reason, documents, versions, snapshots FROM tombstones"
    )
    assert (what, reason, documents, versions, snapshots) == ("author", "asked by mail", 1, 1, 3)
    hashes = [row[0] for row in rows(path, "SELECT hash FROM tombstone_keys")]
    assert len(hashes) > 5
    assert all(len(found) == 64 and int(found, 16) for found in hashes)


def test_search_finds_the_others_only(archive_with_both: Archive, path: Path) -> None:
    assert archive_with_both.search("zkwarnig")
    forgotten(path)
    assert archive_with_both.search("zkwarnig") == []
    assert archive_with_both.search("prestataires")


BACK = {
    "its page": lambda archive, run: archive.save_visit(run, visit(secret(), url=OWN, body=page("zkwarnig"))),
    "its page, reworded": lambda archive, run: archive.save_visit(
        run, visit(secret("Autre fin, zkwarnig."), url=OWN, body=page("zkwarnig"))),
    "another address that leads to it": lambda archive, run: archive.save_visit(
        run, visit(secret(), url="https://threads.example/scrolly/qzorblat", body=page("zkwarnig"))),
    "another thread with a post of it": lambda archive, run: archive.save_visit(
        run, visit(thread(TWEETS[1:], "https://threads.example/t/1390000000000000778"), body=page("jvomplex"))),
    "a file": lambda archive, run: archive.save_import(
        run, answer("file:///qzorblat.html", DAY_2, 200, page("zkwarnig")), [secret()]),
    "another thread by the author": lambda archive, run: archive.save_visit(
        run, visit(thread([("5", "zkwarnig")], "https://threads.example/t/5", SECRET), body=page("zkwarnig"))),
    "the author in other letters": lambda archive, run: archive.save_visit(
        run, visit(thread([("6", "zkwarnig")], "https://threads.example/t/6", Author(handle="QZorblat")),
                   body=page("zkwarnig"))),
}  # fmt: skip


@pytest.mark.parametrize("way", BACK)
def test_it_does_not_come_back(archive_with_both: Archive, path: Path, run_id: int, way: str) -> None:
    forgotten(path)
    before = traces(path)
    fetches = one(path, "SELECT count(*) FROM fetches")
    stored = BACK[way](archive_with_both, run_id)
    assert (stored.new, stored.changed, stored.forgotten) == (0, 0, 1)
    assert one(path, "SELECT count(*) FROM documents WHERE text LIKE '%zkwarnig%'") == 0
    assert one(path, "SELECT count(*) FROM fetches") == fetches
    care.purge(path)
    assert traces(path) == before
    assert list(care.problems(path, Counter())) == []


def test_its_addresses_are_never_asked_again(archive_with_both: Archive, path: Path, run_id: int) -> None:
    forgotten(path)
    for url in (OWN, "https://threads.example/t/1390000000000000999", "https://threads.example/user/QZORBLAT"):
        assert archive_with_both.add_targets([Lead(url=url, kind="thread")], source=None, again=True) == 0
    archive_with_both.sync_sources([Source(id="secret", kind="author", url="https://threads.example/user/qzorblat")])
    assert "qzorblat" not in str(rows(path, "SELECT * FROM sources"))
    lead = Lead(url=OWN, kind="thread")
    archive_with_both.save_visit(run_id, visit(thread(), at=DAY_3, leads=(lead,)))
    assert [row for row in rows(path, "SELECT url FROM targets") if "1390" in row[0] or "qzorb" in row[0]] == []


def test_another_address_that_led_to_it_is_learnt(archive_with_both: Archive, path: Path, run_id: int) -> None:
    forgotten(path)
    url = "https://short.example/abc"
    archive_with_both.add_targets([Lead(url=url, kind="thread")], source=None)
    archive_with_both.save_visit(run_id, visit(secret(), url=url))
    assert rows(path, "SELECT url FROM targets WHERE url = ?", url) == []
    assert archive_with_both.add_targets([Lead(url=url, kind="thread")], source=None) == 0


def test_cards_that_show_it_are_not_kept_and_others_are(archive_with_both: Archive, path: Path, run_id: int) -> None:
    forgotten(path)
    assert one(path, "SELECT count(*) FROM cards") == 0
    cards = (
        Card(url=OWN, handle=None, date_text=None, tweets=3, excerpt="Le ministère paie"),
        Card(url=None, handle="Qzorblat", date_text=None, tweets=3, excerpt="Chaque"),
        Card(url=None, handle="autre", date_text=None, tweets=3, excerpt="Un autre"),
    )
    archive_with_both.save_visit(
        run_id, visit(thread([("7", "Sept.")], "https://threads.example/t/7", None, cards), body=b"seven")
    )
    assert rows(path, "SELECT handle FROM cards") == [("autre",)]


def test_of_a_document_the_author_stays_known_by_others(archive_with_both: Archive, path: Path, run_id: int) -> None:
    forgotten(path, DOCUMENT)
    later = thread([("8", "Huit.")], "https://threads.example/t/8", SECRET)
    assert archive_with_both.save_visit(run_id, visit(later, body=b"eight")).new == 1
    assert archive_with_both.save_visit(run_id, visit(secret(), url=OWN)).forgotten == 1


def test_a_feed_that_holds_it_among_others_gives_the_others(
    archive_with_both: Archive, path: Path, run_id: int
) -> None:
    forgotten(path)
    fresh = thread([("901", "Du neuf.")], "https://threads.example/t/901", None)
    stored = archive_with_both.save_visit(run_id, visit(secret(), fresh, url=FEED, at=DAY_3, body=page("both")))
    assert (stored.new, stored.changed) == (1, 0)


def test_what_is_not_held_can_be_kept_out(archive: Archive, path: Path, run_id: int) -> None:
    assert forgotten(path, Chosen(what="author", authors=(SECRET,))).documents == 0
    assert archive.save_visit(run_id, visit(secret(), url=OWN)).forgotten == 1
    assert archive.save_visit(run_id, visit(thread())).new == 1


def test_of_an_authors_own_export_nothing_stays(archive: Archive, path: Path, run_id: int) -> None:
    former = "1390000000000000111"
    told = ExportedThread(document=secret(), former_ids={former: TWEETS[0][0]})
    entries = page("export", *dict(TWEETS).values(), *dict(TWEETS), SECRET.handle or "", "vbedition")
    archive.save_export(run_id, answer("file:///qzorblat.zip", DAY_2, 200, entries), told)
    archive.save_visit(run_id, visit(secret(TWEETS[2][1] + " Et après."), url=OWN, body=page("page", OWN)))
    assert one(path, "SELECT count(*) FROM edits") == 1
    forgotten(path)
    assert traces(path) == set()
    assert one(path, "SELECT count(*) FROM edits") == 0
    assert list(care.problems(path, Counter())) == []
    assert archive.save_export(run_id, answer("file:///again.zip", DAY_3, 200, entries), told).new == 0
    only_former = thread([(former, "zkwarnig")], "https://threads.example/t/1390000000000000111", None)
    assert archive.save_visit(run_id, visit(only_former, url=only_former.url)).forgotten == 1
    assert traces(path) == set()


def test_a_backup_made_before_does_not_bring_it_back(archive_with_both: Archive, path: Path, tmp_path: Path) -> None:
    copy, there = tmp_path / "backup.db", tmp_path / "there.db"
    backup(path, copy)
    restore(copy, there)
    forgotten(there)
    restore(copy, there, replace=True)
    assert traces(there) == SHOWN_ELSEWHERE
    assert list(care.problems(there, Counter())) == []
    assert one(there, "SELECT count(*) FROM documents") == 2
    with Archive.open(there) as archive:
        assert archive.save_visit(archive.start_run("harvest", "0"), visit(secret(), url=OWN)).forgotten == 1


def test_a_restored_backup_that_knows_of_it_is_left_alone(
    archive_with_both: Archive, path: Path, tmp_path: Path
) -> None:
    copy, there = tmp_path / "backup.db", tmp_path / "there.db"
    forgotten(path)
    backup(path, copy)
    restore(copy, there)
    restore(copy, there, replace=True)
    assert rows(there, "SELECT * FROM tombstones") == rows(path, "SELECT * FROM tombstones")


def test_what_stands_there_again_is_a_fault(archive_with_both: Archive, path: Path) -> None:
    forgotten(path)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE documents SET url = ? WHERE id = 2", (OWN,))
        conn.execute("UPDATE fetches SET url = 'https://planted.example/' WHERE id = 1")
    told = [str(problem) for problem in care.problems(path, Counter())]
    assert "documents 2: was forgotten, and is there again" in told
    assert "fetches 1: was forgotten, and holds something all the same" in told


def test_while_somebody_reads_nothing_is_removed(archive_with_both: Archive, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        archive_with_both.add_targets([Lead(url="https://a.example/", kind="page")], source=None)
        reader.execute("SELECT 1 FROM documents").fetchone()
        with closing(sqlite3.connect(path)), pytest.raises(ArchiveHeldError, match="is reading it"):
            care.forget(path, AUTHOR, "")
    assert one(path, "SELECT count(*) FROM documents WHERE id = 1") == 1
