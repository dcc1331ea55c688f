"""One tweet of an export: its words as X showed them, its links with real addresses, its media at full size.

Addresses are found by their text, never by `indices`: exports count these now in code points, now in UTF-16 units,
now in escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.records import Link, LinkKind, Media, MediaKind
from harvester import snowflake
from harvester.addresses import X, status_id
from harvester.dates import from_machine, utc_text
from harvester.text import names_in, squeezed, with_plain_breaks

_SHORT = re.compile(r"https?://t\.co/\w+", re.A)
_SPACES = re.compile(r"[ \t]{2,}|\t")
_HIDDEN_MENTIONS = re.compile(r"(?:@\w{1,20}\s+)+", re.A)  # new handles have 15 at most, old ones more
_REPOSTED = re.compile(r"RT @\w{1,15}\b", re.A)
_MEDIA_KINDS: dict[str, MediaKind] = {"photo": "image", "video": "video", "animated_gif": "gif"}
NOTE_START = 200  # characters of a note that its tweet shows whole; what X cuts is some 80 further


@dataclass(frozen=True, slots=True)
class Note:
    """The full text of a long post. Its id is not its tweet's: they are matched by time and first words."""

    text: str
    created_ms: int
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tweet:
    """What one entry says. `short_links` counts addresses of t.co whose target the export does not tell."""

    id: str
    text: str
    posted_at: str | None
    reply_to: str | None
    links: tuple[Link, ...]
    media: tuple[Media, ...]
    short_links: int


def tweet_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tweet of an entry: exports before 2020 have no `{"tweet": ...}` round it."""
    inner = entry.get("tweet")
    return inner if isinstance(inner, Mapping) else entry


def id_of(raw: Mapping[str, Any], name: str = "id") -> str | None:
    """An id of a tweet as text (`id_str` before `id`), None where there is none or -1."""
    for value in (raw.get(f"{name}_str"), raw.get(name)):
        if _is_number(value):
            return _text(value)
    return None


def edit_ids(raw: Mapping[str, Any]) -> list[str]:
    """The ids of all the texts a tweet had, oldest first; none when it was never edited."""
    info = _mapping(raw.get("edit_info"))
    edited = _mapping(info.get("edit"))
    control = _mapping(info.get("initial") or edited.get("editControlInitial") or edited)
    found = sorted({_text(value) for value in _list(control.get("editTweetIds")) if _is_number(value)}, key=int)
    return found if len(found) > 1 else []


def is_retweet(raw: Mapping[str, Any]) -> bool:
    """Whether it only repeats somebody else's words, cut: an export does not mark them otherwise."""
    return bool(_REPOSTED.match(_text(raw.get("full_text") or raw.get("text")))) and not id_of(
        raw, "in_reply_to_status_id"
    )


def note_of(entry: Mapping[str, Any]) -> Note | None:
    """A long post's full text; None for an entry without text or time."""
    note = _mapping(entry.get("noteTweet") or entry)
    core = _mapping(note.get("core"))
    created = from_machine(_text(note.get("createdAt")))
    if not core.get("text") or created is None:
        return None
    links = {
        _text(url.get("shortUrl") or url.get("url")): _text(url.get("expandedUrl") or url.get("expanded_url"))
        for url in map(_mapping, _list(core.get("urls")))
    }
    return Note(unescaped(_text(core["text"])), _ms(created), links)


