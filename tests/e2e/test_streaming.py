"""Following an analysis: resuming, ending, and what a stream refuses."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e.client import StackClient, records

Json = dict[str, Any]
Event = Callable[..., Json]


@pytest.mark.fault(25)
def test_a_client_that_drops_after_any_event_resumes_without_gap_or_repeat(client: StackClient, event: Event) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="resumed"))
    rca = client.analyse("resumed")
    whole, _ = client.finished(rca)
    progress = [each for each in whole if '"queued"' not in each.data]

    for seen in range(1, len(progress)):
        rest = list(client.events(rca["stream_url"], after=progress[seen - 1].id))
        assert [each.id for each in rest] == [each.id for each in progress[seen:]]


def test_a_client_that_saw_the_end_is_told_to_stop(client: StackClient, event: Event) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="ended"))
    rca = client.analyse("ended")
    events, _ = client.finished(rca)

    answer = httpx.get(rca["stream_url"], headers={"Last-Event-ID": events[-1].id})

    assert answer.status_code == 204
    assert answer.content == b""


@pytest.mark.fault(26)
def test_a_garbage_cursor_starts_over(client: StackClient, event: Event) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="garbage-cursor"))
    rca = client.analyse("garbage-cursor")
    client.finished(rca)

    for cursor in ("garbage", "9999#9999", "-1", "0001"):
        replay = list(client.events(rca["stream_url"], after=cursor))
        assert [record["pct"] for record in records(replay)] == [5, 30, 55, 85, 100]


@pytest.mark.fault(26)
def test_an_unknown_analysis_is_a_problem_document(client: StackClient) -> None:
    answer = httpx.get(f"{client.stack.stream_url}/rca-runs/rca-nobody/stream")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_the_api_sends_followers_to_the_stream(client: StackClient, event: Event) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="redirected"))
    rca = client.analyse("redirected")

    answer = client.http.get(f"/rca-runs/{rca['rca_run_id']}/stream")

    assert answer.status_code == 307
    assert answer.headers["location"] == rca["stream_url"]


def test_a_stream_is_not_cached_or_held_back_and_a_browser_may_read_it(client: StackClient, event: Event) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="headers"))
    rca = client.analyse("headers")

    answer = httpx.get(rca["stream_url"], headers={"Origin": "http://localhost:3000"})

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.text.splitlines()[0].startswith("retry: ")
