"""template.yaml: alarms and the dashboard watch metrics that exist, of resources that exist."""

import json
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from rca_core.emf import NAMESPACE, Metric
from tests.support.monitors import STACK, Watched, alarms, dashboard, of_kind, resolver, shown, watched_by
from tests.support.template import REGION, events, functions, template

_LAMBDA: Final = {"Errors", "IteratorAge", "Url4xxCount", "Url5xxCount"}
_SQS: Final = {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
_API: Final = {"Count", "Latency", "4xx", "5xx"}
_TABLE: Final = {
    "ConsumedReadCapacityUnits",
    "ConsumedWriteCapacityUnits",
    "ReadThrottleEvents",
    "WriteThrottleEvents",
}
# AWS's own metrics, by namespace and dimensions, as the user guides of its services list them.
AWS_METRICS: Final = {
    ("AWS/Lambda", ("FunctionName",)): _LAMBDA,
    ("AWS/SQS", ("QueueName",)): _SQS,
    ("AWS/ApiGateway", ("ApiId",)): _API,
    ("AWS/DynamoDB", ("TableName",)): _TABLE,
    ("AWS/DynamoDB", ("Operation", "TableName")): {"SystemErrors", "ThrottledRequests"},
}
OUR_METRICS: Final = {metric.title: metric for metric in Metric}
KINDS: Final = {
    "FunctionName": "AWS::Serverless::Function",
    "QueueName": "AWS::SQS::Queue",
    "ApiId": "AWS::Serverless::HttpApi",
    "TableName": "AWS::DynamoDB::Table",
}
ALARMS: Final = alarms()


def is_real(watched: Watched) -> bool:
    """Tell whether a metric exists with exactly these dimensions."""
    if watched.namespace != NAMESPACE:
        return watched.name in AWS_METRICS.get((watched.namespace, tuple(sorted(watched.dimensions))), ())
    metric = OUR_METRICS.get(watched.name)
    own = {"service", metric.dimension} if metric and metric.dimension else {"service"}
    return metric is not None and set(watched.dimensions) == own


def names_ours(watched: Watched) -> bool:
    """Tell whether a metric is one of this stack's: its dimensions name resources of the right kind, or the stack."""
    resources = template()["Resources"]
    return all(
        resources.get(value, {}).get("Type") == KINDS[name] if name in KINDS else value == STACK
        for name, value in watched.dimensions.items()
        if value is not None
    )


# ---------------------------------------------------------------- alarms
@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_exists_of_this_stack(name: str) -> None:
    watched = watched_by(ALARMS[name])

    assert is_real(watched)
    assert names_ours(watched)
    assert None not in watched.dimensions.values()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_can_tell(name: str) -> None:
    alarm = ALARMS[name]

    assert alarm["AlarmDescription"]
    # Nothing happened is no data: that must not keep an alarm on, or waiting.
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["Statistic"] in ("Sum", "Maximum")
    assert alarm["ComparisonOperator"] in ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold")
    assert alarm["Threshold"] > 0 or alarm["ComparisonOperator"] == "GreaterThanThreshold"


def watching(namespace: str, name: str) -> set[str | None]:
    """Return what the alarms of a metric watch, by the value of its dimension."""
    found = (watched_by(alarm) for alarm in ALARMS.values())
    return {value for each in found if each[:2] == (namespace, name) for value in each.dimensions.values()}


def test_there_is_an_alarm_for_what_must_not_go_unseen() -> None:
    streams = {function for function, _, _ in events("DynamoDB")}

    assert watching("AWS/SQS", "ApproximateNumberOfMessagesVisible") == {"RcaDeadLetterQueue", "RcaParkedQueue"}
    assert watching("AWS/SQS", "ApproximateAgeOfOldestMessage") == {"RcaQueue"}
    assert watching("AWS/ApiGateway", "5xx") == {"HttpApi"}
    assert watching("AWS/Lambda", "Url5xxCount") == watching("AWS/Lambda", "Url4xxCount") == {"StreamFunction"}
    assert watching("AWS/Lambda", "IteratorAge") == streams
    # Who asks the others sees that they fail; what consumers of dead letters and new analyses leave undone grows old.
    assert watching("AWS/Lambda", "Errors") == {"AnalyzerFunction", "RollupFunction", "ScrubFunction"}
    assert (
        watching("AWS/DynamoDB", "ReadThrottleEvents") == watching("AWS/DynamoDB", "WriteThrottleEvents") == {"Table"}
    )
    for metric in (Metric.CORRUPT_BODY, Metric.DAMAGED_ITEMS, Metric.DRIFT_FOUND, Metric.ROLLUP_REFUSED):
        assert watching(NAMESPACE, metric.title) == {STACK}


def test_what_costs_while_idle_is_made_only_where_it_is_asked_for() -> None:
    monitors = {**of_kind("AWS::CloudWatch::Alarm"), **of_kind("AWS::CloudWatch::Dashboard")}

    assert {found.get("Condition") for found in monitors.values()} == {"Monitored"}
    assert not resolver().condition("Monitored")
    assert resolver(Alarms="true").condition("Monitored")


def test_alarms_notify_the_topic_that_is_given_and_no_other() -> None:
    topic = f"arn:aws:sns:{REGION}:123456789012:pager"
    for alarm in of_kind("AWS::CloudWatch::Alarm").values():
        told = resolver(AlarmTopicArn=topic).resolve(alarm["Properties"])
        silent = resolver().resolve(alarm["Properties"])

        assert told["AlarmActions"] == told["OKActions"] == [topic]
        assert not {"AlarmActions", "OKActions"} & set(silent)


# ---------------------------------------------------------------- the dashboard
def test_the_dashboard_shows_metrics_that_exist_of_this_stack() -> None:
    found = list(shown())

    assert len(found) > 30
    assert [each for each in found if not (is_real(each) and names_ours(each))] == []


def test_the_dashboard_shows_every_metric_of_ours_and_every_function() -> None:
    found = list(shown())

    assert {each.name for each in found if each.namespace == NAMESPACE} == set(OUR_METRICS)
    errors = {each.dimensions["FunctionName"] for each in found if each.name == "Errors"}
    assert errors == set(functions())


def test_what_an_alarm_watches_is_on_the_dashboard() -> None:
    on_it = {(each.namespace, each.name) for each in shown()}

    assert {watched_by(alarm)[:2] for alarm in ALARMS.values()} <= on_it


def test_labels_are_filled_in_by_cloudwatch() -> None:
    labels = [
        entry[0]["label"]
        for widget in dashboard()["widgets"]
        for entry in widget["properties"]["metrics"]
        if isinstance(entry[0], dict) and "PROP" in entry[0]["label"]
    ]

    assert labels == [f"${{PROP('Dim.{name}')}}" for name in ("status", "category", "decision", "code")]


# ---------------------------------------------------------------- CloudWatch's own view
@mock_aws
def test_cloudwatch_takes_the_alarms_and_the_dashboard() -> None:
    cloudwatch: Any = boto3.client("cloudwatch", region_name=REGION)

    for name, alarm in ALARMS.items():
        cloudwatch.put_metric_alarm(AlarmName=name, **alarm)
    cloudwatch.put_dashboard(DashboardName=STACK, DashboardBody=json.dumps(dashboard()))

    made = {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert set(made) == set(ALARMS)
    assert json.loads(cloudwatch.get_dashboard(DashboardName=STACK)["DashboardBody"]) == dashboard()
