"""What a stack says of a fleet's failures, question by question, each with the command that asks it."""

import sys
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from local.demo.client import Client
from local.demo.fleet_runs import ENVIRONMENT

Json = dict[str, Any]

OVERVIEW: Final = f"/metrics/overview?hours=168&environment={ENVIRONMENT}"
TRENDS: Final = f"/metrics/trends?group_by=version&bucket=day&environment={ENVIRONMENT}"
FAILURES: Final = "/failures?sort=count"
_MOST_TOOLS: Final = 3


def tell_story(console: Console, client: Client, api_url: str) -> None:
    """Print what fails, in which version, how, and why: a command for each, and what its answer says."""

    def ask(question: str, path: str) -> Json:
        # On one line, for it to be copied.
        console.print(Text.assemble((f"\n{question}", "bold"), (f"  curl '{api_url}{path}'", "dim")), soft_wrap=True)
        return client.get(path)

    def say(*lines: str) -> None:
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))

    say(*_overview(ask("What fails?", OVERVIEW)))
    say(*_versions(ask("In which version?", TRENDS)["groups"]))
    failures = ask("How, and since when?", FAILURES)["items"]
    if not failures:
        sys.exit("No failure was analysed: does the stack run with AutoRca=false?")
    say(*_failure(failures[0]))
    say(ask("Why?", _report_path(client, failures[0]["fingerprint"]))["report"]["summary"])


def _overview(answer: Json) -> list[str]:
    categories = ", ".join(f"{name} {count}" for name, count in answer["failures_by_category"].items())
    tools = [f"{each['tool']} {each['count']} of {each['calls']}" for each in answer["top_failing_tools"]]
    return [
        f"{answer['total_runs']} runs, {answer['success_rate']} % succeeded, {answer['failures']} failed: {categories}",
        f"failed tool calls: {', '.join(tools[:_MOST_TOOLS])}; p95 of steps {answer['p95_step_latency_ms']:.0f} ms",
    ]


def _versions(groups: list[Json]) -> list[str]:
    """Return a line on the version with the most failures, beside its agent's others, and one if any is worse."""
    versions = [group for group in groups if group["agent_name"] == groups[0]["agent_name"]]
    shown = [
        f"{group['agent_name']} {group['group']}: {sum(group['failures'])} of {sum(group['total'])} runs failed"
        for group in versions
    ]
    return ["; ".join(shown), *(_regression(group) for group in versions if group["regression"])]


def _regression(group: Json) -> str:
    found = group["regression"]
    return (
        f"{group['group']} is worse than the versions before it: {found['recent_failures']} of {found['recent_total']}"
        f" against {found['baseline_failures']} of {found['baseline_total']}, p = {found['p_value']:.1g}"
    )


def _failure(failure: Json) -> list[str]:
    return [
        f"{failure['category']}/{failure['cause']} in {failure['tool']}: {failure['message']}",
        f"{failure['count']} runs analysed, {failure['also_seen']} more look alike; of {', '.join(failure['agents'])}",
        f"first in version {failure['first_version']}, at {failure['first_seen']}",
    ]


def _report_path(client: Client, fingerprint: str) -> str:
    """Return where the report is of the run that showed a failure last."""
    newest = client.get(f"/failures/{fingerprint}")["last_runs"][-1]
    return f"/agent-runs/rca-runs/{newest['rca_run_id']}"
