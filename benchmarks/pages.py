"""Unrolled threads in Thread Reader's markup of 2020, made of invented words: each page differs, none is real.

A page has the make-up of a real one of 133 KB: 1,200 elements, of which the article with 100 tweets has half; the rest
is style sheets, previews of other threads, buttons and scripts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

TWEETS = 100
FIRST_ID = 1_215_710_451_343_904_768
SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "cra", "dre", "flo", "gri"),
    *("plu", "tra", "bron", "char", "flin", "gour", "men", "sol", "tan", "ver"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """What a page is made of; `head`, `scripts` and the whole in bytes."""

    tweets: int
    cards: int
    head: int
    scripts: int
    whole: int


FULL = Make(tweets=TWEETS, cards=9, head=31_000, scripts=7_300, whole=133_000)
# A short thread, for runs of many pages.
SHORT = Make(tweets=10, cards=2, head=1_500, scripts=700, whole=14_000)


@cache
def vocabulary() -> tuple[str, ...]:
    draw = random.Random(7)
    return tuple("".join(draw.choices(SYLLABLES, k=draw.choice((1, 2, 2, 3, 4)))) for _ in range(4000))


def thread_id(number: int) -> str:
    return str(FIRST_ID + number * 1_000_000_000_000)


def thread_path(number: int) -> str:
    return f"/thread/{thread_id(number)}.html"


@cache
def _head(size: int) -> str:
    draw = random.Random(1)
    rules: list[str] = []
    while sum(len(rule) for rule in rules) < size:
        name, other = draw.choices(vocabulary(), k=2)
        rules.append(
            f".{name} .{other},.{other}:hover{{color:#{draw.randrange(16**6):06x};padding:{draw.randrange(40)}px}}"
        )
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<style>{"".join(rules)}</style>\n'


@cache
def _scripts(size: int) -> str:
    draw = random.Random(2)
    lines: list[str] = []
    while sum(len(line) for line in lines) < size:
        name, event = draw.choices(vocabulary(), k=2)
        lines.append(f'$("#{name}").on("click", function (e) {{ ga("send", "event", "{event}", e.target.id); }});\n')
    parts = [lines[start::20] for start in range(20)]
    return "".join(f'<script type="text/javascript">\n{"".join(part)}</script>\n' for part in parts)


def _words(draw: random.Random, least: int, most: int) -> str:
    words = draw.choices(vocabulary(), k=draw.randint(least, most))
    words[0] = words[0].capitalize()
    return " ".join(words) + "."


def _tweet(draw: random.Random, number: int, tweet_id: str, handle: str) -> str:
    text = _words(draw, 14, 32)
    chance = draw.random()
    if chance < 0.3:
        text += f"<br />\n<br />\n{_words(draw, 5, 12)}"
    if 0.2 < chance < 0.45:
        name = draw.choice(vocabulary())
        path = "-".join(draw.choices(vocabulary(), k=6))
        text += (
            f' <a class="entity-url" data-preview="true" href="https://{name}.example/{path}?id={number}">'
            f"{name}.example/{path[:12]}…</a>"
        )
    if chance > 0.85:
        name = draw.choice(vocabulary())
        text += f' <a class="entity-mention" href="https://twitter.com/{name}">@{name}</a>'
    if 0.6 < chance < 0.72:
        image = f"https://pbs.twimg.com/media/{draw.randrange(16**12):012x}.jpg"
        text += (
            f'<span class="entity-image"><a href="{image}" target="_blank">'
            f'<img alt="" src="/images/1px.png" data-src="{image}"></a></span>'
        )
    return (
        f'<div class="row t-tweet">\n<div class="col-12">\n<div id="tweet_{number}" data-screenname="{handle}" '
        f'data-tweet="{tweet_id}" class="content-tweet allow-preview" dir="auto">\n{text}\n'
        '<sup class="tw-permalink"><i class="fas fa-link"></i></sup>\n</div>\n</div>\n</div>\n'
    )


def _card(draw: random.Random, handle: str) -> str:
    other = str(FIRST_ID + draw.randrange(10**15))
    tweets = "".join(
        f'<div class="content-tweet">{_words(draw, 10, 20)}<br />\n{_words(draw, 8, 14)}</div>\n' for _ in range(3)
    )
    return (
        '<div class="col-12 col-md-6 t-user-related-entry">\n<div class="thread-card">\n<div class="box-user">\n'
        '<div class="d-flex justify-content-between">\n<div class="avatar align-self-center">\n'
        f'<img alt="Profile picture" onerror="imgErr(this)" src="/images/{draw.randrange(10**8)}.jpg">\n</div>\n'
        '<div class="align-self-center" style="flex-grow:1; min-width:0;">\n'
        f'<div class="username">\n<a href="/user/{handle}">{handle.capitalize()}</a>\n</div>\n'
        '<div class="d-flex justify-content-between flex-column flex-md-row">\n<div class="align-self-start">\n'
        f'<span class="screenName"><a href="https://twitter.com/{handle}">@{handle}</a></span>\n</div>\n<div>\n</div>\n'
        f'</div>\n</div>\n</div>\n</div>\n<span class="time" data-time="15786{draw.randrange(10**5):05d}"></span>\n'
        f'<div class="card-tweets" dir="auto">\n{tweets}</div>\n'
        f'<a class="tweet-url btn btn-secondary" href="/thread/{other}.html">Read {draw.randint(3, 90)} tweets</a>\n'
        "</div>\n</div>\n"
    )


def _button(draw: random.Random) -> str:
    """One of the buttons, share links and tags that fill a page round its thread."""
    name, label, action = draw.choices(vocabulary(), k=3)
    text = "%20".join(draw.choices(vocabulary(), k=12))
    return (
        f'<div class="btn-group"><a class="btn btn-outline-primary {name}" target="_blank" data-category="{label}" '
        f'data-action="{action}" href="https://{name}.example/share?text={text}"><i class="fab fa-{name}"></i> '
        f'<span class="txt">{label.capitalize()}</span></a></div>\n'
    )


def thread_page(number: int, make: Make = FULL) -> bytes:
    """Page `number`, always the same bytes."""
    draw = random.Random(number)
    handle = draw.choice(vocabulary())
    root = int(thread_id(number))
    ids = [str(root + position * 90_000_000) for position in range(make.tweets)]
    tweets = "".join(_tweet(draw, position, tweet_id, handle) for position, tweet_id in enumerate(ids, 1))
    cards = "".join(_card(draw, handle) for _ in range(make.cards))
    page = (
        f"{_head(make.head)}<title>Thread by @{handle}</title>\n</head>\n<body>\n<nav><a href='/'>Reader</a></nav>\n"
        f'<article class="container narrow">\n<div class="box-user"><span class="username"><a href="/user/{handle}">'
        f"{handle.capitalize()}</a></span>\n"
        f'<span class="screenName"><a href="https://twitter.com/{handle}">@{handle}</a></span></div>\n'
        f'<div class="thread-info"><a class="time" data-time="{((root >> 22) + 1288834974657) // 1000}" '
        f'href="https://twitter.com/{handle}/status/{root}"></a> '
        f'<span class="count">{make.tweets} tweets</span></div>\n'
        f'<div class="t-main">\n{tweets}</div>\n</article>\n'
        f'<div class="container">\n<h2>More from @{handle}</h2>\n<div class="row">\n{cards}</div>\n</div>\n'
        "<footer>\n"
    )
    scripts = _scripts(make.scripts)
    size = len(page.encode()) + len(scripts)
    while size < make.whole:
        button = _button(draw)
        page += button
        size += len(button)
    return f"{page}</footer>\n{scripts}</body>\n</html>\n".encode()
