"""A credential in any field of a run reaches no table, log, report, ticket, stream, timeline or metric."""

import json
from typing import Any

import pytest

from tests.integration.functions.product import Product
from tests.support.runs import Body, guardrail, run_body, step, tool_call

PASSWORD = "hunter-2-Blau!Kraut"  # noqa: S105  what is looked for
OPENAI_KEY = "sk-" + "proj-" + "Zq3v8RtY6uLwN2sXb5Kd9fGhJmPcTe4A7"


def run_with_secrets() -> Body:
    """Return a failed run that has a credential in every kind of place."""
    said = f"login failed: password={PASSWORD} for user svc, key {OPENAI_KEY}"
    return run_body(
        error_type="LoginError",
        error_message=said,
        input_summary=f"sign in with password: {PASSWORD}",
        output_summary=f"Authorization: Bearer {OPENAI_KEY}",
        correlation_ids=[f"https://svc:{PASSWORD}@host.example/session", OPENAI_KEY],
        attributes={"headers": {"X-Api-Key": OPENAI_KEY}, "db": {"password": PASSWORD}},
        odd={"client_secret": PASSWORD},
        steps=[
            step("s1", input_summary=said, output_summary=said, attributes={"env": f"API_KEY={OPENAI_KEY}"}),
            step("s2", status="failure", error_message=said, secret=PASSWORD),
        ],
        tool_calls=[
            tool_call(
                "c1",
                step_id="s1",
                status="failure",
                args_json={"user": "svc", "password": PASSWORD, "auth": {"token": OPENAI_KEY}},
                error_message=f"401 Unauthorized: {said}",
                result_summary=json.dumps({"access_token": OPENAI_KEY, "echo": json.dumps({"password": PASSWORD})}),
            ),
            tool_call("c2", step_id="s1", tool_name="other", args_json=json.dumps({"password": PASSWORD})),
        ],
        guardrail_events=[guardrail(message=f"leaked {OPENAI_KEY}", call_id="c1")],
    )


def everything_stored(product: Product) -> str:
    """Return all that the table holds, as text, bodies decompressed."""
    pages = product.cloud.dynamodb.get_paginator("scan").paginate(TableName=product.cloud.table)
    stored = [repr(item) for page in pages for item in page["Items"]]
    return "\n".join([*stored, product.get("/agent-runs/run-1/body").body.decode()])


@pytest.mark.fault(41)
def test_a_credential_in_any_field_is_shown_nowhere(product: Product, capsys: pytest.CaptureFixture[str]) -> None:
    told = product.post("/agent-runs", run_with_secrets()).json()
    rca = product.post("/agent-runs/run-1/rca-runs").json()
    assert product.work() == []

    shown = [
        everything_stored(product),
        json.dumps(told),
        *(
            product.get(path).body.decode()
            for path in (
                "/agent-runs/run-1",
                "/agent-runs",
                "/agent-runs/run-1/timeline",
                f"/agent-runs/rca-runs/{rca['rca_run_id']}",
                "/failures",
                "/metrics/overview",
                "/metrics",
                "/docs",
            )
        ),
        product.stream(f"/rca-runs/{rca['rca_run_id']}/stream").body.decode(),
        "".join(capsys.readouterr()),
    ]

    assert {each["field"] for each in told["warnings"] if each["code"] == "redacted"} >= {"password", "api_key"}
    for text in shown:
        assert PASSWORD not in text
        assert OPENAI_KEY not in text
    report = json.loads(shown[5])["report"]
    assert report["category"] == "tool_permission"
    assert "user svc" in json.dumps(report)


@pytest.mark.parametrize(
    "odd",
    [
        {"steps": {"password": PASSWORD}},
        {"steps": [f"password={PASSWORD}"]},
        {"cost": {"password": PASSWORD}},
        {"attributes": [f"password={PASSWORD}"]},
        {"model": {"api_key": OPENAI_KEY}},
        {"error_message": "x" * 19_990 + f" password={PASSWORD} " + "y" * 50},
        {"input_summary": f"-----BEGIN PRIVATE KEY-----\n{OPENAI_KEY[8:] * 400}\n-----END PRIVATE KEY-----"},
        {"status": f"password={PASSWORD}"},
        {"ended_at": f"password={PASSWORD}"},
        {"tool_calls": [{"tool_name": "t", "args_json": f"{{'password': '{PASSWORD}'"}]},
        {"error_message": f"half a character \ud83e and password={PASSWORD}"},
    ],
)
def test_a_credential_in_a_run_that_has_to_be_mended_is_shown_nowhere(product: Product, odd: dict[str, Any]) -> None:
    assert product.post("/agent-runs", run_body(**odd)).status == 200

    stored = everything_stored(product)

    assert PASSWORD not in stored
    assert PASSWORD[:12] not in stored
    assert OPENAI_KEY[8:] not in stored


def test_the_same_run_with_the_same_credential_changes_nothing(product: Product) -> None:
    first, second = (product.post("/agent-runs", run_with_secrets()).json() for _ in range(2))

    assert (first["changed"], second["changed"]) == (True, False)


def test_what_holds_no_credential_is_told_nothing_of_it(product: Product) -> None:
    calls = [tool_call(status="failure", error_message="Missing required field: 'password'", args_hash="hash-1")]
    body = run_body(tool_calls=calls, cost={"tokens_prompt": 5})

    assert product.post("/agent-runs", body).json()["warnings"] == []
    assert product.get("/agent-runs/run-1/timeline").json()[0]["details"]["args_hash"] == "hash-1"
