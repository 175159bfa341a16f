"""An analysis to follow, and the table that its followers read."""

import pytest

from rca_core.storage.rca_reader import RcaReader
from tests.conftest import Cloud
from tests.support.wire import Tapped
from tests.unit.web.following import Job


@pytest.fixture
def job(cloud: Cloud) -> Job:
    """Return a queued analysis."""
    return Job(cloud)


@pytest.fixture
def tapped(cloud: Cloud) -> Tapped:
    """Tap what followers read."""
    return Tapped(cloud.dynamodb)


@pytest.fixture
def reader(cloud: Cloud, tapped: Tapped) -> RcaReader:
    """Return what followers read through."""
    return RcaReader(tapped, cloud.table)  # type: ignore[arg-type]
