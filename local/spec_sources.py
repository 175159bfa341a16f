"""Read what feeds the functions of a translated template: queues and tables' streams."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.intrinsics import Names, Resolver, TemplateError
from local.model import QueueSource, StreamSource
from local.template import Template


def read_sources(
    template: Template, resolver: Resolver, functions: Mapping[str, str], created: Names
) -> tuple[tuple[QueueSource, ...], tuple[StreamSource, ...]]:
    """Read the event source mappings; `functions` gives a function's logical id by its name and by its ARN.

    Raises:
        TemplateError: a mapping asks for what the local stack does not imitate.
    """
    queue_urls = {names["Arn"]: names["Ref"] for names in created.values() if "QueueName" in names}
    dead = _dead_letter_queues(template, resolver)
    queues, streams = [], []
    for mapping in _enabled(template, resolver):
        function = functions[mapping["FunctionName"]]
        if url := queue_urls.get(mapping["EventSourceArn"]):
            queues.append(_queue_source(function, url, mapping, dead_letters=mapping["EventSourceArn"] in dead))
        else:
            streams.append(_stream_source(function, mapping, queue_urls))
    return tuple(queues), tuple(streams)


def _enabled(template: Template, resolver: Resolver) -> Iterator[Mapping[str, Any]]:
    for _, properties in template.resources("AWS::Lambda::EventSourceMapping"):
        mapping = resolver.resolve(properties)
        if mapping.get("Enabled", True):
            yield mapping


def _dead_letter_queues(template: Template, resolver: Resolver) -> set[str]:
    policies = (queue.get("RedrivePolicy") for _, queue in template.resources("AWS::SQS::Queue"))
    return {resolver.resolve(policy)["deadLetterTargetArn"] for policy in policies if policy}


def _queue_source(function: str, url: str, mapping: Mapping[str, Any], *, dead_letters: bool) -> QueueSource:
    if "FilterCriteria" in mapping:
        message = f"the local stack does not filter queue messages ({function!r})"
        raise TemplateError(message)
    return QueueSource(
        function=function,
        url=url,
        arn=mapping["EventSourceArn"],
        batch_size=int(mapping.get("BatchSize", 10)),
        window=float(mapping.get("MaximumBatchingWindowInSeconds", 0)),
        report_failures=_reports_failures(mapping),
        dead_letters=dead_letters,
    )


def _stream_source(function: str, mapping: Mapping[str, Any], queue_urls: Mapping[str, str]) -> StreamSource:
    retries = int(mapping.get("MaximumRetryAttempts", -1))
    destination = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return StreamSource(
        function=function,
        arn=mapping["EventSourceArn"],
        batch_size=int(mapping.get("BatchSize", 100)),
        window=float(mapping.get("MaximumBatchingWindowInSeconds", 0)),
        from_start=mapping.get("StartingPosition") == "TRIM_HORIZON",
        report_failures=_reports_failures(mapping),
        attempts=None if retries < 0 else retries + 1,
        bisect=bool(mapping.get("BisectBatchOnFunctionError", False)),
        on_failure=queue_urls[destination] if destination else None,
        filters=tuple(json.loads(item["Pattern"]) for item in mapping.get("FilterCriteria", {}).get("Filters", [])),
    )


def _reports_failures(mapping: Mapping[str, Any]) -> bool:
    return "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
