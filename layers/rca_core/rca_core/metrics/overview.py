"""What runs amounted to in a window of hours."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from rca_core.metrics.block import (
    AGENT,
    CATEGORY,
    FAILED,
    RUN_MS,
    RUNS,
    STEP_MS,
    TOOL,
    VERSION,
    Block,
    Hour,
    merged,
    summed,
)
from rca_core.metrics.contribution import NOT_ANALYSED
from rca_core.metrics.dense import counts_of
from rca_core.metrics.histogram import Counts, quantile
from rca_core.metrics.names import OTHER, agent_and_version, short

_TOP_TOOLS: Final = 10
_MOST_VERSIONS: Final = 100
_MICRO: Final = 1_000_000


class FailingTool(BaseModel):
    """A tool by how many of its calls failed, of those that ended."""

    tool: str
    count: int
    calls: int


class AgentCount(BaseModel):
    """The runs of one agent, and how many of them failed."""

    agent_name: str
    runs: int
    failures: int


class VersionCount(BaseModel):
    """The runs of one version of an agent, and how many of them failed."""

    agent_name: str
    agent_version: str
    runs: int
    failures: int


class EnvironmentCount(BaseModel):
    """The runs of one environment, and how many of them failed; null for runs that name none."""

    environment: str | None
    runs: int
    failures: int


class Quantiles(BaseModel):
    """Latencies in milliseconds within 2 %, by nearest rank; null where nothing was measured."""

    p50: float | None
    p95: float | None
    p99: float | None


class Tokens(BaseModel):
    """Tokens that runs used, as far as they told."""

    prompt: int
    completion: int


class Overview(BaseModel):
    """Runs by the time of their last ingest, from `since` on. `as_of`: when something was last counted.

    `success_rate` is in percent of the runs that ended, null if none did. `unrecovered_failures` are failed tool calls
    that no later call of the same tool made good, `unrecovered_successes` the runs with such calls that ended as a
    success all the same. Failures that no analysis of their run's current version explains are in category
    `not_analysed`: what they have in common, GET /failures tells. Agents, environments and versions with the most
    failures come first; of versions, the first 100. Names that are too many are counted as `__other__`.
    """

    hours: int
    since: datetime
    as_of: datetime | None
    agent_name: str | None
    environment: str | None
    total_runs: int
    successes: int
    failures: int
    running: int
    success_rate: float | None
    unrecovered_failures: int = 0
    unrecovered_successes: int = 0
    failures_by_category: dict[str, int]
    top_failing_tools: list[FailingTool]
    by_agent: list[AgentCount]
    by_environment: list[EnvironmentCount]
    by_version: list[VersionCount] = Field(default_factory=list)
    p95_step_latency_ms: float | None
    step_latency_ms: Quantiles
    run_duration_ms: Quantiles
    tokens: Tokens
    total_cost_usd: float


class Window(BaseModel):
    """Which runs an overview is of."""

    hours: int
    since: datetime
    agent_name: str | None = None
    environment: str | None = None

    @property
    def counted_environment(self) -> str | None:
        """Return the name that the wanted environment is counted under."""
        return None if self.environment is None else short(self.environment)


Latencies = dict[str, dict[str, int]]
"""Environment -> section -> the number that stands for its histogram (dense.py)."""


def overview(window: Window, hours: Iterable[Hour], latencies: Iterable[Latencies], as_of: datetime | None) -> Overview:
    """Return what the counters of a window's hours amount to."""
    by_environment = summed(hours)
    block = merged(by_environment, window.environment)
    runs = block.get(RUNS, {})
    successes, failures = runs.get("success", 0), runs.get("failure", 0)
    histograms = _histograms(window, latencies)
    steps = _quantiles(histograms[STEP_MS])
    return Overview(
        **window.model_dump(),
        as_of=as_of,
        total_runs=runs.get("total", 0),
        successes=successes,
        failures=failures,
        running=runs.get("running", 0),
        success_rate=round(100 * successes / (successes + failures), 2) if successes + failures else None,
        unrecovered_failures=runs.get("unrecovered_failures", 0),
        unrecovered_successes=runs.get("unrecovered_successes", 0),
        failures_by_category=dict(sorted(block.get(CATEGORY, {}).items(), key=_most)),
        top_failing_tools=_failing_tools(block),
        by_agent=_agents(window, block),
        by_environment=_environments(window, by_environment),
        by_version=_versions(block),
        p95_step_latency_ms=steps.p95,
        step_latency_ms=steps,
        run_duration_ms=_quantiles(histograms[RUN_MS]),
        tokens=Tokens(prompt=runs.get("tokens_prompt", 0), completion=runs.get("tokens_completion", 0)),
        total_cost_usd=runs.get("cost_micros", 0) / _MICRO,
    )


def _failing_tools(block: Block) -> list[FailingTool]:
    calls = block.get(TOOL, {})
    failing = sorted(block.get(TOOL + FAILED, {}).items(), key=_most)[:_TOP_TOOLS]
    return [FailingTool(tool=tool, count=count, calls=calls.get(tool, count)) for tool, count in failing]


def _agents(window: Window, block: Block) -> list[AgentCount]:
    runs, failures = block.get(AGENT, {}), block.get(AGENT + FAILED, {})
    if window.agent_name is not None:
        # The counters of one agent are not divided by agent.
        own = block.get(RUNS, {})
        runs, failures = {window.agent_name: own.get("total", 0)}, {window.agent_name: own.get("failure", 0)}
    counts = (AgentCount(agent_name=name, runs=count, failures=failures.get(name, 0)) for name, count in runs.items())
    return sorted(
        (each for each in counts if each.runs),
        key=lambda each: (each.agent_name == OTHER, -each.failures, -each.runs, each.agent_name),
    )


def _versions(block: Block) -> list[VersionCount]:
    failures = block.get(VERSION + FAILED, {})
    counts = []
    for name, runs in block.get(VERSION, {}).items():
        agent, version = agent_and_version(name)
        counts.append(VersionCount(agent_name=agent, agent_version=version, runs=runs, failures=failures.get(name, 0)))
    return sorted(
        (each for each in counts if each.runs),
        key=lambda each: (each.agent_name == OTHER, -each.failures, -each.runs, each.agent_name, each.agent_version),
    )[:_MOST_VERSIONS]


def _environments(window: Window, by_environment: Hour) -> list[EnvironmentCount]:
    wanted = window.counted_environment
    counts = (
        EnvironmentCount(
            environment=name or None, runs=block[RUNS].get("total", 0), failures=block[RUNS].get("failure", 0)
        )
        for name, block in by_environment.items()
        if RUNS in block and wanted in (None, name)
    )
    return sorted(
        (each for each in counts if each.runs),
        key=lambda each: (each.environment == OTHER, -each.failures, -each.runs, each.environment or ""),
    )


def _histograms(window: Window, latencies: Iterable[Latencies]) -> dict[str, Counts]:
    wanted = window.counted_environment
    numbers = {STEP_MS: 0, RUN_MS: 0}
    for each in latencies:
        for environment, sections in each.items():
            if wanted in (None, environment):
                for section, number in sections.items():
                    numbers[section] += number
    return {section: counts_of(number) for section, number in numbers.items()}


def _quantiles(counts: Counts) -> Quantiles:
    return Quantiles(p50=quantile(counts, 0.5), p95=quantile(counts, 0.95), p99=quantile(counts, 0.99))


def _most(entry: tuple[str, int]) -> tuple[bool, int, str]:
    """Sort by number, then by name; what has no name of its own comes last."""
    name, count = entry
    return name in (OTHER, NOT_ANALYSED), -count, name
