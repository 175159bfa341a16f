"""Recurring failures over HTTP: listed, shown, resolved."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.security.corpus import HOSTILE
from tests.integration.functions.product import Answer, Product, age, is_problem
from tests.support.failures import hash_of, write_failure, write_symptom

FAILURE = f"/failures/{hash_of(7)}"
FAR = 4_000_000_000


def write(product: Product, number: int, **fields: Any) -> str:
    """Write a failure that does not expire while the tests run."""
    return write_failure(product.cloud, number, expires_at=FAR, **fields)


def patch(product: Product, body: Any, headers: dict[str, str] | None = None, *, path: str = FAILURE) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return product.http("PATCH", path, raw, {"Content-Type": "application/json", **(headers or {})})


# ---------------------------------------------------------------- showing
def test_a_list_of_nothing_is_empty(product: Product) -> None:
    assert product.get("/failures").json() == {"items": [], "next_cursor": None, "newest_only": None}


def test_a_failure_is_listed_and_shown_with_the_runs_that_showed_it_last(product: Product) -> None:
    symptom = write_symptom(product.cloud, 1, 5)
    write(product, 7, count=14, symptoms=[symptom], tool=None)

    [listed] = product.get("/failures").json()["items"]

    assert listed == {
        "fingerprint": hash_of(7),
        "category": "timeout",
        "cause": "read_timeout",
        "tool": None,
        "message": "no answer within <n> s",
        "count": 14,
        "also_seen": 5,
        "first_seen": "2026-01-20T10:00:07Z",
        "last_seen": "2026-01-20T11:00:07Z",
        "first_agent": "agent",
        "first_version": "1",
        "last_version": "2",
        "agents": ["agent"],
        "status": "open",
        "resolved_at": None,
        "reopened_at": None,
        "reopened_version": None,
    }
    last_runs = [{"run_id": "run-7", "seen_at": "2026-01-20T11:00:07Z", "rca_run_id": "rca-7"}]
    assert product.get(FAILURE).json() == listed | {
        "last_runs": last_runs,
        "versions": [{"agent_name": "agent", "agent_version": "2"}],
        "hours": [{"hour": "2026-01-20T11:00:00Z", "count": 1, "also_seen": 0}],
    }


def test_a_failure_shows_the_hours_and_versions_that_it_was_seen_in(product: Product) -> None:
    symptoms = [write_symptom(product.cloud, 1, 5, hours="491500:3 491502:2"), write_symptom(product.cloud, 2, 1)]
    write(product, 7, symptoms=symptoms, hours="491500:1 491501:4", versions=["agent\x1f1", "other\x1f2"])

    found = product.get(FAILURE).json()

    assert found["versions"] == [
        {"agent_name": "agent", "agent_version": "1"},
        {"agent_name": "other", "agent_version": "2"},
    ]
    assert [(each["hour"], each["count"], each["also_seen"]) for each in found["hours"]] == [
        ("2026-01-26T04:00:00Z", 1, 3),
        ("2026-01-26T05:00:00Z", 4, 0),
        ("2026-01-26T06:00:00Z", 0, 2),
    ]
    assert found["also_seen"] == 6


@pytest.mark.parametrize("fingerprint", [hash_of(8), "none", "x" * 3_000, "%C3%A9", "a%00", "FINGERPRINT%23"])
def test_an_unknown_failure_is_not_found(product: Product, fingerprint: str) -> None:
    write(product, 7)

    is_problem(product.get(f"/failures/{fingerprint}"), 404, "not-found")
    answer = patch(product, {"status": "resolved"}, path=f"/failures/{fingerprint}")
    is_problem(answer, 404, "not-found")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_shown_as_they_are_and_as_json_only(product: Product, name: str) -> None:
    text = HOSTILE[name]
    texts = {"tool": text, "message": text, "cause": text, "agents": [text], "first_agent": text, "first_version": text}
    write(product, 7, last_version=text, **texts)

    for answer in (product.get("/failures"), product.get(FAILURE), patch(product, {"status": "resolved"})):
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        document = answer.json()
        [shown] = document.get("items", [document])
        assert {field: shown[field] for field in texts} == texts


@pytest.mark.parametrize("hours", ["many", "1:x", "99999999999999:1"])
def test_damaged_hours_of_what_looks_alike_are_passed_over(product: Product, hours: str) -> None:
    write(product, 7, symptoms=[write_symptom(product.cloud, 1, 5, hours=hours)], hours="491500:1")

    found = product.get(FAILURE).json()

    assert ([each["count"] for each in found["hours"]], found["also_seen"]) == ([1], 0)


# ---------------------------------------------------------------- listing
def test_pages_follow_each_other_in_the_order_asked_for(product: Product) -> None:
    for number, count in ((1, 5), (2, 9), (3, 5)):
        write(product, number, count=count)

    for query, expected in (("", [3, 2, 1]), ("sort=count", [2, 3, 1])):
        found: list[int] = []
        page = product.get("/failures", query=f"{query}&limit=2").json()
        while True:
            found += [int(each["fingerprint"], 16) for each in page["items"]]
            if page["next_cursor"] is None:
                break
            page = product.get("/failures", query=f"{query}&limit=2&cursor={page['next_cursor']}").json()
        assert found == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", [3, 1]),
        ("status=reopened", [2]),
        ("category=timeout", [3, 2]),
        ("agent_name=a%20b", [1]),
        ("since=2026-01-20T11:00:02Z", [3, 2]),
        ("sort=count&status=open&category=timeout", [3]),
        ("tool=fetch", [2]),
        ("tool=search&status=open", [3, 1]),
    ],
)
def test_filters(product: Product, query: str, found: list[int]) -> None:
    write(product, 1, category="rate_limited", agents=["x", "a b"])
    write(product, 2, status="reopened", tool="fetch")
    write(product, 3)

    items = product.get("/failures", query=query).json()["items"]

    assert [int(each["fingerprint"], 16) for each in items] == found


@pytest.mark.parametrize(
    "query", ["sort=oldest", "status=x", "limit=101", "cursor=garbage", "since=now", "agent=x", "category="]
)
def test_a_wrong_parameter_is_named(product: Product, query: str) -> None:
    problem = is_problem(product.get("/failures", query=query), 422, "invalid-input")

    assert [error["loc"] for error in problem["errors"]] == [["query", query.partition("=")[0]]]


def test_a_cursor_of_one_order_is_refused_in_the_other(product: Product) -> None:
    for number in (1, 2):
        write(product, number)

    for sort, other in (("recent", "count"), ("count", "recent")):
        cursor = product.get("/failures", query=f"sort={sort}&limit=1").json()["next_cursor"]
        problem = is_problem(product.get("/failures", query=f"sort={other}&cursor={cursor}"), 422, "invalid-input")
        assert problem["errors"][0]["loc"] == ["query", "cursor"]


def test_the_longest_list_there_can_be_is_answered(product: Product) -> None:
    """Every text at its limit, a hundred times."""
    agents = [f"{number}{'é' * 255}" for number in range(10)]
    for number in range(100):
        write(product, number, message="é" * 2_000, tool="é" * 256, agents=agents, first_agent=agents[0])

    for headers in ({}, {"Accept-Encoding": "gzip"}):
        answer = product.get("/failures", headers, query="limit=100")
        assert (answer.status, len(answer.json()["items"])) == (200, 100)


# ---------------------------------------------------------------- resolving
def test_a_failure_is_resolved_now_and_opened_again(product: Product) -> None:
    write(product, 7)

    resolved = patch(product, {"status": "resolved"})

    assert (resolved.status, resolved.json()["status"]) == (200, "resolved")
    assert 0 <= age(resolved.json()["resolved_at"]) < 60
    assert product.get(FAILURE).json() == resolved.json()
    assert [each["fingerprint"] for each in product.get("/failures", query="status=resolved").json()["items"]]
    opened = patch(product, {"status": "open"}).json()
    assert (opened["status"], opened["resolved_at"]) == ("open", None)


@pytest.mark.parametrize("status", ["open", "resolved"])
def test_what_is_said_of_a_failure_ends_what_was_known_of_its_return(product: Product, status: str) -> None:
    reopened = {"reopened_at": "2026-01-20T11:00:00.000000Z", "reopened_version": "2.1.0"}
    write(product, 7, status="reopened", resolved_at="2026-01-20T10:00:00.000000Z", **reopened)
    shown = product.get(FAILURE).json()
    assert (shown["reopened_at"], shown["reopened_version"]) == ("2026-01-20T11:00:00Z", "2.1.0")

    said = patch(product, {"status": status}).json()

    assert (said["status"], said["reopened_at"], said["reopened_version"]) == (status, None, None)


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"status": "reopened"}, ["status"]),
        ({"status": None}, ["status"]),
        ({"status": ["open"]}, ["status"]),
        ({}, ["status"]),
        ({"status": "open", "count": 0}, ["count"]),
        ({"status": "open", "lock": 0}, ["lock"]),
        (b"", []),
        (b"null", []),
        (b"[]", []),
        (b'"open"', []),
        (b"{", []),
        (b"[" * 4_000, []),
        (b"\xff", []),
        (b'{"status": "\\ud800"}', []),
    ],
)
def test_a_change_that_is_none_is_refused_by_the_name_of_its_field(product: Product, body: Any, loc: list[str]) -> None:
    write(product, 7)
    before = product.get(FAILURE).json()

    problem = is_problem(patch(product, body), 422, "invalid-input")

    assert [error["loc"] for error in problem["errors"]] == [loc]
    assert product.get(FAILURE).json() == before
    assert [name for name, _ in product.operations["ApiFunction"] if name == "UpdateItem"] == []


@pytest.mark.parametrize(
    "body", [{"status": "s3cret"}, {"status": {"a": "s3cret"}}, b'{"status": "s3cret"', ["s3cret"]]
)
def test_a_refusal_does_not_repeat_what_was_sent(product: Product, body: Any) -> None:
    assert b"s3cret" not in patch(product, body).body


def test_a_change_may_be_compressed_and_must_be_json_of_a_sensible_size(product: Product) -> None:
    write(product, 7)

    body = gzip.compress(json.dumps({"status": "resolved"}).encode())
    assert patch(product, body, {"Content-Encoding": "gzip"}).status == 200
    is_problem(patch(product, {"status": "open"}, {"Content-Type": "text/plain"}), 415, "unsupported-media-type")
    is_problem(patch(product, b'{"status": "open"' + b" " * 4_096 + b"}"), 413, "payload-too-large")
    bomb = gzip.compress(b" " * 21 * 1024 * 1024)
    is_problem(patch(product, bomb, {"Content-Encoding": "gzip"}), 413, "payload-too-large")


def test_methods_that_are_not_served_are_refused_with_those_that_are(product: Product) -> None:
    for path, allowed in (("/failures", "GET"), (FAILURE, "GET, PATCH")):
        answer = product.http("DELETE", path)
        is_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == allowed


def test_an_expired_failure_is_gone(product: Product) -> None:
    write_failure(product.cloud, 7, seen=datetime.now(UTC) - timedelta(days=31))

    assert product.get("/failures").json()["items"] == []
    is_problem(product.get(FAILURE), 404, "not-found")
    is_problem(patch(product, {"status": "open"}), 404, "not-found")
