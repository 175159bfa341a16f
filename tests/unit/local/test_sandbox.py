"""What a function's process is started with."""

import dataclasses
import importlib.util
import sys
from pathlib import Path

import pytest

from local import sandbox
from local.model import FunctionSpec


@pytest.fixture
def spec(tmp_path: Path) -> FunctionSpec:
    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "wrapper").touch()
    return FunctionSpec(
        logical_id="F",
        name="stack-F",
        arn="arn:f",
        code=tmp_path / "code",
        layers=(layer,),
        handler="app.handler",
        runtime="python3.13",
        timeout=3.0,
        memory=256,
        environment={"LEVEL": "INFO"},
        log_format="JSON",
    )


def wrapped(spec: FunctionSpec, wrapper: str = "/opt/python/wrapper") -> FunctionSpec:
    return dataclasses.replace(spec, environment={"AWS_LAMBDA_EXEC_WRAPPER": wrapper}, streams=True)


def test_a_function_runs_under_awss_client_where_there_is_one(
    spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert sandbox.command(spec) == [sys.executable, "-m", "awslambdaric", "app.handler"]

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert sandbox.command(spec) == [sys.executable, "-m", "rca_core.web.lambda_stream", "app.handler"]


def test_a_wrapper_is_found_in_the_layers_and_gets_the_command(spec: FunctionSpec) -> None:
    wrapper, *runtime = sandbox.command(wrapped(spec))

    assert wrapper == str(spec.layers[0] / "wrapper")
    assert runtime == sandbox.command(spec)


def test_a_wrapper_that_is_nowhere_keeps_its_name(spec: FunctionSpec) -> None:
    assert sandbox.command(wrapped(spec, "/opt/python/missing"))[0] == "/opt/python/missing"


def test_the_environment_is_lambdas_the_templates_and_the_clouds(
    spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_USER", "1")

    environment = sandbox.environment(spec, {"AWS_ENDPOINT_URL": "http://e"}, "127.0.0.1:9")

    assert environment["AWS_LAMBDA_RUNTIME_API"] == "127.0.0.1:9"
    assert environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    assert environment["PYTHONPATH"] == f"{spec.code}:{spec.layers[0]}"
    assert environment["LEVEL"] == "INFO"
    assert environment["AWS_ENDPOINT_URL"] == "http://e"
    assert not {"OF_THE_USER", "AWS_LAMBDA_MAX_CONCURRENCY"} & set(environment)


def test_only_streams_under_a_client_of_their_own_share_a_process(spec: FunctionSpec) -> None:
    without_wrapper = dataclasses.replace(spec, streams=True)

    assert sandbox.streams_per_process(spec) == 1
    assert sandbox.streams_per_process(without_wrapper) == 1
    assert sandbox.streams_per_process(wrapped(spec)) == 100
    assert sandbox.environment(wrapped(spec), {}, "x:1")["AWS_LAMBDA_MAX_CONCURRENCY"] == "100"
