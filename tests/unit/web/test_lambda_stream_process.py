"""How the streaming runtime client starts, what it tells a handler, how it runs threads, ends, and is wrapped."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.fake_runtime_api import FakeRuntimeApi, fake_runtime_api
from tests.unit.web.runtime_process import LAYER, TASK_ROOT, runtime

WRAPPER = LAYER / "lambda-stream"


@pytest.fixture
def api() -> Iterator[FakeRuntimeApi]:
    with fake_runtime_api() as server:
        yield server


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("app.nobody", "Runtime.HandlerNotFound", "Handler 'nobody' is not in module 'app'"),
        (
            "nowhere.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'nowhere': No module named 'nowhere'",
        ),
        ("lacking.handler", "Runtime.ImportModuleError", "Unable to import module 'lacking': No module named 'no_such"),
        ("nameless", "Runtime.MalformedHandlerName", "Handler 'nameless' is not of the form module.function"),
        ("broken.handler", "KeyError", "'TABLE_NAME'"),
    ],
)
def test_a_function_that_cannot_start_says_why_and_exits(
    api: FakeRuntimeApi, tmp_path: Path, handler: str, error_type: str, message: str
) -> None:
    with runtime(api.address, tmp_path / "log", handler) as running:
        assert running.exit_status() == 1

    (report,) = api.exchanges
    assert (report.method, report.path) == ("POST", "/2018-06-01/runtime/init/error")
    assert report.headers["Lambda-Runtime-Function-Error-Type"] == error_type
    error = report.json()
    assert error["errorType"] == error_type
    assert str(error["errorMessage"]).startswith(message)
    assert json.loads(running.log)["errorType"] == error_type


def test_an_import_failure_shows_the_line_of_the_function_only(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "lacking.handler") as running:
        running.exit_status()

    trace = api.exchanges[0].json()["stackTrace"]
    assert isinstance(trace, list)
    assert [frame.partition(",")[0] for frame in trace] == [f'  File "{TASK_ROOT}/lacking.py"']


def test_a_syntax_error_names_its_line(api: FakeRuntimeApi, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("def handler(:\n")

    with runtime(api.address, tmp_path / "log", "wrong.handler", task_root=tmp_path) as running:
        assert running.exit_status() == 1

    error = api.exchanges[0].json()
    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert "(wrong.py, line 1)" in str(error["errorMessage"])


def test_a_handler_may_live_in_a_folder(api: FakeRuntimeApi, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "app.py").write_text("def handler(event, context):\n    return [event]\n")

    with runtime(api.address, tmp_path / "log", "inner/app.handler", task_root=tmp_path):
        assert json.loads(api.result(api.submit(1)).body) == [1]


def test_the_context_has_what_aws_gives(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "app.describe"):
        request_id = api.submit(
            cognito_identity='{"cognitoIdentityId": "id", "cognitoIdentityPoolId": "pool"}',
            client_context='{"client": {"app_title": "app"}, "custom": {"a": 1}, "env": {"b": 2}}',
            aws_tenant_id="tenant",
        )
        description = api.result(request_id).json()

    assert description == {
        "aws_request_id": request_id,
        "invoked_function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:streamer",
        "tenant_id": "tenant",
        "function_name": "streamer",
        "function_version": "$LATEST",
        "memory_limit_in_mb": "256",
        "log_group_name": "/aws/lambda/streamer",
        "log_stream_name": "stream",
        "cognito_identity_id": "id",
        "cognito_identity_pool_id": "pool",
        "client": {"title": "app", "custom": {"a": 1}, "env": {"b": 2}},
    }


def test_eight_threads_serve_eight_streams_at_once(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "app.together", AWS_LAMBDA_MAX_CONCURRENCY="8") as running:
        request_ids = [api.submit({}, trace_id=f"Root={n}") for n in range(8)]
        answers = {bytes(api.result(request_id).body).partition(b"\0" * 8)[2] for request_id in request_ids}

    # One process, and no trace: its environment has room for one only.
    assert answers == {f"{running.process.pid} None".encode()}


def test_a_dropped_idle_connection_is_opened_again(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "app.gated"):
        event = {"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark"), "last": "last"}
        request_id = api.submit(event)
        api.exchange(f"{request_id}/response")
        next(e for e in api.exchanges if e.path.endswith("/next")).cut()
        (tmp_path / "gate").touch()

        assert api.result(request_id).body.endswith(b"firstlast")
        assert api.result(api.submit(event)).body.endswith(b"firstlast")


@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_it_exits_when_the_runtime_api_is_gone(tmp_path: Path, concurrency: str) -> None:
    with fake_runtime_api() as api:
        started = runtime(api.address, tmp_path / "log", "app.echo", AWS_LAMBDA_MAX_CONCURRENCY=concurrency)
        with started as running:
            api.waiting()
            api.close()
            assert running.exit_status() == 1

    assert "no next invocation" in running.log


@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_sigterm_ends_an_idle_process_silently(api: FakeRuntimeApi, tmp_path: Path, concurrency: str) -> None:
    with runtime(api.address, tmp_path / "log", "app.echo", AWS_LAMBDA_MAX_CONCURRENCY=concurrency) as running:
        api.waiting()
        running.process.send_signal(signal.SIGTERM)
        assert running.exit_status() == 0

    assert running.log == ""


def test_sigterm_in_mid_stream_closes_the_handler(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "app.gated") as running:
        request_id = api.submit({"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark")})
        answer = api.exchange(f"{request_id}/response")
        api.wait_for(lambda: answer.body.endswith(b"first"))
        running.process.send_signal(signal.SIGTERM)
        assert running.exit_status() == 0

    assert (tmp_path / "mark").exists()
    assert not answer.received
    assert running.log == ""


def test_sigterm_ends_threads_in_mid_stream(api: FakeRuntimeApi, tmp_path: Path) -> None:
    with runtime(api.address, tmp_path / "log", "app.gated", AWS_LAMBDA_MAX_CONCURRENCY="4") as running:
        request_id = api.submit({"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark")})
        answer = api.exchange(f"{request_id}/response")
        api.wait_for(lambda: answer.body.endswith(b"first"))
        running.process.send_signal(signal.SIGTERM)
        assert running.exit_status() == 0

    assert running.log == ""


def test_the_wrapper_runs_the_client_on_the_given_interpreter(api: FakeRuntimeApi, tmp_path: Path) -> None:
    command = (str(WRAPPER), sys.executable, "-m", "awslambdaric", "app.stream")

    with runtime(api.address, tmp_path / "log", "app.stream", command=command, PYTHONPATH="", PATH=""):
        answer = api.result(api.submit({"pieces": ["one"]}))

    assert answer.body.endswith(b"\0" * 8 + b"one")


def test_the_wrapper_finds_the_function_its_layer_and_the_runtime_in_that_order(tmp_path: Path) -> None:
    # given a layer as Lambda unpacks it, in a folder with a space, and an interpreter that only tells what it was given
    layer = tmp_path / "opt layer"
    packages = layer / "lib" / "python3.13" / "site-packages"
    packages.mkdir(parents=True)
    wrapper = layer / "lambda-stream"
    wrapper.write_bytes(WRAPPER.read_bytes())
    wrapper.chmod(0o755)
    interpreter = tmp_path / "interpreter"
    interpreter.write_text('#!/bin/sh\necho "$PYTHONPATH"\necho "$@"\n')
    interpreter.chmod(0o755)

    def told(**environ: str) -> list[str]:
        command = [str(wrapper), str(interpreter), "/var/runtime/bootstrap.py"]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.splitlines()

    # when it runs with all variables, and with none
    full = told(LAMBDA_TASK_ROOT="/var/task", PYTHONPATH="/extra", LAMBDA_RUNTIME_DIR="/var/runtime")
    bare = told()

    # then
    command_line = "-u -m rca_core.web.lambda_stream"
    assert full == [f"/var/task:{layer}:{packages}:/extra:/var/runtime", command_line]
    assert bare == [f"{layer}:{packages}", command_line]


def test_the_wrapper_is_executable() -> None:
    assert WRAPPER.stat().st_mode & stat.S_IXUSR
    assert os.access(WRAPPER, os.X_OK)


def test_importing_the_client_loads_little() -> None:
    program = "import sys, rca_core.web.lambda_stream.process; print(*sorted(sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(LAYER)}, capture_output=True, text=True, check=True
    ).stdout.split()

    assert "rca_core.web.lambda_stream.process" in loaded
    assert {"asyncio", "aws_lambda_powertools", "boto3", "botocore", "logging", "pydantic"}.isdisjoint(loaded)
