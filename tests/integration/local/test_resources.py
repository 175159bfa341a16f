"""Tables and queues, created as the template says."""

import json

import pytest

from local import cloud as clouds
from local.resources import create_resources
from local.template import Template, load_template
from tests.integration.local.support import SAMPLE, Sample


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> Template:
    monkeypatch.setenv("AWS_DEFAULT_REGION", clouds.DEFAULT_REGION)
    return load_template(SAMPLE, {}, "resources", clouds.DEFAULT_REGION)


def test_tables_and_queues_have_the_templates_settings(sample: Sample, template: Template) -> None:
    cloud = clouds.emulator(sample.environment["AWS_ENDPOINT_URL"])

    names = create_resources(template, cloud)

    dynamodb, sqs = cloud.dynamodb(), cloud.sqs()
    table = dynamodb.describe_table(TableName="resources-Table")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "PK", "KeyType": "HASH"}]
    assert table["LatestStreamArn"] == names["Table"]["StreamArn"]
    ttl = dynamodb.describe_time_to_live(TableName="resources-Table")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    attributes = sqs.get_queue_attributes(QueueUrl=names["Queue"]["Ref"], AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "1"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": names["DeadLetterQueue"]["Arn"],
        "maxReceiveCount": 2,
    }
    dynamodb.close()
    sqs.close()


def test_what_exists_is_taken_up_with_what_it_holds(sample: Sample, template: Template) -> None:
    cloud = clouds.emulator(sample.environment["AWS_ENDPOINT_URL"])
    first = create_resources(template, cloud)
    dynamodb = cloud.dynamodb()
    dynamodb.put_item(TableName="resources-Table", Item={"PK": {"S": "kept"}})

    second = create_resources(template, cloud)

    assert second == first
    assert "Item" in dynamodb.get_item(TableName="resources-Table", Key={"PK": {"S": "kept"}})
    dynamodb.close()
