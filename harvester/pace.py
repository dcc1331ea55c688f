"""How often one host is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Spaces out the requests to each host, whichever thread makes them. Clock and sleep are handed in for tests."""

    def __init__(self, sleep: Callable[[float], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._sleep = sleep
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, pause: float) -> None:
        """Return when `host` may be asked, and keep it closed to others for `pause` seconds from then."""
        with self._lock:
            now = self._clock()
            start = max(now, self._free_at.get(host, now))
            self._free_at[host] = start + pause
        if start > now:
            self._sleep(start - now)

    def hold(self, host: str, seconds: float) -> None:
        """Ask nothing of `host` for this long."""
        with self._lock:
            self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + seconds)
