"""httpx, BeautifulSoup over lxml, sqlite3: the script most people would write. `httpx_soup ORIGIN DATABASE PATH...`"""

from __future__ import annotations

import sys

import httpx
from bs4 import BeautifulSoup

from benchmarks.baselines.rows import open_store, store
from benchmarks.baselines.soup import read


def main(origin: str, database: str, *paths: str) -> None:
    conn = open_store(database)
    with httpx.Client() as client:
        for path in paths:
            page = client.get(origin + path).raise_for_status()
            store(conn, read(BeautifulSoup(page.content, "lxml")))
    conn.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
