"""What the tests do with a stack, over HTTP only."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import ServerSentEvent, connect_sse

from local.testing import Stack

Json = dict[str, Any]


class StackClient:
    """A client of one running stack."""

    def __init__(self, http: httpx.Client, stack: Stack) -> None:
        self.http = http
        self.stack = stack

    def ingest(self, run: Json) -> Json:
        return self._ok(self.http.post("/agent-runs", json=run))

    def analyse(self, run_id: str, **query: str) -> Json:
        return self._ok(self.http.post(f"/agent-runs/{run_id}/rca-runs", params=query))

    def timeline(self, run_id: str) -> list[Json]:
        answer = self.http.get(f"/agent-runs/{run_id}/timeline")
        assert answer.status_code == 200, answer.text
        events: list[Json] = answer.json()
        return events

    def get(self, path: str) -> Json:
        return self._ok(self.http.get(path))

    def events(self, stream_url: str, *, after: str | None = None) -> Iterator[ServerSentEvent]:
        """Yield the events of a stream until it closes."""
        headers = {"Last-Event-ID": after} if after else {}
        with connect_sse(self.http, "GET", stream_url, headers=headers) as source:
            yield from source.iter_sse()

    def finished(self, rca: Json) -> tuple[list[ServerSentEvent], Json]:
        """Follow an analysis to its end; return its events and the analysis."""
        events = list(self.events(rca["stream_url"]))
        return events, self.get(f"/agent-runs/rca-runs/{rca['rca_run_id']}")

    def report(self, run: Json) -> Json:
        """Ingest a run, analyse it, return the report."""
        _, rca = self.finished(self.analyse(self.ingest(run)["run_id"]))
        report: Json = rca["report"]
        return report

    @staticmethod
    def _ok(response: httpx.Response) -> Json:
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer


def records(events: list[ServerSentEvent]) -> list[Json]:
    """Return the progress records of events, without the queued one."""
    found = [json.loads(event.data) for event in events]
    return [record for record in found if record["status"] != "queued"]
