"""The command with a stack that misbehaves: streams that break off, refusals, wrong addresses, hostile texts."""

import contextlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from smart_sre.command.api import Api, Problem, part
from smart_sre.command.main import main
from smart_sre.command.show import markdown, show_report
from smart_sre.command.since import since
from smart_sre.command.snippets import NAMES, snippet
from smart_sre.command.terminal import Terminal, clean, one_line
from smart_sre.settings import Settings
from tests.integration.client.misbehaving import free_port

Json = dict[str, Any]
Respond = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, document: Any, **headers: str) -> Respond:
    """Return a way to answer JSON."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(document).encode()
        handler.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


@contextlib.contextmanager
def answering(*responds: Respond) -> Iterator[tuple[str, list[Any]]]:
    """Serve one answer after the other, the last again and again; yield the address and the requests' headers."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, self.headers))
            responds[min(len(asked), len(responds)) - 1](self)

        do_POST = do_DELETE = do_GET  # noqa: N815  the library's names

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def events(*lines: str) -> Respond:
    """Return a way to stream some lines, and to break off."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write("".join(f"{line}\n" for line in lines).encode())

    return respond


def nothing(handler: BaseHTTPRequestHandler) -> None:
    """Answer that the end has been seen."""
    handler.send_response(204)
    handler.end_headers()


def record(number: int, status: str = "running") -> tuple[str, ...]:
    return (f"id: 0001#{number:04}", f'data: {{"status": "{status}", "step": "s", "pct": {number}}}', "")


def test_a_stream_goes_on_where_it_broke_off() -> None:
    broken = events("retry: 1", ": still here", *record(1), *record(2))
    with answering(broken, events(*record(3), *record(4, "done"))) as (url, asked):
        found = [each["pct"] for each in Api(Settings(url=url)).follow(f"{url}/stream")]

    assert found == [1, 2, 3, 4]
    assert [headers.get("Last-Event-ID") for _, _, headers in asked] == [None, "0001#0002"]


def test_a_stream_that_has_ended_is_left() -> None:
    with answering(nothing) as (url, _):
        assert list(Api(Settings(url=url)).follow(f"{url}/stream")) == []


def test_a_stream_that_never_comes_ends_as_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smart_sre.command.api.time.sleep", lambda _: None)
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Problem) as caught:
        list(Api(Settings(url=url)).follow(f"{url}/stream"))
    assert caught.value.exit_code == 3


def test_what_is_busy_is_asked_again() -> None:
    with answering(answer(503, {}, Retry_After="0"), answer(200, {"items": [], "next_cursor": None})) as (url, asked):
        assert main(["runs", "--url", url]) == 0
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("responds", "said", "remedy"),
    [
        ([answer(200, {"service": "other"})], "it is not a stack", "Something else serves there"),
        ([answer(200, {"service": "agentops-smart-sre"}), answer(401, {})], "reading is refused", "ACCESS_SECRET_FILE"),
        ([answer(200, {"service": "agentops-smart-sre"}), answer(403, {})], "the stack is closed", "OpenAccess=true"),
        (
            [answer(200, {"service": "agentops-smart-sre"}), answer(200, {"items": []}), answer(401, {})],
            "sending is refused",
            "ingest secret",
        ),
        (
            [answer(200, {"service": "agentops-smart-sre"}, Date="Thu, 01 Jan 2026 00:00:00 GMT")],
            "clock is",
            "Set it",
        ),
    ],
)
def test_a_doctor_says_what_is_wrong_and_what_to_do(
    capsys: pytest.CaptureFixture[str], responds: list[Respond], said: str, remedy: str
) -> None:
    with answering(*responds) as (url, _):
        assert main(["doctor", "--url", url]) == 1

    written = capsys.readouterr().out
    assert said in written
    assert remedy in written


@pytest.mark.parametrize(
    ("url", "remedy"),
    [("http://127.0.0.1:{port}", "Nothing listens there"), ("no address", "Set it to the address"), ("", "Set it")],
)
def test_a_doctor_stops_where_nothing_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, remedy: str
) -> None:
    monkeypatch.setenv("SMART_SRE_URL", url.format(port=free_port()))

    assert main(["doctor"]) == 1
    assert remedy in capsys.readouterr().out


def test_no_secret_goes_where_it_does_not_belong(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of-people\n")
    with answering(answer(302, {}, Location="http://127.0.0.1:1/")) as (url, asked):
        assert main(["runs", "--url", url, "--secret-file", str(tmp_path / "secret")]) == 4

    assert asked[0][2]["Authorization"] == "Bearer of-people"
    assert len(asked) == 1
    assert main(["runs", "--url", "http://x", "--secret-file", str(tmp_path / "none")]) == 2


REPORT: Json = {
    "category": "timeout",
    "cause": "read_timeout",
    "run_id": "run-1",
    "report_id": "report-1",
    "summary": "it `said` <script>\x1b]0;owned\x07 and \u202eback",
    "insufficient_reason": None,
    "hypotheses": [
        {
            "title": "a tool\x1b[31m timed out",
            "confidence": "high",
            "description": "it took | long",
            "evidence_ids": ["ev_tool_`x`"],
            "verification_steps": ["look"],
            "mitigation": "wait",
            "would_disprove": "",
            "validate_fix": "",
        }
    ],
    "evidence_index": [{"evidence_id": "ev_tool_x", "title": "t", "snippet": "line\nline\x07"}],
    "root_evidence_id": "ev_tool_x",
    "causal_chain": ["ev_tool_x"],
    "action_items": [],
    "missing_evidence": ["the arguments"],
}


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_what_telemetry_holds_commands_no_terminal(
    monkeypatch: pytest.MonkeyPatch, no_colour: str, *, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_colour)
    monkeypatch.setenv("TERM", "xterm")
    out = Tty()
    show_report(Terminal(out), REPORT)

    written = out.getvalue()
    assert ("\x1b[1" in written) is coloured
    assert not {"\x07", "\u202e", "\x1b]"} & set(written)
    assert "\x1b[31m timed" not in written
    assert "owned" not in written


def test_a_pipe_gets_plain_text() -> None:
    out = io.StringIO()
    terminal = Terminal(out)
    show_report(terminal, REPORT)
    terminal.progress(30, "Collecting evidence")

    assert "\x1b" not in out.getvalue()
    assert out.getvalue().endswith(" 30 %  Collecting evidence\n")


def test_markdown_shows_telemetry_and_does_nothing_else() -> None:
    text = "\n".join(markdown(REPORT))

    assert "\\<script\\>" in text
    assert "`ev_tool_'x'`" in text
    assert "long" in text
    assert "|" not in text.replace("\\|", "")


def test_texts_are_cleaned_and_cut() -> None:
    assert clean("a\x00b\r\nc\td") == "a·b\nc\td"
    assert one_line("a\n  b" + "c" * 50, 10) == "a bcccccc…"


def test_times_are_given_as_people_do() -> None:
    assert since("2026-01-20").startswith("2026-01-20T00:00:00")
    assert since("2026-01-20T12:00:00+02:00") == "2026-01-20T10:00:00Z"
    assert since("2h") < since("30m") < since("0m")
    with pytest.raises(SystemExit) as caught:
        main(["runs", "--since", "yesterday"])
    assert caught.value.code == 2


def test_every_framework_has_a_snippet(capsys: pytest.CaptureFixture[str]) -> None:
    for name in NAMES:
        assert main(["init", name]) == 0
        assert capsys.readouterr().out.rstrip() == snippet(name).rstrip()


def test_an_id_is_no_way_to_another_route() -> None:
    assert part("a/b?c") == "a%2Fb%3Fc"
    for name in ("", ".", ".."):
        with pytest.raises(Problem):
            part(name)
