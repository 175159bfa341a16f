"""CPU and memory of this process, measured the same way everywhere."""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path


def cpu_ms(work: Callable[[], object], *, repeats: int) -> float:
    """Return the median CPU of some work in milliseconds, after one run to warm up."""
    work()
    samples = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        samples.append(time.process_time() - before)
    return statistics.median(samples) * 1000


def peak_mb() -> float:
    """Return the most memory that this process has had so far, in MB."""
    if sys.platform == "linux":
        # What getrusage says of a new process includes its parent's peak.
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
