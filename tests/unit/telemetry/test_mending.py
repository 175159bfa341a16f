"""Telemetry is not lost over its form: what is out of form is mended and told; `strict` refuses it by name."""

import json

import pytest

from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from rca_core.telemetry.changes import MESSAGES
from tests.support.mending import ABSENT, MENDINGS, Mending, body_of, stored
from tests.support.runs import parse, parsed, run_body, step, tool_call


def name_of(mending: Mending) -> str:
    return f"{mending.change}-{mending.entry}-{'-'.join(mending.sent)}"


@pytest.mark.parametrize("mending", MENDINGS, ids=name_of)
def test_what_is_out_of_form_is_kept_in_a_form_and_told(mending: Mending) -> None:
    entry, warnings = stored(mending)

    for field, kept in mending.kept.items():
        if kept is ABSENT:
            assert field not in entry
        elif isinstance(kept, int) and isinstance(entry[field], str):
            assert len(entry[field]) == kept
        else:
            assert entry[field] == kept
    assert entry.get("attributes", {}).items() >= mending.attributes.items()
    assert mending.change in [code for code, _ in warnings]


@pytest.mark.parametrize("mending", MENDINGS, ids=name_of)
def test_what_is_mended_is_refused_by_name_where_that_is_asked_for(mending: Mending) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(body_of(mending), strict=True)

    assert mending.change in [error["type"] for error in caught.value.errors]
    assert all(error["loc"] for error in caught.value.errors)


@pytest.mark.parametrize("mending", MENDINGS, ids=name_of)
def test_what_was_mended_is_read_and_its_canonical_form_needs_no_mending(mending: Mending) -> None:
    body = parse(body_of(mending)).body

    assert AgentRun.from_body(body)
    again = parse(body, strict=True)
    assert (again.body, again.warnings) == (body, [])


def test_there_is_a_case_for_every_kind_of_mending() -> None:
    # A run that has ended and is said to be running is mended where it is stored.
    assert {mending.change for mending in MENDINGS} == MESSAGES.keys() - {"stale_running"}


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("STATUS_CODE_OK", "success"),
        ("STATUS_CODE_ERROR", "failure"),
        ("StatusCode.ERROR", "failure"),
        ("incomplete", "failure"),
        ("requires_action", "running"),
        ("partial-succeeded", "success"),
        ("Timed Out", "failure"),
        ("killed", "failure"),
        ("interrupted", "failure"),
        ("stopped", "failure"),
        ("WORKFLOW_EXECUTION_STATUS_TERMINATED", "failure"),
        ("waiting", "running"),
        ("crashed", "failure"),
        ("CompletedWithErrors", "failure"),
        ("CrashLoopBackOff", "failure"),
        ("timedOut", "failure"),
        ("DEADLINE_EXCEEDED", "failure"),
        ("NotStarted", "running"),
        ("TASK_STATE_INPUT_REQUIRED", "running"),
        ("PIPELINE_STATE_PARTIALLY_SUCCEEDED", "success"),
    ],
)
def test_words_of_frameworks_are_known(word: str, kept: str) -> None:
    result = parsed(status=word, tool_calls=[tool_call(status=word)])

    run = AgentRun.from_body(result.body)
    assert (run.status, run.tool_calls[0].status, result.warnings) == (kept, kept, [])


def test_an_unset_status_of_opentelemetry_is_derived_without_a_word() -> None:
    calls = [tool_call("a", status="UNSET"), tool_call("b", status="STATUS_CODE_UNSET", error_message="no")]

    result = parsed(tool_calls=calls)

    assert [call.status for call in AgentRun.from_body(result.body).tool_calls] == ["success", "failure"]
    assert result.warnings == []


def test_a_run_without_a_start_starts_with_its_earliest_child() -> None:
    body = run_body(
        started_at=None,
        ended_at="2026-01-15T10:00:09Z",
        steps=[step(started_at="2026-01-15T10:00:05Z")],
        tool_calls=[tool_call(started_at="2026-01-15T10:00:04+00:00")],
    )

    result = parse(body)

    assert json.loads(result.body)["started_at"] == "2026-01-15T10:00:04Z"
    assert not result.starts_on_arrival


def test_cost_is_summed_from_the_steps_that_no_other_sums_up() -> None:
    steps = [
        step("agent", tokens_prompt=30, cost_usd=0.3),
        step("a", parent_step_id="agent", tokens_prompt=10, tokens_completion=1, cost_usd=0.1),
        step("b", parent_step_id="agent", tokens_prompt=20, tokens_completion=2, cost_usd=0.2),
    ]

    assert AgentRun.from_body(parsed(steps=steps).body).cost.model_dump() == {
        "tokens_prompt": 30,
        "tokens_completion": 3,
        "total_cost_usd": 0.3,
        "attributes": {},
    }
    told = AgentRun.from_body(parsed(steps=steps, cost={"tokens_prompt": 99}).body).cost
    assert (told.tokens_prompt, told.tokens_completion) == (99, 3)


