"""Jobs to deliver, and what became of their analyses."""

from datetime import UTC, datetime
from typing import Any

from rca_core.storage.codec import to_item
from rca_core.storage.progress import ProgressRecord, event_ids_between
from rca_core.storage.rca_runs import RcaStore
from tests.integration.functions.product import Product
from tests.support.runs import run_body, tool_call

ANALYZER = "AnalyzerFunction"
RCA_RUNS = "/agent-runs/run-1/rca-runs"
RUN = run_body(
    tool_calls=[tool_call(status="failed", error_class="TimeoutError", error_message="timed out", status_code=504)]
)


def store(product: Product) -> RcaStore:
    return RcaStore(product.cloud.dynamodb, product.cloud.table, retention_days=30)


def queued(product: Product, *, query: str = "", run: dict[str, Any] = RUN) -> str:
    """Store a run and ask for its analysis; return the analysis' id."""
    product.post("/agent-runs", run)
    rca: dict[str, Any] = product.post(f"/agent-runs/{run['run_id']}/rca-runs", query=query).json()
    return str(rca["rca_run_id"])


def detail(product: Product, rca_run_id: str) -> dict[str, Any]:
    document: dict[str, Any] = product.get(f"/agent-runs/rca-runs/{rca_run_id}").json()
    return document


def records(product: Product, rca_run_id: str) -> list[ProgressRecord]:
    rcas = store(product)
    last = rcas.get(rca_run_id, now=datetime.now(UTC)).last_event_id
    return rcas.records(rca_run_id, event_ids_between("0000#0000", last))


def change_run(product: Product, **values: Any) -> None:
    """Change attributes of run-1's item behind storage's back."""
    product.cloud.dynamodb.update_item(
        TableName=product.cloud.table,
        Key=to_item({"PK": "RUN#run-1", "SK": "RUN"}),
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
        ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
    )


def message_of(body: str) -> dict[str, Any]:
    return {
        "messageId": f"m-{body}"[:100],
        "receiptHandle": "-",
        "body": body,
        "attributes": {"SentTimestamp": "1768471200000"},
        "eventSource": "aws:sqs",
    }


def new_analysis(rca_run_id: str) -> dict[str, Any]:
    """Return the record of a new analysis as the table's stream delivers it."""
    return {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {"PK": {"S": f"RCA#{rca_run_id}"}, "SK": {"S": "RCA"}},
            "SequenceNumber": f"n-{rca_run_id}",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/Table/stream/2026",
    }


GARBAGE = [
    "",
    "{",
    "null",
    "[]",
    '{"rca_run_id": 7}',
    '{"rca_run_id": ""}',
    "{}",
    '{"rca_run_id": "' + "x" * 200 + '"}',
]
