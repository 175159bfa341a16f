"""What the tests of the local stack share: the sample template's stack seen from outside."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import httpx

from local.testing import Stack, running_stack
from tests.support.template import ROOT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_sqs import SQSClient

SAMPLE = Path(__file__).parent / "sample" / "template.yaml"
T = TypeVar("T")


class Sample:
    """A running stack of the sample template; its names come from what its functions are told."""

    def __init__(self, stack: Stack, cleanup: ExitStack) -> None:
        self.stack = stack
        self.api = cleanup.enter_context(httpx.Client(base_url=stack.api_url, timeout=60))
        self.url = cleanup.enter_context(httpx.Client(base_url=stack.stream_url, timeout=60))
        self._cleanup = cleanup

    @cached_property
    def environment(self) -> dict[str, str]:
        environment: dict[str, str] = self.echo()["environment"]
        return environment

    @cached_property
    def table(self) -> "Table":
        dynamodb = boto3.resource("dynamodb", **self._cloud)
        self._cleanup.callback(dynamodb.meta.client.close)
        return dynamodb.Table(self.environment["TABLE_NAME"])

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._cleanup.enter_context(contextlib.closing(boto3.client("sqs", **self._cloud)))

    @property
    def _cloud(self) -> dict[str, Any]:
        return {
            "endpoint_url": self.environment["AWS_ENDPOINT_URL"],
            "region_name": self.environment["AWS_REGION"],
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }

    def echo(self, name: str = "x") -> dict[str, Any]:
        answer = self.api.get(f"/echo/{name}").raise_for_status()
        seen: dict[str, Any] = answer.json()
        return seen

    def do(self, action: str, **request: Any) -> httpx.Response:
        return self.api.post(f"/do/{action}", **request)

    def item(self, key: str) -> dict[str, Any] | None:
        return self.table.get_item(Key={"PK": key}, ConsistentRead=True).get("Item")

    def await_item(self, key: str, condition: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            item = self.item(key)
            return item if item and condition(item) else None

        return eventually(found)


@contextlib.contextmanager
def running_sample(*arguments: str, template: Path = SAMPLE) -> Iterator[Sample]:
    """Run a stack of the sample template, or of a copy."""
    with ExitStack() as cleanup:
        stack = cleanup.enter_context(running_stack("--template", str(template), *arguments))
        yield Sample(stack, cleanup)


def copied_sample(folder: Path) -> Path:
    """Copy the sample, for a test that changes it; return where its template is."""
    copy = folder / "sample"
    shutil.copytree(SAMPLE.parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    template = copy / "template.yaml"
    template.write_text(template.read_text().replace("../../../../layers/rca_core", str(ROOT / "layers" / "rca_core")))
    return template


def eventually(look: Callable[[], T | None], within: float = 90.0) -> T:
    """Look until there is something to see; fail after a deadline."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    message = f"nothing within {within} s"
    raise AssertionError(message)


def descendants(pid: int) -> set[int]:
    """Return the pids of a process's children and theirs."""
    command = ["ps", "-axo", "pid=,ppid="]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listing.splitlines())}
    found: set[int] = set()
    generation = {pid}
    while generation:
        generation = {child for child, parent in parents.items() if parent in generation} - found
        found |= generation
    return found


def alive(pids: set[int]) -> set[int]:
    """Return those that still run; a zombie that nobody reaped does not."""
    command = ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids)) or str(os.getpid())]
    listing = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    running = {int(pid) for pid, state in (line.split() for line in listing.splitlines()) if not state.startswith("Z")}
    return running & pids
