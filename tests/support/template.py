"""template.yaml, read as SAM reads it: tests take every name from there."""

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-1"

Properties = dict[str, Any]

# What CloudFormation takes from a template and DynamoDB takes from a call of its own.
_TABLE_CALL = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")


class _ManagedPolicies:
    def load(self) -> dict[str, str]:
        prefix = "arn:aws:iam::aws:policy/service-role/"
        return {name: prefix + name for name in ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")}


@cache
def template() -> dict[str, Any]:
    """Return the template as it is written."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return parsed


@cache
def translated_resources() -> dict[str, Any]:
    """Return the CloudFormation resources that SAM makes of the template."""
    document = copy.deepcopy(template())
    for resource in document["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/key"
    translated = transform(document, {"AWS::Region": REGION, "AWS::Partition": "aws"}, _ManagedPolicies())
    resources: dict[str, Any] = translated["Resources"]
    return resources


def properties(logical_id: str) -> Properties:
    """Return a resource's properties as they are written."""
    found: Properties = template()["Resources"][logical_id]["Properties"]
    return found


def functions() -> dict[str, Properties]:
    """Return every function's properties, globals merged in."""
    shared = template()["Globals"]["Function"]
    found = {}
    for name, resource in template()["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = resource["Properties"]
            variables = shared["Environment"]["Variables"] | own.get("Environment", {}).get("Variables", {})
            found[name] = shared | own | {"Environment": {"Variables": variables}}
    return found


def table_definition() -> dict[str, Any]:
    """Return what DynamoDB's CreateTable needs of the table."""
    table = properties("Table")
    stream = {"StreamEnabled": True, **table["StreamSpecification"]}
    return {name: table[name] for name in _TABLE_CALL} | {"StreamSpecification": stream}


def events(kind: str) -> Iterator[tuple[str, str, Properties]]:
    """Yield the events of a kind: the function's name, the event's, and its properties."""
    for function, found in functions().items():
        for name, event in found.get("Events", {}).items():
            if event["Type"] == kind:
                yield function, name, event.get("Properties", {})


def translated(kind: str) -> dict[str, Properties]:
    """Return the properties of the CloudFormation resources of a type, by logical id."""
    return {name: made["Properties"] for name, made in translated_resources().items() if made["Type"] == kind}
