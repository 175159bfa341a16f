"""Python's garbage collector, told how a function's process lives."""

import gc
from typing import Final

# A request or a job makes some ten thousand objects per thousand children, and nearly all live to its end.
_THRESHOLD: Final = 100_000


def settle() -> None:
    """Take what start-up made out of the collector's rounds, and make the rounds rare.

    Without this it walks the modules, and all that is being parsed, in the middle of parsing: a third of ingest's CPU.
    """
    gc.freeze()
    gc.set_threshold(_THRESHOLD)
