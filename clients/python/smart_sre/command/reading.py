"""Commands that read and send: runs, failures, reports, analyses live."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from smart_sre.command.api import REFUSED, Api, Problem, part
from smart_sre.command.show import markdown, show_report
from smart_sre.command.terminal import Terminal

Json = dict[str, Any]

BAD_NEWS: Final = 1
_RCA: Final = re.compile(r"rca-[0-9a-f]{32}")
_PAGE: Final = 100


def send(options: argparse.Namespace, api: Api, terminal: Terminal) -> int:
    """Send runs from files; what each became is told."""
    path = "/agent-runs?strict=true" if options.strict else "/agent-runs"
    failed = False
    for source in options.files:
        for body in _bodies(source):
            try:
                answer = api.post(path, body, ingest=True)
            except Problem as problem:
                if problem.exit_code != REFUSED:
                    raise
                failed = True
                terminal.complain(f"{source}: {problem}")
                continue
            _sent(options, terminal, answer)
            if options.wait and answer["rca_run_id"]:
                _follow(api, terminal, answer["rca_run_id"])
                show_report(terminal, _finished(api, answer["rca_run_id"])["report"])
    return REFUSED if failed else 0


def watch(options: argparse.Namespace, api: Api, terminal: Terminal) -> int:
    """Follow an analysis to its end; of a run that has none, it is started."""
    rca_run_id = _analysis(api, options.id)
    _follow(api, terminal, rca_run_id)
    rca = _finished(api, rca_run_id)
    report = rca["report"]
    terminal.say(f"{report['category']} / {report['cause']}: smart-sre report {rca['run_id']}")
    return 0


def report(options: argparse.Namespace, api: Api, terminal: Terminal) -> int:
    """Show the report of a run, or of an analysis; of a run that has none, one is made."""
    rca_run_id = _analysis(api, options.id)
    rca = api.get(f"/agent-runs/rca-runs/{rca_run_id}")
    if rca["status"] in ("queued", "running"):
        for _ in api.follow(rca["stream_url"]):
            pass
    found = _finished(api, rca_run_id)["report"]
    if options.json:
        terminal.say(json.dumps(found, ensure_ascii=False, indent=2))
    elif options.markdown:
        for line in markdown(found):
            terminal.say(line)
    else:
        show_report(terminal, found)
    return 0


def runs(options: argparse.Namespace, api: Api, terminal: Terminal) -> int:
    """List runs, newest first."""
    query = {"agent_name": options.agent, "status": options.status, "environment": options.environment}
    found = list(_pages(api, "/agent-runs", options.limit, since=options.since, **query))
    if options.json:
        terminal.say(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    if not found:
        terminal.complain("no runs")
        return 0
    rows = [
        (_minute(each["started_at"]), each["status"], each["agent_name"], each["run_id"], each["error_message"] or "")
        for each in found
    ]
    terminal.table(("started", "status", "agent", "run", "error"), rows, wide=4)
    return 0


def failures(options: argparse.Namespace, api: Api, terminal: Terminal) -> int:
    """List failures that recur; with `--fail-on-new`, say by the exit code whether one is new since then."""
    if options.fail_on_new and not options.since:
        raise Problem("--fail-on-new needs --since: new since when?", 2)
    query = {"agent_name": options.agent, "status": options.status, "category": options.category}
    found = list(_pages(api, "/failures", options.limit, since=options.since, sort=options.sort, **query))
    new = [each for each in found if _is_new(each, options.since)] if options.since else []
    listed = new if options.fail_on_new else found
    if options.json:
        terminal.say(json.dumps(listed, ensure_ascii=False, indent=2))
    elif listed:
        fresh = {each["fingerprint"] for each in new}
        rows = [
            (
                each["fingerprint"],
                "new" if each["fingerprint"] in fresh else each["status"],
                each["count"] + each["also_seen"],
                _minute(each["last_seen"]),
                f"{each['category']}/{each['cause']}",
                " ".join(filter(None, (each["tool"], each["message"]))),
            )
            for each in listed
        ]
        terminal.table(("fingerprint", "state", "runs", "last seen", "cause", "tool, message"), rows, wide=5)
    if options.fail_on_new:
        terminal.complain(f"{len(new)} new of {len(found)} failures seen since {options.since}")
        return BAD_NEWS if new else 0
    if not listed:
        terminal.complain("no failures")
    return 0


def _is_new(failure: Json, since: str) -> bool:
    """Tell whether a failure was first seen since then, or came back after it was resolved."""
    first_seen = datetime.fromisoformat(failure["first_seen"])
    return first_seen >= datetime.fromisoformat(since) or failure["status"] == "reopened"


def _pages(api: Api, path: str, limit: int, **query: Any) -> Iterator[Json]:
    cursor = None
    while limit > 0:
        page = api.get(path, limit=min(limit, _PAGE), cursor=cursor, **query)
        yield from page["items"]
        limit -= len(page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return


def _bodies(source: str) -> Iterator[bytes]:
    """Yield the runs of a file: one in JSON, or one a line."""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Problem(f"{source}: {error.strerror}", 2) from error
    try:
        json.loads(raw)
    except ValueError:
        lines = [line for line in raw.splitlines() if line.strip()]
        if len(lines) < 2:
            raise Problem(f"{source}: is no JSON", 2) from None
        yield from lines
    else:
        yield raw


def _sent(options: argparse.Namespace, terminal: Terminal, answer: Json) -> None:
    if options.json:
        terminal.say(json.dumps(answer, ensure_ascii=False))
        return
    became = "created" if answer["created"] else "changed" if answer["changed"] else "unchanged"
    analysed = f", analysis {answer['rca_run_id']}" if answer["rca_run_id"] else ""
    terminal.say(f"{answer['run_id']} {became}, revision {answer['revision']}{analysed}")
    for each in answer["warnings"]:
        terminal.complain(f"  {each['code']} {each['field']} ({each['count']}): {each['message']}")


def _analysis(api: Api, given: str) -> str:
    """Return the newest analysis of a run, started if there is none; or the one that is named itself."""
    if _RCA.fullmatch(given):
        return given
    known = api.get(f"/agent-runs/{part(given)}")["rca_runs"]
    current = [each for each in known if each["status"] != "error"]
    if current:
        return str(current[-1]["rca_run_id"])
    return str(api.post(f"/agent-runs/{part(given)}/rca-runs")["rca_run_id"])


def _follow(api: Api, terminal: Terminal, rca_run_id: str) -> None:
    rca = api.get(f"/agent-runs/rca-runs/{rca_run_id}")
    try:
        for record in api.follow(rca["stream_url"]):
            terminal.progress(record["pct"], record["step"] or record["status"])
    finally:
        terminal.end_progress()


def _finished(api: Api, rca_run_id: str) -> Json:
    rca: Json = api.get(f"/agent-runs/rca-runs/{rca_run_id}")
    if rca["report"] is None:
        raise Problem(f"analysis {rca_run_id} is {rca['status']}: {rca['error_message'] or rca['message']}", BAD_NEWS)
    return rca


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")
