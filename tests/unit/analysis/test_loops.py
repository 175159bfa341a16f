"""Calls that repeat, and those that only look so."""

from rca_core.analysis.observe.loops import Loop, identity, longest_loop, without_asides
from rca_core.telemetry import ToolCall


def calls(letters: str, result: str = "same") -> list[ToolCall]:
    return [
        ToolCall(
            call_id=f"c-{n}", tool_name=f"tool_{letter}", status="success", args_json={"a": 1}, result_summary=result
        )
        for n, letter in enumerate(letters)
    ]


def test_three_times_the_same_is_a_loop() -> None:
    assert longest_loop(calls("xaaay")) == Loop(first=1, period=1, repetitions=3)


def test_twice_is_none() -> None:
    assert longest_loop(calls("aabbaa")) is None


def test_a_cycle_is_found_with_its_period() -> None:
    assert longest_loop(calls("xabcabcabc")) == Loop(first=1, period=3, repetitions=3)


def test_the_longest_stretch_wins() -> None:
    found = longest_loop(calls("aaa" + "bc" * 5))

    assert found is not None
    assert (found.first, found.period, found.repetitions) == (3, 2, 5)


def test_a_call_aside_does_not_end_a_loop() -> None:
    assert longest_loop(calls("aaxa")) is None
    assert longest_loop(without_asides(calls("aaxa"))) == Loop(first=0, period=1, repetitions=3)


def test_pages_between_the_same_calls_are_no_asides() -> None:
    pages = [
        call.model_copy(update={"args_json": n}) for n, call in enumerate(calls("papapa")) if call.tool_name == "tool_p"
    ]
    saved = [call for call in calls("papapa") if call.tool_name == "tool_a"]

    assert longest_loop(without_asides([call for pair in zip(pages, saved, strict=True) for call in pair])) is None


def test_arguments_in_another_order_are_the_same_arguments() -> None:
    one = ToolCall(call_id="1", tool_name="t", status="success", args_json={"a": 1, "b": 2})
    two = ToolCall(call_id="2", tool_name="t", status="success", args_json={"b": 2, "a": 1})

    assert identity(one) == identity(two)


def test_calls_without_arguments_or_hash_are_never_the_same() -> None:
    one = ToolCall(call_id="1", tool_name="t", status="success")
    two = ToolCall(call_id="2", tool_name="t", status="success")

    assert identity(one) != identity(two)


def test_a_hash_stands_for_arguments_that_were_not_sent() -> None:
    same = [ToolCall(call_id=str(n), tool_name="t", status="success", args_hash="h") for n in range(3)]

    assert longest_loop(same) is not None


def test_arguments_nested_deeper_than_can_be_written_are_no_obstacle() -> None:
    deep: object = 0
    for _ in range(200_000):
        deep = [deep]
    call = ToolCall.model_construct(call_id="1", tool_name="t", status="success", args_json=deep, args_hash=None)

    assert identity(call) == ("t", "unknown:1")