def is_cut(raw: Mapping[str, Any], note: Note) -> bool:
    """Whether a tweet is the cut form of a long post: posted in the same second, and beginning alike."""
    posted = snowflake.unix_ms(id_of(raw) or "")
    if posted is None or abs(posted // 1000 - note.created_ms // 1000) > 1:
        return False
    shown = squeezed(unescaped(_text(raw.get("full_text"))))
    return squeezed(note.text[:NOTE_START]).rstrip("…") in shown


def read_tweet(raw: Mapping[str, Any], note: Note | None, own: Iterable[str] = ()) -> Tweet:
    """A tweet with its links expanded; `own` are ids of its thread, which it does not quote but continue."""
    tweet_id = id_of(raw) or ""
    targets = _targets(raw)
    attached = {_text(medium.get("url")) for medium in _raw_media(raw)}
    whole = unescaped(_text(raw.get("full_text") or raw.get("text")))
    hidden = _hidden_mentions(raw, whole)
    if note is not None:
        targets |= {short: real for short, real in note.links.items() if short and real}
        whole, hidden = note.text, hidden if note.text.startswith(hidden) else ""
    shown = _without_attached(whole[len(hidden) :], attached, targets)
    text = _expanded(shown, targets)
    links = _links(tweet_id, hidden, whole, text, targets, attached)
    return Tweet(
        id=tweet_id,
        text=text,
        posted_at=snowflake.posted_at(tweet_id) or _created_at(raw),
        reply_to=id_of(raw, "in_reply_to_status_id"),
        links=tuple(_elsewhere(links, {tweet_id, *own})),
        media=tuple(_media(raw, tweet_id)),
        short_links=len(_SHORT.findall(text)),
    )


def unescaped(text: str) -> str:
    """The text without X's escapes: it has these three, and an author's own `&eacute;` is text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _targets(raw: Mapping[str, Any]) -> dict[str, str]:
    """Short address -> real address."""
    urls = map(_mapping, _list(_mapping(raw.get("entities")).get("urls")))
    pairs = ((_text(url.get("url")), _text(url.get("expanded_url"))) for url in urls)
    return {short: real for short, real in pairs if short and real}


def _hidden_mentions(raw: Mapping[str, Any], text: str) -> str:
    """The handles before the words of a reply that X did not show. They hold nothing that is counted in two ways."""
    start = next(iter(_list(raw.get("display_text_range"))), "0")
    match = _HIDDEN_MENTIONS.fullmatch(text[: _number(start)])
    return match[0] if match else ""


def _without_attached(text: str, attached: set[str], targets: Mapping[str, str]) -> str:
    """The words without what X shows as a picture or a quoted tweet: the short addresses at their end."""
    text = text.rstrip()
    while match := re.search(r"\s*(https?://\S+)$", text):
        if match[1] not in attached and not status_id(targets.get(match[1], "")):
            break
        text = text[: match.start()].rstrip()
    return text


def _expanded(text: str, targets: Mapping[str, str]) -> str:
    """The words with real addresses, white space as a browser shows it."""
    if targets:
        shorts = "|".join(re.escape(short) for short in sorted(targets, key=len, reverse=True))
        text = re.sub(rf"(?:{shorts})(?![\w/])", lambda match: targets[match[0]], text)
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in with_plain_breaks(text).strip().split("\n"))


def _links(
    tweet_id: str, hidden: str, whole: str, text: str, targets: Mapping[str, str], attached: set[str]
) -> Iterator[Link]:
    for short, real in targets.items():
        if short not in attached and short in whole:
            kind: LinkKind = "quote" if status_id(real) else "link"
            yield Link(kind=kind, url=real, display=real if real in text else "", post_id=tweet_id)
    for short in dict.fromkeys(_SHORT.findall(text)):
        yield Link(kind="link", url=short, display=short, post_id=tweet_id)
    known: set[tuple[str, str]] = set()
    words = re.sub(r"https?://\S+", " ", f"{hidden}{whole[len(hidden) :]}")
    for name, match in names_in(words):
        if (name, match[0].lower()) not in known:
            known.add((name, match[0].lower()))
            address = f"{X}/{'hashtag/' if name == 'hashtag' else ''}{match[1]}"
            yield Link(kind=name, url=address, display=match[0], post_id=tweet_id)


def _elsewhere(links: Iterable[Link], own: set[str]) -> Iterator[Link]:
    return (link for link in links if link.kind != "quote" or status_id(link.url) not in own)


def _raw_media(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All media; `entities` has the first only."""
    for name in ("extended_entities", "entities"):
        if media := _list(_mapping(raw.get(name)).get("media")):
            return [_mapping(medium) for medium in media]
    return []


def _media(raw: Mapping[str, Any], tweet_id: str) -> Iterator[Media]:
    for medium in _raw_media(raw):
        kind = _MEDIA_KINDS.get(_text(medium.get("type")), "image")
        address = _best_file(medium) if kind != "image" else None
        address = address or _text(medium.get("media_url_https") or medium.get("media_url"))
        if address.startswith("https://"):
            alt = _text(medium.get("ext_alt_text") or medium.get("alt_text")).strip()
            yield Media(kind=kind, url=address, alt=alt, post_id=tweet_id)


def _best_file(medium: Mapping[str, Any]) -> str | None:
    """The variant of most bits a second; playlists, which have none, are no file."""
    variants = map(_mapping, _list(_mapping(medium.get("video_info")).get("variants")))
    files = [variant for variant in variants if _text(variant.get("content_type")) == "video/mp4"]
    best = max(files, key=lambda variant: _number(variant.get("bitrate")), default=None)
    return _text(best.get("url")) or None if best else None


def _created_at(raw: Mapping[str, Any]) -> str | None:
    """`Sat Feb 18 12:33:11 +0000 2023`: for the tweets of before November 2010, whose ids tell no time."""
    try:
        return utc_text(datetime.strptime(_text(raw.get("created_at")), "%a %b %d %H:%M:%S %z %Y"))
    except ValueError:
        return None


def _ms(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _is_number(value: object) -> bool:
    return _text(value).isascii() and _text(value).isdigit() and len(_text(value)) < 20


def _number(value: object) -> int:
    return int(_text(value)) if _is_number(value) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
