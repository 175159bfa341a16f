"""Jobs whose workers are killed and whose messages come twice, in processes of their own: FAULTS.md 7, 8, 10."""

import pytest

from bench.jobs import work_all


@pytest.mark.timeout(180)
def test_every_job_is_done_once_whoever_dies_and_whatever_comes_twice() -> None:
    outcome = work_all(100, workers=3, share=0.3, seed=7, within=150)

    assert outcome.faults == []
    assert (outcome.jobs, outcome.messages) == (100, 110)
    assert outcome.kills > 0
    assert outcome.retried > 0
