"""Pass over the whole table, as far as counters depend on it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rca_core.storage.aws import translated
from rca_core.storage.codec import from_item, projection, to_item
from rca_core.storage.keys import LEDGER_SK, OUTCOME_SK, RUN_SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Group = dict[str, dict[str, Any]]
"""Sort key -> item, of one partition."""

_READ: Final = (
    "PK",
    "SK",
    "agents",
    "as_of",
    "category",
    "cause",
    "count",
    "counts",
    "created_at",
    "expires_at",
    "fingerprint",
    "first_seen",
    "held",
    "last_runs",
    "last_seen",
    "life",
    "listed",
    "lock",
    "ordinal",
    "rca_run_id",
    "resolved_at",
    "revision",
    "run_created_at",
    "status",
    "symptoms",
    "updated_at",
)


def groups(client: "DynamoDBClient", table: str) -> Iterator[Group]:
    """Yield what is counted, and the counters, partition by partition: a scan reads them so. Raises `Unavailable`."""
    group: Group = {}
    pk = None
    for item in _scan(client, table):
        if item["PK"] != pk:
            if group:
                yield group
            group, pk = {}, item["PK"]
        group[item["SK"]] = item
    if group:
        yield group


def _scan(client: "DynamoDBClient", table: str) -> Iterator[dict[str, Any]]:
    options: dict[str, Any] = {
        **projection(_READ),
        "FilterExpression": "#SK IN (:run, :ledger, :outcome) OR attribute_exists(#counts) OR attribute_exists(#count)",
        "ExpressionAttributeValues": to_item({":run": RUN_SK, ":ledger": LEDGER_SK, ":outcome": OUTCOME_SK}),
    }
    while True:
        with translated():
            answer = client.scan(TableName=table, **options)
        yield from map(from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
