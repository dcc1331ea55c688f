"""Links that open a page at the words of a claim (text fragments, https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

WHOLE = 8  # words: up to here the whole text is the fragment
EDGE = 4  # words at each end of a longer one: the page may have a link or an image in between


def source_link(url: str, text: str) -> str | None:
    """`url` opened at `text`; None when it is not a web address that a person can open."""
    if not is_web(url):
        return None
    words = text.split()
    if not words:
        return url
    ends = [words] if len(words) <= WHOLE else [words[:EDGE], words[-EDGE:]]
    fragment = ",".join(_encoded(" ".join(end)) for end in ends)
    return f"{url}{'' if urlsplit(url).fragment else '#'}:~:text={fragment}"


def wayback_link(url: str, seen_at: str) -> str | None:
    """The Wayback Machine's copy of `url` nearest to `seen_at` (ISO time); None when it is not a web address."""
    digits = "".join(c for c in seen_at[:19] if c.isdigit())
    return f"https://web.archive.org/web/{digits}/{url}" if is_web(url) else None


def is_web(url: str | None) -> bool:
    """Whether an address may become a link: `javascript:` and `data:` from a page never do."""
    try:
        return bool(url) and urlsplit(str(url)).scheme in ("http", "https")
    except ValueError:  # an address that no library can take apart
        return False


def _encoded(text: str) -> str:
    # The dash separates a fragment's prefix and suffix: percent-encoded in words, though URLs allow it.
    return quote(text, safe="").replace("-", "%2D")
