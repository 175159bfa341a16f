from collections.abc import Iterator

import pytest

from tests.integration.local.support import Sample, running_sample


@pytest.fixture(scope="session")
def sample() -> Iterator[Sample]:
    """Share one stack, with at most two processes a function."""
    with running_sample("--max-processes", "2") as sample:
        yield sample
