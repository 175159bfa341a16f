"""template.yaml against the code: every name that stands in both, and AWS's advice for what stands in it alone."""

import fnmatch
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from rca_core.settings import AnalyzerSettings, ApiSettings, IngestSettings, StreamSettings
from rca_core.storage.headers import RunHeader
from rca_core.storage.keys import BY_AGENT, BY_DAY
from rca_core.telemetry import RunProfile
from rca_core.web.openapi import ROUTES
from tests.support.template import ROOT, functions, properties, template, translated_resources

SETTINGS: dict[str, type[BaseModel]] = {
    "IngestFunction": IngestSettings,
    "ApiFunction": ApiSettings,
    "AnalyzerFunction": AnalyzerSettings,
    "DeadLetterFunction": AnalyzerSettings,
    "StreamFunction": StreamSettings,
}
FUNCTIONS = functions()


def events(kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the events of a kind: the function's name, the event's, and its properties."""
    for function, found in FUNCTIONS.items():
        for name, event in found.get("Events", {}).items():
            if event["Type"] == kind:
                yield function, name, event.get("Properties", {})


def translated(kind: str) -> dict[str, Any]:
    return {name: made["Properties"] for name, made in translated_resources().items() if made["Type"] == kind}


def test_every_function_is_known_here() -> None:
    assert set(FUNCTIONS) == set(SETTINGS)


# ---------------------------------------------------------------- functions
@pytest.mark.parametrize("function", SETTINGS)
def test_a_function_is_given_the_variables_that_it_reads_and_no_others(function: str) -> None:
    given = {name for name in FUNCTIONS[function]["Environment"]["Variables"] if not name.startswith("AWS_")}

    assert given == {name.upper() for name in SETTINGS[function].model_fields}


@pytest.mark.parametrize("function", SETTINGS)
def test_a_functions_handler_exists(function: str) -> None:
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    source = (ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")

    assert re.search(rf"^def {name}\(", source, re.MULTILINE)


def test_settings_are_read_by_the_function_they_are_named_for() -> None:
    for function, model in SETTINGS.items():
        module = FUNCTIONS[function]["Handler"].rpartition(".")[0]
        source = (ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")
        assert f"settings = {model.__name__}.load()" in source


def test_api_gateway_waits_longer_than_the_functions_behind_it() -> None:
    behind = {function for function, _, _ in events("HttpApi")}

    assert behind == {"IngestFunction", "ApiFunction"}
    assert all(FUNCTIONS[function]["Timeout"] < 30 for function in behind)


def test_every_function_has_the_layer_and_logs_json_to_a_group_that_expires() -> None:
    assert (ROOT / properties("RcaCoreLayer")["ContentUri"] / "rca_core" / "__init__.py").exists()
    for found in FUNCTIONS.values():
        assert found["Layers"] == [{"Ref": "RcaCoreLayer"}]
        assert found["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": "FunctionLogs"}}
    assert properties("FunctionLogs")["RetentionInDays"] <= 30


def test_secrets_are_not_shown_and_have_no_default() -> None:
    parameters = template()["Parameters"]
    secrets = {name: parameters[name] for name in parameters if name.endswith("Secret")}

    assert len(secrets) == 2
    assert all(secret["NoEcho"] is True and secret["Default"] == "" for secret in secrets.values())
    assert parameters["OpenAccess"]["Default"] == "false"
    outputs = json.dumps(template()["Outputs"])
    assert not [name for name in secrets if name in outputs]


# ---------------------------------------------------------------- routes
def routes() -> set[tuple[str, str, str]]:
    """Return the template's routes: function, method, path."""
    return {
        (function, event["Method"].lower(), event["Path"])
        for function, _, event in events("HttpApi")
        if "Path" in event
    }


def handled(function: str) -> set[tuple[str, str]]:
    """Return the routes that a function's app registers: method, path as API Gateway writes it."""
    source = (ROOT / FUNCTIONS[function]["CodeUri"] / "app.py").read_text(encoding="utf-8")
    found = re.findall(r"^@app\.(\w+)\(\"([^\"]+)\"", source, re.MULTILINE)
    return {(method, re.sub(r"<(\w+)>", r"{\1}", path)) for method, path in found}


@pytest.mark.parametrize("function", ["IngestFunction", "ApiFunction"])
def test_every_route_of_the_template_has_a_handler_and_every_handler_a_route(function: str) -> None:
    given = {(method, path.rstrip("/") or "/") for name, method, path in routes() if name == function}

    assert given == handled(function)


def test_what_no_route_names_is_answered_by_the_api() -> None:
    assert [function for function, _, event in events("HttpApi") if "Path" not in event] == ["ApiFunction"]


def test_a_post_with_a_slash_behind_it_is_not_left_to_another_function() -> None:
    # $default goes to the API, which does not ingest; GET with a slash does go there, and is served.
    assert ("IngestFunction", "post", "/agent-runs/") in routes()


def test_the_api_description_has_the_routes_of_the_template() -> None:
    described = {(route.method, route.path) for route in ROUTES}

    assert described == {(method, path.rstrip("/") or "/") for _, method, path in routes()}


def test_path_parameters_are_those_of_the_handlers() -> None:
    for function in ("IngestFunction", "ApiFunction"):
        source = (ROOT / FUNCTIONS[function]["CodeUri"] / "app.py").read_text(encoding="utf-8")
        for path, arguments in re.findall(r"^@app\.\w+\(\"([^\"]+)\".*\)\ndef \w+\(([^)]*)\)", source, re.MULTILINE):
            assert re.findall(r"<(\w+)>", path) == re.findall(r"(\w+): str", arguments)


def test_browsers_may_send_and_read_what_the_contract_names() -> None:
    cors = properties("HttpApi")["CorsConfiguration"]
    stream = FUNCTIONS["StreamFunction"]["FunctionUrlConfig"]["Cors"]

    assert {method for _, method, _ in routes()} <= {method.lower() for method in cors["AllowMethods"]}
    assert {"authorization", "content-encoding", "content-type", "x-api-key", "x-ingest-secret", "x-request-id"} <= set(
        cors["AllowHeaders"]
    )
    assert {"authorization", "last-event-id", "x-api-key", "x-request-id"} <= set(stream["AllowHeaders"])
    assert cors["AllowOrigins"] == stream["AllowOrigins"] == {"Ref": "AllowedOrigins"}
    assert "x-request-id" in cors["ExposeHeaders"]
    assert "x-request-id" in stream["ExposeHeaders"]
    assert "*" not in template()["Parameters"]["AllowedOrigins"]["Default"]


def test_the_api_is_throttled_and_its_access_is_logged() -> None:
    api = properties("HttpApi")

    assert api["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert api["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0
    line = api["AccessLogSettings"]["Format"]
    assert json.loads(line)["request_id"] == "$context.requestId"
    assert "authorizer" not in line.lower()


# ---------------------------------------------------------------- the stream
def test_the_stream_function_really_streams() -> None:
    [url] = translated("AWS::Lambda::Url").values()
    wrapper = FUNCTIONS["StreamFunction"]["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"]

    assert (url["AuthType"], url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")
    # A layer's python/ folder is unpacked under /opt.
    assert (ROOT / "layers/rca_core" / Path(wrapper).relative_to("/opt/python")).exists()


def test_a_public_function_url_has_both_permissions_that_aws_asks_for() -> None:
    permissions = [
        found
        for found in translated("AWS::Lambda::Permission").values()
        if found["Principal"] == "*" and found["FunctionName"] in ("StreamFunction", {"Ref": "StreamFunction"})
    ]

    assert {found["Action"] for found in permissions} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    for found in permissions:
        if found["Action"] == "lambda:InvokeFunctionUrl":
            assert found["FunctionUrlAuthType"] == "NONE"
        else:
            assert found["InvokedViaFunctionUrl"] is True


def test_the_longest_stream_ends_before_its_function_does() -> None:
    sse = importlib.import_module("rca_core.web.sse")
    shortest, longest = sse.CONNECTION_SECONDS

    assert 0 < shortest < longest < FUNCTIONS["StreamFunction"]["Timeout"] - 5


# ---------------------------------------------------------------- queues
def queue_events() -> dict[str, tuple[str, dict[str, Any]]]:
    return {event["Queue"]["Fn::GetAtt"][0]: (function, event) for function, _, event in events("SQS")}


def test_each_queue_has_its_consumer() -> None:
    queues = {name for name, found in template()["Resources"].items() if found["Type"] == "AWS::SQS::Queue"}

    assert {queue: function for queue, (function, _) in queue_events().items()} == {
        "RcaQueue": "AnalyzerFunction",
        "RcaDeadLetterQueue": "DeadLetterFunction",
    }
    assert queues == set(queue_events())


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
    assert "RedrivePolicy" not in properties("RcaDeadLetterQueue")


def test_queues_are_encrypted() -> None:
    assert (
        properties("RcaQueue")["SqsManagedSseEnabled"]
        is properties("RcaDeadLetterQueue")["SqsManagedSseEnabled"]
        is True
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


@pytest.mark.parametrize(("index", "partition"), [(BY_AGENT, "agent_name"), (BY_DAY, "day")])
def test_an_index_has_the_keys_that_storage_queries(index: str, partition: str) -> None:
    keys = [(key["AttributeName"], key["KeyType"]) for key in _index(index)["KeySchema"]]

    assert keys == [(partition, "HASH"), ("started_at", "RANGE")]


def test_there_are_no_other_indexes() -> None:
    assert {index["IndexName"] for index in properties("Table")["GlobalSecondaryIndexes"]} == {BY_AGENT, BY_DAY}


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
    baseline = {name for name in RunProfile.model_fields if name not in ("run_id", "steps", "tools")}

    assert projected(BY_DAY) == row | {"day"}
    assert projected(BY_AGENT) == row | {"profile"}
    assert baseline <= projected(BY_AGENT)


def test_indexes_project_within_what_dynamodb_allows() -> None:
    # "Projected Secondary Index Attributes Per Table": 100 in all, with each index counting for itself.
    named = [index["Projection"]["NonKeyAttributes"] for index in properties("Table")["GlobalSecondaryIndexes"]]

    assert sum(map(len, named)) <= 100


# ---------------------------------------------------------------- permissions
def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in translated("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            document = policy["PolicyDocument"]
            found = document["Statement"]
            yield from ((name, statement) for statement in (found if isinstance(found, list) else [found]))


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

    assert len(set(used)) == len(used) == len(SETTINGS)
    for role in roles.values():
        managed = [json.dumps(policy) for policy in role.get("ManagedPolicyArns", [])]
        assert all(fnmatch.fnmatch(policy, "*service-role/AWSLambdaBasicExecutionRole*") for policy in managed)


def test_queue_rights_name_their_queue() -> None:
    for _, statement in statements():
        if any(action.startswith("sqs:") for action in listed(statement["Action"])):
            assert all("Fn::GetAtt" in resource for resource in listed(statement["Resource"]))


# ---------------------------------------------------------------- outputs and settings
def test_outputs_say_where_everything_is() -> None:
    assert {"ApiUrl", "StreamUrl", "TableName", "RcaQueueUrl", "RcaDeadLetterQueueUrl"} <= set(template()["Outputs"])
