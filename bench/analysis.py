"""CPU of one analysis, from stored bytes to the verified report."""

from datetime import UTC, datetime

from rich.table import Table

from bench.measure import cpu_ms
from bench.payloads import SIZES, body
from rca_core.analysis import analyze, build_report, classify, collect
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="CPU per analysis (ms, median)", title_justify="left")
    for name in ("children", "read body", "evidence", "classify", "report", "whole, verified", "per child (us)"):
        result.add_column(name, justify="right")
    for children in SIZES:
        result.add_row(*_row(children))
    return result


def _row(children: int) -> tuple[str, ...]:
    repeats = 50 if children < 1000 else 7
    now = datetime.now(UTC)
    stored = parse_agent_run(body(children), new_run_id=lambda: "unused").body
    run = AgentRun.from_body(stored)
    evidence = collect(run)
    diagnosis = classify(evidence, run, None, None)
    read = cpu_ms(lambda: AgentRun.from_body(stored), repeats=repeats)
    parts = (
        read,
        cpu_ms(lambda: collect(run), repeats=repeats),
        cpu_ms(lambda: classify(evidence, run, None, None), repeats=repeats),
        cpu_ms(lambda: build_report(run, evidence, diagnosis, now), repeats=repeats),
        cpu_ms(lambda: analyze(run, now=now), repeats=repeats),
    )
    return f"{children:,}", *(f"{value:.2f}" for value in parts), f"{parts[-1] * 1000 / children:.1f}"
