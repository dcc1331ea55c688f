"""Texts that people keep of pages: copies from a browser, clippings, plain files. Pure: text in, document out."""

from __future__ import annotations

import re
from typing import NamedTuple

from db.records import Document
from harvester.captures.markdown import front_matter, read_clipping
from harvester.captures.pages import read_page
from harvester.captures.threads import cut, is_thread, read_leaked, read_thread
from harvester.text import with_plain_breaks

_NAMED_THREAD = re.compile(r"thread[_ -]\d{15,19}(?!\d)")
_MARKDOWN = re.compile(r"^(?:\*\*Keep Current with \[|!\[[^\]]*Profile picture\]\()", re.M)


class Capture(NamedTuple):
    """What a text is, in words for people, and its document."""

    what: str
    document: Document


def read_capture(text: str, name: str = "") -> Capture:
    """The document of a text; `name` is its file's, which may name a thread ("thread_1361265253267431425.txt").

    What is not recognised is a page with its whole text.
    """
    text = with_plain_breaks(text).strip("\ufeff\n ")
    fields, body = front_matter(text)
    if fields or _MARKDOWN.search(text):
        document = read_clipping(fields, body)
        return Capture(_clipping_words(document), document)
    if leaked := read_leaked(text):
        return Capture(f"text of a Thread Reader page, {_count(leaked)} with their ids", leaked)
    if is_thread(text) or _NAMED_THREAD.search(name):
        document = read_thread(cut(text), name)
        return Capture(f"text of a Thread Reader page, about {_count(document)}", document)
    document = read_page(text)
    what = "text of a blog article" if document.kind == "post" else "plain text"
    return Capture(what, document)


def _clipping_words(document: Document) -> str:
    if document.kind == "thread":
        return f"clipping of a Thread Reader page, about {_count(document)}"
    return "clipping of a web page"


def _count(document: Document) -> str:
    return f"{len(document.posts)} post{'s' * (len(document.posts) != 1)}"
