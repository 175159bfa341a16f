"""Read and write units of DynamoDB requests, by the sizes of the items they touch.

Sources: "DynamoDB item sizes and formats", "DynamoDB read and write operations" and "Using global secondary indexes:
provisioned throughput considerations" of the DynamoDB guide. No emulator counts them so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Item = Mapping[str, Any]

_KEY: Final = ("PK", "SK")


def item_size(item: Item) -> int:
    """Return the bytes that DynamoDB counts for an item: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def write_units(size: int) -> int:
    """Return the units of writing so many bytes: one a kilobyte, begun ones whole."""
    return max(1, -(-size // 1024))


def read_units(size: int) -> int:
    """Return the units of reading so many bytes consistently: one every four kilobytes, begun ones whole."""
    return max(1, -(-size // 4096))


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "B":
            return len(content)
        case "N":
            digits = content.lstrip("-").partition("E")[0].replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1 + int(content.startswith("-"))
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in content.items())
        case "L":
            return 3 + sum(1 + _value_size(inner) for inner in content)
        case _:
            return 1


@dataclass
class Units:
    """What some requests used: how many they were, and their units on the table and on its indexes."""

    requests: int = 0
    table_writes: int = 0
    index_writes: int = 0
    reads: int = 0

    @property
    def writes(self) -> int:
        return self.table_writes + self.index_writes


class Meter:
    """Counts the units of a client's requests to one table, whose items it remembers.

    Counts what `RunStore` and its rivals ask for: puts (refused ones too), gets, and batches of both and of deletes.
    """

    def __init__(self, client: Any, table: Mapping[str, Any]) -> None:
        """Watch a client; `table` holds the template's properties of the table."""
        self._indexes = [_projected(index) for index in table["GlobalSecondaryIndexes"]]
        self._items: dict[tuple[str, str], Item] = {}
        self.units = Units()
        client.meta.events.register("before-parameter-build.dynamodb", self._note)
        client.meta.events.register("after-call.dynamodb", self._count)

    def partition_size(self, pk: str) -> int:
        """Return the bytes of the items of a partition, which a query of the whole of it reads."""
        return sum(item_size(item) for (partition, _), item in self._items.items() if partition == pk)

    def take(self) -> Units:
        """Return what was used since this was asked last."""
        used, self.units = self.units, Units()
        return used

    def _note(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["metered"] = params

    def _count(self, model: Any, context: dict[str, Any], http_response: Any, **_: Any) -> None:
        params, done = context["metered"], http_response.status_code < 300
        self.units.requests += 1
        match model.name:
            case "PutItem":
                self._put(params["Item"], done=done)
            case "BatchWriteItem":
                for request in _entries(params):
                    if "PutRequest" in request:
                        self._put(request["PutRequest"]["Item"], done=done)
                    else:
                        self._delete(request["DeleteRequest"]["Key"])
            case "GetItem":
                self._get(params["Key"])
            case "BatchGetItem":
                for entry in params["RequestItems"].values():
                    for key in entry["Keys"]:
                        self._get(key)
            case _:
                raise NotImplementedError(model.name)

    def _put(self, item: Item, *, done: bool) -> None:
        old = self._items.get(_key(item), {})
        if not done:
            # A refused condition takes what writing the item that is there would.
            self.units.table_writes += write_units(item_size(old))
            return
        self.units.table_writes += write_units(max(item_size(item), item_size(old)))
        self._index(old, item)
        self._items[_key(item)] = item

    def _delete(self, key: Item) -> None:
        old = self._items.pop(_key(key), {})
        self.units.table_writes += write_units(item_size(old))
        self._index(old, {})

    def _get(self, key: Item) -> None:
        self.units.reads += read_units(item_size(self._items.get(_key(key), {})))

    def _index(self, old: Item, new: Item) -> None:
        for keys, names in self._indexes:
            before, after = _entry(old, keys, names), _entry(new, keys, names)
            if before == after:
                continue
            if before and after and all(before[name] == after[name] for name in keys):
                self.units.index_writes += write_units(max(item_size(before), item_size(after)))
                continue
            # An entry whose key changes is deleted and written again.
            self.units.index_writes += sum(write_units(item_size(entry)) for entry in (before, after) if entry)


def _projected(index: Mapping[str, Any]) -> tuple[list[str], frozenset[str] | None]:
    """Return an index's key attributes, and all that it carries: None stands for everything."""
    keys = [key["AttributeName"] for key in index["KeySchema"]]
    if index["Projection"].get("ProjectionType") == "ALL":
        return keys, None
    return keys, frozenset([*_KEY, *keys, *index["Projection"]["NonKeyAttributes"]])


def _entry(item: Item, keys: list[str], names: frozenset[str] | None) -> Item:
    if not all(name in item for name in keys):
        return {}
    return {name: value for name, value in item.items() if names is None or name in names}


def _entries(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for requests in params["RequestItems"].values():
        yield from requests


def _key(item: Item) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]
