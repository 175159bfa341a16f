"""The API's description: generated, committed, and true."""

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from rca_core.errors import SmartSreError
from rca_core.telemetry.statuses import STATUS_SYNONYMS
from rca_core.web.described_routes import ROUTES
from rca_core.web.docs import DOCUMENT, openapi_json
from rca_core.web.openapi import document, main, rendered
from rca_core.web.query import ListFailuresQuery, ListRunsQuery, Query


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """Return the document."""
    return document()


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_the_committed_document_is_the_generated_one() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == rendered()
    assert json.loads(openapi_json()) == document()


def test_drift_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["--check"]) == 0
    monkeypatch.setattr("rca_core.web.openapi.rendered", lambda: "{}")
    assert main(["--check"]) == 1
    assert "stale" in capsys.readouterr().out


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    validate(described)


def test_every_operation_has_an_id_a_summary_and_an_answer(described: dict[str, Any]) -> None:
    found = operations(described)

    assert set(found) == {f"{route.method} {route.path}" for route in ROUTES}
    assert len({operation["operationId"] for operation in found.values()}) == len(found)
    for operation in found.values():
        assert operation["summary"]
        assert [status for status in operation["responses"] if status < "400"]


def test_every_error_is_one_of_ours_and_a_problem_document(described: dict[str, Any]) -> None:
    statuses = {error.status for error in SmartSreError.__subclasses__()}
    for name, operation in operations(described).items():
        # What OpenTelemetry's exporters send is answered as OTLP has it: in the type of the request, 400 for malformed.
        of_traces = name == "post /v1/traces"
        types = list(operation["requestBody"]["content"]) if of_traces else ["application/problem+json"]
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert int(status) in statuses | ({400} if of_traces else set())
                assert list(answer["content"]) == types
                assert answer["description"]


@pytest.mark.parametrize(
    ("operation", "errors"),
    [
        ("post /agent-runs", {401, 403, 409, 413, 415, 422, 503}),
        ("post /v1/traces", {400, 401, 403, 413, 415, 503}),
        ("get /agent-runs", {401, 403, 422, 503}),
        ("get /agent-runs/{run_id}", {401, 403, 404, 503}),
        ("get /agent-runs/{run_id}/timeline", {401, 403, 404, 422, 503}),
        ("post /agent-runs/{run_id}/rca-runs", {401, 403, 404, 409, 422, 503}),
        ("get /agent-runs/rca-runs/{rca_run_id}", {401, 403, 404, 503}),
        ("get /rca-runs/{rca_run_id}/stream", {401, 403, 404, 503}),
        ("get /failures", {401, 403, 422, 503}),
        ("get /failures/{fingerprint}", {401, 403, 404, 503}),
        ("patch /failures/{fingerprint}", {401, 403, 404, 413, 415, 422, 503}),
        ("get /", set()),
    ],
)
def test_the_errors_of_the_contract_are_described(described: dict[str, Any], operation: str, errors: set[int]) -> None:
    responses = operations(described)[operation]["responses"]

    assert {int(status) for status in responses if status >= "400"} == errors


def test_what_is_public_is_so_and_nothing_else(described: dict[str, Any]) -> None:
    public = {name for name, operation in operations(described).items() if operation["security"] == []}

    assert public == {"get /", "get /openapi.json", "get /docs"}
    used = {scheme for operation in operations(described).values() for rule in operation["security"] for scheme in rule}
    assert used == set(described["components"]["securitySchemes"])


@pytest.mark.parametrize(("path", "query"), [("/agent-runs", ListRunsQuery), ("/failures", ListFailuresQuery)])
def test_the_filters_of_a_list_are_described(described: dict[str, Any], path: str, query: type[Query]) -> None:
    parameters = operations(described)[f"get {path}"]["parameters"]

    assert {parameter["name"] for parameter in parameters} == set(query.model_fields)


def test_every_path_parameter_is_described(described: dict[str, Any]) -> None:
    for name, operation in operations(described).items():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                assert f"{{{parameter['name']}}}" in name
                assert parameter["required"]


def test_an_answer_says_where_its_ids_lead(described: dict[str, Any]) -> None:
    found = operations(described)
    parameters = {operation["operationId"]: operation["parameters"] for operation in found.values()}
    links = {
        operation: found[operation]["responses"]["200"]["links"]
        for operation in ("post /agent-runs", "post /agent-runs/{run_id}/rca-runs", "get /failures")
    }

    assert {link["operationId"] for each in links.values() for link in each.values()} == {
        operation["operationId"] for name, operation in found.items() if "{" in name
    }
    for operation, each in links.items():
        for link in each.values():
            [(name, source)] = link["parameters"].items()
            assert name in {each["name"] for each in parameters[link["operationId"]]}
            assert source == f"$response.body#/{'items/0/' if operation == 'get /failures' else ''}{name}"


@pytest.mark.parametrize(("model", "skipped"), [("AgentRunBody", False), ("StepBody", True), ("ToolCallBody", True)])
def test_every_status_that_is_described_is_understood(
    described: dict[str, Any],
    model: str,
    skipped: bool,  # noqa: FBT001  a table of values
) -> None:
    text, nothing = described["components"]["schemas"][model]["properties"]["status"]["anyOf"]
    statuses = text["enum"]

    assert nothing == {"type": "null"}
    meant = {STATUS_SYNONYMS[status] for status in statuses}
    assert meant == {"success", "failure", "running"} | ({"skipped"} if skipped else set())


def test_a_posted_run_is_described_with_its_limits(described: dict[str, Any]) -> None:
    body = described["components"]["schemas"]["AgentRunBody"]

    assert set(body["required"]) == {"agent_name"}
    assert body.get("additionalProperties", True) is True
    [steps] = [kind for kind in body["properties"]["steps"]["anyOf"] if kind.get("type") == "array"]
    assert steps["maxItems"] == 10_000


def test_a_report_is_described(described: dict[str, Any]) -> None:
    report = described["components"]["schemas"]["RcaReport"]["properties"]

    assert {"category", "insufficient_evidence", "evidence_index", "hypotheses", "action_items", "engine"} <= set(
        report
    )


def test_every_operation_has_one_described_tag(described: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in described["tags"]}

    assert {tag for operation in operations(described).values() for tag in operation["tags"]} == set(tags)
    assert all(len(operation["tags"]) == 1 for operation in operations(described).values())
    assert all(tags.values())


def test_every_parameter_but_a_cursor_is_described_by_words_and_an_example_or_a_default(
    described: dict[str, Any],
) -> None:
    for operation in operations(described).values():
        for parameter in operation["parameters"]:
            assert parameter["description"]
            assert "example" in parameter or "default" in parameter["schema"] or parameter["name"] == "cursor"


def test_every_body_has_examples(described: dict[str, Any]) -> None:
    for operation in operations(described).values():
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            assert content["examples"]
            assert all(example["summary"] for example in content["examples"].values())


def test_what_has_to_be_given_is_said_to_be(described: dict[str, Any]) -> None:
    required = {
        parameter["name"]
        for operation in operations(described).values()
        for parameter in operation["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    }

    assert required == {"before", "group_by"}
