"""When children happened where the telemetry gives no times: by what their ids count, else as they were sent."""

import pytest

from rca_core.analysis.observe.order import in_order, places
from tests.unit.analysis.builders import run_of


def _order(ids: list[str]) -> list[str]:
    calls = [{"call_id": each, "tool_name": "probe", "status": "success", "step_id": "step-1"} for each in ids]
    run = run_of(*calls)
    return [call.call_id for call in in_order(run, places(run))[1]]


@pytest.mark.parametrize(
    "expected",
    [
        ["call-2", "call-10", "call-33"],
        ["search-1", "fetch-2", "answer-3"],
        ["call-a", "call-b", "call-c"],
        ["search-1", "search-2", "other-7", "other-8"],
    ],
)
def test_counted_ids_are_in_the_order_of_their_numbers_however_they_were_sent(expected: list[str]) -> None:
    assert _order(expected) == expected
    assert _order(expected[::-1]) == expected


@pytest.mark.parametrize("sent", [["call_9kX7", "call_2bQ1", "call_5mZ4"], ["pay", "look_up", "ship"]])
def test_ids_that_count_nothing_keep_the_order_they_were_sent_in(sent: list[str]) -> None:
    assert _order(sent) == sent
    assert _order(sent[::-1]) == sent[::-1]
