"""One thread told by two kinds of sources: its author's own export, and pages that unrolled it. Pure.

X never changes the text of an id: an edit makes a new one. So where two sources word a post differently, they mostly
show the same words in two ways: an address whole, cut or short, white space, the handles before a reply, a long text
cut. That is no edit. The form that says more is taken, and what neither source says better stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from db.records import Document, Link, Media, Post, join_posts

Part = TypeVar("Part", Link, Media)
_ADDRESS = re.compile(r"https?://|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/|$)|/\S*…$", re.I)
_EDGES = "()[]«»\"“”'’,;:!?."
_SHORT = re.compile(r"(?:https?://)?t\.co/\w+", re.I)
_ATTACHED = re.compile(r"(?:https?://)?(?:t\.co/|pic\.twitter\.com/|(?:mobile\.)?(?:twitter|x)\.com/\w+/status/)", re.I)


@dataclass(frozen=True, slots=True)
class Terms:
    """How far a telling may change what is known.

    `before`: post id -> fingerprint of what this source said of it last. `wins`: its words count where another
    source's differ. `droppable`: posts that are gone when it no longer shows them. `leads`: its order of posts counts.
    """

    before: Mapping[str, str]
    wins: bool = False
    droppable: Collection[str] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A thread as two sources tell it. `taken`: posts whose words are the new telling's.

    `edited`: the thread says something else, or has other posts; `reworded`: it says the same in other characters, or
    in another order; `completed`: links or media are known better.
    """

    document: Document
    taken: frozenset[str]
    edited: bool
    reworded: bool
    completed: bool


def fingerprint(text: str) -> str:
    """What the words of a post are compared by from one telling to the next."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def merged(known: Document, told: Document, terms: Terms) -> Merged:
    """What is known of a thread with what a source tells of it."""
    old = {post.id: post for post in known.posts}
    new = {post.id: post for post in told.posts}
    dropped = {key for key in terms.droppable if key in old and key not in new}
    order = _woven(list(new), list(old)) if terms.leads else _woven(list(old), list(new))
    order = [key for key in order if key not in dropped]
    taken = frozenset(key for key in new if _is_taken(old.get(key), new[key], terms))
    edited = bool(dropped) or any(key not in old or not same_words(old[key].text, new[key].text) for key in taken)
    posts = [_completed(old.get(key), new.get(key), taken) for key in order]
    text, placed = join_posts(posts)
    links = _links(known, told, order, taken)
    media = _media(known, told, order)
    document = replace(
        known,
        text=text,
        posts=placed,
        links=links,
        media=media,
        title=told.title if placed[0].id in taken else known.title,
        published_at=(told if placed[0].id == told.posts[0].id else known).published_at,
        published_from=(told if placed[0].id == told.posts[0].id else known).published_from,
    )
    return Merged(
        document=document,
        taken=taken,
        edited=edited,
        reworded=not edited and document.digest != known.digest,
        completed=set(links) != set(known.links) or set(media) != set(known.media),
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts of a post differ in form only."""
    ours, theirs = _words(one), _words(other)
    for cut, whole in ((ours, theirs), (theirs, ours)):
        if _is_beginning(cut, whole):
            return True
    return len(ours) == len(theirs) and all(map(_same_word, ours, theirs))


def says_more(one: str, other: str) -> bool:
    """Of two texts with the same words: whether `one` has more addresses whole, or goes on where `other` is cut."""
    ours, theirs = _words(one), _words(other)
    if _is_beginning(theirs, ours) and not _is_beginning(ours, theirs):
        return True
    return not _is_beginning(ours, theirs) and _cut_words(one) < _cut_words(other)


def _words(text: str) -> list[str]:
    """The words that count: not the handles before a reply, nor addresses of attached pictures and quotes."""
    words = unicodedata.normalize("NFC", text).split()
    while words and _ATTACHED.match(words[-1]):
        words.pop()
    first = next((place for place, word in enumerate(words) if not word.startswith("@")), 0)
    return words[first:]


def _is_beginning(cut: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether a text is cut with an ellipsis where the other goes on."""
    if not cut or not cut[-1].endswith("…") or _ADDRESS.search(cut[-1]) or len(whole) < len(cut):
        return False
    last = cut[-1].rstrip("….")
    return (
        all(map(_same_word, cut[:-1], whole))
        and whole[len(cut) - 1].startswith(last)
        and whole[len(cut) - 1 :] != [cut[-1]]
    )


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    ours, theirs = one.strip(_EDGES), other.strip(_EDGES)
    if not (_ADDRESS.search(ours) and _ADDRESS.search(theirs)):
        return False
    if _SHORT.fullmatch(ours) or _SHORT.fullmatch(theirs):
        return True
    ours, theirs = _bare(ours), _bare(theirs)
    if ours.endswith("…") or theirs.endswith("…"):
        start, whole = sorted((ours.rstrip("…"), theirs.rstrip("…")), key=len)
        return whole.startswith(start)
    return ours == theirs


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address, count=1, flags=re.I).rstrip("/").lower()


def _cut_words(text: str) -> int:
    return sum(_is_cut(word.strip(_EDGES)) for word in text.split() if _ADDRESS.search(word))


def _is_cut(address: str) -> bool:
    return address.endswith("…") or bool(_SHORT.fullmatch(address))


def _is_taken(old: Post | None, new: Post, terms: Terms) -> bool:
    before = terms.before.get(new.id)
    if old is None:
        return True
    if old.text == new.text or before == fingerprint(new.text):
        return False
    if same_words(old.text, new.text):
        return says_more(new.text, old.text)
    return terms.wins or before is not None


def _completed(old: Post | None, new: Post | None, taken: Collection[str]) -> Post:
    """A post in the words that count, with what only the other source tells of it."""
    if old is None or new is None:
        return next(post for post in (old, new) if post is not None)
    first, second = (new, old) if new.id in taken else (old, new)
    return replace(
        first,
        posted_at=first.posted_at or second.posted_at,
        url=first.url or second.url,
        reply_to=first.reply_to or second.reply_to,
    )


def _woven(order: list[str], others: Iterable[str]) -> list[str]:
    """Ids in their order, and each of the others behind the one it follows there."""
    known = set(order)
    before: str | None = None
    for key in others:
        if key not in known:
            known.add(key)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
        before = key
    return order


def _links(known: Document, told: Document, order: Iterable[str], taken: Collection[str]) -> tuple[Link, ...]:
    old, new = _by_post(known.links), _by_post(told.links)
    found: list[Link] = []
    for key in (None, *order):
        ours, theirs = old.get(key, []), new.get(key, [])
        better = _real(theirs) > _real(ours) or (key in taken and _real(theirs) == _real(ours))
        found += theirs if better else ours
    return tuple(found)


def _real(links: Iterable[Link]) -> tuple[int, int]:
    links = list(links)
    return sum(link.kind in ("link", "quote") and not _is_cut(link.url) for link in links), len(links)


def _media(known: Document, told: Document, order: Iterable[str]) -> tuple[Media, ...]:
    old, new = _by_post(known.media), _by_post(told.media)
    found: list[Media] = []
    for key in (None, *order):
        ours, theirs = old.get(key, []), new.get(key, [])
        found += theirs if _described(theirs) > _described(ours) else ours
    return tuple(found)


def _described(media: Sequence[Media]) -> tuple[int, int]:
    return len(media), sum(bool(medium.alt) for medium in media)


def _by_post(parts: Iterable[Part]) -> dict[str | None, list[Part]]:
    found: dict[str | None, list[Part]] = {}
    for part in parts:
        found.setdefault(part.post_id, []).append(part)
    return found
