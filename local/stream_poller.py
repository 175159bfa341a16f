"""Feed functions from tables' streams, as Lambda's DynamoDB event source mapping does."""

import asyncio
import base64
import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from local.filters import matches
from local.invocation import FunctionError, PayloadTooLargeError
from local.kept_state import KeptState
from local.logs import log
from local.model import StreamSource
from local.pools import FunctionPool

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams.type_defs import RecordTypeDef

_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 1.0
"""Seconds between polls of an idle stream, growing; and between attempts at a failing batch."""

_NOTHING_READ = "0" * 22
"""Before every sequence number."""


class StreamPoller:
    """Read a stream's shards in order, and call the function with one batch at a time.

    A batch that fails is tried again, from its first failed record where the function reports it, until it succeeds or
    has had its attempts; then it goes to the failure queue, if there is one, and the next batch follows.
    """

    def __init__(self, source: StreamSource, function: FunctionPool, cloud: Cloud, kept: KeptState | None) -> None:
        self._source = source
        self._kept = kept
        self._table = source.arn.split("/")[1]
        self._function = function
        self._streams = cloud.dynamodb_streams()
        self._sqs = cloud.sqs()
        self._iterators: dict[str, str] = {}
        self._seen: set[str] = set()
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        """Records of each shard that wait for their batch's window to pass."""
        self._since: dict[str, float] = {}
        self._read: dict[str, str] = {}
        """The number of each shard's last record, until it is kept."""

    async def open(self) -> None:
        """Take up the position in each shard, one that was kept or the mapping's own; what follows will be read."""
        await asyncio.to_thread(self._discover, "TRIM_HORIZON" if self._source.from_start else "LATEST")

    async def run(self) -> None:
        """Poll until cancelled."""
        wait = _SHORTEST_WAIT
        while True:
            try:
                found = [await self._poll(shard) for shard in list(self._iterators)]
            except (BotoCoreError, ClientError) as error:
                log(self._source.function, f"cannot read {self._source.arn}: {error}")
                found = []
            wait = _SHORTEST_WAIT if any(found) else min(2 * wait, _LONGEST_WAIT)
            await asyncio.sleep(wait)

    def _discover(self, position: Any) -> None:
        description = self._streams.describe_stream(StreamArn=self._source.arn)["StreamDescription"]
        for shard in description.get("Shards", []):
            if (shard_id := shard["ShardId"]) not in self._seen:
                start = self._kept_start() or {"ShardIteratorType": position}
                answer = self._streams.get_shard_iterator(StreamArn=self._source.arn, ShardId=shard_id, **start)
                self._iterators[shard_id] = answer["ShardIterator"]
                self._seen.add(shard_id)

    async def _poll(self, shard: str) -> bool:
        answer = await asyncio.to_thread(
            self._streams.get_records, ShardIterator=self._iterators[shard], Limit=self._source.batch_size
        )
        records = [stream_record(record, self._source.arn) for record in answer["Records"]]
        wanted = [record for record in records if self._wants(record)]
        if wanted:
            self._waiting.setdefault(shard, []).extend(wanted)
            self._since.setdefault(shard, time.monotonic())
        following = answer.get("NextShardIterator")
        if self._is_due(shard) or (not following and shard in self._waiting):
            del self._since[shard]
            await self._deliver_in_batches(shard, self._waiting.pop(shard))
        if records:
            self._read[shard] = records[-1]["dynamodb"]["SequenceNumber"]
        if shard not in self._waiting:
            await self._keep(shard)
        if following:
            self._iterators[shard] = following
        else:
            # The shard is closed; its children continue it.
            del self._iterators[shard]
            await asyncio.to_thread(self._discover, "TRIM_HORIZON")
        return bool(records)

    def _kept_start(self) -> Any:
        """Return where an earlier stack left off. The first one notes that there is a reader, of all from now on."""
        if self._kept is None:
            return None
        last = self._kept.position(self._table, self._source.function)
        if last is None:
            self._kept.set_position(self._table, self._source.function, _NOTHING_READ)
            return None
        if last == _NOTHING_READ:
            return {"ShardIteratorType": "TRIM_HORIZON"}
        return {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}

    async def _keep(self, shard: str) -> None:
        """Note how far a shard is read and delivered, for the next start."""
        if self._kept and (number := self._read.pop(shard, None)):
            await asyncio.to_thread(self._kept.set_position, self._table, self._source.function, number)

    def _wants(self, record: Mapping[str, Any]) -> bool:
        return not self._source.filters or any(matches(pattern, record) for pattern in self._source.filters)

    def _is_due(self, shard: str) -> bool:
        if shard not in self._waiting:
            return False
        waited = time.monotonic() - self._since[shard]
        return waited >= self._source.window or len(self._waiting[shard]) >= self._source.batch_size

    async def _deliver_in_batches(self, shard: str, records: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(records), self._source.batch_size):
            await self._deliver(shard, records[start : start + self._source.batch_size])

    async def _deliver(self, shard: str, records: Sequence[dict[str, Any]]) -> None:
        attempt, wait = 1, _SHORTEST_WAIT
        while (failed := await self._first_failed(records)) is not None:
            if failed:
                records, attempt = records[failed:], 1
            elif attempt == self._source.attempts:
                await self._give_up(shard, records, attempt)
                return
            elif self._source.bisect and len(records) > 1:
                await self._deliver(shard, records[: len(records) // 2])
                await self._deliver(shard, records[len(records) // 2 :])
                return
            else:
                attempt += 1
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _first_failed(self, records: Sequence[dict[str, Any]]) -> int | None:
        try:
            payload = await self._function.call({"Records": list(records)})
        except (FunctionError, PayloadTooLargeError):
            return 0
        if not self._source.report_failures:
            return None
        return first_failed(payload, [record["dynamodb"]["SequenceNumber"] for record in records])

    async def _give_up(self, shard: str, records: Sequence[dict[str, Any]], attempts: int) -> None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        log(self._source.function, f"gave up {numbers[0]} to {numbers[-1]} of {shard} after {attempts} attempts")
        if self._source.on_failure is None:
            return
        batch = {
            "shardId": shard,
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "batchSize": len(records),
            "streamArn": self._source.arn,
        }
        message = {
            "version": "1.0",
            "timestamp": dt.datetime.now(dt.UTC).isoformat(),
            "requestContext": {
                "functionArn": self._function.spec.arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "DDBStreamBatchInfo": batch,
        }
        await asyncio.to_thread(
            self._sqs.send_message, QueueUrl=self._source.on_failure, MessageBody=json.dumps(message)
        )


def stream_record(record: "RecordTypeDef", arn: str) -> dict[str, Any]:
    """Shape a stream record as a record of a Lambda event: binary as base64, times as seconds since the epoch."""
    shaped: dict[str, Any] = _plain(record)
    return {**shaped, "eventSourceARN": arn}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return value.timestamp()
    return value


def first_failed(payload: bytes, numbers: Sequence[str]) -> int | None:
    """Read a partial batch response: the index of the first record that failed, None if all succeeded.

    As on AWS, an unknown or empty sequence number, or a response of the wrong shape, means that all failed.
    """
    try:
        response = json.loads(payload)
        failures = (response or {}).get("batchItemFailures") or []
        return min((numbers.index(failure["itemIdentifier"]) for failure in failures), default=None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return 0
