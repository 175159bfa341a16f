"""The running API and its own description: no request that can be made from the one is answered otherwise."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.deep.fuzz.runner import ACCESS_SECRET, INGEST_SECRET, fuzz, guarded_stack, log_entries


@pytest.mark.timeout(1_800)
def test_every_answer_is_as_described_and_nothing_is_left_undone() -> None:
    with guarded_stack() as stack, _reader(stack.api_url) as http:
        found = fuzz(stack, seed=1, examples=10)

        assert found.passed, found.told
        entries = log_entries(stack)
        assert [entry for entry in entries if entry["level"] in ("ERROR", "CRITICAL")] == []
        assert {entry["status"] for entry in entries if entry["message"] == "request"} >= {200, 204, 401, 404, 405, 422}
        statuses = _ended_analyses(http)
        assert len(statuses) > 5
        assert set(statuses) == {"done"}
        logged = stack.log.read_text(encoding="utf-8")
        assert INGEST_SECRET not in logged
        assert ACCESS_SECRET not in logged


def _reader(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {ACCESS_SECRET}"}, timeout=30)


def _ended_analyses(http: httpx.Client) -> list[str]:
    """Return how the analyses of all runs ended; fails if one has not within a minute."""
    deadline = time.monotonic() + 60
    while "queued" in (statuses := [each["status"] for each in _analyses(http)]) or "running" in statuses:
        assert time.monotonic() < deadline, "an analysis has not ended"
        time.sleep(0.2)
    return statuses


def _analyses(http: httpx.Client) -> Iterator[dict[str, Any]]:
    page: dict[str, Any] = {"next_cursor": ""}
    while (cursor := page["next_cursor"]) is not None:
        page = http.get("/agent-runs", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        for run in page["items"]:
            yield from http.get(f"/agent-runs/{run['run_id']}").json()["rca_runs"]
