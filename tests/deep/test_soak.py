"""Everything at once for half a minute; `python -m bench.soak` does it for as long as you like."""

import sys

import pytest

from bench.soak import soak


@pytest.mark.fault(28)
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_busy_stack_answers_all_ends_all_and_does_not_grow() -> None:
    outcome = soak(25, clients=40, pause=0.3, seed=1)

    assert outcome.tally.examples == []
    assert outcome.ends["done"] > 0
    assert outcome.tally.resumed > 0
    assert {"Analyzer", "Api", "Ingest", "Stream"} <= outcome.memory.keys()
    # Caches still fill; a leak in each request shows all the same.
    assert outcome.grown(1.5) == []
