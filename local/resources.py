"""Create the template's tables and queues through the plain APIs, or take up those that exist."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.intrinsics import Names

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from local.cloud import Cloud
    from local.template import Template

_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
)
_NOT_QUEUE_ATTRIBUTES = ("QueueName", "RedrivePolicy", "Tags")


def create_resources(template: "Template", cloud: "Cloud") -> Names:
    """Create what is missing.

    Returns:
        each table's Ref, Arn and StreamArn, each queue's Ref (its URL), Arn and QueueName, by logical id.
    """
    names: dict[str, Mapping[str, str]] = {}
    dynamodb, sqs = cloud.dynamodb(), cloud.sqs()
    for logical_id, properties in template.resources("AWS::DynamoDB::Table"):
        table = template.resolver(names).resolve(properties)
        name = table.get("TableName", template.physical_name(logical_id))
        names[logical_id] = _create_table(dynamodb, name, table)
    for logical_id, properties in template.resources("AWS::SQS::Queue"):
        plain = {key: value for key, value in properties.items() if key not in _NOT_QUEUE_ATTRIBUTES}
        queue = template.resolver(names).resolve(plain)
        name = properties.get("QueueName", template.physical_name(logical_id))
        names[logical_id] = _create_queue(sqs, name, queue)
    # Once all queues exist, whichever came first in the template.
    for logical_id, properties in template.resources("AWS::SQS::Queue"):
        if redrive := template.resolver(names).resolve(properties.get("RedrivePolicy")):
            attributes: Any = {"RedrivePolicy": json.dumps(redrive)}
            sqs.set_queue_attributes(QueueUrl=names[logical_id]["Ref"], Attributes=attributes)
    return names


def _create_table(dynamodb: "DynamoDBClient", name: str, table: Mapping[str, Any]) -> dict[str, str]:
    try:
        description = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        settings = {key: table[key] for key in _TABLE_PROPERTIES if key in table}
        if stream := table.get("StreamSpecification"):
            settings["StreamSpecification"] = {"StreamEnabled": True, **stream}
        dynamodb.create_table(TableName=name, **settings)
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        if ttl := table.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        description = dynamodb.describe_table(TableName=name)["Table"]
    names = {"Ref": name, "Arn": description["TableArn"]}
    if arn := description.get("LatestStreamArn"):
        names["StreamArn"] = arn
    return names


def _create_queue(sqs: "SQSClient", name: str, queue: Mapping[str, Any]) -> dict[str, str]:
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        attributes: Any = {key: _text(value) for key, value in queue.items()}
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return {"Ref": url, "Arn": arn, "QueueName": name}


def _text(value: Any) -> str:
    """Write a property as the API wants an attribute: text, JSON for structures."""
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
