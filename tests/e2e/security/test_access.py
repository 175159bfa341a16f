"""A stack with secrets: who may do what, over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.testing import Stack, running_stack
from tests.e2e.security.conftest import Guarded
from tests.e2e.security.routes import ACCESS_SECRET, INGEST_SECRET

Json = dict[str, Any]
Event = Callable[..., Json]

INGEST = {"X-Ingest-Secret": INGEST_SECRET}
ACCESS = {"Authorization": f"Bearer {ACCESS_SECRET}"}


@pytest.fixture(scope="module")
def closed() -> Iterator[Stack]:
    with running_stack("--parameter", "OpenAccess=false") as stack:
        yield stack


def test_each_side_needs_its_own_secret_and_a_stream_its_token(guarded_stack: Guarded, event: Event) -> None:
    guarded, run = guarded_stack.stack, event("tool_schema_mismatch", run_id="guarded-by-two")
    with httpx.Client(base_url=guarded.api_url) as http:
        assert http.post("/agent-runs", json=run).status_code == 401
        assert http.post("/agent-runs", json=run, headers=ACCESS).status_code == 401
        assert http.post("/agent-runs", json=run, headers=INGEST).status_code == 200
        analyses = f"/agent-runs/{run['run_id']}/rca-runs"
        assert http.post(analyses, headers=INGEST).status_code == 401
        created = http.post(analyses, headers=ACCESS)
        assert created.status_code == 200
        stream_url = created.json()["stream_url"]

    assert ACCESS_SECRET not in stream_url
    with httpx.stream("GET", stream_url) as stream:
        assert stream.status_code == 200
        assert '"status":"done"' in stream.read().decode()
    without_token = stream_url.partition("?")[0]
    assert httpx.get(without_token).status_code == 401
    assert httpx.get(without_token, headers=ACCESS).status_code == 200
    assert httpx.get(stream_url[:-1] + ("0" if stream_url[-1] != "0" else "1")).status_code == 401
    log = guarded.log.read_text()
    assert INGEST_SECRET not in log
    assert ACCESS_SECRET not in log


def test_a_stack_without_secrets_is_closed_unless_it_is_opened(closed: Stack, event: Event) -> None:
    with httpx.Client(base_url=closed.api_url) as http:
        assert http.get("/").status_code == 200
        for answer in (
            http.post("/agent-runs", json=event("tool_schema_mismatch")),
            http.get("/agent-runs"),
            http.get("/agent-runs/any"),
            http.post("/agent-runs/any/rca-runs"),
            httpx.get(f"{closed.stream_url}/rca-runs/any/stream"),
        ):
            assert answer.status_code == 403
            assert answer.json()["type"] == "/problems/closed"
