"""What is recorded of what a program says: children, parents, errors, tokens, and the limits of it all."""

import asyncio
import dataclasses
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest

import smart_sre as sre
from rca_core.telemetry.fields import MAX_CHILDREN, MAX_ID, MAX_NAME, MAX_SUMMARY, MAX_TEXT
from rca_core.telemetry.ingest import parse_agent_run
from smart_sre import plain as limits
from smart_sre import recording
from smart_sre.client import Client
from smart_sre.plain import cut, plain, text_of
from smart_sre.redaction import redact
from smart_sre.sender import _encoded
from smart_sre.settings import Settings
from smart_sre.spans import Run

Json = dict[str, Any]


class Kept(Client):
    """A client whose runs are kept and go nowhere."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.runs: list[Json] = []

    @property
    def enabled(self) -> bool:
        return True

    def end(self, recording: recording.Recording) -> None:
        self.runs.append(recording.body(ended=True))

    @property
    def last(self) -> Json:
        return self.runs[-1]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    kept = Kept()
    monkeypatch.setattr("smart_sre.client._default", kept)
    yield kept
    for run in kept.runs:
        # What is sent is what the server takes as it is.
        parsed = parse_agent_run(_encoded(run), new_run_id=lambda: "none", now=datetime.now(UTC), strict=True)
        assert parsed.warnings == []


def test_children_know_their_parents(client: Kept) -> None:
    with sre.run("agent", input="where?", model="m") as run:
        with run.step("plan") as plan, run.step("inner"):
            with run.tool("look_up", args={"order": 7}) as call:
                call.result([1, 2])
            plan.output("done")
        run.set(output="there", correlation_ids=["a"])

    outer, inner = client.last["steps"]
    [call_kept] = client.last["tool_calls"]
    assert inner["parent_step_id"] == outer["step_id"]
    assert call_kept["step_id"] == inner["step_id"]
    assert (call_kept["args_json"], call_kept["result_count"]) == ({"order": 7}, 2)
    assert client.last["output_summary"] == "there"


def test_decorators_record_arguments_results_and_errors(client: Kept) -> None:
    @sre.tool()
    def look_up(order: int, *, region: str = "eu") -> str:
        if region == "none":
            raise ValueError("no such region")
        return f"order {order}"

    @sre.step("plan")
    async def plan(order: int) -> str:
        await asyncio.sleep(0)
        return look_up(order)

    @sre.run("agent")
    async def agent(question: str) -> str:
        found = await plan(7 if question else 0)
        with pytest.raises(ValueError, match="no such region"):
            look_up(1, region="none")
        return found

    assert asyncio.run(agent("where?")) == "order 7"
    first, second = client.last["tool_calls"]
    assert first["args_json"] == {"order": 7}
    assert (second["error_class"], second["error_message"]) == ("ValueError", "no such region")
    assert first["step_id"] == client.last["steps"][0]["step_id"]
    assert client.last["input_summary"] == '{"question": "where?"}'
    assert client.last["output_summary"] == "order 7"


def test_decorators_of_generators_last_as_long_as_these(client: Kept) -> None:
    @sre.run("agent")
    def words() -> Iterator[str]:
        with sre.step("one"):
            yield "a"
        yield "b"

    @sre.run("agent")
    async def chunks() -> Any:
        yield "a"
        raise TimeoutError

    async def consume() -> list[str]:
        return [each async for each in chunks()]

    assert list(words()) == ["a", "b"]
    assert client.last["status"] == "success"
    assert len(client.last["steps"]) == 1
    with pytest.raises(TimeoutError):
        asyncio.run(consume())
    assert client.last["error_type"] == "TimeoutError"
    # Whoever stops early has not failed.
    next(generator := words())
    generator.close()  # type: ignore[attr-defined]
    assert client.last["status"] == "success"


def test_tasks_of_one_run_keep_apart(client: Kept) -> None:
    async def branch(run: Run, name: str) -> None:
        async with run.step(name):
            await asyncio.sleep(0)
            async with run.tool(f"tool-{name}"):
                await asyncio.sleep(0)

    async def main() -> None:
        async with sre.run("agent") as run:
            await asyncio.gather(*(branch(run, str(n)) for n in range(20)))

    asyncio.run(main())
    steps = {step["step_id"]: step["name"] for step in client.last["steps"]}
    assert all(call["tool_name"] == f"tool-{steps[call['step_id']]}" for call in client.last["tool_calls"])
    assert len(client.last["tool_calls"]) == 20


def test_threads_are_in_the_run_when_they_are_carried(client: Kept) -> None:
    def work() -> None:
        with sre.tool("look_up"):
            pass

    with sre.run("agent"), sre.step("plan"), ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(sre.carry(work)), pool.submit(work)]:
            future.result()

    [call] = client.last["tool_calls"]
    assert call["step_id"] == client.last["steps"][0]["step_id"]


def test_a_failure_says_what_is_known_of_it(client: Kept) -> None:
    class ApiError(Exception):
        status_code = 429

    def call() -> None:
        with sre.run("agent") as run, run.tool("search"):
            try:
                raise ConnectionError("socket closed")
            except ConnectionError as error:
                raise ApiError("slow down") from error

    with pytest.raises(ApiError):
        call()
    [failed] = client.last["tool_calls"]
    assert failed["status_code"] == 429
    assert failed["attributes"] == {"caused_by": ["ConnectionError: socket closed"]}
    assert client.last["status"] == "failure"
    assert client.last["error_message"] == "slow down"


def test_a_failure_that_the_program_swallowed_is_inferred_and_said_so(client: Kept) -> None:
    with sre.run("agent") as run, run.tool("search") as search:
        search.fail("quota exceeded")
    assert client.last["status"] == "failure"
    assert client.last["attributes"]["status_inferred_from"] == "tool search failed and no later call of it succeeded"

    with sre.run("agent") as run:
        run.guardrail("pii", message="a card number")
    assert client.last["attributes"]["status_inferred_from"] == "guardrail pii blocked"


def test_what_was_made_good_or_said_to_be_well_is_a_success(client: Kept) -> None:
    with sre.run("agent") as run:
        with run.tool("search") as search:
            search.fail(TimeoutError())
        with run.tool("search"):
            pass
    assert client.last["status"] == "success"

    with sre.run("agent") as run:
        with run.tool("search") as search:
            search.fail("no luck")
        run.succeed("from the cache")
    assert client.last["status"] == "success"
    assert client.last["tool_calls"][0]["status"] == "failure"


def test_a_model_call_reads_what_providers_answer(client: Kept) -> None:
    openai = {
        "model": "m-1",
        "choices": [{"finish_reason": "length"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    other = type("R", (), {"model": "m-2", "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}})
    with sre.run("agent") as run:
        with run.model_call("m", input="hi") as call:
            call.response(openai)
            call.usage(cost_usd=0.5)
        with run.model_call("m") as call:
            call.response(other())

    first, second = client.last["steps"]
    told = ("model", "finish_reason", "tokens_prompt", "tokens_completion", "kind")
    assert [first[name] for name in told] == ["m-1", "length", 3, 4, "llm"]
    assert [second[name] for name in told] == ["m-2", "end_turn", 1, 2, "llm"]
    assert first["cost_usd"] == 0.5


class Hostile:
    """An object that fails whatever is asked of it."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise RuntimeError("no")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no")


