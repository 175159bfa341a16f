"""Least privilege: what each function may do is what it does, seen over all of its work."""

import gzip
import json
import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase as fnmatch
from typing import Any, NamedTuple

import boto3
import pytest

from rca_core.storage import runs
from rca_core.storage.rca_runs import RcaStore
from rca_core.storage.rollups.hours import packed
from tests.integration.functions.automatic import changes, post, seen, unreachable
from tests.integration.functions.counting import ROLLUP, Counting
from tests.integration.functions.product import Product
from tests.support.failures import write_failure
from tests.support.runs import incompressible, run_body, step, tool_call
from tests.support.template import translated_resources
from tests.support.traces import TRACE, request, span, tool

# What Lambda's poller does with a function's role, and what the function's log group needs.
POLLER = {
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    *("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
}

# Only Query and Scan know indexes: a statement that names both resources grants nothing by these.
MEANINGLESS = {("dynamodb:GetItem", "Table/index"), ("dynamodb:BatchGetItem", "Table/index")}


class Right(NamedTuple):
    """An action on a resource, and the partitions that it is for; indexes are a resource of their own."""

    action: str
    resource: str
    partitions: str


def granted(function: str) -> set[Right]:
    """Return what a function's role allows."""
    resources = translated_resources()
    role = resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    found = set()
    for policy in resources[role]["Properties"]["Policies"]:
        for statement in _listed(policy["PolicyDocument"]["Statement"]):
            condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            partitions = condition.get("dynamodb:LeadingKeys", ["*"])
            # What a parameter asks for is not granted without it.
            for resource in _listed(statement.get("Resource", [])):
                for action in _listed(statement["Action"]):
                    found |= {Right(action, _name(resource), each) for each in partitions}
    return {right for right in found if right.action not in POLLER and right[:2] not in MEANINGLESS}


def used(product: Product, function: str) -> set[Right]:
    """Return which of its rights a function made use of, and those that it lacked."""
    rights, found = granted(function), set()
    for operation, params in _apart(product.operations[function]):
        service = "sqs" if "QueueUrl" in params else "dynamodb"
        queue = "RcaParkedQueue" if params.get("QueueUrl") == product.parked_url else "RcaQueue"
        resource = queue if service == "sqs" else "Table/index" if "IndexName" in params else "Table"
        for partition in _partitions(params) or [""]:
            needed = Right(f"{service}:{operation}", resource, partition)
            fitting = {right for right in rights if right[:2] == needed[:2] and fnmatch(partition, right.partitions)}
            found |= fitting or {needed}
    return found


def _apart(operations: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield operations as IAM sees them: a transaction is the writes that it is made of."""
    for operation, params in operations:
        if operation == "TransactWriteItems":
            for write in params["TransactItems"]:
                [(kind, item)] = write.items()
                yield f"{kind}Item", item
        else:
            yield operation, params


def _partitions(params: Any) -> list[str]:
    """Return the partition keys that a request names."""
    for name in ("PK", ":pk"):
        if isinstance(params, dict) and name in params:
            return [params[name]["S"]]
    nested = params.values() if isinstance(params, dict) else params if isinstance(params, list) else ()
    return [key for each in nested for key in _partitions(each)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: dict[str, Any]) -> str:
    if "Fn::Sub" in resource:
        assert resource["Fn::Sub"] == "${Table.Arn}/index/*"
        return "Table/index"
    name: str = resource["Fn::GetAtt"][0]
    return name


def everything(product: Product) -> Iterator[str]:
    """Do all that there is to do."""
    large = run_body(run_id="large", steps=[step(f"s{n}", output_summary=incompressible(n, 2_000)) for n in range(600)])
    for run in (run_body(), large, run_body(run_id="large"), large):
        body = gzip.compress(json.dumps(run).encode())
        assert product.post("/agent-runs", body, {"Content-Encoding": "gzip"}).status == 200
    for path in ("/agent-runs", "/agent-runs/large", "/agent-runs/large/timeline", "/agent-runs/run-1/timeline"):
        assert product.get(path).status == 200
    assert product.get("/agent-runs", query="agent_name=agent").status == 200
    failure = f"/failures/{write_failure(product.cloud, 1, expires_at=4_000_000_000)}"
    for path in ("/failures", failure):
        assert product.get(path).status == 200
    assert product.http("PATCH", failure, b'{"status": "resolved"}').status == 200
    for run_id in ("run-1", "large"):
        for query in ("", "", "force=true"):
            answer = product.post(f"/agent-runs/{run_id}/rca-runs", query=query)
            assert answer.status == 200
            yield answer.json()["rca_run_id"]


def test_a_role_allows_what_its_function_does_and_nothing_more(
    automatic: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = automatic
    first, *rest = dict.fromkeys(everything(product))
    lost, broken = rest[:2]
    messages = [message for batch in iter(product.receive, []) for message in batch]
    for message in messages:
        rca_run_id = json.loads(message["body"])["rca_run_id"]
        function = "DeadLetterFunction" if rca_run_id == lost else "AnalyzerFunction"
        if rca_run_id == broken and not product.get(f"/agent-runs/rca-runs/{broken}").json()["started_at"]:
            fail_once(product, message)
        product.deliver(function, [message])
    for rca_run_id in (first, lost, broken):
        assert product.get(f"/agent-runs/rca-runs/{rca_run_id}").status == 200
        assert product.get(f"/rca-runs/{rca_run_id}/stream").status == 307
        assert product.stream(f"/rca-runs/{rca_run_id}/stream").status == 200

    fell_silent(product)
    claimed_and_deleted(product)
    with monkeypatch.context() as broken_off:
        broken_off.setattr(product.cloud.dynamodb, "update_item", unreachable)
        assert post(product, "missed")["rca_run_id"] is None
    assert product.post("/agent-runs/run-1/rca-runs", query="force=true").status == 200
    with monkeypatch.context() as due:
        due.setattr(runs, "is_due", lambda *_, **__: True)
        assert product.post("/agent-runs", run_body()).json()["changed"] is False
    assert seen(product, changes(product)) == []
    assert product.http("DELETE", "/agent-runs/large").status == 204

    functions = (
        "IngestFunction",
        "ApiFunction",
        "AnalyzerFunction",
        "DeadLetterFunction",
        "OrphanFunction",
        "StreamFunction",
    )
    for function in functions:
        exercised, rights = used(product, function), granted(function)
        assert exercised <= rights, function
        assert {right[:2] for right in exercised} == {right[:2] for right in rights}, function
        assert {right.partitions for right in exercised} == {right.partitions for right in rights}, function


@pytest.mark.parametrize("function", [ROLLUP, "ScrubFunction"])
def test_counters_are_moved_and_repaired_with_the_rights_that_it_takes(product: Product, function: str) -> None:
    counting = Counting(product)
    for run_id, message in (("run-1", "timed out"), ("run-2", "timed out"), ("run-3", "frobnicated")):
        call = tool_call(status="failed", status_code=504, error_message=message)
        assert product.post("/agent-runs", run_body(run_id=run_id, tool_calls=[call])).status == 200
        counting.catch_up()
    for run_id in ("run-1", "run-2"):
        assert product.post(f"/agent-runs/{run_id}/rca-runs").status == 200
        product.work()
    counting.catch_up()
    for run_id in ("run-1", "run-2", "run-3"):
        assert product.http("DELETE", f"/agent-runs/{run_id}").status == 204
    # Of these deletions the stream tells one function, and the other has to find them.
    if function == ROLLUP:
        counting.catch_up()
    else:
        product.invoke("ScrubFunction", {}, milliseconds=900_000)
        _damage_an_hour(product)
        product.invoke("ScrubFunction", {}, milliseconds=900_000)
    assert product.get("/metrics/overview").json()["total_runs"] == 0

    exercised, rights = used(product, function), granted(function)

    assert exercised <= rights
    assert {right[:2] for right in exercised} == {right[:2] for right in rights}
    assert {right.partitions for right in exercised} == {right.partitions for right in rights}


def _damage_an_hour(product: Product) -> None:
    """Change an hour's counters, as long ago as if nobody counted since."""
    items = product.cloud.dynamodb.scan(TableName=product.cloud.table)["Items"]
    hour: dict[str, Any] = next(item for item in items if item["PK"]["S"].startswith("METRICS#"))
    damaged = {"counts": {"B": packed({"": {"runs": {"total": 7}}})}, "as_of": {"S": "2026-01-01"}}
    product.cloud.dynamodb.put_item(TableName=product.cloud.table, Item=hour | damaged)


def test_ingest_may_change_nothing_but_what_limits_its_analyses_and_how_long_runs_are_kept() -> None:
    changing = {right for right in granted("IngestFunction") if right.action == "dynamodb:UpdateItem"}

    kept = {Right("dynamodb:UpdateItem", "Table", partitions) for partitions in ("RUN#*", "RCA#*")}
    assert changing == {Right("dynamodb:UpdateItem", "Table", "SYMPTOM#*"), *kept}


def claimed_and_deleted(product: Product) -> None:
    """Delete a run while its analysis is worked."""
    product.post("/agent-runs", run_body(run_id="short-lived"))
    product.post("/agent-runs/short-lived/rca-runs")
    module = product.module("AnalyzerFunction")
    real = module.run_analysis

    # Through a client that nobody watches: what is deleted here, the analyzer did not delete.
    others = RcaStore(boto3.client("dynamodb"), product.cloud.table, retention_days=30)

    def delete_then(*arguments: Any, **more: Any) -> Any:
        analysis = real(*arguments, **more)
        others.delete_of("short-lived")
        return analysis

    module.run_analysis = delete_then  # type: ignore[attr-defined]
    assert product.work() == []
    module.run_analysis = real  # type: ignore[attr-defined]


def fell_silent(product: Product) -> None:
    """End a large run whose root span never came, and that failed."""
    texts = [incompressible(number, 2_000) for number in range(400)]
    steps = [span(number, "step", {"output.value": text}) for number, text in enumerate(texts, 200)]
    product.post("/v1/traces", request(tool(1, error="the depot is closed"), *steps))
    deadline = time.monotonic() + 60
    while not (messages := product.receive()):
        assert time.monotonic() < deadline
    assert product.deliver("AnalyzerFunction", messages) == []
    assert product.get(f"/agent-runs/{TRACE}").json()["status"] == "failure"
    assert product.work() == []


def fail_once(product: Product, message: dict[str, Any]) -> None:
    module = product.module("AnalyzerFunction")
    real, module.run_analysis = module.run_analysis, None  # type: ignore[attr-defined]
    assert product.deliver("AnalyzerFunction", [message])
    module.run_analysis = real  # type: ignore[attr-defined]
