"""What dynalite leaves out: the item that refused a conditional write, for those who asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3


@contextmanager
def added(client: Any) -> Iterator[None]:
    """Add it to refusals that lack it. Exact only while nobody else writes between the refusal and this read."""
    # A client that nobody watches: the code under test did not make this request.
    reader = boto3.client("dynamodb")

    def remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def add(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        asked = context["asked"]
        refused = parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException"
        if refused and "ReturnValuesOnConditionCheckFailure" in asked and "Item" not in parsed:
            written = asked.get("Key") or asked["Item"]
            key = {name: written[name] for name in ("PK", "SK")}
            answer = reader.get_item(TableName=asked["TableName"], Key=key, ConsistentRead=True)
            parsed |= {"Item": answer["Item"]} if "Item" in answer else {}

    client.meta.events.register("before-parameter-build.dynamodb", remember)
    client.meta.events.register("after-call.dynamodb", add)
    yield
    client.meta.events.unregister("before-parameter-build.dynamodb", remember)
    client.meta.events.unregister("after-call.dynamodb", add)