class Mood(Enum):
    FINE = "fine"


@dataclasses.dataclass
class Order:
    number: int
    secret: str = dataclasses.field(default="x", repr=False)


def circle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def deep() -> Any:
    found: Any = None
    for _ in range(5_000):
        found = [found]
    return found


ODD = [
    Hostile(),
    {Hostile(): Hostile()},
    circle(),
    deep(),
    float("nan"),
    float("inf"),
    10**5000,
    b"\x00\xff",
    "\ud800",
    "x" * 1_000_000,
    ["y"] * 100_000,
    {str(n): n for n in range(10_000)},
    Mood.FINE,
    Order(7),
    datetime(2026, 1, 1, tzinfo=UTC),
    {1, 2},
    object(),
    Hostile,
    lambda: None,
    threading.Lock(),
    (n for n in range(3)),
]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_no_value_is_too_odd_or_too_large(client: Kept, value: Any) -> None:
    with sre.run("agent", input=value) as run:
        with run.tool("look_up", args=value) as call:
            call.result(value)
        with run.model_call(input=value) as model:
            model.response(value)
        run.guardrail("g", action="flagged", message=value)
        run.set(output=value, attributes={"a": value})

    size = len(json.dumps(client.last))
    assert size < 100_000


def test_what_is_shown_of_objects() -> None:
    assert plain(Mood.FINE) == "fine"
    assert plain(Order(7)) == {"number": 7}
    assert plain({"a": (1, 2.5, None, True)}) == {"a": [1, 2.5, None, True]}
    assert text_of({"a": 1}, 100) == '{"a": 1}'


