"""From the files of an export to its threads.

The tweets are gone through twice: first for who replies to whom, then for those that belong to threads. So memory
holds the threads, some three kilobytes a tweet, and not the whole export.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.records import Author, Document, EarlierText, ExportedThread, Link, Media, Post, join_posts
from harvester import snowflake
from harvester.addresses import X, thread_url
from harvester.text import title_of
from harvester.xexport.files import BrokenPartError, Budget, Export, Part, entries
from harvester.xexport.trees import Account, Graph, Tree
from harvester.xexport.tweets import Note, Tweet, id_of, is_cut, note_of, read_tweet, tweet_of

_HANDLE = re.compile(r"\w{1,20}", re.A)
MOST_TWEETS = 3_000_000  # the busiest accounts have about as many


@dataclass(frozen=True, slots=True)
class ReadThread:
    """A thread, and the entries of the export that tell it, word for word, as one JSON array."""

    thread: ExportedThread
    source: bytes


@dataclass(slots=True)
class Counts:
    """What an export holds. `beheaded` threads lack a beginning; `short_links` are known when all threads are read."""

    tweets: int = 0
    threads: int = 0
    posts: int = 0
    single: int = 0
    replies: int = 0
    retweets: int = 0
    edited: int = 0
    beheaded: int = 0
    short_links: int = 0


@dataclass(slots=True)
class ExportReading:
    """An export as it is being read: go through `threads` once. `errors` has a line for each file that is damaged."""

    account: Account
    counts: Counts
    files: tuple[str, ...]
    threads: Iterator[ReadThread]
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The JSON of the tweets of threads, and the notes of the seconds in which they were posted."""

    tweets: Mapping[int, bytes]
    notes: Mapping[int, list[tuple[Note, bytes]]]

    def tweet(self, key: int) -> Mapping[str, Any]:
        return tweet_of(json.loads(self.tweets[key]))

    def note(self, key: int) -> tuple[Note, bytes] | None:
        second = _second(key)
        near = [found for at in (second - 1, second, second + 1) for found in self.notes.get(at, [])]
        raw = self.tweet(key) if near else {}
        return next((found for found in near if is_cut(raw, found[0])), None)


def read_export(export: Export) -> ExportReading:
    """The threads of an export. Damaged files cost what comes after the damage, and leave a line in `errors`."""
    errors: list[str] = []
    account = _account(export.of("account"), errors)
    graph = Graph()
    for entry, _ in _entries(export.of("tweets"), errors):
        graph.add(tweet_of(entry), account)
    errors += _missing(export.of("tweets"))
    trees = list(graph.trees())
    single, replies = graph.count_others(key for tree in trees for key in tree.order)
    counts = Counts(
        tweets=graph.met,
        threads=len(trees),
        posts=sum(len(tree.order) for tree in trees),
        single=single,
        replies=replies,
        retweets=graph.retweets,
        edited=sum(len(tree.edits) for tree in trees),
        beheaded=sum(tree.beheaded for tree in trees),
    )
    sources = _sources(export, trees, errors)
    account = account if account.handle else replace(account, handle=_handle_in(trees, sources))
    files = tuple(part.name for kind in ("account", "tweets", "notes") for part in export.of(kind))
    return ExportReading(account, counts, files, _threads(trees, sources, account, counts), errors)


