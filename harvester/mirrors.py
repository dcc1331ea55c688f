"""Sites read from a copy of them. Everywhere `mirrors` maps the copy's address to the site's, without a final slash:

    {"http://127.0.0.1:8642": "https://threadreaderapp.com"}

A page keeps the address of the site everywhere (queue, documents); only the connection goes to the copy.
"""

from __future__ import annotations

from collections.abc import Mapping


def mirror_address(url: str, mirrors: Mapping[str, str]) -> str:
    """Where to ask for `url`: at the mirror of its site, when it has one."""
    for mirror, site in mirrors.items():
        if _under(url, site):
            return mirror + url[len(site) :]
    return url


def site_address(url: str, mirrors: Mapping[str, str]) -> str:
    """The address on the site of a page that a mirror gave."""
    for mirror, site in mirrors.items():
        if _under(url, mirror):
            return site + url[len(mirror) :]
    return url


def _under(url: str, base: str) -> bool:
    return url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?", "#")
