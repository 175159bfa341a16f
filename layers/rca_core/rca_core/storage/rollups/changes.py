"""Records of the table's stream, as far as counters depend on them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from rca_core.storage.codec import from_item
from rca_core.storage.keys import RUN_SK

_RUN: Final = "RUN#"
COUNTED: Final = (
    "agent_name",
    "agent_version",
    "cost",
    "created_at",
    "duration_ms",
    "environment",
    "expires_at",
    "latencies",
    "profile",
    "revision",
    "status",
    "symptom",
    "unrecovered_failures",
    "updated_at",
)


class RunChange(NamedTuple):
    """That something about a run changed.

    `seq` is the stream's number of the newest change of its header, None if only its analysis changed; `header` is what
    of the header is counted, None once it is deleted; `expired_at` is when a deleted one expired, in epoch seconds.
    `missed` tells that the stream's record is not to be had: the header is as it was read.
    """

    run_id: str
    seq: int | None = None
    header: dict[str, Any] | None = None
    expired_at: int = 0
    missed: bool = False


def run_changes(records: Iterable[Mapping[str, Any]]) -> list[RunChange]:
    """Return what stream records say of runs: one change for each run, its newest.

    The stream numbers the changes of an item in the order they happened. Records of other items are passed over.
    """
    newest: dict[str, RunChange] = {}
    for record in records:
        change = _change(record["dynamodb"])
        if change is None:
            continue
        known = newest.get(change.run_id)
        if known is None or (change.seq is not None and change.seq > (known.seq or -1)):
            newest[change.run_id] = change
    return list(newest.values())


def counted(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a header item, in DynamoDB's typed form, counters depend on. The body is not among it."""
    return from_item({name: item[name] for name in COUNTED if name in item})


def _change(stream: Mapping[str, Any]) -> RunChange | None:
    pk, sk = stream["Keys"]["PK"]["S"], stream["Keys"]["SK"]["S"]
    if not pk.startswith(_RUN):
        return None
    run_id = pk.removeprefix(_RUN)
    if sk != RUN_SK:
        return RunChange(run_id)
    seq = int(stream["SequenceNumber"])
    if image := stream.get("NewImage"):
        return RunChange(run_id, seq, counted(image))
    return RunChange(run_id, seq, None, int(stream.get("OldImage", {}).get("expires_at", {}).get("N", 0)))