def _entries(parts: Iterable[Part], errors: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The entries of all parts; a damaged one does not keep the next from being read."""
    budget, count = Budget(), 0
    for part in parts:
        try:
            for found in entries(part, budget):
                count += 1
                if count > MOST_TWEETS:
                    errors.append(f"{part.name}: more than {MOST_TWEETS} entries, the rest is not read")
                    return
                yield found
        except BrokenPartError as error:
            errors.append(str(error))


def _missing(parts: list[Part]) -> Iterator[str]:
    there = {part.number for part in parts}
    if not there:
        yield "no tweets.js in it"
    for number in sorted(set(range(max(there, default=0))) - there):
        yield f"tweets-part{number}.js is not there" if number else "tweets.js is not there, its further parts are"


def _account(parts: list[Part], errors: list[str]) -> Account:
    """Id, handle and name of the account; nothing else of that file is kept."""
    for entry, _ in _entries(parts, errors):
        told = entry.get("account", entry)
        if isinstance(told, dict):
            name = told.get("accountDisplayName")
            return Account(
                id=id_of({"id": told.get("accountId")}),
                handle=_as_handle(told.get("username")),
                name=name if isinstance(name, str) and name else None,
            )
    return Account()


def _sources(export: Export, trees: Iterable[Tree], errors: list[str]) -> _Sources:
    wanted = {key for tree in trees for key in tree.order}
    wanted |= {key for tree in trees for edits in tree.edits.values() for key in edits}
    tweets: dict[int, bytes] = {}
    told_before: list[str] = []
    for entry, source in _entries(export.of("tweets"), told_before) if wanted else ():
        key = int(id_of(tweet_of(entry)) or 0)
        if key in wanted:
            tweets.setdefault(key, source.encode("utf-8", "surrogatepass"))
    seconds = {_second(key) + step for key in tweets for step in (-1, 0, 1)}
    notes: dict[int, list[tuple[Note, bytes]]] = {}
    for entry, source in _entries(export.of("notes"), errors):
        note = note_of(entry)
        if note is not None and (second := note.created_ms // 1000) in seconds:
            notes.setdefault(second, []).append((note, source.encode("utf-8", "surrogatepass")))
    return _Sources(tweets, notes)


def _second(key: int) -> int:
    return (snowflake.unix_ms(key) or 0) // 1000


def _handle_in(trees: Iterable[Tree], sources: _Sources) -> str | None:
    """The handle that most of an author's replies to own tweets name."""
    replies = (key for tree in trees for key in tree.order[1:])
    names = Counter(_as_handle(sources.tweet(key).get("in_reply_to_screen_name")) for key in replies)
    return next((name for name, _ in names.most_common() if name), None)


def _as_handle(value: object) -> str | None:
    return value if isinstance(value, str) and _HANDLE.fullmatch(value) else None


def _threads(trees: Iterable[Tree], sources: _Sources, account: Account, counts: Counts) -> Iterator[ReadThread]:
    for tree in trees:
        texts = {key: _revisions(key, tree, sources) for key in tree.order}
        last = {key: edits[-1] for key, edits in texts.items()}
        document, short_links = _document(last, tree, sources, account)
        counts.short_links += short_links
        former = {str(edit): str(key) for key, edits in tree.edits.items() for edit in edits if edit != key}
        thread = ExportedThread(
            document=document, earlier=tuple(_earlier(texts, tree, sources, account)), former_ids=former
        )
        yield ReadThread(thread, _source(texts, sources))


def _revisions(key: int, tree: Tree, sources: _Sources) -> list[int]:
    """The ids of the texts of a tweet that the export has, oldest first, its own last."""
    return [edit for edit in tree.edits.get(key, ()) if edit in sources.tweets and edit < key] + [key]


def _earlier(texts: Mapping[int, list[int]], tree: Tree, sources: _Sources, account: Account) -> Iterator[EarlierText]:
    """The thread as it stood right before each edit: with the tweets there were, in the words they had."""
    for edit in sorted(edit for edits in texts.values() for edit in edits[1:]):
        stood = {key: [text for text in edits if text < edit] for key, edits in texts.items()}
        shown = {key: edits[-1] for key, edits in stood.items() if edits}
        document, _ = _document(shown, tree, sources, account)
        until = snowflake.posted_at(edit)
        if until is not None:
            yield EarlierText(document=document, until=until)


def _document(shown: Mapping[int, int], tree: Tree, sources: _Sources, account: Account) -> tuple[Document, int]:
    """The thread with, for each tweet, the text of that id; and how many short links lead nowhere known."""
    root = str(next(iter(shown.values())))
    tweets = [_tweet(text, root, sources) for text in shown.values()]
    final = {str(edit): str(key) for key, edits in tree.edits.items() for edit in edits}
    posts = [
        Post(
            id=tweet.id,
            text=tweet.text,
            posted_at=tweet.posted_at,
            url=f"{X}/{account.handle or 'i/web'}/status/{tweet.id}",
            reply_to=final.get(tweet.reply_to, tweet.reply_to) if tweet.reply_to else None,
        )
        for tweet in tweets
    ]
    text, placed = join_posts(posts)
    links: tuple[Link, ...] = tuple(link for tweet in tweets for link in tweet.links)
    media: tuple[Media, ...] = tuple(medium for tweet in tweets for medium in tweet.media)
    document = Document(
        kind="thread",
        url=thread_url(root),
        text=text,
        title=title_of(text),
        author=_author(account),
        published_at=placed[0].posted_at,
        published_from="snowflake" if snowflake.posted_at(root) else "export" if placed[0].posted_at else None,
        posts=placed,
        links=links,
        media=media,
    )
    return document, sum(tweet.short_links for tweet in tweets)


def _tweet(key: int, root: str, sources: _Sources) -> Tweet:
    note = sources.note(key)
    return read_tweet(sources.tweet(key), note[0] if note else None, own=(root,))


def _author(account: Account) -> Author | None:
    if not account.handle:
        return None
    return Author(handle=account.handle, name=account.name, url=f"{X}/{account.handle}")


def _source(texts: Mapping[int, list[int]], sources: _Sources) -> bytes:
    told: list[bytes] = []
    for key in (key for edits in texts.values() for key in edits):
        told.append(sources.tweets[key])
        if note := sources.note(key):
            told.append(note[1])
    return b"[\n" + b",\n".join(told) + b"\n]\n"
