"""A stack with rules of its own, from a file and from S3, and one whose rules cannot be used."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local.cloud import DEFAULT_REGION
from local.guardian import Guardian
from local.testing import running_stack
from rca_core.analysis import default_rules
from tests.e2e.client import StackClient
from tests.e2e.conftest import RULES
from tests.support.runs import run_body, tool_call
from tests.support.template import ROOT

LOCKED = run_body(tool_calls=[tool_call(status="failed", error_message="Ledger north is locked")])
REFUSED = run_body(
    run_id="run-2", tool_calls=[tool_call(status="failed", error_message="no", status_code=429, tool_name="search")]
)


@contextlib.contextmanager
def client(*arguments: str) -> Iterator[StackClient]:
    with running_stack(*arguments) as stack, httpx.Client(base_url=stack.api_url, timeout=90) as http:
        yield StackClient(http, stack)


@pytest.fixture
def emulator() -> Iterator[str]:
    """Run an emulator that a stack does not start itself; yield its URL."""
    command = [sys.executable, "-m", "local.emulator", "0"]
    with (
        contextlib.closing(Guardian()) as guardian,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process,
    ):
        guardian.watch(process.pid)
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def is_explained_by_the_rule(report: dict[str, Any]) -> bool:
    return (
        (report["category"], report["cause"]) == ("upstream_error", "ledger_locked")
        and report["hypotheses"][0]["evidence_ids"] == ["ev_tool_call-1"]
        and report["engine"]["rules_version"] != default_rules().version
    )


def test_rules_of_a_file_explain_what_the_built_in_ones_do_not(ruled_client: StackClient) -> None:
    assert is_explained_by_the_rule(ruled_client.report(LOCKED))


@pytest.mark.deep
def test_rules_in_s3_explain_what_the_built_in_ones_do_not(emulator: str) -> None:
    s3 = boto3.client(
        "s3",
        endpoint_url=emulator,
        region_name=DEFAULT_REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106  the emulator's
    )
    s3.create_bucket(Bucket="acme-rules")
    s3.put_object(Bucket="acme-rules", Key="sre/rules.yaml", Body=RULES)

    with client("--endpoint-url", emulator, "--parameter", "RulesSource=s3://acme-rules/sre/rules.yaml") as stack:
        assert is_explained_by_the_rule(stack.report(LOCKED))


@pytest.mark.deep
def test_rules_that_cannot_be_used_leave_a_stack_with_the_built_in_ones(
    tmp_path: Path, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(RULES.replace(b"strength: 90", b"strength: much"))

    with client("--parameter", f"RulesSource={path}") as stack:
        reports = [stack.report(LOCKED), stack.report(REFUSED)]
        eventually(lambda: "rules cannot be used" in stack.stack.log.read_text())
        log = stack.stack.log.read_text().splitlines()

    assert [report["category"] for report in reports] == ["unknown", "rate_limited"]
    assert {report["engine"]["rules_version"] for report in reports} == {default_rules().version}
    told = [json.loads(line[line.index("{") :]) for line in log if "rules cannot be used" in line]
    assert all(each["problems"][0].startswith(f"{path}: rule 'acme.ledger_locked': strength: ") for each in told)
