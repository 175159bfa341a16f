"""Many clients of one stack at once: faults 2, 3, 28."""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.e2e.client import StackClient
from tests.support.runs import run_body, step

Json = dict[str, Any]


@pytest.fixture(scope="module")
def crowd() -> Iterator[httpx.Client]:
    """What all of them use, each on a connection of its own: making a client takes longer than a request."""
    with httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None, max_keepalive_connections=0)) as http:
        yield http


def at_once(acts: Iterable[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    with ThreadPoolExecutor(64) as clients:
        return [future.result() for future in [clients.submit(act) for act in acts]]


def post(crowd: httpx.Client, client: StackClient, body: Json) -> Callable[[], httpx.Response]:
    return lambda: crowd.post(f"{client.stack.api_url}/agent-runs", json=body)


@pytest.mark.fault(2)
def test_thirty_two_clients_that_send_one_body_at_once_get_the_same_answer(
    crowd: httpx.Client, client: StackClient
) -> None:
    body = run_body(run_id="crowded", steps=[step()])

    answers = at_once(post(crowd, client, body) for _ in range(32))

    assert [answer.status_code for answer in answers] == [200] * 32
    assert {answer.json()["revision"] for answer in answers} == {1}
    assert sum(answer.json()["created"] for answer in answers) == 1
    assert client.get("/agent-runs/crowded")["revision"] == 1


@pytest.mark.fault(3)
def test_clients_that_send_different_bodies_at_once_leave_one_of_them_whole(
    crowd: httpx.Client, client: StackClient
) -> None:
    bodies = [
        run_body(
            run_id="contested", model=f"m{number}", steps=[step(f"m{number}-{each}") for each in range(number + 1)]
        )
        for number in range(12)
    ]

    answers = at_once(post(crowd, client, body) for body in bodies)

    assert {answer.status_code for answer in answers} <= {200, 409}
    accepted = [answer.json()["revision"] for answer in answers if answer.status_code == 200]
    assert sorted(accepted) == list(range(1, len(accepted) + 1))
    last = bodies[[answer.status_code == 200 and answer.json()["revision"] for answer in answers].index(max(accepted))]
    assert client.get("/agent-runs/contested")["model"] == last["model"]
    assert [each["event_id"] for each in client.timeline("contested")] == [each["step_id"] for each in last["steps"]]


@pytest.mark.fault(28)
def test_followers_that_reconnect_at_once_are_spread_and_leave_ingest_alone(
    crowd: httpx.Client, client: StackClient, event: Any
) -> None:
    client.ingest(event("tool_schema_mismatch", run_id="followed"))
    rca = client.analyse("followed")
    whole, _ = client.finished(rca)

    def reconnect() -> httpx.Response:
        return crowd.get(rca["stream_url"], headers={"Last-Event-ID": whole[-2].id})

    follow = [reconnect for _ in range(150)]
    send = [post(crowd, client, run_body(run_id=f"beside-{number}")) for number in range(10)]
    answers = at_once(act for pair in zip(follow, send * 15, strict=True) for act in pair)

    streams, sent = answers[::2], answers[1::2]
    assert {answer.status_code for answer in sent} == {200}
    assert {answer.status_code for answer in streams} == {200}
    for stream in streams:
        lines = stream.text.splitlines()
        assert [line for line in lines if line.startswith("id: ")] == [f"id: {whole[-1].id}"]
        assert json.loads(next(line for line in lines if line.startswith("data: "))[6:])["status"] == "done"
    # Each is told a moment of its own to come back at.
    assert len({stream.text.splitlines()[0] for stream in streams}) > len(streams) // 3
