"""A tweet that the Wayback Machine keeps as JSON: since about 2022 it took X's answers to programs, not its pages.

Two shapes: that of the old interface (`full_text`, `user`), which exports have too, and that of the new one (`data`
beside `includes`). One tweet, never a thread: what it continues and what continues it is not told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from db.records import Author, Document, Post, join_posts
from harvester.addresses import X, thread_url
from harvester.text import title_of
from harvester.wayback.addresses import thread_id
from harvester.xexport.tweets import id_of, is_retweet, read_tweet


def document_of(body: bytes, tweet_id: str) -> Document | None:
    """The tweet of this id as a thread of one post; None when the answer does not tell it, or is a retweet."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    raw, user = _as_exported(told) if isinstance(told, Mapping) else ({}, {})
    if id_of(raw) != tweet_id or is_retweet(raw):
        return None
    tweet = read_tweet(raw, None)
    handle = _text(user.get("screen_name") or user.get("username")) or None
    if not tweet.text and not tweet.media:
        return None
    post = Post(
        id=tweet_id,
        text=tweet.text,
        posted_at=tweet.posted_at,
        url=f"{X}/{handle or 'i/web'}/status/{tweet_id}",
        reply_to=tweet.reply_to,
    )
    text, posts = join_posts([post])
    return Document(
        kind="thread",
        url=thread_url(tweet_id),
        text=text,
        title=title_of(text),
        author=Author(handle=handle, name=_text(user.get("name")) or None, url=f"{X}/{handle}") if handle else None,
        published_at=tweet.posted_at,
        published_from="snowflake" if tweet.posted_at else None,
        posts=posts,
        links=tweet.links,
        media=tweet.media,
    )


def tweet_in(url: str, body: bytes) -> Document | None:
    """What was recovered as a tweet where the page of a thread was wanted; None for any page."""
    tweet_id = thread_id(url) if body.startswith(b"{") else None
    return document_of(body, tweet_id) if tweet_id else None


def _as_exported(told: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The tweet in the shape of the old interface, and who wrote it."""
    data = told.get("data")
    if not isinstance(data, Mapping):
        longer = _mapping(told.get("extended_tweet"))
        return {**told, **longer}, _mapping(told.get("user"))
    includes = _mapping(told.get("includes"))
    users = {_text(user.get("id")): user for user in map(_mapping, _list(includes.get("users")))}
    media = {_text(medium.get("media_key")): medium for medium in map(_mapping, _list(includes.get("media")))}
    note = _mapping(data.get("note_tweet"))
    urls = [_mapping(url) for part in (data, note) for url in _list(_mapping(part.get("entities")).get("urls"))]
    attached = [
        {"url": _short_of(urls, key), "type": _text(medium.get("type")), "ext_alt_text": medium.get("alt_text"),
         "media_url_https": _text(medium.get("url") or medium.get("preview_image_url"))}
        for key in _list(_mapping(data.get("attachments")).get("media_keys"))
        if (medium := _mapping(media.get(_text(key))))
    ]  # fmt: skip
    replied = [
        _text(other.get("id"))
        for other in map(_mapping, _list(data.get("referenced_tweets")))
        if other.get("type") == "replied_to"
    ]
    raw = {
        "id_str": _text(data.get("id")),
        "full_text": _text(note.get("text") or data.get("text")),
        "in_reply_to_status_id_str": next(iter(replied), None),
        "entities": {"urls": [url for url in urls if "media_key" not in url]},
        "extended_entities": {"media": attached},
    }
    return raw, _mapping(users.get(_text(data.get("author_id"))))


def _short_of(urls: list[Mapping[str, Any]], key: object) -> str:
    """The short address that stands in the text for an attached medium."""
    return next((_text(url.get("url")) for url in urls if url.get("media_key") == key), "")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
