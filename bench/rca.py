"""How right the analysis is: `python -m bench.rca [--write] [--texts TEXTS.jsonl] [--runs RUNS.jsonl]`.

Without a file, the readers on `data/texts`, each text read by a model of wording that has not seen its project. That
takes minutes at first; then the models are kept in `build/`. `--write` puts the measure into docs/reports.md.

TEXTS holds one labelled error text a line (`category`, `error_class`, `error_message`, `status_code`, `result_summary`,
`status`, `tool_name`, perhaps `scope`); RUNS one run a line (`run`, and in `label` whether its cause is one that
telemetry shows).
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from bench.training.corpus import Row, loose_row, read_rows
from bench.training.measure import Read, amid_others, judged, learning_curve, read_wording, tables
from bench.training.told import measured, write
from bench.verdicts import Verdict, accuracy, macro_f1
from rca_core.analysis import CATEGORIES, RcaReport, analyze, run_analysis
from rca_core.analysis.read.wording import WordingReader, default_reader
from rca_core.telemetry import AgentRun

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run_from_text(row: dict[str, Any]) -> AgentRun:
    """Return a failed run that carries the text where telemetry would: at a tool call, a step, or the run itself.

    Where the row does not say, at a call if it names a tool or has a result.
    """
    fields = ("error_class", "error_message", "status_code", "result_summary")
    texts = {key: row[key] for key in fields if row.get(key) is not None}
    called = bool(row.get("tool_name")) or row["status"] == "success" or "result_summary" in texts
    scope = row.get("scope") or ("tool" if called else "run")
    step: dict[str, Any] = {"step_id": "step-1", "name": "Act", "status": "failure"}
    own = {"error_type": row.get("error_class"), "error_message": row.get("error_message")}
    own["output_summary"] = row.get("result_summary")
    calls = []
    if scope == "tool":
        step["status"] = row["status"]
        call = {"call_id": "call-1", "step_id": "step-1", "tool_name": row.get("tool_name") or "tool"}
        calls = [{**call, "status": row["status"], "args_json": {"task": "do it"}, **texts}]
    elif scope == "step":
        step = {**step, **own, "status": row["status"], "status_code": row.get("status_code")}
    return AgentRun.model_validate(
        {
            "run_id": "run-of-a-text",
            "agent_name": "text-agent",
            "started_at": "2026-01-01T00:00:00Z",
            "status": "failure",
            "steps": [step],
            "tool_calls": calls,
            **(own if scope == "run" else {}),
        }
    )


def judge(rows: Iterable[dict[str, Any]]) -> list[Verdict]:
    """Return what the analysis says about each labelled text."""
    return [_verdict(row, analyze(run_from_text(row), now=NOW)) for row in rows]


def _verdict(row: dict[str, Any], report: RcaReport) -> Verdict:
    confidence = report.hypotheses[0].confidence if report.hypotheses else "none"
    return Verdict(str(row.get("id", "")), row["category"], report.category, confidence)


def read_both(row: Row, wording: WordingReader) -> Verdict:
    """Return what the report of a run that carries the row's text says, by both readers."""
    report = run_analysis(run_from_text(asdict(row)), now=NOW, wording=wording).report
    return _verdict({"id": row.source, **asdict(row)}, report)


READERS: Final[dict[str, Read]] = {"wording": read_wording, "both": read_both}


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
    parser.add_argument("--write", action="store_true", help="put what was measured into docs/reports.md")
    named = parser.parse_args(arguments)
    console = Console(width=140)
    if not named.texts and not named.runs:
        rows = read_rows()
        verdicts, among = judged(rows, READERS), amid_others(rows, read_both)
        told = measured(verdicts["both"], among)
        console.print(*tables(verdicts), learning_curve(rows), told, sep="\n")
        if named.write:
            write(told)
    for path in named.texts:
        texts = _read(path)
        print(path.name, *_lines(judge(texts)), sep="\n")
        rows = [loose_row(each) for each in texts]
        console.print(*tables({name: [read(row, default_reader()) for row in rows] for name, read in READERS.items()}))
    for path in named.runs:
        print(path.name, *_about_runs(_read(path)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
