"""The analysis on the command line: `python -m rca_core.analysis explain RUN.json`, `… rules`."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rca_core.analysis.explain import explain
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.rules.custom import CustomTable, InvalidRules, read_custom_rules
from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 if a file does not hold what it should, which may be no reason to stop."""
    parser = argparse.ArgumentParser(prog="python -m rca_core.analysis")
    commands = parser.add_subparsers(required=True, dest="command")
    explaining = commands.add_parser(
        "explain", help="each piece of evidence, the rules that matched it, why the winner won"
    )
    explaining.add_argument("run", type=Path, metavar="RUN.json", help="a run as it is posted to /agent-runs")
    listing = commands.add_parser("rules", help="every rule: its id, what it names, how strongly, what it matches")
    for command in (explaining, listing):
        command.add_argument("--rules", type=Path, metavar="FILE", help="your own rules, in YAML (rules/custom.py)")
    named = parser.parse_args(arguments)
    try:
        rules, passed_over = _rules(named.rules)
        lines = list(explain(_run(named.run), rules) if named.command == "explain" else _table(rules))
    except (InvalidRules, _Unreadable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stderr.write("".join(f"{line}\n" for line in passed_over))
    return 2 if passed_over else 0


class _Unreadable(Exception):
    """A file that cannot be read, or holds no run."""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _Unreadable(f"{path}: {error.strerror}") from error


def _rules(path: Path | None) -> CustomTable:
    if path is None:
        return CustomTable(default_rules(), ())
    return read_custom_rules(_read(path), source=str(path))


def _run(path: Path) -> AgentRun:
    """Return the run of a file, read as a POST of it would be."""
    try:
        return AgentRun.from_body(
            parse_agent_run(_read(path), new_run_id=lambda: path.stem, now=datetime.now(UTC)).body
        )
    except InvalidInput as refused:
        fields = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in refused.errors)
        raise _Unreadable(f"{path}: {fields}") from refused


def _table(rules: RuleSet) -> Iterable[str]:
    for rule in rules.rules:
        yield f"{rule.id}  {rule.category}/{rule.cause}, strength {rule.strength}, in {', '.join(rule.scopes)}"
        for kind, facts in (("statuses", rule.statuses), ("names", rule.names)):
            if facts:
                yield f"    {kind} {', '.join(map(str, facts))}"
        for kind, patterns in (("pattern", rule.patterns), ("unless", rule.unless)):
            yield from (f"    {kind} {each}" for each in patterns)


if __name__ == "__main__":
    sys.exit(main())
