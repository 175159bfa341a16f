"""Let a tool fail in each framework, and print what arrived of it: `python -m tests.frameworks`."""

import argparse
import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from local.testing import Stack, running_stack
from smart_sre.command.api import Api, Problem
from smart_sre.command.main import main as command
from smart_sre.command.terminal import Terminal
from smart_sre.settings import Settings
from tests.frameworks.environments import (
    MARK,
    OTLP,
    connected,
    environment,
    frameworks,
    run_script,
    version,
    ways,
)
from tests.support.docs import blocks, page, shows
from tests.support.template import ROOT

Json = dict[str, Any]

# What every script does.
_TOOL: Final = "order_lookup"
_ARGUMENTS: Final = {"order": 7}
_CATEGORY: Final = "timeout"
_PATIENCE: Final = 30.0
# What traces leave out: the error of the tool, or that there was one. Their pages say so, and what helps.
_HIDDEN: Final = {"crewai": "unknown", "mcp": "unknown", "openai-agents": "unknown"}
_HEADS: Final = ("framework", "version", "way", "lines", "spans", "stored", "tool found", "category", "page true")


class Outcome(NamedTuple):
    """What arrived of a framework's failure."""

    spans: int
    stored: bool
    tool_found: bool
    category: str
    page_true: bool
    printed: str
    expected: str

    @property
    def right(self) -> bool:
        """Tell whether all is as it should be; where traces hide the cause, that none is claimed."""
        found = (self.stored and self.tool_found) or self.expected != _CATEGORY
        return found and self.category == self.expected and self.page_true


def main(arguments: Sequence[str] | None = None) -> int:
    """Try frameworks; 1 if our own way of any does not bring what it should."""
    parser = argparse.ArgumentParser(prog="python -m tests.frameworks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(frameworks())}; all if none is given")
    parser.add_argument("--show", action="store_true", help="print what each page should show")
    parser.add_argument("--write", action="store_true", help="put the table of all into docs/connect/README.md")
    options = parser.parse_args(arguments)
    names = options.names or frameworks()
    for name in names:
        sys.stderr.write(f"{name}: packages ...\n")
        environment(name)
    rows, wrong = [], []
    with running_stack() as stack:
        for name, way in [(each, way) for each in names for way in ways(each)]:
            outcome = attempt(name, way, stack)
            rows.append(_row(name, way, outcome))
            if options.show:
                sys.stdout.write(f"---- {name}, {way}\n{outcome.printed}")
            # What traces leave out is no fault of ours; the table shows it.
            if not outcome.right and (way != OTLP or ways(name) == [OTLP]):
                wrong.append(f"{name}, {way}: {outcome}")
    Terminal().table(_HEADS, rows, wide=0)
    if options.write and not options.names:
        _write(rows)
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


def attempt(name: str, way: str, stack: Stack) -> Outcome:
    """Run a framework's script against a stack, and read what arrived."""
    expected = _HIDDEN.get(name, _CATEGORY) if way == OTLP else _CATEGORY
    with tempfile.TemporaryDirectory() as home:
        done = run_script(name, way, stack.api_url, Path(home))
    told = [line for line in done.stderr.splitlines() if line.startswith("run run-")]
    printed = "\n".join(["$ python script.py", *done.stdout.splitlines(), *told, ""])
    printed = printed.replace(stack.api_url, "http://127.0.0.1:8000")
    api = Api(Settings(url=stack.api_url))
    runs = _ended(api, f"{name}-{way}")
    if done.returncode or len(runs) != 1:
        printed += done.stderr
        return Outcome(
            0, stored=False, tool_found=False, category="", page_true=False, printed=printed, expected=expected
        )
    run_id = runs[0]["run_id"]
    body = api.get(f"/agent-runs/{run_id}/body")
    report, text = _report(stack.api_url, api, run_id)
    printed += f"$ smart-sre report {run_id}\n{text}"
    return Outcome(
        spans=len(body["steps"]) + len(body["tool_calls"]),
        stored=body["status"] == "failure",
        tool_found=_is_found(body, report, in_step=way == OTLP and bool(body["steps"])),
        category=report["category"],
        page_true=_is_shown(name, printed),
        printed=printed,
        expected=expected,
    )


def _ended(api: Api, environment: str) -> list[Json]:
    """Return the runs of an environment; a run goes on until its root is told to have ended."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        runs: list[Json] = api.get("/agent-runs", environment=environment)["items"]
        if (runs and all(run["status"] != "running" for run in runs)) or time.monotonic() > deadline:
            return runs
        time.sleep(0.2)


def _is_found(body: Json, report: Json, *, in_step: bool) -> bool:
    """Tell whether the failed call is there with its arguments, in its step, and the first hypothesis starts at it."""
    failed = [call for call in body["tool_calls"] if call["tool_name"] == _TOOL and call["status"] == "failure"]
    steps = {step["step_id"] for step in body["steps"]}
    root = report.get("root_evidence_id")
    return any(
        call.get("args_json") == _ARGUMENTS
        and f"ev_tool_{call['call_id']}" == root
        and (not in_step or call.get("step_id") in steps)
        for call in failed
    )


def _is_shown(name: str, printed: str) -> bool:
    """Tell whether a page shows what was printed, which the test of the pages' scripts leaves open."""
    return any(shows(each, printed) for each in blocks(page(f"docs/connect/{name}.md"), "console"))


def _report(api_url: str, api: Api, run_id: str) -> tuple[Json, str]:
    """Return a run's report, and what the command prints of it."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            command(["report", run_id, "--url", api_url])
        rca_run_id = api.get(f"/agent-runs/{run_id}")["rca_runs"][-1]["rca_run_id"]
        return api.get(f"/agent-runs/rca-runs/{rca_run_id}")["report"], out.getvalue()
    except (Problem, IndexError) as problem:
        return {"category": f"none: {problem}", "hypotheses": []}, ""


def _write(rows: list[tuple[object, ...]]) -> None:
    out = io.StringIO()
    Terminal(out).table(_HEADS, rows, wide=0)
    path = ROOT / "docs" / "connect" / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition("```\nframework ")
    path.write_text(f"{before}```\n{out.getvalue()}```{rest.partition('```')[2]}", encoding="utf-8")


def _row(name: str, way: str, outcome: Outcome) -> tuple[object, ...]:
    lines = connected(name, way).count(MARK)
    yes = {True: "yes", False: "no" if outcome.right else "NO"}
    hidden = "hidden" if outcome.category == outcome.expected else f"WRONG: {outcome.category}"
    category = outcome.category if outcome.category == _CATEGORY == outcome.expected else hidden
    return (
        name,
        version(name),
        way,
        lines,
        outcome.spans,
        yes[outcome.stored],
        yes[outcome.tool_found],
        category,
        yes[outcome.page_true],
    )


if __name__ == "__main__":
    sys.exit(main())
