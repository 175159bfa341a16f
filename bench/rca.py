"""How right the analysis is: `python -m bench.rca [--texts TEXTS.jsonl] [--runs RUNS.jsonl]`.

Without a file, the labelled texts that the tests hold the analysis to.

TEXTS holds one labelled error text a line (`category`, `error_class`, `error_message`, `status_code`, `result_summary`,
`status`, `tool_name`); RUNS one run a line (`run`, and in `label` whether its cause is one that telemetry shows).
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rca_core.analysis import CATEGORIES, RcaReport, analyze
from rca_core.telemetry import AgentRun

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LABELLED = Path(__file__).parents[1] / "tests" / "unit" / "analysis"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One text: what it is, what the report says, and how sure it is."""

    row_id: str
    expected: str
    found: str
    confidence: str

    @property
    def is_false_assertion(self) -> bool:
        """Return whether a cause is asserted where there is none to tell: the costliest mistake."""
        return self.expected == "unknown" and self.found != "unknown"


def run_from_text(row: dict[str, Any]) -> AgentRun:
    """Return a failed run whose one tool call, or whose own error where there is no tool, carries the text."""
    fields = ("error_class", "error_message", "status_code", "result_summary")
    texts = {key: row[key] for key in fields if row.get(key) is not None}
    tool = row.get("tool_name") or "tool"
    at_tool = bool(row.get("tool_name")) or row["status"] == "success" or "result_summary" in texts
    call = {"call_id": "call-1", "step_id": "step-1", "tool_name": tool, "status": row["status"], **texts}
    own = {"error_type": row.get("error_class"), "error_message": row.get("error_message")}
    return AgentRun.model_validate(
        {
            "run_id": "run-of-a-text",
            "agent_name": "text-agent",
            "started_at": "2026-01-01T00:00:00Z",
            "status": "failure",
            "steps": [{"step_id": "step-1", "name": "Act", "status": row["status"] if at_tool else "failure"}],
            "tool_calls": [{**call, "args_json": {"task": "do it"}}] if at_tool else [],
            **({} if at_tool else own),
        }
    )


def judge(rows: Iterable[dict[str, Any]]) -> list[Verdict]:
    """Return what the analysis says about each labelled text."""
    return [_verdict(row, analyze(run_from_text(row), now=NOW)) for row in rows]


def _verdict(row: dict[str, Any], report: RcaReport) -> Verdict:
    confidence = report.hypotheses[0].confidence if report.hypotheses else "none"
    return Verdict(str(row.get("id", "")), row["category"], report.category, confidence)


def accuracy(verdicts: Sequence[Verdict]) -> float:
    """Return the share of texts whose category is right."""
    return sum(each.expected == each.found for each in verdicts) / len(verdicts)


def macro_f1(verdicts: Sequence[Verdict]) -> float:
    """Return the mean of F1 over the categories that occur among the labels or the answers."""
    scores = []
    for category in CATEGORIES:
        right = sum(each.expected == category == each.found for each in verdicts)
        total = sum((each.expected == category) + (each.found == category) for each in verdicts)
        if total:
            scores.append(2 * right / total)
    return sum(scores) / len(scores)


def _lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    false = [each for each in verdicts if each.is_false_assertion]
    yield f"texts {len(verdicts)}  accuracy {accuracy(verdicts):.3f}  macro-F1 {macro_f1(verdicts):.3f}"
    yield f"  false assertions {len(false)}"
    for confidence in ("high", "medium", "low", "none"):
        of_it = [each for each in verdicts if each.confidence == confidence]
        if of_it:
            yield f"  confidence {confidence:6}  {len(of_it):4} texts, right {accuracy(of_it):.3f}"
    yield from _confusion(verdicts)
    for each in verdicts:
        if each.expected != each.found:
            yield f"  wrong: {each.row_id} is {each.expected}, found {each.found} ({each.confidence})"


def _confusion(verdicts: Sequence[Verdict]) -> Iterator[str]:
    counts = Counter((each.expected, each.found) for each in verdicts)
    shown = [category for category in CATEGORIES if any(category in pair for pair in counts)]
    yield "  expected \\ found".ljust(24) + "".join(f"{number:>5}" for number, _ in enumerate(shown, 1))
    for number, expected in enumerate(shown, 1):
        yield f"  {number:2} {expected:20}" + "".join(f"{counts[expected, found] or '.':>5}" for found in shown)


def _about_runs(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    reports = [(row, analyze(AgentRun.model_validate(row["run"]), now=NOW)) for row in rows]
    failed = [(row, report) for row, report in reports if row["run"]["status"] != "success"]
    claims = [(row, report) for row, report in reports if report.category != "unknown" or report.hypotheses]
    right = sum(bool(row.get("label", {}).get("mechanical")) for row, _ in claims)
    held_back = sum(report.insufficient_evidence for _, report in failed)
    yield f"runs {len(reports)}  failed {len(failed)}, of them with insufficient evidence {held_back}"
    yield f"  claims {len(claims)}, of them about a cause that telemetry shows {right}"
    for row, report in claims:
        yield f"  claim: {row['run']['run_id']} {report.category} {report.summary[:160]}"


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores of the files that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.rca", description="Score the analysis on labelled data.")
    parser.add_argument("--texts", type=Path, action="append", default=[], help="labelled error texts, JSON lines")
    parser.add_argument("--runs", type=Path, action="append", default=[], help="labelled runs, JSON lines")
    named = parser.parse_args(arguments)
    for path in named.texts or ([] if named.runs else sorted(LABELLED.glob("*.jsonl"))):
        print(path.name, *_lines(judge(_read(path))), sep="\n")
    for path in named.runs:
        print(path.name, *_about_runs(_read(path)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
