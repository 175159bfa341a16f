"""Analyses that were asked for, and their workers."""

from datetime import timedelta

from rca_core.storage.headers import RunHeader
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.items import NOW, sort_keys
from tests.support.runs import parsed

LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(hours=1)


def stored(runs: RunStore, *, model: str = "m") -> RunHeader:
    runs.put(parsed(model=model), now=NOW)
    return runs.header("run-1", now=NOW)


def listed_keys(cloud: Cloud) -> list[str]:
    return [sk for sk in sort_keys(cloud) if sk.startswith("RCA#")]


def work(analyses: RcaStore, rca_run_id: str, *, category: str = "timeout") -> None:
    claim = analyses.claim(rca_run_id, lease=LEASE, now=NOW)
    assert isinstance(claim, Claim)
    analyses.finish(claim, b'{"a": 1}', category=category, now=NOW)
