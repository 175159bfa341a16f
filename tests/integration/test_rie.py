"""The streaming runtime client under AWS's own Runtime Interface Emulator, started by the real exec wrapper.

The emulator's binary ships in the aws-sam-cli wheel and needs no Docker. It takes the streamed response apart as Lambda
does, and hands it over whole at the end.
"""

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from tests.unit.web.runtime_process import LAYER, TASK_ROOT, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS ships the emulator's binary for Linux only")

NULS = b"\0" * 8
EMPTY_PRELUDE = b'{"statusCode": 200, "headers": {}, "cookies": []}' + NULS

Invoke = Callable[[object], httpx.Response]
Emulate = Callable[[str], Invoke]


@pytest.fixture
def emulate(tmp_path: Path) -> Iterator[Emulate]:
    """Start the emulator on a handler; return what invokes it."""
    architecture = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    emulator = tmp_path / "aws-lambda-rie"
    with files("samcli.local.rapid").joinpath(f"aws-lambda-rie-{architecture}").open("rb") as shipped:
        emulator.write_bytes(shipped.read())
    emulator.chmod(0o755)

    with ExitStack() as running:

        def start(handler: str) -> Invoke:
            port, runtime_port = _free_port(), _free_port()
            log = running.enter_context((tmp_path / "log").open("wb"))
            command = [
                str(emulator),
                "--runtime-interface-emulator-address",
                f"127.0.0.1:{port}",
                "--runtime-api-address",
                f"127.0.0.1:{runtime_port}",
                # What Lambda does with AWS_LAMBDA_EXEC_WRAPPER: the wrapper first, then the runtime's own command.
                str(LAYER / "lambda-stream"),
                sys.executable,
                "-m",
                "awslambdaric",
                handler,
            ]
            environ = {
                "PATH": os.environ["PATH"],
                "LAMBDA_TASK_ROOT": str(TASK_ROOT),
                "AWS_LAMBDA_FUNCTION_NAME": "streamer",
            }
            process = subprocess.Popen(command, env=environ, stdout=log, stderr=subprocess.STDOUT)
            running.callback(process.wait)
            running.callback(process.terminate)
            wait_until(lambda: _listens(port))
            client = running.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30))
            return lambda event: client.post("/2015-03-31/functions/function/invocations", json=event)

        yield start


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def test_a_stream_arrives_as_prelude_nuls_and_payload(emulate: Emulate) -> None:
    invoke = emulate("app.stream")

    first = invoke({"status": 418, "pieces": ["data: 1\n\n", "", "data: \N{SNOWMAN}\n\n"]})
    second = invoke({"pieces": ["again"]})

    prelude = b'{"statusCode": 418, "headers": {"content-type": "text/event-stream"}, "cookies": ["a=1", "b=2"]}'
    assert first.content == prelude + NULS + "data: 1\n\ndata: \N{SNOWMAN}\n\n".encode()
    assert second.content.endswith(NULS + b"again")


def test_a_megabyte_arrives_whole(emulate: Emulate) -> None:
    invoke = emulate("app.large")

    assert invoke({"size": 1 << 20}).content == EMPTY_PRELUDE + bytes(range(256)) * 4096


@pytest.mark.parametrize(("message", "depth"), [("short", 0), ("long \N{SNOWMAN}" * 2_000, 40)])
def test_a_failure_in_mid_stream_ends_the_response_and_not_the_process(
    emulate: Emulate, message: str, depth: int
) -> None:
    invoke = emulate("app.fails_late")

    # Trailers that are too long for the emulator (and so for Lambda, whose code it is) would make it reset the process.
    answers = [invoke({"message": message, "depth": depth}) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, EMPTY_PRELUDE + b"first")] * 2


def test_a_failure_before_the_prelude_is_a_function_error(emulate: Emulate) -> None:
    invoke = emulate("app.fails_early")

    errors = [invoke({}).json() for _ in range(2)]

    assert [(error["errorType"], error["errorMessage"]) for error in errors] == [
        ("LookupError", "no such thing: \N{SNOWMAN}")
    ] * 2


def test_a_function_that_cannot_start_says_why(emulate: Emulate) -> None:
    invoke = emulate("app.nobody")

    error = invoke({}).json()

    assert error["errorType"] == "Runtime.HandlerNotFound"
    assert error["errorMessage"] == "Handler 'nobody' is not in module 'app'"


def test_a_plain_handler_is_answered_buffered(emulate: Emulate) -> None:
    invoke = emulate("app.echo")

    answer = invoke({"text": "\N{SNOWMAN}"})

    assert json.loads(answer.content)["event"] == {"text": "\N{SNOWMAN}"}