def test_what_a_step_used_beside_the_steps_that_are_part_of_it_is_counted() -> None:
    steps = [
        step("part", parent_step_id="whole", tokens_prompt=7),
        step("whole", parent_step_id="outer", tokens_prompt=10),
        step("outer", tokens_prompt=0),
        step("alone", tokens_prompt=1),
        step("one", parent_step_id="said less", tokens_prompt=20),
        step("two", parent_step_id="said less", tokens_prompt=20),
        step("said less", tokens_prompt=30),
    ]

    assert AgentRun.from_body(parsed(steps=steps).body).cost.tokens_prompt == 10 + 1 + 40


def test_steps_that_cost_nothing_sum_up_to_a_price_that_stays_the_same() -> None:
    steps = [step("whole"), step("part", parent_step_id="whole", cost_usd=0, tokens_prompt=0)]

    body = parsed(steps=steps).body

    assert json.loads(body)["cost"] == {"tokens_prompt": 0, "total_cost_usd": 0}
    assert parse(body, strict=True).body == body


@pytest.mark.fault(18)
def test_costs_of_ten_thousand_steps_within_one_another_are_summed() -> None:
    steps = [step(f"s{n}", parent_step_id=f"s{n - 1}" if n else None, cost_usd=0.001 * n) for n in range(10_000)]

    assert AgentRun.from_body(parsed(steps=steps).body).cost.total_cost_usd == 9.999


@pytest.mark.parametrize("ring", [["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_steps_that_are_each_others_parents_become_a_tree(ring: list[str]) -> None:
    parents = dict(zip(ring, ring[1:] + ring[:1], strict=True))
    steps = [step("root"), step("leaf", parent_step_id=ring[0])]

    result = parsed(steps=[*steps, *(step(name, parent_step_id=parent) for name, parent in parents.items())])

    kept = {each.step_id: each.parent_step_id for each in AgentRun.from_body(result.body).steps}
    assert kept["leaf"] == ring[0]
    for name in kept:
        path: list[str | None] = [name]
        while path[-1] is not None:
            assert len(path) <= len(kept)
            path.append(kept[path[-1]])
    assert sum(kept[name] is None for name in ring) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_body_in_another_encoding_of_unicode_is_read(encoding: str) -> None:
    raw = json.dumps(run_body(error_message="größer"), ensure_ascii=False).encode(encoding)

    assert AgentRun.from_body(parse(raw).body).error_message == "größer"


def test_bytes_that_are_no_unicode_cost_a_character_and_no_run() -> None:
    raw = json.dumps(run_body(error_message="größer"), ensure_ascii=False).encode("latin-1")

    result = parse(raw)

    assert AgentRun.from_body(result.body).error_message == "gr\ufffd\ufffder"
    assert [(each["code"], each["field"]) for each in result.warnings] == [("invalid_text", "error_message")]
    with pytest.raises(InvalidInput) as caught:
        parse(raw, strict=True)
    assert caught.value.errors[0]["loc"] == ["error_message"]


def test_bytes_that_are_no_text_at_all_are_refused() -> None:
    with pytest.raises(InvalidInput, match="is no JSON"):
        parse(json.dumps(run_body()).encode("utf-16")[:-1])


@pytest.mark.parametrize("strict", [True, False])
def test_what_is_told_of_a_name_that_is_no_text_can_be_sent(*, strict: bool) -> None:
    raw = b'{"agent_name":"a","\\ud800":{"\\udfff":1},"steps":[{"\\ud801":1}]}'

    try:
        told = json.dumps(parse(raw, strict=strict).warnings, ensure_ascii=False)
    except InvalidInput as refused:
        told = json.dumps(refused.errors, ensure_ascii=False)

    assert "\ufffd" in told
    assert told.encode()


def test_a_whole_number_with_a_point_and_a_price_without_one_are_in_form() -> None:
    result = parse(run_body(cost={"tokens_prompt": 5.0, "total_cost_usd": 1}), strict=True)

    assert AgentRun.from_body(result.body).cost.tokens_prompt == 5
    assert result.warnings == []


@pytest.mark.parametrize(
    "text", ["2026-01-15T11:00:00+01:00[Europe/Berlin]", "Thu, 15 Jan 2026 10:00:00 GMT", "20260115T100000Z"]
)
def test_a_time_that_tells_its_offset_is_read_in_any_form(text: str) -> None:
    result = parsed(ended_at=text)

    assert json.loads(result.body)["ended_at"] == "2026-01-15T10:00:00Z"
    assert result.warnings == []


def test_one_odd_child_does_not_change_the_others() -> None:
    steps = [step(f"s{number}", retries=number) for number in range(50)]
    odd = [*steps[:20], {**steps[20], "latency_ms": "fast"}, *steps[21:]]

    whole, mended = parsed(steps=steps), parsed(steps=odd)

    kept = [json.loads(each.body)["steps"] for each in (whole, mended)]
    assert kept[0][:20] + kept[0][21:] == kept[1][:20] + kept[1][21:]


def test_ten_thousand_odd_children_are_told_in_a_few_lines() -> None:
    calls = [{"status": n, "retries": "many", "step_id": "none", f"odd-{n}": n} for n in range(10_000)]

    result = parsed(tool_calls=calls)

    assert len(AgentRun.from_body(result.body).tool_calls) == 10_000
    assert len(json.dumps(result.warnings)) < 20_000
