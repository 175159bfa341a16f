"""CPU and memory of one analysis, from stored bytes to the verified report, each size in a process of its own."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from rich.table import Table

from bench.measure import cpu_ms, peak_mb
from bench.payloads import agent_run
from rca_core import collector
from rca_core.analysis import analyze, classify, collect, default_rules
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.wording import default_reader
from rca_core.analysis.report.build import build_report
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run

SIZES: Final = (15, 100, 600, 1_000, 6_000, 10_000)
_WORDS: Final = ("alpha", "beta", "error", "failed", "limit", "time", "request", "invalid", "missing", "item", "order")


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="CPU (ms, median) and memory (MB) per analysis", title_justify="left")
    for name in ("run", "children", "read body", "evidence", "classify", "report", "whole, verified", "peak", "added"):
        result.add_column(name, justify="right")
    for kind in _KINDS:
        for children in SIZES:
            figures = subprocess.run(
                [sys.executable, "-m", "bench.analysis", kind, str(children)],
                check=True,
                capture_output=True,
                text=True,
            )
            result.add_row(kind, f"{children:,}", *json.loads(figures.stdout))
    return result


def all_failing(children: int) -> dict[str, Any]:
    """Return the worst case: every child a failed call, each with a class, arguments and a text of its own."""
    rng = random.Random(children)  # noqa: S311  reproducible text, not a secret

    def text(words: int) -> str:
        return " ".join(rng.choices(_WORDS, k=words))

    calls = [
        {
            "call_id": f"call-{number}",
            "tool_name": f"tool_{number % 500}",
            "status": "failure",
            "args_json": {"query": text(3)},
            "error_class": f"Strange{number}Error",
            "error_message": text(80),
            "result_summary": text(40),
        }
        for number in range(children)
    ]
    return {**agent_run(0), "tool_calls": calls}


_KINDS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {"normal": agent_run, "all fail": all_failing}


def _figures(kind: str, children: int) -> list[str]:
    """Return one row's figures; `peak` is the whole process, `added` what the analyses took beyond the parsed run."""
    repeats = 50 if children < 1000 else 7
    now = datetime.now(UTC)
    stored = parse_agent_run(json.dumps(_KINDS[kind](children)).encode(), new_run_id=str, now=now).body
    run = AgentRun.from_body(stored)
    _ = default_rules().lookup
    collector.settle()
    before = peak_mb()
    whole = cpu_ms(lambda: analyze(run, now=now), repeats=repeats)
    peak = peak_mb()
    view = RunView(run)
    evidence = collect(view)
    rules, wording = default_rules(), default_reader()
    diagnosis = classify(view, evidence, rules, wording)
    parts = (
        cpu_ms(lambda: AgentRun.from_body(stored), repeats=repeats),
        cpu_ms(lambda: collect(RunView(run)), repeats=repeats),
        cpu_ms(lambda: classify(view, evidence, rules, wording), repeats=repeats),
        cpu_ms(lambda: build_report(view, evidence, diagnosis, now, rules=rules, wording=wording), repeats=repeats),
        whole,
    )
    return [*(f"{value:.2f}" for value in parts), f"{peak:.0f}", f"{peak - before:.0f}"]


if __name__ == "__main__":
    print(json.dumps(_figures(sys.argv[1], int(sys.argv[2]))))
