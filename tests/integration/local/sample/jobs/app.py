"""A queue function: records what it was given, fails the messages that ask for it."""

import json
import os
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

Event = dict[str, Any]


def handler(event: Event, _context: Any) -> object:
    failures = []
    for record in event["Records"]:
        job = json.loads(record["body"])
        table.update_item(
            Key={"PK": f"JOB#{job['name']}"},
            UpdateExpression="SET #record = :record, batch_size = :size ADD deliveries :one",
            ExpressionAttributeNames={"#record": "record"},
            ExpressionAttributeValues={":record": json.dumps(record), ":size": len(event["Records"]), ":one": 1},
        )
        if job.get("raise"):
            raise RuntimeError(job["name"])
        if job.get("fail"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
