"""What failed runs show before an analysis: the same for runs that fail alike, another for any that does not."""

import random
from typing import Any

import pytest

from rca_core.storage.headers import RunHeader, header_values
from rca_core.telemetry.symptom import MAX_FAILURES, symptom
from tests.support.runs import parsed, run_body, tool_call


def shown(**fields: Any) -> str | None:
    """Return the symptom of a run with these fields, as ingest takes it."""
    return symptom(parsed(**fields).run)


def failed(number: int, **fields: Any) -> dict[str, Any]:
    return tool_call(f"call-{number}", status="error", **fields)


def test_only_a_failed_run_has_a_symptom() -> None:
    assert shown(status="failed", error_type="Timeout") is not None
    assert shown(status="success") is None
    assert shown(status="running") is None


def test_runs_that_differ_in_what_varies_show_the_same() -> None:
    first = shown(
        run_id="run-1",
        error_message="Order 17 not found",
        started_at="2026-01-15T10:00:00Z",
        tool_calls=[tool_call("ok"), failed(1, status_code=404, error_message="no order 17 (req_8fa2)", latency_ms=7)],
    )
    second = shown(
        run_id="run-2",
        error_message="Order 90210 not found",
        started_at="2026-02-15T11:00:00Z",
        tool_calls=[failed(9, status_code=404, error_message="no order 90210 (req_11c0)", retries=2)],
    )

    assert first == second
    assert first is not None
    assert len(first) == 16
    assert int(first, 16)


@pytest.mark.parametrize(
    "other",
    [
        {"agent_name": "another"},
        {"error_type": "ValueError"},
        {"error_message": "Order 17 is locked"},
        {"tool_calls": []},
        {"tool_calls": [failed(1, tool_name="refund", status_code=404, error_message="no order 17")]},
        {"tool_calls": [failed(1, status_code=500, error_message="no order 17")]},
        {"tool_calls": [failed(1, status_code=404, error_class="NotFound", error_message="no order 17")]},
        {"tool_calls": [failed(1, status_code=404, error_message="no customer 17")]},
        {"tool_calls": [failed(1, status_code=404, result_summary="gone")]},
    ],
)
def test_runs_that_fail_otherwise_show_another(other: dict[str, Any]) -> None:
    one = {
        "error_message": "Order 17 not found",
        "tool_calls": [failed(1, status_code=404, error_message="no order 17")],
    }

    assert shown(**one | other) != shown(**one)


def test_neither_the_order_nor_the_number_of_alike_failures_matters() -> None:
    calls = [failed(n, tool_name=f"tool-{n % 3}", error_message=f"no row {n}") for n in range(12)]
    shuffled = calls * 1
    random.Random(7).shuffle(shuffled)  # noqa: S311  reproducible, not secret

    assert shown(tool_calls=shuffled) == shown(tool_calls=calls) == shown(tool_calls=calls[:3])


def test_of_many_kinds_of_failures_a_few_count() -> None:
    calls = [failed(n, tool_name=f"tool-{n:03}", error_message="broken") for n in range(500)]

    assert shown(tool_calls=calls) == shown(tool_calls=calls[:MAX_FAILURES])
    assert shown(tool_calls=calls[1:]) != shown(tool_calls=calls)


def test_the_header_holds_it_and_readers_do_not_see_it() -> None:
    run = parsed(error_type="Timeout").run

    assert header_values(run)["symptom"] == symptom(run)
    assert header_values(parsed(**run_body(status="success")).run)["symptom"] is None
    assert "symptom" not in RunHeader.model_fields
