"""template.yaml: queues, the table and its indexes, and who may do what with them."""

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

import pytest

from rca_core.storage.headers import RunHeader
from rca_core.storage.keys import BY_AGENT, BY_DAY, BY_LAST_SEEN
from rca_core.telemetry import RunProfile
from tests.support.template import events, functions, properties, template, translated

FUNCTIONS = functions()


# ---------------------------------------------------------------- queues
def queue_events() -> dict[str, tuple[str, dict[str, Any]]]:
    return {event["Queue"]["Fn::GetAtt"][0]: (function, event) for function, _, event in events("SQS")}


def test_each_queue_has_its_consumer() -> None:
    queues = {name for name, found in template()["Resources"].items() if found["Type"] == "AWS::SQS::Queue"}

    assert {queue: function for queue, (function, _) in queue_events().items()} == {
        "RcaQueue": "AnalyzerFunction",
        "RcaDeadLetterQueue": "DeadLetterFunction",
    }
    # Parked jobs wait for people.
    assert queues == {*queue_events(), "RcaParkedQueue"}


@pytest.mark.parametrize("queue", ["RcaQueue", "RcaDeadLetterQueue"])
def test_a_message_stays_hidden_six_times_as_long_as_its_consumer_may_take(queue: str) -> None:
    function, _ = queue_events()[queue]

    assert properties(queue)["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"]


@pytest.mark.parametrize("queue", ["RcaQueue", "RcaDeadLetterQueue"])
def test_one_failed_message_does_not_bring_back_its_batch(queue: str) -> None:
    _, event = queue_events()[queue]

    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_job_that_keeps_failing_becomes_a_dead_letter_that_outlives_it() -> None:
    redrive = properties("RcaQueue")["RedrivePolicy"]

    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["RcaDeadLetterQueue", "Arn"]}
    assert redrive["maxReceiveCount"] >= 5
    kept = properties("RcaDeadLetterQueue")["MessageRetentionPeriod"]
    assert kept == 14 * 24 * 3600
    assert kept > properties("RcaQueue")["MessageRetentionPeriod"]


def test_what_is_no_job_is_parked_and_no_letter_passes_its_consumer_by() -> None:
    redrive = properties("RcaDeadLetterQueue")["RedrivePolicy"]

    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["RcaParkedQueue", "Arn"]}
    # Should a letter bring the receives of its job along, there are as many again for its consumer.
    assert redrive["maxReceiveCount"] >= 2 * properties("RcaQueue")["RedrivePolicy"]["maxReceiveCount"]
    assert "RedrivePolicy" not in properties("RcaParkedQueue")


def test_queues_are_encrypted() -> None:
    assert all(
        properties(queue)["SqsManagedSseEnabled"] for queue in ("RcaQueue", "RcaDeadLetterQueue", "RcaParkedQueue")
    )


# ---------------------------------------------------------------- the table
def test_the_table_keeps_what_it_should() -> None:
    table = properties("Table")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    resource = template()["Resources"]["Table"]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_table_has_the_keys_that_storage_writes() -> None:
    table = properties("Table")
    keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]

    assert keys == [("PK", "HASH"), ("SK", "RANGE")]
    assert {found["AttributeType"] for found in table["AttributeDefinitions"]} == {"S"}


@pytest.mark.parametrize(
    ("index", "partition", "order"),
    [
        (BY_AGENT, "agent_name", "started_at"),
        (BY_DAY, "day", "started_at"),
        (BY_LAST_SEEN, "listed", "last_seen"),
    ],
)
def test_an_index_has_the_keys_that_storage_queries(index: str, partition: str, order: str) -> None:
    keys = [(key["AttributeName"], key["KeyType"]) for key in _index(index)["KeySchema"]]

    assert keys == [(partition, "HASH"), (order, "RANGE")]


def test_there_are_no_other_indexes() -> None:
    named = {index["IndexName"] for index in properties("Table")["GlobalSecondaryIndexes"]}

    assert named == {BY_AGENT, BY_DAY, BY_LAST_SEEN}


def projected(index: str) -> set[str]:
    """Return the attributes that an index entry holds."""
    found = _index(index)
    assert found["Projection"]["ProjectionType"] == "INCLUDE"
    named = found["Projection"]["NonKeyAttributes"]
    assert len(named) == len(set(named)) <= 20
    return {*named, *(key["AttributeName"] for key in found["KeySchema"]), "PK", "SK"}


def _index(name: str) -> dict[str, Any]:
    indexes: list[dict[str, Any]] = properties("Table")["GlobalSecondaryIndexes"]
    return next(index for index in indexes if index["IndexName"] == name)


def test_indexes_hold_what_a_list_row_and_a_baseline_show_and_no_more() -> None:
    row = {name for name in RunHeader.model_fields if name != "run_id"} | {"PK", "SK", "expires_at"}
    baseline = {name for name in RunProfile.model_fields if name not in ("run_id", "steps", "tools", "accepted")}

    assert projected(BY_DAY) == row | {"day"}
    assert projected(BY_AGENT) == row | {"profile"}
    assert baseline <= projected(BY_AGENT)


def test_indexes_project_within_what_dynamodb_allows() -> None:
    # "Projected Secondary Index Attributes Per Table": 100 in all, with each index counting for itself.
    named = [index["Projection"].get("NonKeyAttributes", []) for index in properties("Table")["GlobalSecondaryIndexes"]]

    assert sum(map(len, named)) <= 100


# ---------------------------------------------------------------- permissions
def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in translated("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in listed(policy["PolicyDocument"]["Statement"]):
                # One that depends on a parameter, as if it were always there.
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_policy_allows_anything_on_everything() -> None:
    found = list(statements())

    assert len(found) >= 5
    for role, statement in found:
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        assert not [action for action in actions if "*" in action], role
        assert not [resource for resource in resources if resource == "*"], role
        assert not {"NotAction", "NotResource"} & set(statement), role


def test_every_function_has_a_role_of_its_own_with_the_managed_logging_policy_only() -> None:
    roles = translated("AWS::IAM::Role")
    used = [json.dumps(found["Role"]) for found in translated("AWS::Lambda::Function").values()]

    assert len(set(used)) == len(used) == len(FUNCTIONS)
    for role in roles.values():
        managed = [json.dumps(policy) for policy in role.get("ManagedPolicyArns", [])]
        assert all(fnmatch.fnmatch(policy, "*service-role/AWSLambdaBasicExecutionRole*") for policy in managed)


def test_queue_rights_name_their_queue() -> None:
    for _, statement in statements():
        if any(action.startswith("sqs:") for action in listed(statement["Action"])):
            assert all("Fn::GetAtt" in resource for resource in listed(statement["Resource"]))
