"""Runs that fit one item: stored as a whole, in one revision after another."""

from datetime import timedelta

import pytest

from rca_core.errors import CorruptBody, NotFound
from rca_core.storage.runs import RunStore
from rca_core.telemetry import AgentRun
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, read, remove, sort_keys, write
from tests.support.runs import Told, guardrail, incompressible, parse, parsed, run_body, step, told, tool_call
from tests.support.wire import Tapped

LATER = NOW + timedelta(hours=1)


def test_a_new_run_is_created(runs: RunStore) -> None:
    assert told(runs.put(parsed(), now=NOW)) == Told(revision=1, created=True, changed=True)


def test_a_small_run_is_one_write(runs: RunStore, tapped: Tapped) -> None:
    runs.put(parsed(), now=NOW)
    tapped.requests.clear()

    runs.put(parsed(run_id="run-2"), now=NOW)

    assert [operation for operation, _ in tapped.requests] == ["put_item"]


@pytest.mark.fault(1)
def test_the_same_content_again_changes_nothing(runs: RunStore, cloud: Cloud) -> None:
    runs.put(parsed(), now=NOW)
    before = read(cloud, "RUN")

    assert told(runs.put(parsed(), now=LATER)) == Told(revision=1, created=False, changed=False)
    assert read(cloud, "RUN") == before


