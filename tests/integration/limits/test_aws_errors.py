"""Throttling, timeouts and unknown errors of AWS, through the functions: fault 16."""

import json
from typing import Any

import pytest

from tests.integration.functions.product import Answer, Product, http_event, is_problem
from tests.integration.limits.outage import TRY_SECONDS, Outage
from tests.support.logs import entries
from tests.support.runs import incompressible, run_body, step

PATH = "/agent-runs"
SECONDS = 29.0
"""What the functions have: the timeout that template.yaml gives them, a second under API Gateway's."""

pytestmark = pytest.mark.fault(16)


def large_body(seed: int = 1) -> dict[str, Any]:
    """Return a run whose body takes two chunks."""
    return run_body(steps=[step(f"s{n}", output_summary=incompressible(seed * 1_000 + n, 2_000)) for n in range(600)])


def asked(product: Product, method: str, path: str, body: Any = None) -> Answer:
    """Ask as API Gateway does: with the time that the functions have."""
    function = "IngestFunction" if (method, path) == ("POST", PATH) else "ApiFunction"
    raw = None if body is None else json.dumps(body).encode()
    event = http_event(method, path, raw, {"Content-Type": "application/json"})
    answer = product.invoke(function, event, milliseconds=int(SECONDS * 1000))
    fields = {name.lower(): value for name, value in answer["headers"].items()}
    return Answer(answer["statusCode"], fields, (answer.get("body") or "").encode())


def is_unavailable(answer: Answer) -> None:
    is_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


def runs_in(product: Product) -> list[dict[str, Any]]:
    """Return the items of runs, bodies included."""
    items: list[dict[str, Any]] = product.cloud.dynamodb.scan(TableName=product.cloud.table)["Items"]
    return [item for item in items if item["PK"]["S"].startswith("RUN#")]


def test_one_try_in_twenty_throttled_is_noticed_by_nobody(product: Product, outage: Outage) -> None:
    outage.throttles(share=0.05)

    statuses = [asked(product, "POST", PATH, run_body(run_id=f"run-{n}")).status for n in range(200)]
    statuses += [asked(product, "GET", f"{PATH}/run-{n}").status for n in range(200)]

    assert statuses == [200] * 400
    assert len(outage.tries) > 610  # some were repeated, and none for ever
    assert len(outage.tries) < 700


@pytest.mark.parametrize("body", [run_body(steps=[step()]), large_body()], ids=["small", "in chunks"])
def test_a_table_that_throttles_everything_for_ten_seconds_has_the_run_after_them(
    product: Product, outage: Outage, body: dict[str, Any]
) -> None:
    outage.throttles(until=10.0)

    refusals = 0
    while (answer := asked(product, "POST", PATH, body)).status != 200:
        is_unavailable(answer)
        assert runs_in(product) == []
        refusals += 1
        outage.clock.wait(int(answer.headers["retry-after"]))

    assert answer.json()["revision"] == 1
    assert refusals <= 5
    assert outage.clock.now < SECONDS


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", PATH, run_body(steps=[step()])),
        ("POST", PATH, large_body(seed=2)),
        ("GET", f"{PATH}/run-1", None),
        ("GET", f"{PATH}/run-1/timeline", None),
        ("GET", PATH, None),
        ("POST", f"{PATH}/run-1/rca-runs", None),
        ("DELETE", f"{PATH}/run-1", None),
    ],
)
def test_a_table_out_of_reach_is_answered_in_time_and_nothing_is_half_written(
    product: Product, outage: Outage, method: str, path: str, body: Any
) -> None:
    assert asked(product, "POST", PATH, large_body()).status == 200
    before = runs_in(product)
    outage.tries.clear()
    outage.hangs()

    answer = asked(product, method, path, body)

    outage.ends()
    is_unavailable(answer)
    assert outage.clock.now < SECONDS
    assert 2 <= len(outage.tries) <= SECONDS / TRY_SECONDS
    assert runs_in(product) == before


def test_a_writer_that_keeps_losing_slowly_is_answered_in_time(
    product: Product, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(product, "POST", PATH, run_body(run_id="before"))
    real, rivals = product.cloud.dynamodb.put_item, iter(range(100))

    def lose(**params: Any) -> Any:
        if "ConditionExpression" in params:
            # Somebody else's version, each time a newer one.
            newer = {**params["Item"], "revision": {"N": str(100 + next(rivals))}, "digest": {"S": "theirs"}}
            real(TableName=params["TableName"], Item=newer)
        return real(**params)

    monkeypatch.setattr(product.cloud.dynamodb, "put_item", lose)
    outage.drags(4.9)

    answer = asked(product, "POST", PATH, run_body())

    is_unavailable(answer)
    assert outage.clock.now < SECONDS


def test_an_unknown_error_is_logged_with_its_request_id_and_not_explained(
    product: Product, outage: Outage, capsys: pytest.CaptureFixture[str]
) -> None:
    outage.refuses("AccessDeniedException", "AWS-REQUEST-7")

    answer = asked(product, "POST", PATH, run_body())

    is_problem(answer, 500, "internal-error")
    assert not [word for word in (b"s3cret", b"AccessDenied", b"AWS-REQUEST-7", b"Traceback") if word in answer.body]
    assert len(outage.tries) == 1
    [error] = [line for line in entries(capsys.readouterr().out) if line["level"] == "ERROR"]
    assert error["request_id"] == answer.headers["x-request-id"]
    assert "AWS request id: AWS-REQUEST-7" in error["exception"]


def test_a_throttled_call_is_logged_with_its_request_id(
    product: Product, outage: Outage, capsys: pytest.CaptureFixture[str]
) -> None:
    outage.refuses("ThrottlingException", "AWS-REQUEST-8")

    is_unavailable(asked(product, "GET", f"{PATH}/run-1"))

    [error] = [line for line in entries(capsys.readouterr().out) if line["level"] == "ERROR"]
    assert "AWS request id: AWS-REQUEST-8" in error["exception"]