def test_limits_are_the_servers() -> None:
    assert (limits.MAX_NAME, limits.MAX_SUMMARY, limits.MAX_TEXT, limits.MAX_ID) == (
        MAX_NAME,
        MAX_SUMMARY,
        MAX_TEXT,
        MAX_ID,
    )
    assert recording.MAX_ENTRIES <= MAX_CHILDREN
    assert len(cut("x" * 5_000, 200)) <= 200


def test_a_run_keeps_its_failures_when_it_is_full(client: Kept) -> None:
    with sre.run("agent") as run:
        for _ in range(recording.MAX_ENTRIES):
            with run.tool("look_up"):
                pass
        with run.tool("look_up") as last:
            last.fail("out of paper")

    calls = client.last["tool_calls"]
    assert len(calls) < recording.MAX_ENTRIES
    assert calls[-1]["error_message"] == "out of paper"
    assert client.last["attributes"]["client_entries_left_out"] == recording.MAX_ENTRIES + 1 - len(calls)


def test_a_run_is_bounded_in_bytes(client: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_WEIGHT", 100_000)
    with sre.run("agent") as run:
        for _ in range(50):
            with run.tool("look_up", args="x" * 10_000):
                pass

    assert len(json.dumps(client.last)) < 200_000
    assert client.last["attributes"]["client_entries_cut"] > 0


def test_blocks_outside_of_a_run_record_nothing_and_harm_nothing() -> None:
    with sre.step("plan") as step, sre.tool("look_up") as call, sre.model_call("m") as model:
        step.output("x")
        call.result("y")
        model.usage({"input_tokens": 1})
        sre.guardrail("g")


KEY = "sk-" + "a1B2" * 8
SECRETS = [
    ({"api_key": "abcd"}, {"api_key": "[redacted:api_key]"}),
    ({"dbPassword": "hunter2"}, {"dbPassword": "[redacted:password]"}),
    ({"headers": {"Authorization": "Bearer abc"}}, {"headers": {"Authorization": "[redacted:secret]"}}),
    (f"key {KEY} is wrong", "key [redacted:api_key] is wrong"),
    ("postgres://app:hunter22@db/x", "postgres://app:[redacted:password]@db/x"),
    ("Authorization: Bearer abcDEF123456", "Authorization: Bearer [redacted:token]"),
    ('{"password": "hunter22"}', '{"password": "[redacted:secret]"}'),
    ("password=hunter22&user=a", "password=[redacted:secret]&user=a"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2lnbmF0dXJl", "[redacted:jwt]"),
    ("AKIA" + "ABCDEFGH12345678", "[redacted:aws_key]"),
]
HARMLESS = [
    {"max_tokens": 100, "tokens_prompt": 5, "token_count": "5"},
    "the token limit of 4096 was exceeded",
    "missing field 'password'",
    "password: null",
    {"key": "order", "secretary": "Ann"},
]


@pytest.mark.parametrize(("value", "kept"), SECRETS)
def test_credentials_do_not_leave_the_process(value: Any, kept: Any) -> None:
    assert redact(value) == kept
    assert redact(kept) == kept


@pytest.mark.parametrize("value", HARMLESS)
def test_what_is_no_credential_stays(value: Any) -> None:
    assert redact(value) == value


@pytest.mark.parametrize(
    "text", ["sk-" * 7_000, "password=" * 2_000, "a:" * 10_000, "eyJ" + "A." * 10_000, "://" * 6_000]
)
def test_no_text_holds_redaction_up(text: str) -> None:
    assert isinstance(redact(text), str)
