"""The analysis on the command line: `python -m rca_core.analysis explain RUN`, `… rules`."""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import from_json

from rca_core.analysis.explain import explain, explanation
from rca_core.analysis.model import RcaReport
from rca_core.analysis.pipeline import run_analysis
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.rules.custom import CustomTable, InvalidRules, read_custom_rules
from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run

_MAX_BYTES: Final = 32_000_000
_SECONDS: Final = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 if a file does not hold what it should, which may be no reason to stop."""
    parser = argparse.ArgumentParser(prog="python -m rca_core.analysis")
    commands = parser.add_subparsers(required=True, dest="command")
    explaining = commands.add_parser(
        "explain", help="each piece of evidence, the rules that matched it, why the winner won"
    )
    explaining.add_argument(
        "run", metavar="RUN", help="a file with a run as it is posted, or the address of a stored one: …/agent-runs/ID"
    )
    explaining.add_argument("--json", action="store_true", help="print JSON, for programs")
    explaining.add_argument(
        "--check", metavar="REPORT", help="make the report again and compare: a file with it, or with the whole answer"
    )
    explaining.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="the access secret of the stack that holds the run"
    )
    listing = commands.add_parser("rules", help="every rule: its id, what it names, how strongly, what it matches")
    for command in (explaining, listing):
        command.add_argument("--rules", type=Path, metavar="FILE", help="your own rules, in YAML (docs/rules.md)")
    named = parser.parse_args(arguments)
    try:
        rules, passed_over = _rules(named.rules)
        if named.command == "explain" and named.check:
            return _check(named, rules)
        lines = _explained(named, rules) if named.command == "explain" else _table(rules)
        text = "\n".join(lines)
    except (InvalidRules, _Unreadable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{text}\n")
    sys.stderr.write("".join(f"{line}\n" for line in passed_over))
    return 2 if passed_over else 0


class _Unreadable(Exception):
    """A file that cannot be read, or holds no run."""


def _explained(named: argparse.Namespace, rules: RuleSet) -> Iterable[str]:
    run = _run(named.run, named.secret_file)
    if named.json:
        return [json.dumps(explanation(run, rules), ensure_ascii=False, indent=2)]
    return explain(run, rules)


def _check(named: argparse.Namespace, rules: RuleSet) -> int:
    """Make a report again from its run; 1 and the fields that differ if it is not the same to the byte."""
    try:
        answer = from_json(_read(Path(named.check)))
    except ValueError as error:
        raise _Unreadable(f"{named.check}: is no JSON") from error
    try:
        told = RcaReport.model_validate(answer.get("report") or answer)
    except (ValidationError, AttributeError) as error:
        raise _Unreadable(f"{named.check}: holds no report") from error
    run = _run(named.run, named.secret_file)
    again = run_analysis(
        run,
        now=told.generated_at,
        recall=lambda _: told.recurrence,
        rules=rules,
        rca_run_id=told.rca_run_id,
        revision=told.revision,
        body_digest=told.engine.body_digest,
    ).report
    if again.model_dump_json() == told.model_dump_json():
        sys.stdout.write("the same report, byte for byte\n")
        return 0
    ours, theirs = again.model_dump(), told.model_dump()
    sys.stdout.write("".join(f"{name} differs\n" for name in ours if ours[name] != theirs[name]))
    if told.category == "prompt_regression":
        sys.stdout.write("it rests on earlier runs, which are not in this one\n")
    return 1


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _Unreadable(f"{path}: {error.strerror}") from error


def _fetch(address: str, secret_file: Path | None) -> bytes:
    """Return the stored body behind the address of a run."""
    url = address.split("?", maxsplit=1)[0].rstrip("/").removesuffix("/body") + "/body"
    headers = {"Accept": "application/json"}
    if secret_file:
        headers["Authorization"] = f"Bearer {_secret(secret_file)}"
    try:
        # Only http and https come here, and the host is the one that the user named.
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_SECONDS) as answer:  # noqa: S310
            body: bytes = answer.read(_MAX_BYTES)
    except urllib.error.HTTPError as error:
        more = "; name the access secret with --secret-file" if error.code == 401 else ""
        raise _Unreadable(f"{url}: {error.code} {error.reason}{more}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise _Unreadable(f"{url}: {getattr(error, 'reason', error)}") from error
    return body


def _secret(path: Path) -> str:
    secret = _read(path).strip()
    if not secret.isascii() or not secret.decode("ascii").isprintable():
        # What is in the file is not repeated.
        raise _Unreadable(f"{path}: holds no access secret, which is one line of ASCII")
    return secret.decode("ascii")


def _rules(path: Path | None) -> CustomTable:
    if path is None:
        return CustomTable(default_rules(), ())
    return read_custom_rules(_read(path), source=str(path))


def _run(where: str, secret_file: Path | None) -> AgentRun:
    """Return the run of a file or an address, read as a POST of it would be."""
    remote = where.lower().startswith(("http://", "https://"))
    raw = _fetch(where, secret_file) if remote else _read(Path(where))
    try:
        parsed = parse_agent_run(raw, new_run_id=lambda: Path(where).stem, now=datetime.now(UTC))
    except InvalidInput as refused:
        fields = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in refused.errors)
        raise _Unreadable(f"{where}: {fields}") from refused
    return AgentRun.from_body(parsed.body)


def _table(rules: RuleSet) -> Iterable[str]:
    for rule in rules.rules:
        yield f"{rule.id}  {rule.category}/{rule.cause}, strength {rule.strength}, in {', '.join(rule.scopes)}"
        for kind, facts in (("statuses", rule.statuses), ("names", rule.names)):
            if facts:
                yield f"    {kind} {', '.join(map(str, facts))}"
        for kind, patterns in (("phrase", rule.phrases), ("pattern", rule.patterns), ("unless", rule.unless)):
            yield from (f"    {kind} {each}" for each in patterns)


if __name__ == "__main__":
    sys.exit(main())
