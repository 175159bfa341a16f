"""A guarded stack of real processes that logs all it can, and requests as no well-behaved client sends them."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.testing import Stack, running_stack
from tests.e2e.security.routes import ACCESS_SECRET, INGEST_SECRET, Headers, Route
from tests.support.template import ROOT

Json = dict[str, Any]
ACCESS = ("Authorization", f"Bearer {ACCESS_SECRET}")
INGEST = ("X-Ingest-Secret", INGEST_SECRET)


class Analysed(NamedTuple):
    """A stored run and its analysis, the token that opens the stream of it, and the failure that it showed."""

    run_id: str
    rca_run_id: str
    token: str
    fingerprint: str = ""


class Guarded:
    """A running stack with a secret on each side."""

    def __init__(self, stack: Stack, http: httpx.Client) -> None:
        self.stack = stack
        self.http = http

    def send(
        self,
        method: str,
        path: str,
        headers: Headers | None = None,
        body: Any = None,
        *,
        on_url: bool = False,
    ) -> httpx.Response:
        """Send a request whose path, query and headers are not put right on the way."""
        origin = urlsplit(self.stack.stream_url if on_url else self.stack.api_url)
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection = HTTPConnection(origin.netloc, timeout=60)
        with closing(connection):
            sent = headers or []
            own_host = any(name == "Host" for name, _ in sent)
            connection.putrequest(method, path, skip_host=own_host, skip_accept_encoding=True)
            for name, value in sent:
                connection.putheader(name, value.encode())
            if content is not None:
                connection.putheader("Content-Type", "application/json")
                connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
            answer = connection.getresponse()
            return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())

    def ask(self, route: Route, headers: Headers, ids: Analysed) -> httpx.Response:
        """Send what a route expects, about a run and its analysis."""
        path = route.address(run_id=ids.run_id, rca_run_id=ids.rca_run_id, fingerprint=ids.fingerprint)
        body = sample_run(ids.run_id) if route.method == "POST" and "{" not in path + route.path else None
        if route.method == "PATCH":
            body = {"status": "resolved"}
        return self.send(route.method, path, headers, body, on_url=route.on_url)

    def analysed(self, run: Json) -> Analysed:
        """Store a run and analyse it to the end."""
        assert self.send("POST", "/agent-runs", [INGEST], run).status_code == 200
        created = self.send("POST", f"/agent-runs/{run['run_id']}/rca-runs", [ACCESS])
        assert created.status_code == 200, created.text
        url = created.json()["stream_url"]
        assert '"status":"done"' in self.http.get(url).text
        return Analysed(run["run_id"], created.json()["rca_run_id"], parse_qs(urlsplit(url).query)["token"][0])

    def counted(self, ids: Analysed) -> Analysed:
        """Wait until the failure that an analysed run showed is counted."""
        deadline = time.monotonic() + 60
        while not (found := self._failures_of(ids.run_id)):
            assert time.monotonic() < deadline, "the failure was not counted"
            time.sleep(0.2)
        return ids._replace(fingerprint=found[0])

    def _failures_of(self, run_id: str) -> list[str]:
        listed = [each["fingerprint"] for each in self.send("GET", "/failures", [ACCESS]).json()["items"]]
        details = [self.send("GET", f"/failures/{fingerprint}", [ACCESS]).json() for fingerprint in listed]
        return [each["fingerprint"] for each in details if run_id in {seen["run_id"] for seen in each["last_runs"]}]

    def state(self, ids: Analysed) -> Json:
        """Return the run as people see it, and what they said of its failure."""
        answer = self.send("GET", f"/agent-runs/{ids.run_id}", [ACCESS])
        assert answer.status_code == 200
        state: Json = answer.json()
        failure = self.send("GET", f"/failures/{ids.fingerprint}", [ACCESS])
        assert failure.status_code == 200
        return state | {"resolved_at": failure.json()["resolved_at"]}

    def log_lines(self) -> list[str]:
        """Return the whole lines that the functions' processes wrote so far, without the names of the functions."""
        *lines, _unfinished = self.stack.log.read_text(encoding="utf-8").split("\n")
        return [line.partition("] ")[2] for line in lines]

    def lines_after(self, before: int, enough: Callable[[list[str]], bool]) -> list[str]:
        """Return the lines after the first ones when they are enough: what is logged comes later than the answer."""
        deadline = time.monotonic() + 60
        while not enough(lines := self.log_lines()[before:]):
            assert time.monotonic() < deadline, lines
            time.sleep(0.05)
        return lines


def sample_run(run_id: str) -> Json:
    """Return the sample run whose tool refused its arguments."""
    run: Json = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text(encoding="utf-8"))
    return run | {"run_id": run_id}


@pytest.fixture(scope="session")
def guarded_stack() -> Iterator[Guarded]:
    """Run a stack with secrets."""
    parameters = (f"IngestSecret={INGEST_SECRET}", f"AccessSecret={ACCESS_SECRET}", "LogLevel=DEBUG")
    arguments = (part for parameter in parameters for part in ("--parameter", parameter))
    with running_stack(*arguments) as stack, httpx.Client(timeout=60) as http:
        yield Guarded(stack, http)


@pytest.fixture(scope="session")
def ids(guarded_stack: Guarded) -> Analysed:
    """A run that is stored and analysed."""
    return guarded_stack.counted(guarded_stack.analysed(sample_run("guarded-run")))


@pytest.fixture(scope="session")
def others(guarded_stack: Guarded) -> Analysed:
    """Another one."""
    return guarded_stack.counted(guarded_stack.analysed(sample_run("another-run")))


@pytest.fixture
def is_refusal() -> Callable[[httpx.Response, int, str], Json]:
    """Check that an answer is a problem document which tells nothing but that; return it without the request's id."""

    def check(answer: httpx.Response, status: int, code: str) -> Json:
        assert answer.status_code == status
        document: Json = answer.json()
        told = (answer.text + repr(answer.headers)).lower()
        assert INGEST_SECRET.lower() not in told
        assert ACCESS_SECRET.lower() not in told
        if answer.headers["content-type"] == "application/json":  # to exporters of traces
            assert document.keys() == {"code", "message"}
            return document
        assert answer.headers["content-type"] == "application/problem+json"
        assert document.pop("request_id") == answer.headers["x-request-id"]
        assert document.keys() == {"type", "title", "status", "detail"}
        assert document["type"] == f"/problems/{code}"
        return document

    return check
