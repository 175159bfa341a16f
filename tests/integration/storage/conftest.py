"""Stores over the emulated table, and a tap on what they ask of it."""

import pytest

from rca_core.storage.listing import RunIndex
from rca_core.storage.rca_runs import RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.support.wire import Tapped

RETENTION_DAYS = 30


@pytest.fixture
def tapped(cloud: Cloud) -> Tapped:
    """Tap the client of the store under test; other writers use `cloud.dynamodb`."""
    return Tapped(cloud.dynamodb)


@pytest.fixture
def runs(cloud: Cloud, tapped: Tapped) -> RunStore:
    """Return the store under test."""
    return RunStore(tapped, cloud.table, retention_days=RETENTION_DAYS)  # type: ignore[arg-type]


@pytest.fixture
def other_runs(cloud: Cloud) -> RunStore:
    """Return the store of another process."""
    return RunStore(cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)


@pytest.fixture
def index(cloud: Cloud, tapped: Tapped) -> RunIndex:
    """Return the indexes under test."""
    return RunIndex(tapped, cloud.table)  # type: ignore[arg-type]


@pytest.fixture
def analyses(cloud: Cloud, tapped: Tapped) -> RcaStore:
    """Return the store of analyses under test."""
    return RcaStore(tapped, cloud.table, retention_days=RETENTION_DAYS)  # type: ignore[arg-type]


@pytest.fixture
def other_analyses(cloud: Cloud) -> RcaStore:
    """Return the store of analyses of another process."""
    return RcaStore(cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)