@pytest.mark.parametrize("size", [1, 20_000])
def test_a_result_tells_when_the_run_was_new_and_when_it_last_changed(runs: RunStore, size: int) -> None:
    steps = [step(f"s{n}", output_summary=incompressible(n, 2_000)) for n in range(size // 1_000)]

    results = [
        runs.put(parsed(steps=steps, model=model), now=now)
        for model, now in (("one", NOW), ("one", LATER), ("two", LATER), ("two", LATER + timedelta(hours=1)))
    ]

    assert [(each.created_at, each.updated_at) for each in results] == [(NOW, NOW)] * 2 + [(NOW, LATER)] * 2


def test_changed_content_is_the_next_revision(runs: RunStore) -> None:
    runs.put(parsed(model="one"), now=NOW)

    assert told(runs.put(parsed(model="two"), now=LATER)) == Told(revision=2, created=False, changed=True)
    header = runs.header("run-1", now=LATER)
    assert (header.model, header.revision, header.created_at, header.updated_at) == ("two", 2, NOW, LATER)


def test_content_that_comes_back_is_a_new_revision(runs: RunStore) -> None:
    for model in ("one", "two"):
        runs.put(parsed(model=model), now=NOW)

    assert told(runs.put(parsed(model="one"), now=NOW)) == Told(revision=3, created=False, changed=True)


def test_of_a_run_sent_again_with_fewer_children_exactly_those_remain(runs: RunStore) -> None:
    runs.put(parsed(steps=[step("s1"), step("s2")], tool_calls=[tool_call()], guardrail_events=[guardrail()]), now=NOW)

    runs.put(parsed(steps=[step("s2")]), now=LATER)

    run = runs.get("run-1", now=LATER).run()
    assert [step.step_id for step in run.steps] == ["s2"]
    assert (run.tool_calls, run.guardrail_events) == ((), ())
    header = runs.header("run-1", now=LATER)
    assert (header.step_count, header.tool_call_count, header.guardrail_event_count) == (1, 0, 0)


def test_a_run_is_read_back_as_it_was_sent(runs: RunStore) -> None:
    sent = parsed(steps=[step(output_summary="é\x00\n")], tool_calls=[tool_call(args_json={"big": 2**70, "n": None})])

    runs.put(sent, now=NOW)

    assert runs.get("run-1", now=NOW).body == sent.body
    assert runs.get("run-1", now=NOW).run() == AgentRun.from_body(sent.body)


def test_a_header_shows_what_can_be_listed(runs: RunStore) -> None:
    fields = {
        "agent_version": "1.2",
        "model": "m",
        "environment": "prod",
        "error_type": "ToolCallError",
        "error_message": "it broke",
        "ended_at": "2026-01-15T10:00:01.500000Z",
        "trace_id": "t-1",
        "correlation_ids": ["c-1", "c-2"],
        "cost": {"tokens_prompt": 10, "tokens_completion": 5, "total_cost_usd": 0.0245},
    }
    runs.put(parsed(steps=[step()], **fields), now=NOW)

    header = runs.header("run-1", now=NOW).model_dump(mode="json", exclude_none=True)

    assert header == fields | {
        "run_id": "run-1",
        "agent_name": "agent",
        "status": "failure",
        "started_at": "2026-01-15T10:00:00Z",
        "duration_ms": 1500,
        "step_count": 1,
        "tool_call_count": 0,
        "guardrail_event_count": 0,
        "unrecovered_failures": 0,
        "revision": 1,
        "created_at": "2026-01-20T12:00:00Z",
        "updated_at": "2026-01-20T12:00:00Z",
    }


def test_a_run_that_has_not_ended_has_no_duration(runs: RunStore) -> None:
    runs.put(parsed(status="running"), now=NOW)

    assert runs.header("run-1", now=NOW).duration_ms is None


def test_a_cost_of_next_to_nothing_is_stored(runs: RunStore) -> None:
    runs.put(parsed(cost={"total_cost_usd": 5e-324}), now=NOW)

    assert runs.header("run-1", now=NOW).cost.total_cost_usd == 0


@pytest.mark.parametrize("run_id", ["run-2", "run-1/..", "RUN", "", "é", "x" * 5_000])
def test_an_unknown_run_is_not_found(runs: RunStore, run_id: str) -> None:
    runs.put(parsed(), now=NOW)

    with pytest.raises(NotFound):
        runs.header(run_id, now=NOW)
    with pytest.raises(NotFound):
        runs.get(run_id, now=NOW)


@pytest.mark.fault(32)
def test_an_expired_run_is_not_found_though_it_is_still_there(runs: RunStore) -> None:
    runs.put(parsed(), now=NOW)
    expired = NOW + timedelta(days=RETENTION_DAYS)

    assert runs.header("run-1", now=expired - timedelta(seconds=1)).revision == 1
    with pytest.raises(NotFound):
        runs.header("run-1", now=expired)
    with pytest.raises(NotFound):
        runs.get("run-1", now=expired)


def test_an_expired_run_sent_again_counts_as_new_and_its_revisions_go_on(runs: RunStore) -> None:
    runs.put(parsed(), now=NOW)
    expired = NOW + timedelta(days=RETENTION_DAYS)

    assert told(runs.put(parsed(), now=expired)) == Told(revision=2, created=True, changed=True)
    assert runs.header("run-1", now=expired).created_at == expired


def test_a_new_version_lives_for_another_retention_period(runs: RunStore) -> None:
    runs.put(parsed(model="one"), now=NOW)
    runs.put(parsed(model="two"), now=NOW + timedelta(days=RETENTION_DAYS - 1))

    assert runs.header("run-1", now=NOW + timedelta(days=RETENTION_DAYS + 1)).model == "two"


@pytest.mark.fault(31)
def test_one_flipped_byte_of_a_body_is_never_served(runs: RunStore, cloud: Cloud) -> None:
    runs.put(parsed(), now=NOW)
    item = read(cloud, "RUN")
    body = item["body"]["B"]

    for place in (0, len(body) // 2, len(body) - 1):
        damaged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        write(cloud, {**item, "body": {"B": damaged}})
        with pytest.raises(CorruptBody):
            runs.get("run-1", now=NOW)


@pytest.mark.fault(31)
def test_a_body_that_is_whole_but_not_the_one_that_was_written_is_never_served(runs: RunStore, cloud: Cloud) -> None:
    runs.put(parsed(model="other"), now=NOW)
    other = read(cloud, "RUN")["body"]
    runs.put(parsed(), now=NOW)
    write(cloud, {**read(cloud, "RUN"), "body": other})

    with pytest.raises(CorruptBody):
        runs.get("run-1", now=NOW)


@pytest.mark.fault(32)
def test_a_run_whose_header_is_gone_is_gone(runs: RunStore, cloud: Cloud) -> None:
    runs.put(parsed(), now=NOW)
    remove(cloud, "RUN")

    with pytest.raises(NotFound):
        runs.get("run-1", now=NOW)
    assert told(runs.put(parsed(), now=NOW)) == Told(revision=1, created=True, changed=True)


def test_the_largest_header_and_body_fit_an_item_or_chunks(runs: RunStore) -> None:
    # Every listed text at its limit, in characters of four bytes, beside bodies around the inline limit.
    wide = "\N{CROSS MARK}\N{ROCKET}" * 128
    names = [f"{number}{wide}"[:256] for number in range(60)]
    listed = {
        "agent_name": wide[:256],
        "error_message": wide * 80,
        "correlation_ids": names,
        **dict.fromkeys(("agent_version", "model", "environment", "error_type", "trace_id"), wide[:256]),
    }
    for kilobytes in range(180, 330, 10):
        steps = [
            step(f"s{number}", name=names[number % 60], output_summary=incompressible(number, 2_000))
            for number in range(kilobytes)
        ]
        calls = [tool_call(f"c{number}", tool_name="\x00" * 250 + str(number)) for number in range(60)]
        sent = parsed(run_id=f"run-{kilobytes}", steps=steps, tool_calls=calls, **listed)

        runs.put(sent, now=NOW)

        assert runs.get(sent.run_id, now=NOW).body == sent.body


def test_runs_are_kept_apart(runs: RunStore, cloud: Cloud) -> None:
    for name in ("run-1", "run-10", "run"):
        runs.put(parse(run_body(run_id=name, model=name)), now=NOW)

    assert [runs.header(name, now=NOW).model for name in ("run", "run-1", "run-10")] == ["run", "run-1", "run-10"]
    assert sort_keys(cloud) == ["RUN"]
