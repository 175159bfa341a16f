"""Jobs whose workers are killed and whose messages come twice, in processes of their own: faults 7, 8, 10."""

import pytest

from bench.jobs import work_all


@pytest.mark.timeout(600)
@pytest.mark.parametrize("jobs", [10, pytest.param(100, marks=pytest.mark.deep)])
def test_every_job_is_done_once_whoever_dies_and_whatever_comes_twice(jobs: int) -> None:
    outcome = work_all(jobs, workers=3, share=0.3, seed=7, within=500)

    assert outcome.faults == []
    assert (outcome.jobs, outcome.messages) == (jobs, jobs + jobs // 10)
    assert outcome.kills > 0
    assert outcome.retried > 0
