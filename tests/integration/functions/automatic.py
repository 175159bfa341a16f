"""Failed runs that start their own analysis, as their tests see them."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import EndpointConnectionError

from tests.integration.functions.jobs import RUN
from tests.integration.functions.product import Product
from tests.support.table_stream import TableStream

PATH = "/agent-runs"
ORPHANS = "OrphanFunction"
Json = dict[str, Any]


def post(product: Product, run_id: str = "run-1", **fields: Any) -> Json:
    """Store the failed run of these tests under an id; return the answer."""
    answer = product.post(PATH, RUN | {"run_id": run_id} | fields)
    assert answer.status == 200, answer.body
    told: Json = answer.json()
    return told


def sent(product: Product) -> list[str]:
    """Return the analyses whose jobs are in the queue."""
    return [json.loads(message["body"])["rca_run_id"] for message in product.receive()]


def listed(product: Product, run_id: str = "run-1") -> list[Json]:
    """Return what a run lists of its analyses."""
    found: list[Json] = product.get(f"{PATH}/{run_id}").json()["rca_runs"]
    return found


def asked(product: Product, function: str = "IngestFunction") -> list[str]:
    """Return the operations that a function asked of AWS, in order, and forget them."""
    return [name for name, _ in product.operations.pop(function, [])]


def seen(product: Product, records: list[Json]) -> list[str]:
    """Deliver records of the table's stream; return the sequence numbers of those that come again."""
    if not records:
        return []  # Lambda does not call for none
    answer = product.invoke(ORPHANS, {"Records": records})
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def changes(product: Product) -> list[Json]:
    """Return all that the stream tells the function, as the template filters it."""
    return TableStream(product.cloud.dynamodb, product.cloud.table, ORPHANS).records()


def failed_runs(product: Product) -> list[Json]:
    """Return what the stream tells the function of failed runs."""
    return [record for record in changes(product) if record["dynamodb"]["Keys"]["SK"]["S"] == "RUN"]


def unreachable(**_: Any) -> None:
    """Find nobody there."""
    raise EndpointConnectionError(endpoint_url="-")


def failing(real: Callable[..., Any], nth: int, fail: Callable[..., Any] = unreachable) -> Callable[..., Any]:
    """Return a client's method whose nth call fails."""
    calls = 0

    def call(**params: Any) -> Any:
        nonlocal calls
        calls += 1
        return (fail if calls == nth else real)(**params)

    return call
