"""A table in memory, for more runs than an emulator stores in reasonable time.

It answers what storage of runs and counters asks, in DynamoDB's typed form, with conditions checked by the emulator's
own parser; what else is asked of it is an error. Single-threaded. It keeps the stream of its changes.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as Attributes

from bench.units import item_size, read_units, write_units

Item = dict[str, Any]
_MEGABYTE: Final = 1024 * 1024
_CREATED: Final = 1_700_000_000


class MemoryTable:
    """One table, spoken to as to a DynamoDB client."""

    def __init__(self) -> None:
        self._partitions: dict[str, dict[str, Item]] = defaultdict(dict)
        self.records: list[dict[str, Any]] = []
        """What changed, as the records of a Lambda event."""
        self.write_units = 0
        self.read_units = 0
        """Units of the transactions and of the reads by key so far."""

    def stored_keys(self) -> list[tuple[str, str]]:
        """Return the keys of all items."""
        return [(pk, sk) for pk, partition in self._partitions.items() for sk in partition]

    def there(self, pk: str, sk: str) -> Item:
        """Return an item that is there."""
        return self._partitions[pk][sk]

    # ------------------------------------------------------------ one item
    def get_item(self, **request: Any) -> dict[str, Any]:
        """Return one item."""
        item = self._there(request["Key"])
        return {"Item": _projected(item, request)} if item else {}

    def put_item(self, **request: Any) -> dict[str, Any]:
        """Write one item."""
        self._check(request["Item"], request)
        self._write(request["Item"], request["Item"])
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        """Set an attribute of one item."""
        self._check(request["Key"], request)
        name, value = request["UpdateExpression"].removeprefix("SET ").split(" = ")
        item = (self._there(request["Key"]) or request["Key"]) | {name: request["ExpressionAttributeValues"][value]}
        self._write(item, item)
        return {}

    def delete_item(self, **request: Any) -> dict[str, Any]:
        """Delete one item, and return it."""
        self._check(request["Key"], request)
        old = self._there(request["Key"])
        self._write(request["Key"], None)
        return {"Attributes": old} if old else {}

    # ------------------------------------------------------------ several
    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """Return those of many items that exist."""
        [(table, wanted)] = request["RequestItems"].items()
        found = [self._there(key) or {} for key in wanted["Keys"]]
        self.read_units += sum(read_units(item_size(item)) for item in found)
        return {"Responses": {table: [item for item in found if item]}}

    def batch_write_item(self, **request: Any) -> dict[str, Any]:
        """Write and delete many items."""
        [writes] = request["RequestItems"].values()
        for write in writes:
            if "PutRequest" in write:
                item = write["PutRequest"]["Item"]
                self._write(item, item)
            else:
                self._write(write["DeleteRequest"]["Key"], None)
        return {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """Write all of these items, or none."""
        writes = [next(iter(each.items())) for each in request["TransactItems"]]
        if len(writes) > 100:
            raise _refusal("ValidationException")
        for kind, write in writes:
            try:
                self._check(write["Item" if kind == "Put" else "Key"], write)
            except ClientError as error:
                raise _refusal("TransactionCanceledException", reasons=[{"Code": _code(error)}]) from error
        for kind, write in writes:
            key = write["Item" if kind == "Put" else "Key"]
            old, new = self._there(key) or {}, write["Item"] if kind == "Put" else None
            # A transaction writes everything twice.
            self.write_units += 2 * write_units(max(item_size(old), item_size(new or {})))
            self._write(key, new)
        return {}

    # ------------------------------------------------------------ many
    def query(self, **request: Any) -> dict[str, Any]:
        """Return a page of one partition: of the sort keys from one on, or of those that begin alike."""
        condition, values = request["KeyConditionExpression"], request["ExpressionAttributeValues"]
        partition = self._partitions.get(values[":pk"]["S"], {})
        keys = sorted(partition)
        if condition == "PK = :pk AND SK >= :first":
            keys = keys[bisect.bisect_left(keys, values[":first"]["S"]) :]
        elif condition == "PK = :pk AND begins_with(SK, :prefix)":
            keys = [sk for sk in keys if sk.startswith(values[":prefix"]["S"])]
        else:
            raise NotImplementedError(condition)
        if start := request.get("ExclusiveStartKey"):
            keys = keys[bisect.bisect_right(keys, start["SK"]["S"]) :]
        return self._page(partition[sk] for sk in keys)

    def scan(self, **request: Any) -> dict[str, Any]:
        """Return what passes a filter, of the whole table at once."""
        passes = get_filter_expression(
            request["FilterExpression"], request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        )
        found = (item for partition in list(self._partitions.values()) for item in list(partition.values()))
        return {"Items": [_projected(item, request) for item in found if passes.expr(_attributes(item))]}

    # ------------------------------------------------------------ within
    def _there(self, key: Item) -> Item | None:
        return self._partitions.get(key["PK"]["S"], {}).get(key["SK"]["S"])

    def _check(self, key: Item, options: Mapping[str, Any]) -> None:
        condition = options.get("ConditionExpression")
        if condition is None:
            return
        item = self._there(key) or {}
        values, names = options.get("ExpressionAttributeValues"), options.get("ExpressionAttributeNames")
        if not get_filter_expression(condition, names, values).expr(_attributes(item)):
            raise _refusal("ConditionalCheckFailedException", item=item)

    def _write(self, key: Item, item: Item | None) -> None:
        pk, sk = key["PK"]["S"], key["SK"]["S"]
        partition = self._partitions[pk]
        old = partition.get(sk)
        if item is None:
            partition.pop(sk, None)
        else:
            partition[sk] = item
        if old != item:
            self._record({"PK": key["PK"], "SK": key["SK"]}, old, item)

    def _record(self, keys: Item, old: Item | None, new: Item | None) -> None:
        change: dict[str, Any] = {
            "Keys": keys,
            "SequenceNumber": f"{len(self.records) + 1:021d}",
            "ApproximateCreationDateTime": _CREATED,
        }
        images = {"OldImage": old, "NewImage": new}
        change |= {name: image for name, image in images.items() if image is not None}
        kind = "REMOVE" if new is None else "INSERT" if old is None else "MODIFY"
        self.records.append({"eventName": kind, "dynamodb": change})

    def _page(self, items: Iterator[Item]) -> dict[str, Any]:
        page: list[Item] = []
        size = 0
        for item in items:
            page.append(item)
            size += item_size(item)
            if size > _MEGABYTE:
                return {"Items": page, "LastEvaluatedKey": {"PK": item["PK"], "SK": item["SK"]}}
        return {"Items": page}


def _projected(item: Item, options: Mapping[str, Any]) -> Item:
    if "ProjectionExpression" not in options:
        return item
    names = options.get("ExpressionAttributeNames", {})
    wanted = {names.get(name, name) for name in options["ProjectionExpression"].split(", ")}
    return {name: value for name, value in item.items() if name in wanted}


def _attributes(item: Item) -> Attributes:
    # No condition compares binary values, which the emulator has in another form.
    named = {name: {"S": ""} if "B" in value else value for name, value in item.items()}
    return Attributes(DynamoType({"S": ""}), None, named)


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"].removesuffix("Exception")


def _refusal(code: str, *, item: Item | None = None, reasons: Sequence[Mapping[str, Any]] = ()) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "memory"},
        "CancellationReasons": list(reasons),
    }
    if item:
        answer["Item"] = item
    return ClientError(answer, "Memory")
