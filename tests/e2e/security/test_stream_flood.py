"""A flood of requests that the public stream refuses: runs are received all the same (fault 39)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.security.conftest import ACCESS, INGEST, Guarded, sample_run
from tests.support.template import properties, template

pytestmark = pytest.mark.fault(39)

FLOOD = 400


def test_runs_are_received_while_the_stream_refuses(guarded_stack: Guarded) -> None:
    with ThreadPoolExecutor(24) as flood, ThreadPoolExecutor(4) as agents:
        paths = [f"/rca-runs/rca-{number}/stream?token=guess" for number in range(FLOOD)]
        refused = [flood.submit(guarded_stack.send, "GET", path, on_url=True) for path in paths]
        bodies = [sample_run(f"during-flood-{number}") for number in range(20)]
        received = [agents.submit(guarded_stack.send, "POST", "/agent-runs", [INGEST], body) for body in bodies]

    assert Counter(answer.result().status_code for answer in refused) == {401: FLOOD}
    assert Counter(answer.result().status_code for answer in received) == {200: 20}
    assert guarded_stack.send("GET", "/agent-runs/during-flood-19", [ACCESS]).status_code == 200


def test_streams_take_no_more_than_their_share_of_the_accounts_quota() -> None:
    bound = properties("StreamFunction")["ReservedConcurrentExecutions"]

    assert bound == {"Fn::If": ["StreamsBounded", {"Ref": "StreamConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert template()["Parameters"]["StreamConcurrency"]["Default"] > 0
