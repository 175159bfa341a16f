"""What functions write to their output: log entries, and metrics in CloudWatch's embedded format."""

import json
from collections.abc import Iterable
from typing import Any

Entry = dict[str, Any]


def entries(lines: str | Iterable[str]) -> list[Entry]:
    """Return the log entries; fails on a line that is not one whole JSON document."""
    return [document for document in _documents(lines) if "_aws" not in document]


def metrics(lines: str | Iterable[str]) -> dict[tuple[str, ...], list[float]]:
    """Return the values of each metric, by its name and the values of its dimensions but the stack's name."""
    found: dict[tuple[str, ...], list[float]] = {}
    for document in _documents(lines):
        for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
            [dimensions] = directive["Dimensions"]
            own = tuple(document[name] for name in dimensions if name != "service")
            for metric in directive["Metrics"]:
                found.setdefault((metric["Name"], *own), []).extend(document[metric["Name"]])
    return found


def _documents(lines: str | Iterable[str]) -> list[Entry]:
    return [json.loads(line) for line in (lines.splitlines() if isinstance(lines, str) else lines) if line]
