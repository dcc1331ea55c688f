"""X data exports of one's own making, in every layout: a zip or a folder, old and new, in parts.

The account, its people and their words are invented.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvester import snowflake

ME = "4242424242"
HANDLE = "AgneszCantine"
PRIVATE = (
    "direct-messages.js", "direct-messages-group.js", "deleted-tweets.js", "deleted-tweet-headers.js", "like.js",
    "follower.js", "tweet-headers.js", "tweetdeck.js", "phone-number.js", "contact.js", "ip-audit.js", "profile.js",
)  # fmt: skip


def tweet_id(minute: float, day: str = "2023-02-18") -> str:
    """An id of a tweet posted so many minutes into a day."""
    midnight = round(datetime.fromisoformat(f"{day}T00:00:00Z").timestamp() * 1000)
    return str((midnight + round(minute * 60_000) - snowflake.EPOCH_MS) << 22)


def tweet(
    key: str, text: str, to: str | None = None, *, to_user: str = ME, to_name: str = HANDLE, **more: Any
) -> dict[str, Any]:
    """A tweet as exports hold it: every number is text."""
    ms = snowflake.unix_ms(key)
    at = datetime.fromtimestamp((ms or 1262304000000) / 1000, UTC)
    told: dict[str, Any] = {
        "retweeted": False,
        "source": '<a href="https://mobile.example" rel="nofollow">Client</a>',
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": "3",
        "id_str": key,
        "id": key,
        "truncated": False,
        "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "full_text": text,
        "lang": "fr",
    }
    if to is not None:
        told |= {
            "in_reply_to_status_id_str": to, "in_reply_to_status_id": to, "in_reply_to_user_id": to_user,
            "in_reply_to_user_id_str": to_user, "in_reply_to_screen_name": to_name,
        }  # fmt: skip
    return told | more


def urls(**targets: str) -> dict[str, Any]:
    """The entities of a tweet: name of the short address -> real address."""
    found = [
        {"url": f"https://t.co/{short}", "expanded_url": real, "display_url": real[8:30] + "…", "indices": ["0", "23"]}
        for short, real in targets.items()
    ]
    return {"entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": found}}


def edited(*keys: str) -> dict[str, Any]:
    """What tells that a tweet had these ids, one for each text."""
    return {"edit_info": {"initial": {"editTweetIds": list(keys), "editsRemaining": "4", "isEditEligible": False}}}


def note(key: str, text: str, **targets: str) -> dict[str, Any]:
    """The full text of the long post `key`, which the entry does not name."""
    links = [{"shortUrl": f"https://t.co/{short}", "expandedUrl": real} for short, real in targets.items()]
    return {
        "noteTweet": {
            "noteTweetId": str(int(key) + 7),
            "createdAt": snowflake.posted_at(key),
            "updatedAt": snowflake.posted_at(key),
            "lifecycle": {"value": "0", "name": "Normal"},
            "core": {"styletags": [], "urls": links, "text": text, "mentions": [], "cashtags": [], "hashtags": []},
        }
    }


def account() -> dict[str, Any]:
    return {
        "account": {
            "email": "secret@courriel.example", "createdVia": "web", "username": HANDLE, "accountId": ME,
            "createdAt": "2011-06-23T13:04:14.000Z", "accountDisplayName": "Agnès 🍲 cantine",
        }
    }  # fmt: skip


def script(name: str, entries: Iterable[Mapping[str, Any]], part: int = 0, *, ascii_only: bool = False) -> bytes:
    """A file of an export: JavaScript that assigns one array."""
    array = json.dumps(list(entries), indent=2, ensure_ascii=ascii_only)
    return f"window.YTD.{name}.part{part} = {array}".encode("utf-8", "surrogatepass")


def files(
    tweets: Iterable[Mapping[str, Any]],
    notes: Iterable[Mapping[str, Any]] = (),
    *,
    parts: int = 1,
    old: bool = False,
    wrapped: bool = True,
    poison: bytes = b"window.YTD.private.part0 = [ {",
) -> dict[str, bytes]:
    """The files of an export by name: the tweets in so many parts; `old`: `tweet.js`; private files hold `poison`."""
    every = [{"tweet": one} if wrapped else dict(one) for one in tweets]
    stem = "tweet" if old else "tweets"
    made: dict[str, bytes] = {"Your archive.html": poison, "data/account.js": script("account", [account()])}
    for number in range(parts):
        share = every[number * len(every) // parts : (number + 1) * len(every) // parts]
        made[f"data/{stem}{f'-part{number}' if number else ''}.js"] = script(stem, share, number)
    if notes:
        made["data/note-tweet.js"] = script("note_tweet", notes)
    made |= {f"data/{name}": poison for name in PRIVATE}
    made[f"data/{stem}_media/1626922779105759235-FpRUuz6X0AETb.jpg"] = b"\xff\xd8\xff"
    made["__MACOSX/data/._tweets.js"] = b"\0\5\x16\7"
    return made


def as_folder(folder: Path, made: Mapping[str, bytes]) -> Path:
    """An export unpacked."""
    for name, body in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return folder


def as_zip(path: Path, made: Mapping[str, bytes], *, top: str = "") -> Path:
    """An export as X sends it; `top`: inside a folder of the zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in made.items():
            archive.writestr(f"{top}{name}", body)
    return path
