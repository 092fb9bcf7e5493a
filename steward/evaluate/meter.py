"""Wall time and peak memory of a piece of work."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from types import TracebackType


class Meter:
    """A context manager; afterwards `seconds` and `peak_mb` (resident, of this process) are set.

    On Linux the peak is that of the work itself; elsewhere it is the highest since the start.
    """

    seconds = 0.0
    peak_mb = 0.0

    def __enter__(self) -> Meter:
        self._reset_peak()
        self._start = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._start
        self.peak_mb = self._peak()

    def _reset_peak(self) -> None:
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            return  # not Linux, or not allowed: the peak is then that of the whole process

    def _peak(self) -> float:
        try:
            status = Path("/proc/self/status").read_text()
        except OSError:
            unit = 1 if sys.platform == "darwin" else 1024
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
        line = next(text for text in status.splitlines() if text.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
