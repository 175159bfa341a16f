"""What monitors read of a running stack: what Prometheus scrapes, what CloudWatch finds in the log."""

import json
import time
from typing import Any

from tests.e2e.client import StackClient
from tests.support.logs import metrics
from tests.support.openmetrics import families
from tests.support.template import ROOT

AGENT = "watched-agent"


def scraped(client: StackClient, name: str) -> dict[tuple[str, ...], float]:
    """Scrape the stack; return the values of one metric by those of its labels, in the order of their names."""
    answer = client.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    samples = families(answer.text)[name].samples
    return {tuple(value for _, value in sorted(each.labels.items())): each.value for each in samples}


def told(client: StackClient) -> dict[tuple[str, ...], list[float]]:
    """Return what the functions have told CloudWatch so far."""
    *lines, _unfinished = client.stack.log.read_text(encoding="utf-8").split("\n")
    return metrics(line.partition("] ")[2] for line in lines if '"_aws"' in line)


def test_a_failed_run_reaches_both_kinds_of_monitors(client: StackClient) -> None:
    run: dict[str, Any] = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text(encoding="utf-8"))
    before = told(client)

    client.report(run | {"run_id": "watched-run", "agent_name": AGENT})

    deadline = time.monotonic() + 60
    while not _is_scraped(client) or not _is_told(client, before):
        assert time.monotonic() < deadline, (scraped(client, "smart_sre_failures"), told(client))
        time.sleep(0.5)
    assert scraped(client, "smart_sre_agent_failures")[AGENT, "24h"] == 1
    assert not {name for name, *_ in told(client)} & {"RollupRefused", "CorruptBody"}


def _is_scraped(client: StackClient) -> bool:
    failures = scraped(client, "smart_sre_agent_failures")
    categories = scraped(client, "smart_sre_failures")
    return (AGENT, "1h") in failures and ("tool_schema_mismatch", "1h") in categories


def _is_told(client: StackClient, before: dict[tuple[str, ...], list[float]]) -> bool:
    now = told(client)
    expected = (
        ("RunsIngested", "failure"),
        ("RcaOutcomes", "tool_schema_mismatch"),
        ("RcaDurationMs",),
        ("RollupLagSeconds",),
    )
    return all(len(now.get(metric, [])) > len(before.get(metric, [])) for metric in expected)
