"""The same requests to `sam local` and to the local stack get the same answers.

Needs Docker and a Python 3.13, and takes a minute: it runs only where SAM_LOCAL_TESTS says so. SAM_INVOKE_IMAGE names
another image than AWS's, where that cannot be pulled.
"""

import contextlib
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.testing import running_stack

ROOT = Path(__file__).parents[2]
# What differs between two stacks that do the same, and what has no worker under `sam local`.
TOLD_APART = ("created_at", "updated_at", "request_id", "stream_url", "rca_run_id", "rca_runs")

pytestmark = [
    pytest.mark.skipif("SAM_LOCAL_TESTS" not in os.environ, reason="set SAM_LOCAL_TESTS=1 to run sam local (Docker)"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def sam_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    build = tmp_path_factory.mktemp("build")
    sam = shutil.which("sam", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert sam, "the development set installs sam"
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-west-1"}
    subprocess.run([sam, "build", "--build-dir", str(build)], cwd=ROOT, env=environment, check=True, timeout=300)
    with _process([sys.executable, "-m", "local.sam", "--port", "0", "--bind", _bridge()]) as emulator:
        assert emulator.stdout is not None
        port = emulator.stdout.readline().rpartition(":")[2].strip()
        api_port = _free_port()
        image = os.environ.get("SAM_INVOKE_IMAGE")
        command = [
            *(sam, "local", "start-api", "--template", str(build / "template.yaml"), "--port", str(api_port)),
            *("--config-file", str(ROOT / "samconfig.toml")),
            *("--parameter-overrides", f"OpenAccess=true EndpointUrl=http://host.docker.internal:{port}"),
            *(("--skip-pull-image", "--invoke-image", image) if image else ()),
        ]
        with _process(command, environment):
            url = f"http://127.0.0.1:{api_port}"
            _await(url)
            yield url


def test_sam_local_answers_as_the_local_stack_does(sam_api: str) -> None:
    with running_stack() as stack:
        ours = list(_answers(stack.api_url))
    theirs = list(_answers(sam_api))

    assert theirs == ours
    assert [status for _, status, _ in ours] == [200, 200, 422, 200, 200, 200, 200, 404, 404]


def _answers(api: str) -> Iterator[tuple[str, int, Any]]:
    run = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text())
    path = f"/agent-runs/{run['run_id']}"
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/agent-runs", run),
        ("POST", "/agent-runs", run),
        ("POST", "/agent-runs", {**run, "status": "maybe"}),
        ("GET", "/", None),
        ("GET", "/agent-runs", None),
        ("GET", path, None),
        ("GET", f"{path}/timeline", None),
        ("GET", "/agent-runs/nobody", None),
        ("GET", "/no/such/route", None),
    ]
    with httpx.Client(base_url=api, timeout=60) as http:
        for method, target, body in requests:
            answer = http.request(method, target, json=body)
            yield f"{method} {target}", answer.status_code, _comparable(answer.json())


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items() if name not in TOLD_APART}
    return [_comparable(item) for item in value] if isinstance(value, list) else value


def _bridge() -> str:
    """Return the address that containers know this machine by: the bridge's on Linux."""
    if sys.platform != "linux":
        return "127.0.0.1"
    command = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}"]
    subnet = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return str(next(ipaddress.ip_network(subnet).hosts()))


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=60).status_code == 200:
                return
        assert time.monotonic() < deadline, "sam local did not start to serve"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
