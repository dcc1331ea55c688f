"""How good the mining is: gold, threads of our own and foreign yardsticks in one table: python -m benchmarks.quality"""

from __future__ import annotations

from benchmarks.quality.run import main

__all__ = ["main"]
