"""Links that open a page at the words of a claim (text fragments, https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

WHOLE = 8  # words: up to here the whole text is the fragment
EDGE = 4  # words at each end of a longer one: the page may have a link or an image in between
NEAR = 100_000  # characters in which another such place is looked for
LONGEST = 12  # words before, to tell the place from an earlier one


def source_link(url: str, text: str, *, within: str = "", at: int = 0) -> str | None:
    """`url` opened at `text`; None when it is not a web address that a person can open.

    Browsers go to the first place that fits. `within` is the text of the page, where `text` stands at `at`: when what
    they look for stands there before, the words in front of the right place are told too.
    """
    if not is_web(url):
        return None
    words = text.split()
    if not words:
        return url
    ends = [words] if len(words) <= WHOLE else [words[:EDGE], words[-EDGE:]]
    plain = ",".join(_encoded(" ".join(end)) for end in ends)
    prefixes = _prefixes(" ".join(ends[0]), within, at)
    # The words before may stand in another block of the page, with something between: then any place is better.
    directives = [f"text={_encoded(prefix)}-,{plain}" for prefix in prefixes] or [f"text={plain}"]
    if prefixes and not _line_before(within, at):
        directives.append(f"text={plain}")
    return f"{url}{'' if urlsplit(url).fragment else '#'}:~:{'&'.join(directives)}"


def _prefixes(start: str, within: str, at: int) -> list[str]:
    """The fewest words before `at` that tell this place from those where `start` stands before; none if it does not."""
    left, right = " ".join(within[max(0, at - NEAR) : at].split()), " ".join(within[at : at + NEAR].split())
    flat = f"{left} {right}".strip().lower()
    place = len(left) + 1 if left else 0
    if not within or flat.find(start.lower()) in (place, -1):
        return []
    words = _line_before(within, at) or left.split()
    for count in range(1, min(len(words), LONGEST) + 1):
        prefix = " ".join(words[-count:])
        # Browsers compare words: a colon alone is none.
        if any(map(str.isalnum, prefix)) and flat.find(f"{prefix} {start}".lower()) == place - len(prefix) - 1:
            return [prefix]
    return []


def _line_before(within: str, at: int) -> list[str]:
    """The words in front, on the same line."""
    return within[within.rfind("\n", 0, at) + 1 : at].split()


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
