"""python -m benchmarks.quality [--update] [--lower NAME]... | --unseen"""

import sys

from benchmarks.quality import main

sys.exit(main(sys.argv[1:]))
