"""What a structured answer says about itself."""

from typing import Any

import pytest

from rca_core.analysis.observe.structured import is_empty, is_error, parse


@pytest.mark.parametrize(
    "text",
    [
        '{"ok": false, "error": {"code": "E7"}}',
        '{"data": null, "error_code": 1007, "error_description": "busy"}',
        '{"RESULT": {"CODE": "ERROR-600", "MESSAGE": "no connection"}}',
        '{"content": [{"type": "text", "text": "bad limit"}], "is_error": true}',
        "{'finance': {'result': None, 'error': {'code': 'Not Found'}}}",
        '{"status": {"code": 429, "description": "Too Many Requests"}}',
        '{"error": "", "response": "{\\"status\\": \\"401\\", \\"msg\\": \\"Authentication required\\"}"}',
        '{"code": "Throttling.User", "message": "slow down", "request_id": "r-1"}',
        '{"success": "false", "reason": "x"}',
        '{"errors": [{"message": "no field total"}], "data": null}',
    ],
)
def test_an_answer_that_calls_itself_an_error(text: str) -> None:
    assert is_error(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"error": null, "data": 1}',
        '{"errors": [], "items": [{"error": "E7"}]}',
        '[{"status": "failed"}, {"status": "ok"}]',
        '{"runs": [{"is_error": true}]}',
        '{"eligible": false, "code": 403, "reason": "income"}',
        '{"errcode": 0, "errmsg": "ok"}',
        '{"code": "SAVE10", "discount": 10, "message": "10 % off"}',
        '{"status": "ok", "code": 500}',
        '{"error_code": 0, "message": "done"}',
        '{"errors": [{"message": "one field is deprecated"}], "data": {"total": 7}}',
    ],
)
def test_an_answer_that_is_none(text: str) -> None:
    assert not is_error(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"took": 3, "timed_out": false, "_shards": {"total": 5}, "hits": {"total": {"value": 0}, "hits": []}}',
        '{"kind": "search", "searchInformation": {"searchTime": 0.12, "totalResults": "0"}}',
        "{'ResponseMetadata': {'HTTPStatusCode': 200}, 'retrievalResults': []}",
        '{"content": [], "structured_content": {"result": []}, "is_error": false}',
        '{"query": "x", "results": [], "message": "nothing here"}',
    ],
)
def test_an_answer_without_a_hit(text: str) -> None:
    assert is_empty(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"results": [], "answer": "Paris"}',
        '{"results": [{"id": 1}], "total": 1}',
        '{"order": "A-7", "total": 0}',
        '{"results": {"a": 1}, "next": null}',
        '{"id": 7, "name": "x"}',
        "[[1, 2]]",
    ],
)
def test_an_answer_with_one(text: str) -> None:
    value = parse(text)

    assert value is not None
    assert not is_empty(value)


@pytest.mark.parametrize("text", ["plain words", "{cut: 1", "[" * 5_000, "{" + "'a': " * 3, "42", ""])
def test_what_spells_no_answer(text: str) -> None:
    assert parse(text) is None


def test_numbers_too_long_and_nests_too_deep_are_no_errors() -> None:
    deep: Any = {"error": "E7"}
    for _ in range(50):
        deep = {"response": deep}

    assert not is_error(deep)
    assert not is_error({"errno": "9" * 5_000, "message": "x"})
