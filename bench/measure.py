"""CPU of this process, measured the same way everywhere."""

import statistics
import time
from collections.abc import Callable


def cpu_ms(work: Callable[[], object], *, repeats: int) -> float:
    """Return the median CPU of some work in milliseconds, after one run to warm up."""
    work()
    samples = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        samples.append(time.process_time() - before)
    return statistics.median(samples) * 1000
