"""A table-stream function: counts each record that it was given, fails those that ask for it."""

import json
import os
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

Event = dict[str, Any]


def handler(event: Event, _context: Any) -> object:
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["PK"]["S"]
        table.update_item(
            Key={"PK": f"SEEN#{key}"},
            UpdateExpression="SET #record = :record ADD deliveries :one",
            ExpressionAttributeNames={"#record": "record"},
            ExpressionAttributeValues={":record": json.dumps(record), ":one": 1},
        )
        if "fail" in record["dynamodb"]["NewImage"]:
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
