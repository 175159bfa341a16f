"""Whatever becomes of the backend, user code does not feel it, memory is bounded, losses are counted and told."""

import logging
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from smart_sre import sender
from smart_sre.client import Client
from smart_sre.settings import Settings
from smart_sre.spans import Run
from tests.integration.client.misbehaving import (
    Act,
    accept,
    babble,
    cut_off,
    free_port,
    reset,
    serving,
    status,
    when,
)

Connect = Callable[[str], Client]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Return a client of an address, which waits little between tries."""
    monkeypatch.setattr(sender, "_FIRST_WAIT", 0.02)
    monkeypatch.setattr(sender, "_LONGEST_WAIT", 0.1)
    made: list[Client] = []

    def connected(url: str, **settings: str) -> Client:
        made.append(Client(Settings.load(url=url, **settings)))
        return made[-1]

    yield connected
    for client in made:
        client._sender.close()


def work(client: Client, *, fails: bool = False, size: int = 10) -> str:
    """Do what an agent does; return the id of its run, as the program sees it."""
    with Run("agent", client) as run, run.step("plan"), run.tool("look_up", args={"text": "x" * size}) as call:
        if fails:
            call.fail("it broke")
        else:
            call.result("found")
    assert run.run_id
    return run.run_id


def test_a_backend_that_is_down_is_waited_for(connect: Connect) -> None:
    port = free_port()
    client = connect(f"http://127.0.0.1:{port}")
    work(client)

    assert not client.flush(0.2)
    assert client._sender.waiting == 1
    assert client.losses == {}


def test_nobody_waits_for_a_slow_backend(connect: Connect) -> None:
    released = threading.Event()
    with serving(when(released)) as (url, received):
        client = connect(url)
        # If work waited for an answer, there would never be one.
        ids = [work(client) for _ in range(5)]
        released.set()

        assert client.flush(60)
        assert [run["run_id"] for run in received] == ids


@pytest.mark.parametrize("fault", [status(502), status(503), status(504), status(500), status(408), reset, babble])
def test_a_fault_that_passes_loses_nothing(connect: Connect, fault: Act) -> None:
    with serving(fault, fault, accept) as (url, received):
        client = connect(url)
        run_id = work(client)

        assert client.flush(60)
        assert [run["run_id"] for run in received] == [run_id] * 3
        assert client.losses == {}


def test_what_was_accepted_is_not_sent_again_because_its_answer_was_cut_off(connect: Connect) -> None:
    with serving(cut_off) as (url, received):
        client = connect(url)
        work(client)

        assert client.flush(60)
        assert len(received) == 1
        assert client.losses == {}


def test_the_server_is_left_alone_for_as_long_as_it_asks(connect: Connect) -> None:
    with serving(status(429, Retry_After="1"), accept) as (url, received):
        client = connect(url)
        work(client)
        received.wait_for(1)
        client.flush(0)  # hurries only where nobody asked to wait

        assert client.flush(60)
        assert received.at[1] - received.at[0] >= 0.95


def test_a_server_that_fails_for_good_costs_one_run_not_all(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with serving(*[status(500)] * sender._TRIES_OF_A_FAULT, accept) as (url, received):
        client = connect(url)
        first, second = work(client), work(client)

        assert client.flush(60)
        assert [run["run_id"] for run in received] == [first] * sender._TRIES_OF_A_FAULT + [second]
        assert client.losses == {"http_500": 1}
        assert len(told(caplog)) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 413, 415, 422, 307, 301])
def test_a_refusal_is_counted_and_told_once(connect: Connect, code: int, caplog: pytest.LogCaptureFixture) -> None:
    with serving(status(code, Location="http://127.0.0.1:1/")) as (url, received):
        client = connect(url)
        for _ in range(3):
            work(client)

        assert client.flush(60)
        assert len(received) == 3
        assert client.losses == {f"http_{code}": 3}
        assert len(told(caplog)) == 1


def test_no_secret_is_told(connect: Callable[..., Client], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(status(401)) as (url, received):
        client = connect(url, secret="very-own-secret")  # noqa: S106  no one's
        work(client)
        assert client.flush(60)

        assert received.headers[0]["X-Ingest-Secret"] == "very-own-secret"
        assert "very-own-secret" not in caplog.text
        assert "very-own-secret" not in repr(client.settings)


def test_a_name_that_does_not_resolve_harms_nobody(connect: Connect) -> None:
    client = connect("http://no-such-host.invalid")
    work(client)

    assert not client.flush(0.5)
    assert client._sender.waiting == 1


def test_memory_is_bounded_and_failures_outlive_successes(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sender, "MAX_BYTES", 1_000_000)
    client = connect(f"http://127.0.0.1:{free_port()}")
    failed = work(client, fails=True, size=20_000)
    client.flush(0.1)  # what sends is imported by then
    tracemalloc.start()
    for _ in range(400):
        work(client, size=20_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    queued = client._sender._queue + ([client._sender._sending] if client._sender._sending else [])
    assert peak < 4_000_000
    assert sum(item.weight for item in client._sender._queue) <= 1_000_000
    assert failed in [item.run_id for item in queued]
    assert client.losses == {"queue_full": 401 - client._sender.waiting}
    assert len(told(caplog)) == 1


def test_runs_are_bounded_in_number_too(connect: Connect) -> None:
    client = connect(f"http://127.0.0.1:{free_port()}")
    for _ in range(sender.MAX_RUNS + 50):
        work(client)

    assert client._sender.waiting <= sender.MAX_RUNS + 1


def test_many_threads_lose_nothing(connect: Connect) -> None:
    with serving() as (url, received), ThreadPoolExecutor(8) as pool:
        client = connect(url)
        ids = list(pool.map(lambda _: work(client), range(100)))

        assert client.flush(60)
        assert sorted(run["run_id"] for run in received) == sorted(ids)
        assert all(run["tool_calls"][0]["step_id"] == run["steps"][0]["step_id"] for run in received)


def test_a_newer_version_takes_the_place_of_one_that_waits(connect: Connect) -> None:
    released = threading.Event()
    with serving(when(released)) as (url, received):
        client = connect(url)
        work(client)
        received.wait_for(1)
        with Run("agent", client) as run:
            run.save()
            run.save()
        released.set()

        assert client.flush(60)
        assert [each["status"] for each in received] == ["success", "success"]
        assert received[1]["run_id"] == run.run_id


def test_a_failed_run_says_where_its_report_is(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with serving() as (url, received):
        client = connect(url)
        run_id = work(client, fails=True)
        work(client)

        assert client.flush(60)
        assert received[0]["status"] == "failure"
        [line] = told(caplog)
        assert f"{url}/agent-runs/rca-runs/rca-of-{run_id}" in line
        assert f"smart-sre report {run_id}" in line
        assert "\n" not in line


def test_a_run_that_is_too_large_is_cut_until_it_fits(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_MAX_UNPACKED", 50_000)
    with serving() as (url, received):
        client = connect(url)
        with Run("agent", client) as run:
            for _ in range(10):
                with run.tool("look_up", args={"text": "x" * 15_000}):
                    pass

        assert client.flush(60)
        assert all(len(call["args_json"]["text"]) <= 200 for call in received[0]["tool_calls"])


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines that a user sees."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_nothing_is_sent_or_told_without_an_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(Settings())
    for _ in range(3):
        with Run("agent", client) as run, run.step("plan"), run.tool("look_up"):
            run.set(output="x")

    assert run.run_id is None
    assert client.flush(0)
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
