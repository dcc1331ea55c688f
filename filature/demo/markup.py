"""The small notation of content/threads, and its two forms: Thread Reader's HTML, and what a reader sees.

<https://…>          a link, shown cut with an ellipsis      !gif(file)           an animated picture
![alt](file)         an image; several in a row: a group      !video(file file)    a video and its files, in this order
{2/}                 the author's numbering                   !quote(handle/id)    somebody's post, embedded
^@handle             a hidden mention, at the head of a reply !youtube(id)         a player
@handle #word        a mention, a hashtag
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

TOKEN = re.compile(
    r"""(?P<link><https?://[^>\s]+>)
    |(?P<images>(?:!\[[^\]]*\]\(\S+?\)[ ]*)+)
    |(?P<embed>!(?:gif|video|quote|youtube)\([^)]*\))
    |(?P<number>\{[^}]+\})
    |\^(?P<reply>@\w+)[ ]*
    |(?P<mention>(?<![\w.])@\w+)
    |(?P<hashtag>(?<!\w)\#\w+)""",
    re.VERBOSE,
)
IMAGE = re.compile(r"!\[([^\]]*)\]\((\S+?)\)")
EMBED = re.compile(r"!(\w+)\(([^)]*)\)")
SHOWN_LENGTH = 27


def shown(url: str) -> str:
    """An address as posts show it: no scheme, cut after 26 characters."""
    bare = re.sub(r"^https?://(www\.)?", "", url)
    return bare if len(bare) <= SHOWN_LENGTH else f"{bare[: SHOWN_LENGTH - 1]}…"


def seen_text(source: str) -> str:
    """What a reader of the page sees of a post: no media, no hidden mention, links as shown."""
    text = TOKEN.sub(_seen, source)
    return re.sub(r"[ \t]+(?=\n|$)", "", text).strip()


def _seen(match: re.Match[str]) -> str:
    kind, value = match.lastgroup or "", match.group(match.lastgroup or 0)
    if kind == "link":
        return shown(value[1:-1])
    if kind == "number":
        return value[1:-1]
    return value if kind in ("mention", "hashtag") else ""


def post_html(source: str, *, linked: bool, image_tag: str = "span") -> str:
    """A post as Thread Reader writes it. `linked`: mentions and hashtags are links, as until June 2023."""
    out, at = [], 0
    for match in TOKEN.finditer(source):
        out.append(_prose(source[at : match.start()]))
        kind = match.lastgroup or ""
        out.append(_WRITERS[kind](match.group(kind), linked, image_tag))
        at = match.end()
    return "".join([*out, _prose(source[at:])]).strip()


def _prose(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#039;").replace("\n", "<br />\n")


def _link(value: str, linked: bool, image_tag: str) -> str:
    url = value[1:-1]
    return f'<a class="entity-url" data-preview="true" href="{escape(url)}">{escape(shown(url))}</a>'


def _images(value: str, linked: bool, image_tag: str) -> str:
    tags = [_image(alt, url, image_tag) for alt, url in IMAGE.findall(value)]
    if len(tags) == 1:
        return tags[0]
    columns = "".join(f'<span class="col-md-6">{tag}</span>' for tag in tags)
    return f'<span class="row justify-content-center entity-multiple-{len(tags)}">{columns}</span>'


def _image(alt: str, url: str, tag: str) -> str:
    return (
        f'<{tag} class="entity-image"><a href="{escape(url)}" target="_blank">'
        f'<img alt="{escape(alt)}" src="/images/1px.png" data-src="{escape(url)}"></a></{tag}>'
    )


def _embed(value: str, linked: bool, image_tag: str) -> str:
    name, args = EMBED.fullmatch(value).groups()  # type: ignore[union-attr]
    return _EMBEDS[name](args)


def _gif(file: str) -> str:
    return (
        f'<span class="entity-video-gif"><video autoplay loop muted poster="{_poster(file)}">'
        f'<source src="{escape(file)}" type="video/mp4"></video></span>'
    )


def _poster(file: str) -> str:
    return re.sub(r"^.*/(\w[\w-]*)\.mp4.*$", r"https://pbs.twimg.com/tweet_video_thumb/\1.jpg", file)


def _video(files: str) -> str:
    kinds = {"m3u8": "application/x-mpegURL", "mp4": "video/mp4"}
    sources = "<br>".join(
        f'<source src="{escape(file)}" type="{kinds[file.split("?")[0].rsplit(".", 1)[-1]]}">' for file in files.split()
    )
    return (
        '<span class="entity-video"><video controls="" poster="https://pbs.twimg.com/ext_tw_video_thumb/1/pu/img/a.jpg">'
        f"{sources}</video></span>"
    )


def _quote(path: str) -> str:
    handle, status = path.split("/")
    url = f"https://twitter.com/{handle}/status/{status}"
    return (
        '<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet" '
        'data-conversation="none" data-align="center" data-dnt="true">'
        f'<a href="{url}">{url}?s=20</a></blockquote></span></span>'
    )


def _youtube(video: str) -> str:
    return (
        '<span class="entity-embed"><iframe class="youtube-player keep-ratio-4-3" '
        f'src="https://www.youtube.com/embed/{video}" frameborder="0" allowFullScreen></iframe></span>'
    )


def _number(value: str, linked: bool, image_tag: str) -> str:
    mark = value[1:-1]
    if mark.startswith("("):
        return f'<span class="nop nop-end">{escape(mark)}<br /></span>'
    return f'<span class="nop nop-start">{escape(mark)} </span>'


def _reply(value: str, linked: bool, image_tag: str) -> str:
    handle = value[1:]
    return f'<a class="entity-mention entity-mention-first" href="https://twitter.com/{handle}">{value}</a> '


def _mention(value: str, linked: bool, image_tag: str) -> str:
    return f'<a class="entity-mention" href="https://twitter.com/{value[1:]}">{value}</a>' if linked else value


def _hashtag(value: str, linked: bool, image_tag: str) -> str:
    return f'<a class="entity-hashtag" href="/hashtag/{value[1:]}">{value}</a>' if linked else value


_EMBEDS: dict[str, Callable[[str], str]] = {"gif": _gif, "video": _video, "quote": _quote, "youtube": _youtube}
_WRITERS: dict[str, Callable[[str, bool, str], str]] = {
    "link": _link,
    "images": _images,
    "embed": _embed,
    "number": _number,
    "reply": _reply,
    "mention": _mention,
    "hashtag": _hashtag,
}
