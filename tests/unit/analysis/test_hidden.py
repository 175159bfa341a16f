"""What the result of a successful call hides."""

import pytest

from rca_core.analysis.observe.hidden import observe


@pytest.mark.parametrize(
    "result",
    [
        '{"isError": true, "content": []}',
        '{"id": 1, "status": "error"}',
        '{"success": false, "reason": "x"}',
        '{"error": {"code": 7}}',
        '{"statusCode": 500}',
        "{'error': 'no such function', 'response': ''}",
        "<html><head><title>404 Not Found</title></head></html>",
        "500 Internal Server Error",
        "log\nTraceback (most recent call last):\n  File",
    ],
)
def test_an_error_body_is_seen(result: str) -> None:
    assert observe("any_tool", result) == "error_result"


@pytest.mark.parametrize(
    "result", ["Error: user not found", "ValueError: no", "Error executing tool x", "Failed to open"]
)
def test_a_text_that_opens_as_an_error_is_seen(result: str) -> None:
    assert observe("any_tool", result) == "error_text"


@pytest.mark.parametrize(
    "result",
    [
        "[]",
        "{}",
        "null",
        '{"results": [], "total": 0}',
        "No results found for 'x'.",
        "未找到相关内容",
        '{"hits": [[]]}',
    ],
)
def test_an_empty_answer_of_a_lookup_is_seen(result: str) -> None:
    assert observe("search_docs", result) == "empty_result"


def test_an_empty_answer_of_something_else_is_a_result() -> None:
    assert observe("delete_order", "{}") is None


@pytest.mark.parametrize(
    "result",
    [
        None,
        "",
        '{"error": null, "data": 1}',
        '{"error": "", "response": {"x": 1}}',
        '{"isError": false}',
        '{"status": "ok", "code": 500}',
        "the docs say: Traceback (most recent call last) is printed",
        "Errors are values",
        "<html><title>How to fix a 404</title></html>",
    ],
)
def test_a_result_is_a_result(result: str | None) -> None:
    assert observe("make_tea", result) is None
