from typing import Any

import pytest

from local.filters import matches
from local.intrinsics import TemplateError

RECORD = {"eventName": "INSERT", "dynamodb": {"Keys": {"PK": {"S": "RUN#1"}}, "size": 7, "tags": ["a", "b"]}}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"eventName": ["INSERT", "MODIFY"]},
        {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "RUN#"}]}}}},
        {"dynamodb": {"Keys": {"PK": {"S": [{"suffix": "#1"}]}}}},
        {"dynamodb": {"size": [{"numeric": [">", 5, "<=", 7]}]}},
        {"dynamodb": {"size": [7]}},
        {"dynamodb": {"tags": ["b"]}},
        {"dynamodb": {"nothing": [{"exists": False}]}},
        {"eventName": [{"exists": True}]},
        {"eventName": [{"anything-but": ["REMOVE"]}]},
        {"eventName": [{"anything-but": {"prefix": "REM"}}]},
        {"eventName": [{"equals-ignore-case": "insert"}]},
        {"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"size": [7]}}]},
    ],
)
def test_a_record_matches_a_pattern_that_describes_it(pattern: dict[str, Any]) -> None:
    assert matches(pattern, RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["insert"]},
        {"eventName": ["INSERT"], "dynamodb": {"size": [8]}},
        {"dynamodb": {"size": ["7"]}},
        {"dynamodb": {"size": [{"numeric": [">", 7]}]}},
        {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "RCA#"}]}}}},
        {"dynamodb": {"nothing": [{"anything-but": ["x"]}]}},
        {"dynamodb": {"nothing": {"deeper": ["x"]}}},
        {"dynamodb": {"Keys": [{"exists": True}]}},
        {"eventName": [{"exists": False}]},
        {"eventName": [{"anything-but": "INSERT"}]},
        {"eventName": {"deeper": ["x"]}},
        {"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"size": [8]}}]},
    ],
)
def test_a_record_does_not_match_any_other(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, RECORD)


def test_an_unknown_condition_is_named() -> None:
    with pytest.raises(TemplateError, match="'wildcard'"):
        matches({"eventName": [{"wildcard": "I*"}]}, RECORD)
