"""What is left in the table when all jobs are worked, held against what has to be."""

import json
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from rca_core.storage.codec import from_item
from rca_core.storage.keys import PROGRESS_PREFIX, RCA_LIST_PREFIX, RCA_SK, REPORT_SK, rca_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LISTED: Final = ("done", "queued")

Partition = dict[str, dict[str, Any]]


def partitions(client: "DynamoDBClient", table: str) -> dict[str, Partition]:
    """Return everything in a table: by partition key, by sort key."""
    found: dict[str, Partition] = defaultdict(dict)
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in map(from_item, page["Items"]):
            found[item["PK"]][item["SK"]] = item
    return found


def faults(table: dict[str, Partition], asked: list[str]) -> list[str]:
    """Say what is wrong: every analysis asked for is done, with one report and one end, and there is no other."""
    prefix = rca_pk("")
    analyses = {pk.removeprefix(prefix): items for pk, items in table.items() if pk.startswith(prefix)}
    listed = [item for items in table.values() for sk, item in items.items() if sk.startswith(RCA_LIST_PREFIX)]
    wrong = [f"{each}: {what}" for each in asked for what in _faults_of(each, analyses.get(each, {}))]
    wrong += [f"{each}: nobody asked for it" for each in analyses.keys() - set(asked)]
    if sorted(entry["rca_run_id"] for entry in listed) != sorted(asked):
        wrong.append(f"the runs list {len(listed)} analyses")
    # A worker that died between an end and the list left "queued" there: readers then ask the analysis itself.
    wrong += [
        f"{entry['rca_run_id']}: listed as {entry['status']}" for entry in listed if entry["status"] not in _LISTED
    ]
    return wrong


def _faults_of(rca_run_id: str, items: Partition) -> list[str]:
    state, report = items.get(RCA_SK), items.get(REPORT_SK)
    if not state or not report:
        return [f"no {'report' if state else 'analysis'}"]
    records = [items[sk] for sk in sorted(items) if sk.startswith(PROGRESS_PREFIX)]
    last = state["last_event_id"]
    content = json.loads(zlib.decompress(report["report"]))
    checks = {
        f"is {state['status']}": state["status"] == "done",
        "its report is of another": content["rca_run_id"] == rca_run_id,
        "its report is of an attempt that did not end it": report["attempt"] == state["attempt"],
        # The state repeats the last record: a worker may have died between the two.
        "it ended before its end": all(record["status"] == "running" or record["id"] == last for record in records),
        "something was written after its end": all(record["id"] <= last for record in records),
    }
    return [what for what, holds in checks.items() if not holds]


def retried(table: dict[str, Partition]) -> int:
    """Return how many analyses took more than one attempt."""
    return sum(items[RCA_SK]["attempt"] > 1 for items in table.values() if RCA_SK in items)
