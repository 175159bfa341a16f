"""What DynamoDB refuses and the emulator lets pass, checked on every request that a test makes.

Sources: "Quotas in Amazon DynamoDB", "Query", "TransactWriteItems" and "Reserved words" of the DynamoDB guide.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.support.template import properties

_RESERVED = set(ReservedKeywords.get_reserved_keywords())
_WORD = re.compile(r"(?<![:#\w])[A-Za-z_]\w*")
_SYNTAX = {"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"}
_FUNCTIONS = {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "if_not_exists", "size"}

Params = Mapping[str, Any]


def check_request(operation: str, params: Params) -> None:
    """Raise `AssertionError` for a request that DynamoDB would refuse."""
    checks = {
        "PutItem": _put,
        "UpdateItem": _write,
        "Query": _query,
        "GetItem": _read,
        "BatchWriteItem": _batch_write,
        "BatchGetItem": _batch_get,
        "TransactWriteItems": _transaction,
    }
    if operation in checks:
        checks[operation](params)


def item_size(item: Mapping[str, Any]) -> int:
    """Return about how many bytes DynamoDB counts for an item: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content)
    if kind == "N":
        digits = content.lstrip("-").replace(".", "").partition("E")[0]
        assert len(digits.strip("0")) <= 38, f"a number of {len(digits)} digits"
        return len(digits) // 2 + 2
    if kind == "M":
        return 3 + sum(len(name.encode()) + _value_size(inner) + 1 for name, inner in content.items())
    if kind == "L":
        return 3 + sum(_value_size(inner) + 1 for inner in content)
    assert kind in ("BOOL", "NULL"), f"sets are not used here, got {kind}"
    return 1


def _put(params: Params) -> None:
    item = params["Item"]
    assert item_size(item) <= 400 * 1024, f"an item of {item_size(item)} bytes"
    _keys(item)
    for index in _indexes().values():
        for name in index:
            assert item.get(name, {"S": "absent"}).get("S"), f"index key {name} is not a text with content"
    _expressions(params)


def _write(params: Params) -> None:
    _keys(params["Key"])
    _expressions(params)


def _read(params: Params) -> None:
    _keys(params["Key"])
    _expressions(params)


def _keys(item: Mapping[str, Any]) -> None:
    for name, most in (("PK", 2048), ("SK", 1024)):
        assert 1 <= len(item[name]["S"].encode()) <= most, f"{name} of {len(item[name]['S'])} characters"


def _batch_write(params: Params) -> None:
    [requests] = params["RequestItems"].values()
    assert 1 <= len(requests) <= 25, f"a batch of {len(requests)} writes"
    items = [request["PutRequest"]["Item"] for request in requests if "PutRequest" in request]
    assert sum(map(item_size, items)) <= 16 * 1024**2, "a batch over 16 MB"
    for item in items:
        _put({"Item": item})
    _distinct(request.get("DeleteRequest", {}).get("Key") or request["PutRequest"]["Item"] for request in requests)


def _batch_get(params: Params) -> None:
    [wanted] = params["RequestItems"].values()
    assert 1 <= len(wanted["Keys"]) <= 100, f"a batch of {len(wanted['Keys'])} reads"
    _distinct(wanted["Keys"])


def _distinct(keys: Any) -> None:
    seen = [(key["PK"]["S"], key["SK"]["S"]) for key in keys]
    assert len(set(seen)) == len(seen), "one item twice in a request"


def _transaction(params: Params) -> None:
    writes = [write for entry in params["TransactItems"] for write in entry.values()]
    assert 1 <= len(writes) <= 100, f"a transaction of {len(writes)} writes"
    assert sum(item_size(write.get("Item", {})) for write in writes) <= 4 * 1024**2, "a transaction over 4 MB"
    for write in writes:
        _put(write) if "Item" in write else _write(write)
    _distinct(write.get("Key") or write["Item"] for write in writes)


def _query(params: Params) -> None:
    assert params.get("Limit", 1) >= 1, "a limit under 1"
    _expressions(params)
    values, names = params["ExpressionAttributeValues"], params.get("ExpressionAttributeNames", {})
    condition = params["KeyConditionExpression"]
    equal = re.match(r"(#?\w+) = (:\w+)", condition)
    assert equal, "no partition in the key condition"
    partition = names.get(equal[1], equal[1])
    assert values[equal[2]]["S"], "an empty partition key"
    bounds = re.search(r"(\w+) BETWEEN (:\w+) AND (:\w+)", condition)
    low, high = (values[bounds[2]]["S"], values[bounds[3]]["S"]) if bounds else ("", "\uffff")
    assert low <= high, f"BETWEEN {low!r} AND {high!r}"
    if start := params.get("ExclusiveStartKey"):
        index = _indexes().get(params.get("IndexName", ""), ())
        assert set(start) == {"PK", "SK", *index}, f"a start key of {sorted(start)}"
        _keys(start)
        assert start[partition] == values[equal[2]], "a start key of another partition"
        if bounds:
            assert low <= start[bounds[1]]["S"] <= high, "a start key outside the range"


def _indexes() -> dict[str, list[str]]:
    return {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in properties("Table")["GlobalSecondaryIndexes"]
    }


def _expressions(params: Params) -> None:
    """Check that names and values are defined and used, and that no reserved word stands bare."""
    text = " ; ".join(_texts(params))
    for kind, sign in (("ExpressionAttributeNames", "#"), ("ExpressionAttributeValues", ":")):
        used, defined = set(re.findall(rf"{sign}\w+", text)), set(params.get(kind, {}))
        assert used == defined, f"{kind} defines {sorted(defined)}, used are {sorted(used)}"
    bare = {word for word in _WORD.findall(text) if word not in _SYNTAX | _FUNCTIONS}
    assert not {word for word in bare if word.upper() in _RESERVED}, f"reserved words in {text!r}"


def _texts(params: Params) -> Iterator[str]:
    for name in ("KeyConditionExpression", "FilterExpression", "ProjectionExpression"):
        yield params.get(name, "")
    for name in ("ConditionExpression", "UpdateExpression"):
        yield params.get(name, "")
