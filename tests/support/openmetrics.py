"""OpenMetrics text, read by Prometheus' own parser."""

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def families(text: str) -> dict[str, Metric]:
    """Return the metrics of a text by name; fails on a text that is not valid."""
    found: list[Metric] = list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]
    assert len({family.name for family in found}) == len(found)
    return {family.name: family for family in found}
