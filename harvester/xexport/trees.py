"""Which tweets of an account belong together: an author's replies to own tweets make trees.

The tree is written down chain by chain. A chain goes from a tweet to the earliest reply to it, as X shows a thread;
later replies to the same tweet begin chains of their own, put after it in the order of their first tweets. So what was
written at one go stays together, and what the author hung on years later comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from harvester.xexport.tweets import edit_ids, id_of, is_retweet


@dataclass(frozen=True, slots=True)
class Account:
    """Whose export it is. The id never changes; replies of before a change of handle name the old one."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None

    def is_meant_by(self, raw: Mapping[str, Any]) -> bool:
        """Whether a tweet replies to one of this account's."""
        told = id_of(raw, "in_reply_to_user_id")
        if told and self.id:
            return told == self.id
        screen_name = raw.get("in_reply_to_screen_name")
        return isinstance(screen_name, str) and screen_name.lower() == (self.handle or "").lower() != ""


@dataclass(slots=True)
class Graph:
    """All tweets of an account, as far as who replies to whom: ids are numbers, the least that can be kept of them.

    `parents`: tweet -> the tweet it replies to, 0 for none. `aside`: replies to others. `edits`: edited tweet -> the
    ids of all its texts, oldest first. `last`: each of those -> the id of the last text that the export has.
    """

    parents: dict[int, int] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)
    last: dict[int, int] = field(default_factory=dict)
    edits: dict[int, tuple[int, ...]] = field(default_factory=dict)
    retweets: int = 0
    met: int = 0

    def add(self, raw: Mapping[str, Any], account: Account) -> None:
        """Take note of a tweet; one met before is passed over."""
        tweet_id = int(id_of(raw) or 0)
        if not tweet_id or tweet_id in self.parents:
            return
        self.met += 1
        if is_retweet(raw):
            self.retweets += 1
            return
        self.parents[tweet_id] = parent = int(id_of(raw, "in_reply_to_status_id") or 0)
        # Without a tweet to reply to, it only opens with somebody's handle.
        if parent and not account.is_meant_by(raw):
            self.aside.add(tweet_id)
        if edits := tuple(map(int, edit_ids(raw))):
            self.edits[tweet_id] = edits

    def trees(self) -> Iterator[Tree]:
        """Every thread: two tweets of the author's or more, the first no reply to somebody else."""
        self._settle_edits()
        children, roots = self._families()
        for root in sorted(roots, key=self._age):
            if root in children and root not in self.aside:
                order = tuple(self._chains(root, children))
                edits = {key: self.edits[key] for key in order if key in self.edits}
                yield Tree(order, edits, beheaded=self.parents[root] != 0)

    def count_others(self, in_threads: Iterable[int]) -> tuple[int, int]:
        """How many tweets are single posts, and how many replies to others, or under those."""
        self._settle_edits()
        held = set(in_threads)
        rest = [key for key in self.parents if self._last(key) == key and key not in held]
        aside = sum(self._top(key) in self.aside for key in rest)
        return len(rest) - aside, aside

    def _settle_edits(self) -> None:
        """Texts that an edit replaced stand for their last text that the export has."""
        for tweet_id, ids in sorted(self.edits.items(), key=lambda item: len(item[1])):
            held = [key for key in ids if key in self.parents]
            self.last.update(dict.fromkeys(ids, max(held, default=tweet_id)))

    def _last(self, key: int) -> int:
        return self.last.get(key, key)

    def _age(self, key: int) -> int:
        """What a tweet is ordered by: the id it was posted under."""
        return min(self.edits.get(key, (key,)))

    def _parent(self, key: int) -> int:
        """The author's own tweet that a tweet replies to, 0 when the export has none: replies are never older."""
        parent = self._last(self.parents[key])
        return parent if parent in self.parents and self._age(parent) < self._age(key) else 0

    def _families(self) -> tuple[dict[int, list[int]], list[int]]:
        children: dict[int, list[int]] = {}
        roots: list[int] = []
        for key in self.parents:
            if self._last(key) == key:
                parent = self._parent(key)
                (children.setdefault(parent, []) if parent else roots).append(key)
        for replies in children.values():
            replies.sort(key=self._age)
        return children, roots

    def _top(self, key: int) -> int:
        while parent := self._parent(key):
            key = parent
        return key

    def _chains(self, root: int, children: Mapping[int, list[int]]) -> Iterator[int]:
        """The tree's tweets, main chain first, then the others by the time they begin."""
        waiting = [(self._age(root), root)]
        while waiting:
            key: int | None = heappop(waiting)[1]
            while key is not None:
                yield key
                replies = children.get(key, [])
                for reply in replies[1:]:
                    heappush(waiting, (self._age(reply), reply))
                key = replies[0] if replies else None


@dataclass(frozen=True, slots=True)
class Tree:
    """A thread's tweets in order. `edits`: tweet -> the ids of all the texts it had, oldest first.

    `beheaded`: the first tweet replies to one of the author's that the export does not have.
    """

    order: tuple[int, ...]
    edits: Mapping[int, tuple[int, ...]]
    beheaded: bool
