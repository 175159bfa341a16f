"""A table's stream, read as Lambda reads it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from local.filters import matches
from local.stream_poller import stream_record
from tests.support.template import functions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient


@cache
def patterns(function: str) -> list[dict[str, Any]]:
    """Return what the template has a function's stream filtered by."""
    [source] = [each for each in functions()[function]["Events"].values() if each["Type"] == "DynamoDB"]
    return [json.loads(each["Pattern"]) for each in source["Properties"]["FilterCriteria"]["Filters"]]


class TableStream:
    """What changed in a table since the last time it was asked, for one function."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, function: str) -> None:
        self._patterns = patterns(function)
        self._streams: DynamoDBStreamsClient = boto3.client("dynamodbstreams")
        self._arn = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self._iterators = list(self._from_the_beginning())

    def records(self) -> list[dict[str, Any]]:
        """Return the records that the function is to see."""
        found: list[dict[str, Any]] = []
        following = []
        for iterator in self._iterators:
            answer = self._streams.get_records(ShardIterator=iterator)
            while answer["Records"] and "NextShardIterator" in answer:
                found += (stream_record(record, self._arn) for record in answer["Records"])
                answer = self._streams.get_records(ShardIterator=answer["NextShardIterator"])
            following.append(answer["NextShardIterator"])
        self._iterators = following
        return [record for record in found if any(matches(pattern, record) for pattern in self._patterns)]

    def _from_the_beginning(self) -> Iterator[str]:
        for shard in self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            answer = self._streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )
            yield answer["ShardIterator"]
