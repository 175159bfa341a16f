"""Running stacks, seen from outside: HTTP in, HTTP and Server-Sent Events out."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.testing import running_stack
from tests.e2e.client import StackClient

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
RULES = rb"""
rules:
  - id: acme.ledger_locked
    category: upstream_error
    cause: ledger_locked
    strength: 90
    patterns: ['\bledger \w{1,20} is locked\b']
"""


@pytest.fixture(scope="session")
def client() -> Iterator[StackClient]:
    """A client of the product as it is, open."""
    with running_stack() as stack, httpx.Client(base_url=stack.api_url, timeout=90) as http:
        yield StackClient(http, stack)


def changed_template(tmp_path_factory: pytest.TempPathFactory, changes: dict[str, str]) -> Path:
    """Write the template with changes, each of which has to apply; return where it is."""
    template = (ROOT / "template.yaml").read_text()
    for before, after in changes.items():
        assert before in template
        template = template.replace(before, after)
    for folder in ("functions", "layers", "tests"):
        template = template.replace(f"Uri: {folder}/", f"Uri: {ROOT / folder}/")
    path = tmp_path_factory.mktemp("template") / "template.yaml"
    path.write_text(template)
    return path


@pytest.fixture(scope="session")
def failing_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackClient]:
    """A client of a stack whose analyzer fails on request, with a short memory for it; an analysis has one message."""
    changes = {
        "CodeUri: functions/analyzer\n      Timeout: 30": "CodeUri: tests/e2e/failing_analyzer\n      Timeout: 5",
        "VisibilityTimeout: 180": "VisibilityTimeout: 8",
        "maxReceiveCount: 5": "maxReceiveCount: 2",
    }
    path = changed_template(tmp_path_factory, changes)
    parameters = ("--parameter", "OpenAccess=true", "--parameter", "AutoRca=false")
    with (
        running_stack("--template", str(path), *parameters) as stack,
        httpx.Client(base_url=stack.api_url, timeout=90) as http,
    ):
        yield StackClient(http, stack)


@pytest.fixture(scope="session")
def ruled_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackClient]:
    """A client of a stack with a rule of its own, where the failed runs of two agents start no analysis."""
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_bytes(RULES)
    parameters = ("--parameter", f"RulesSource={path}", "--parameter", "AutoRcaExcept=one,two")
    with running_stack(*parameters) as stack, httpx.Client(base_url=stack.api_url, timeout=90) as http:
        yield StackClient(http, stack)


@pytest.fixture
def queueless_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackClient]:
    """A client of a stack whose ingest and API have no queue to send jobs to; `patient`'s runs do not ask for any."""
    changes = {
        "RCA_QUEUE_URL: !Ref RcaQueue\n          STREAM_URL": "RCA_QUEUE_URL: http://none\n          STREAM_URL",
        "RCA_QUEUE_URL: !Ref RcaQueue\n          REDACT": "RCA_QUEUE_URL: http://none\n          REDACT",
        "MaximumBatchingWindowInSeconds: 60": "MaximumBatchingWindowInSeconds: 1",
    }
    path = changed_template(tmp_path_factory, changes)
    parameters = ("--parameter", "OpenAccess=true", "--parameter", "AutoRcaExcept=patient")
    with (
        running_stack("--template", str(path), *parameters) as stack,
        httpx.Client(base_url=stack.api_url, timeout=90) as http,
    ):
        yield StackClient(http, stack)


@pytest.fixture
def event() -> Callable[[str], Json]:
    """Load one of the sample runs."""

    def load(name: str, **changes: Any) -> Json:
        run: Json = json.loads((ROOT / "events" / f"{name}.json").read_text())
        return run | changes

    return load


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds, for at most a minute."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.05)

    return wait
