"""Query parameters: a misspelt one is an error, not ignored."""

from datetime import UTC, datetime

import pytest

from rca_core.errors import InvalidInput
from rca_core.web.query import CreateRcaQuery, ListFailuresQuery, ListRunsQuery, Query, parse_query
from rca_core.web.request_id import request_id_of
from rca_core.web.stream_url import stream_url


def refused(model: type[Query], given: dict[str, str]) -> list[list[str | int]]:
    with pytest.raises(InvalidInput) as caught:
        parse_query(model, given)
    return [error["loc"] for error in caught.value.errors]


def test_nothing_given_is_everything_by_default() -> None:
    assert parse_query(ListRunsQuery, {}) == ListRunsQuery(limit=50)
    assert parse_query(CreateRcaQuery, {}).force is False


def test_what_is_given_is_parsed() -> None:
    given = {
        "agent_name": "agent",
        "status": "Failed",
        "environment": "prod",
        "since": "2026-01-15T10:00:00",
        "until": "2026-01-16T00:00:00+02:00",
        "limit": "100",
        "cursor": "abc",
    }

    query = parse_query(ListRunsQuery, given)

    assert (query.agent_name, query.status, query.limit, query.cursor) == ("agent", "failure", 100, "abc")
    assert (query.since, query.until) == (
        datetime(2026, 1, 15, 10, tzinfo=UTC),
        datetime(2026, 1, 15, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "1.5"),
        ("limit", ""),
        ("limit", "9" * 5_000),
        ("status", "skipped"),
        ("status", "wat"),
        ("agent_name", ""),
        ("agent_name", "x" * 257),
        ("environment", ""),
        ("since", "yesterday"),
        ("since", ""),
        ("since", "0001-01-01T00:00:00+10:00"),
        ("until", "9999-12-31T23:59:59-10:00"),
        ("until", "NaN"),
        ("since", "1768903200"),
        ("until", "0.5"),
        ("cursor", "x" * 2_049),
        ("Limit", "1"),
        ("sort", "asc"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: str) -> None:
    assert refused(ListRunsQuery, {name: value}) == [["query", name]]


def test_which_failures_is_parsed() -> None:
    given = {"sort": "count", "status": "reopened", "category": "timeout", "since": "2026-01-15T10:00:00", "limit": "1"}

    query = parse_query(ListFailuresQuery, given)

    assert (query.sort, query.status, query.category, query.limit) == ("count", "reopened", "timeout", 1)
    assert query.since == datetime(2026, 1, 15, 10, tzinfo=UTC)
    assert parse_query(ListFailuresQuery, {}) == ListFailuresQuery(sort="recent", limit=50)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", ""),
        ("sort", "oldest"),
        ("status", "closed"),
        ("status", "Open"),
        ("category", ""),
        ("category", "x" * 65),
        ("agent_name", ""),
        ("agent_name", "x" * 257),
        ("since", "1768903200"),
        ("until", "2026-01-15T10:00:00"),
        ("limit", "0"),
        ("limit", "101"),
        ("cursor", "x" * 2_049),
    ],
)
def test_a_wrong_parameter_of_the_list_of_failures_is_named(name: str, value: str) -> None:
    assert refused(ListFailuresQuery, {name: value}) == [["query", name]]


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_force_is_a_yes_or_a_no(value: str, meant: bool) -> None:  # noqa: FBT001  a table of values
    assert parse_query(CreateRcaQuery, {"force": value}).force is meant


@pytest.mark.parametrize("value", ["", "maybe", "2"])
def test_force_is_nothing_else(value: str) -> None:
    assert refused(CreateRcaQuery, {"force": value}) == [["query", "force"]]


def test_at_most_fifty_parameters_are_named() -> None:
    assert len(refused(ListRunsQuery, {f"p{number}": "x" for number in range(500)})) == 50


def test_no_value_is_echoed() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_query(ListRunsQuery, {"limit": "s3cret", "status": "s3cret", "since": "s3cret"})

    assert "s3cret" not in str(caught.value.errors)


# ---------------------------------------------------------------- request ids
@pytest.mark.parametrize("given", ["a", "req-1", "A.b_c:d/e+f=g@h-9", "x" * 128])
def test_a_safe_request_id_is_kept(given: str) -> None:
    assert request_id_of({"x-request-id": given}) == given


@pytest.mark.parametrize(
    "given", ["", "x" * 129, "a b", "a\nb", "a\r\nSet-Cookie: x", "é", "a\x00", '"', "{}", "\x1b[31m"]
)
def test_an_unsafe_request_id_is_replaced(given: str) -> None:
    made = request_id_of({"x-request-id": given})

    assert made != given
    assert len(made) == 36


def test_a_request_without_an_id_gets_its_own() -> None:
    assert request_id_of({}) != request_id_of({})


# ---------------------------------------------------------------- stream addresses
@pytest.mark.parametrize(
    ("base", "token", "url"),
    [
        ("https://stream.example/", None, "https://stream.example/rca-runs/rca-1/stream"),
        ("http://127.0.0.1:8001", None, "http://127.0.0.1:8001/rca-runs/rca-1/stream"),
        ("https://s/", "123.abc", "https://s/rca-runs/rca-1/stream?token=123.abc"),
        ("https://s/", "1&b=c", "https://s/rca-runs/rca-1/stream?token=1%26b%3Dc"),
    ],
)
def test_a_stream_has_an_address(base: str, token: str | None, url: str) -> None:
    assert stream_url(base, "rca-1", token) == url


def test_an_id_cannot_leave_its_place_in_an_address() -> None:
    assert stream_url("https://s", "../a?b", None) == "https://s/rca-runs/..%2Fa%3Fb/stream"
