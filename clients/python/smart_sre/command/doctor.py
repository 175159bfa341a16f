"""Whether runs arrive from here: each check says what it found, and what to do about it."""

import argparse
import uuid
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from smart_sre.answer import Unreachable
from smart_sre.command.api import Api, Problem, part
from smart_sre.command.terminal import Terminal
from smart_sre.recording import Recording
from smart_sre.sender import _pack as pack
from smart_sre.settings import Settings
from smart_sre.transport import send

_SKEW_SECONDS: Final = 120.0
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Found(NamedTuple):
    """What a check found; without a remedy all is well."""

    text: str
    remedy: str = ""
    stop: bool = False


def doctor(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:  # noqa: ARG001  all commands'
    """Check address, secrets, clock, and the way of a run there and away again; 1 if anything is wrong."""
    wrong = 0
    checks = (
        ("address", _address),
        ("answer", _answer),
        ("secret", _secret),
        ("a test run", _run),
    )
    for name, check in checks:
        found = check(settings)
        mark = terminal.style("fix", "red") if found.remedy else terminal.style("ok ", "green")
        terminal.say(f"{mark} {name}: {found.text}")
        if found.remedy:
            wrong += 1
            terminal.paragraph(found.remedy, first="    → ", indent="      ")
        if found.stop:
            break
    return 1 if wrong else 0


def _address(settings: Settings) -> Found:
    if not settings.url:
        text = "; ".join(settings.problems) or "SMART_SRE_URL is not set"
        return Found(text, "Set it to the address of the stack: http://127.0.0.1:8000 of `make run`.", stop=True)
    parts = urlsplit(settings.url)
    if parts.scheme == "http" and parts.hostname not in _HERE and settings.secret:
        return Found(settings.url, "The secret would go there readable by anyone on the way: use https.")
    return Found(settings.url)


def _answer(settings: Settings) -> Found:
    try:
        answer = send(f"{settings.url}/", headers={"Accept": "application/json"}, seconds=10.0)
    except Unreachable as error:
        return Found(str(error), _why_unreachable(str(error)), stop=True)
    told = answer.json()
    if answer.status != 200 or not isinstance(told, dict) or told.get("service") != "agentops-smart-sre":
        remedy = "Something else serves there. Give the address up to, and not with, /agent-runs."
        return Found(f"{answer.status}, and it is not a stack", remedy, stop=True)
    skew = _skew(answer.headers.get("Date"))
    if skew is not None and abs(skew) > _SKEW_SECONDS:
        ahead = "ahead" if skew > 0 else "behind"
        return Found(f"this machine's clock is {abs(skew):.0f} s {ahead}", "Set it: runs are listed by their times.")
    return Found("a stack answers" + ("" if skew is None else ", and the clocks agree"))


def _secret(settings: Settings) -> Found:
    if settings.problems:
        return Found("; ".join(settings.problems), "Put the secret into a file of one line, and name that file.")
    try:
        Api(settings).get("/agent-runs", limit=1)
    except Problem as problem:
        if problem.status == 401:
            wanted = "SMART_SRE_ACCESS_SECRET_FILE has to name a file with the stack's access secret."
            return Found("reading is refused", f"Runs may still be sent; to read reports, {wanted}")
        if problem.status == 403:
            return Found("the stack is closed", "Give it its secrets, or OpenAccess=true where nobody else comes.")
        return Found(str(problem), "Look into the stack's log for this request.")
    return Found("runs can be read")


def _run(settings: Settings) -> Found:
    recording = Recording("smart-sre-doctor", run_id=f"doctor-{uuid.uuid4().hex}", environment="doctor")
    entry = recording.begin("tool_calls", tool_name="nothing", args_json={"why": "a test of the connection"})
    entry.finish(result_summary="sent by smart-sre doctor")
    body = recording.body(ended=True)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    if settings.secret:
        headers["X-Ingest-Secret"] = settings.secret
    url = f"{settings.url}/agent-runs?strict=true"
    try:
        answer = send(url, method="POST", headers=headers, body=pack(body), seconds=30.0)
    except Unreachable as error:
        return Found(str(error), "It answered a moment ago: try again.")
    if answer.status in (401, 403):
        return Found("sending is refused", "SMART_SRE_SECRET_FILE has to name a file with the stack's ingest secret.")
    if answer.status != 200:
        return Found(f"answered {answer.status}", "Look into the stack's log for this request.")
    try:
        Api(settings).delete(f"/agent-runs/{part(body['run_id'])}")
    except Problem as problem:
        remedy = (
            f"Nothing is wrong with sending. {body['run_id']} expires by itself, or delete it with the access secret."
        )
        return Found(f"stored, but not deleted: {problem}", remedy)
    return Found("sent, stored and deleted again")


def _skew(date: str | None) -> float | None:
    """Return by how many seconds this machine's clock is ahead of a server's."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except (TypeError, ValueError):
        return None
    return (datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC)).total_seconds()


def _why_unreachable(text: str) -> str:
    if "refused" in text:
        return "Nothing listens there: `make run` starts a stack."
    if "gaierror" in text or "resolve" in text or "Name or service" in text:
        return "The name is not known here: is it spelled right, and does this machine resolve names?"
    if "CERTIFICATE" in text or "SSL" in text:
        return "Its certificate is not trusted here: is it the right host, and are this machine's roots up to date?"
    if "timed out" in text or "Timeout" in text:
        return "It does not answer in time: is there a firewall or a proxy on the way?"
    return "Is the address right, and may this machine reach it?"
