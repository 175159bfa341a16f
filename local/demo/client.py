"""What an agent and an operator do, over HTTP only."""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import httpx
from httpx_sse import connect_sse

Json = dict[str, Any]

_REPEATS: Final = 5


class Client:
    """A client of one stack's API."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.Client(base_url=api_url, timeout=30)

    def ingest(self, run: Json) -> Json:
        """Post an agent run; again when the stack says that it is unavailable and when to come back."""
        response = self._http.post("/agent-runs", json=run)
        for _ in range(_REPEATS):
            if response.status_code != 503:
                break
            time.sleep(float(response.headers.get("Retry-After", 1)))
            response = self._http.post("/agent-runs", json=run)
        return self._answer(response)

    def analyse(self, run_id: str) -> Json:
        """Start the analysis of a run."""
        return self._answer(self._http.post(f"/agent-runs/{run_id}/rca-runs"))

    def follow(self, stream_url: str) -> Iterator[Json]:
        """Yield progress records as they arrive, to the last one."""
        with connect_sse(self._http, "GET", stream_url) as source:
            for event in source.iter_sse():
                yield json.loads(event.data)

    def rca_run(self, rca_run_id: str) -> Json:
        """Return an analysis with its report."""
        return self.get(f"/agent-runs/rca-runs/{rca_run_id}")

    def get(self, path: str) -> Json:
        """Return what a path, with its query, answers."""
        return self._answer(self._http.get(path))

    def close(self) -> None:
        """Close the client's connections."""
        self._http.close()

    @staticmethod
    def _answer(response: httpx.Response) -> Json:
        response.raise_for_status()
        answer: Json = response.json()
        return answer
