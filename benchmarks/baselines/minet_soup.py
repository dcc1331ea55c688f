"""minet: its pool of fetching threads, its soup, sqlite3. `minet_soup ORIGIN DATABASE PATH...`"""

from __future__ import annotations

import sys

from minet.executors import HTTPThreadPoolExecutor

from benchmarks.baselines.rows import open_store, store
from benchmarks.baselines.soup import read


def main(origin: str, database: str, *paths: str) -> None:
    conn = open_store(database)
    urls = (origin + path for path in paths)
    with HTTPThreadPoolExecutor(max_workers=8, retry=True) as pool:
        for result in pool.request(urls, throttle=0, domain_parallelism=8):
            if result.error is not None:
                raise result.error
            store(conn, read(result.response.soup(engine="lxml")))
    conn.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
