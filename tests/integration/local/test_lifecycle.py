"""Starting, stopping, dying, and several stacks at once."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from local.testing import StackError, running_stack
from tests.integration.local.support import (
    SAMPLE,
    Sample,
    alive,
    copied_sample,
    descendants,
    eventually,
    running_sample,
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    log = () if "--log" in arguments else ("--verbose",)
    command = [sys.executable, "-m", "local", "--api-port", "0", "--stream-port", "0", *log, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=90)


def test_ctrl_c_stops_it_cleanly_with_all_its_processes_and_open_streams() -> None:
    with running_sample() as sample, sample.url.stream("GET", "/open?endless=1") as answer:
        lines = answer.iter_lines()
        assert next(lines) == "chunk 0"
        processes = descendants(sample.stack.process.pid)
        assert len(processes) > 3

        sample.stack.process.send_signal(signal.SIGINT)

        assert sample.stack.process.wait(timeout=60) == 0
        assert alive(processes) == set()
        with pytest.raises(httpx.RemoteProtocolError):
            list(lines)


def test_nothing_is_left_when_it_is_killed() -> None:
    with running_sample() as sample:
        sample.echo()
        processes = descendants(sample.stack.process.pid)
        assert len(processes) > 3

        sample.stack.process.kill()
        sample.stack.process.wait()

        eventually(lambda: not alive(processes))


def test_two_stacks_side_by_side_keep_apart(sample: Sample, hurried_sample: Sample) -> None:
    hurried_sample.table.put_item(Item={"PK": "ONLY#other"})

    assert hurried_sample.environment["GREETING"] == "bonjour"
    assert sample.environment["GREETING"] == "hello"
    assert hurried_sample.item("ONLY#other")
    assert sample.item("ONLY#other") is None


def test_two_stacks_of_different_names_share_an_emulator(sample: Sample) -> None:
    endpoint = sample.environment["AWS_ENDPOINT_URL"]
    with running_sample("--endpoint-url", endpoint, "--stack-name", "second") as second:
        assert second.environment["TABLE_NAME"] == "second-Table"
        second.table.put_item(Item={"PK": "ONLY#second"})

        assert second.environment["AWS_ENDPOINT_URL"] == endpoint
        assert sample.item("ONLY#second") is None


def test_a_busy_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        result = run("--api-port", str(port), "--template", str(SAMPLE))

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == f"cannot listen on port {port}: Address already in use; choose another with --api-port\n"


def test_a_wrong_parameter_is_said_in_one_line() -> None:
    result = run("--template", str(SAMPLE), "--parameter", "Colour=red")

    assert result.returncode == 2
    assert result.stderr == "the template has no parameter 'Colour'; it has Greeting, Origins\n"


WRONG_VALUES = [
    (
        "RedactPatterns=EMP-[0-9]+ (",
        "parameter 'RedactPatterns' is 'EMP-[0-9]+ ('; cannot be used as a pattern: '('",
    ),
    ("AutoRca=maybe", "parameter 'AutoRca' is 'maybe'; allowed are true, false"),
    ("RetentionDays=abc", "parameter 'RetentionDays' is 'abc'; allowed is a number from 1 to 3650"),
    ("RetentionDays=0", "parameter 'RetentionDays' is '0'; allowed is a number from 1 to 3650"),
    ("LogLevel=loud", "parameter 'LogLevel' is 'loud'; allowed are DEBUG, INFO, WARNING, ERROR"),
    ("AllowedOrigins=example.org", "parameter 'AllowedOrigins' is 'example.org'; origins such as"),
    ("EndpointUrl=localhost", "parameter 'EndpointUrl' is 'localhost'; a URL, http:// or https://"),
    ("IngestSecret=geheim, süß", "parameter 'IngestSecret'; printable ASCII"),
    ("autorca=true", "the template has no parameter 'autorca'; did you mean AutoRca?"),
]


@pytest.mark.parametrize(
    ("parameter", "complaint"),
    [WRONG_VALUES[0], *(pytest.param(*each, marks=pytest.mark.deep) for each in WRONG_VALUES[1:])],
)
def test_a_wrong_value_of_the_products_own_parameters_is_said_in_one_line(parameter: str, complaint: str) -> None:
    result = run("--parameter", parameter)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(complaint)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--api-port", "70000"), ("--stream-port", "http"), ("--max-processes", "0")]
)
def test_a_wrong_number_is_said_and_not_a_traceback(option: str, value: str) -> None:
    result = run(option, value)

    assert result.returncode == 2
    assert f"argument {option}: {value!r} is no" in result.stderr


def test_it_says_where_it_serves_and_how_long_data_live_and_functions_log_where_it_says(
    tmp_path: Path,
) -> None:
    log = tmp_path / "logs" / "stack.log"
    command = [sys.executable, "-m", "local", "--api-port", "0", "--stream-port", "0", "--log", str(log)]
    template = ["--template", str(SAMPLE)]
    with subprocess.Popen(
        [*command, *template], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as stack:
        assert stack.stdout
        assert stack.stderr
        lines = list(iter(stack.stdout.readline, "Ctrl-C stops it.\n"))
        api = lines[0].split()[1].removeprefix("api=")
        said = "".join(lines)
        assert f"API      {api}\n" in said
        assert f"Docs     {api}/docs\n" in said
        assert f"Logs     {log}\n" in said
        assert "until Ctrl-C; --keep DIR" in said

        assert httpx.post(f"{api}/do/fail", timeout=30).status_code == 500
        eventually(lambda: "ValueError" in log.read_text())
        stack.send_signal(signal.SIGINT)

        assert stack.wait(timeout=15) == 0
        assert "ValueError" not in stack.stderr.read()


def test_a_log_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    result = run("--template", str(SAMPLE), "--log", str(tmp_path))

    assert result.returncode == 2
    assert result.stderr.startswith(f"cannot write the log {tmp_path}: ")
    assert result.stderr.count("\n") == 1


def test_a_stack_that_does_not_start_is_an_error_with_its_log() -> None:
    with pytest.raises(StackError, match=r"cannot read missing\.yaml"), running_stack("--template", "missing.yaml"):
        pass


def test_a_change_of_code_reaches_the_next_call_and_lets_running_ones_finish(tmp_path: Path) -> None:
    template = copied_sample(tmp_path)
    with (
        running_sample("--reload", template=template) as sample,
        sample.url.stream("GET", "/before?stepwise=1&chunks=1") as before,
    ):
        code = template.parent / "stream" / "app.py"
        code.write_text(code.read_text().replace("chunk {number}", "piece {number}"))

        eventually(lambda: sample.url.get("/after").text.startswith("piece 0"))
        sample.table.put_item(Item={"PK": "GO#before#0"})
        assert before.read() == b"chunk 0\n"


def test_a_stack_does_not_outlive_the_test_that_runs_it(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom local.testing import running_stack\n"
        f"with running_stack('--template', {str(SAMPLE)!r}) as stack:\n"
        "    print(stack.process.pid, flush=True)\n    time.sleep(600)\n"
    )
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=root, env={"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True) as test:
        assert test.stdout is not None
        stack = int(test.stdout.readline())
        processes = {stack} | descendants(stack)
        assert len(processes) > 3

        test.kill()

        eventually(lambda: not alive(processes))


def test_an_emulator_that_does_not_answer_is_said_in_one_line() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        result = run("--template", str(SAMPLE), "--endpoint-url", url)

    assert result.returncode == 2
    assert result.stderr.startswith("cannot create the tables and queues: Could not connect")
    assert result.stderr.count("\n") == 1
