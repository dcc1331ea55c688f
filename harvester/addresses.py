"""Addresses: one form for each thing, and what to do with an address that somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urljoin, urlsplit, urlunsplit

from db.records import Lead
from harvester.mirrors import site_address
from harvester.model import Reader

THREADREADER = "https://threadreaderapp.com"
X = "https://x.com"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/[!-~]*)?$")  # nothing to resolve: nearly all there is
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|refreshed|igshid|xtor", re.I)
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_THREAD = re.compile(
    r"https?://(?:www\.)?threadreaderapp\.com/"
    r"(?:thread|scrolly|convos|refresh|embed|images/screenshots/thread|api/v0/thread)/(\d+)(?:\.\w+)?/?(?:[?#].*)?$",
    re.I,
)
_PING = re.compile(r"https?://(?:www\.)?threadreaderapp\.com/api/v0/ping/(\d+)\.json", re.I)
_SEARCH = re.compile(r"https?://(?:www\.)?threadreaderapp\.com/search/?\?(?:.*&)?q=([^&#]+)", re.I)
_WITHOUT_PAGES = re.compile(r"https?://(?:www\.|mobile\.|m\.)?(?:threadreaderapp|twitter|x)\.com(?:[/?#]|$)", re.I)
_AUTHOR = re.compile(r"https?://(?:www\.)?threadreaderapp\.com/user/(\w{1,15})/?(?:[?#].*)?$", re.I)
_X_HOST = r"(?:https?:)?//(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/"
_STATUS = re.compile(_X_HOST + r"(?:#!/)?(?:\w+|i/web)/status(?:es)?/(\d+)", re.I)
_PROFILE = re.compile(_X_HOST + r"@?(\w{1,15})/?(?:[?#].*)?$", re.I)
_NOT_PROFILES = re.compile(
    r"home|explore|search|settings|notifications|messages|compose|hashtag|intent|share|login|i|tos|privacy|about", re.I
)
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/(\d+)\w*/(?=https?:)")
_HANDLE = re.compile(r"@(\w{1,15})$", re.A)
_BARE_ID = re.compile(r"\d{5,19}$", re.A)
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?$", re.I)


def canonical(url: str) -> str:
    """One form for one address: lower-case scheme and host, no default port, user, fragment or tracking.

    Anything that is not http or https comes back as it was, without outer white space.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    scheme, host, path, query = parts
    kept = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
    # A query that loses nothing stays as the site wrote it: some tell "?a" from "?a=".
    query = query if len(kept) == len(parse_qsl(query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((scheme, host, quote(path or "/", safe=_PATH_SAFE), query, ""))


def host_of(url: str) -> str:
    """`host` or `host:port` in lower case, without the scheme's own port; empty for what is not a web address."""
    parts = _split(url)
    return parts[1] if parts else ""


def origin_of(url: str) -> str:
    """`scheme://host[:port]`; empty for what is not a web address."""
    parts = _split(url)
    return f"{parts[0]}://{parts[1]}" if parts else ""


def unarchived(url: str) -> str:
    """The address that an address of the Wayback Machine keeps a copy of; any other as it is."""
    return _WAYBACK.sub("", url, count=1)


def web_address(href: str | None, base: str) -> str | None:
    """Where a link leads, whole; None for scripts, data, mail and whatever a person could not open as a page."""
    href = href or ""
    if _PLAIN.match(href):
        return href
    href = re.sub(r"[\t\n\r]", "", href).strip()
    if not href or href.startswith("#"):
        return None
    try:
        address = href if href.startswith(("https://", "http://")) else urljoin(f"{base}/", href)
        parts = urlsplit(address)
    except ValueError:  # "http://[": not an address
        return None
    return urlunsplit(parts) if parts.scheme in _DEFAULT_PORTS and parts.hostname else None


def status_id(url: str) -> str | None:
    """The id of the tweet that an address of X names: any of its hosts, `/i/web/status/`, `/photo/1` after it."""
    match = _STATUS.match(url.strip())
    return match[1] if match else None


def thread_url(tweet_id: str, origin: str = THREADREADER) -> str:
    """The address of an unrolled thread."""
    return f"{origin}/thread/{tweet_id}.html"


def author_url(handle: str, origin: str = THREADREADER) -> str:
    """The address of an author's list of threads, first batch."""
    return f"{origin}/user/{handle}?ajax=true"


def ping_url(tweet_id: str, origin: str = THREADREADER) -> str:
    """The address that tells which stored thread, if any, holds a tweet."""
    return f"{origin}/api/v0/ping/{tweet_id}.json"


def recognise(text: str, readers: Iterable[Reader], mirrors: Mapping[str, str] | None = None) -> Lead | None:
    """What to do with an address, an id or a handle that somebody typed; None when it is none of these.

    A thread's address (any of its shapes) is a `thread`; a tweet's address or bare id is a `ping`, which finds its
    thread; a handle or a profile is an `author`; then the first of `readers` whose pattern matches; else a `site`.
    Other pages of X and of Thread Reader are None: they hold no thread, and X shows them to nobody but its users.
    An address at a mirror (`mirrors` as in `harvester.mirrors`) is that of the site.
    """
    text = text.strip().strip("<>\"'«»").strip()
    if _BARE_ID.match(text):
        return Lead(url=ping_url(text), kind="ping")
    if handle := _HANDLE.match(text):
        return Lead(url=author_url(handle[1]), kind="author")
    if _split(text) is None:
        text = text.removeprefix("//")
        if not _BARE_HOST.match(text):
            return None
        text = f"https://{text}"
    url = site_address(canonical(text), mirrors or {})
    return _of_x(url) or _of_threadreader(url) or _of_readers(url, readers)


def is_address(text: str) -> bool:
    """Whether a text is the whole address of a web page."""
    return _split(text) is not None


def _of_x(url: str) -> Lead | None:
    if tweet := status_id(url):
        return Lead(url=ping_url(tweet), kind="ping")
    profile = _PROFILE.match(url)
    if profile and not _NOT_PROFILES.fullmatch(profile[1]):
        return Lead(url=author_url(profile[1]), kind="author")
    return None


def _of_threadreader(url: str) -> Lead | None:
    if (copy := _WAYBACK.match(url)) and _THREAD.match(unarchived(url)):
        # The page as it was kept (`id_`), without the toolbar and with its own links.
        return Lead(url=f"https://web.archive.org/web/{copy[1]}id_/{unarchived(url)}", kind="thread")
    if thread := _THREAD.match(url):
        return Lead(url=thread_url(thread[1]), kind="thread")
    if author := _AUTHOR.match(url):
        return Lead(url=author_url(author[1]), kind="author")
    if pinged := _PING.match(url):
        return Lead(url=ping_url(pinged[1]), kind="ping")
    if searched := _SEARCH.match(url):
        return _of_x(unquote_plus(searched[1]))
    return None


def _of_readers(url: str, readers: Iterable[Reader]) -> Lead | None:
    if _WITHOUT_PAGES.match(url):
        return None
    reader = reader_of(url, readers)
    return Lead(url=url, kind=reader.kind if reader else "site")


def reader_of(url: str, readers: Iterable[Reader]) -> Reader | None:
    """The first reader whose pattern matches the address."""
    return next((reader for reader in readers if reader.pattern.fullmatch(url)), None)


def _split(url: str) -> tuple[str, str, str, str] | None:
    """Scheme, `host[:port]`, path and query; None for what is not a web address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return parts.scheme, host, parts.path, parts.query
