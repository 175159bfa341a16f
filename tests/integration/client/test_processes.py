"""Forks, exits and Lambda, each in a process of its own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.integration.client.misbehaving import Act, accept, free_port, serving, status
from tests.support.template import ROOT

BEGINNING = """
import asyncio, logging, os, sys, threading
import smart_sre as sre
"""


def program(url: str, source: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program that knows nothing but an address; return how it ended."""
    path = tmp_path / "program.py"
    path.write_text(BEGINNING + textwrap.dedent(source))
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "clients" / "python"), "SMART_SRE_URL": url}
    return subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(path)],
        env=known | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def ended(run_id: str) -> str:
    return f"with sre.run('agent') as run:\n    run.set(run_id={run_id!r})\n"


def test_what_ended_is_sent_at_exit(tmp_path: Path) -> None:
    with serving() as (url, received):
        done = program(url, ended("run-1"), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert [run["run_id"] for run in received] == ["run-1"]


def test_an_exception_goes_on_as_it_came_and_is_sent(tmp_path: Path) -> None:
    with serving() as (url, received):
        done = program(url, "with sre.run('agent') as run:\n    raise KeyError('customer_id')", tmp_path)

    assert done.returncode == 1
    assert "KeyError: 'customer_id'" in done.stderr
    assert received[0]["error_type"] == "KeyError"
    assert received[0]["status"] == "failure"
    # One line of ours, and it says where the report is.
    assert len([line for line in done.stderr.splitlines() if "/agent-runs/rca-runs/" in line]) == 1


@pytest.mark.parametrize(("code", "outcome"), [("0", "success"), ("3", "failure")])
def test_the_exit_code_is_the_programs_own(tmp_path: Path, code: str, outcome: str) -> None:
    with serving() as (url, received):
        done = program(url, f"with sre.run('agent'):\n    sys.exit({code})", tmp_path)

    assert done.returncode == int(code)
    assert received[0]["status"] == outcome


def test_a_run_that_nobody_ended_is_sent_as_it_stands(tmp_path: Path) -> None:
    source = """
    begun = threading.Event()
    def work():
        with sre.run("agent") as run, run.tool("slow"):
            begun.set()
            threading.Event().wait()
    threading.Thread(target=work, daemon=True).start()
    begun.wait()
    """
    with serving() as (url, received):
        done = program(url, source, tmp_path)

    assert done.returncode == 0
    assert (received[0]["status"], received[0]["tool_calls"][0]["status"]) == ("running", "running")
    assert "ended_at" not in received[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid"])
def test_an_exit_without_a_backend_is_told_in_one_line(tmp_path: Path, url: str) -> None:
    done = program(url.format(port=free_port()), ended("run-1") + ended("run-2"), tmp_path)

    assert done.returncode == 0
    [line] = done.stderr.splitlines()
    assert line.startswith("telemetry lost: 2 runs could not be sent before the process ended")


FORKED = """
    with sre.run("agent") as run:
        run.set(run_id="before")
    with sre.run("agent") as run:
        run.set(run_id="parent")
        child = os.fork()
        if not child:
            # What the parent began stays the parent's, in whatever state its locks were.
            run.set(output="of the child")
            run.tool("look_up").__enter__()
    if not child:
        with sre.run("agent") as run:
            run.set(run_id="child")
        sre.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    """


def test_a_child_sends_its_own_runs_and_no_others(tmp_path: Path) -> None:
    with serving() as (url, received):
        done = program(url, FORKED, tmp_path)

    assert done.returncode == 0, done.stderr
    assert sorted(run["run_id"] for run in received) == ["before", "child", "parent"]
    assert all("output_summary" not in run and run["tool_calls"] == [] for run in received)


def test_a_child_forked_while_the_sender_is_busy_is_no_worse_off(tmp_path: Path) -> None:
    source = """
    def work():
        while not threading.Event().wait(0.001):
            with sre.run("agent") as run, run.step("busy"):
                pass
    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    for _ in range(5):
        if not (child := os.fork()):
            with sre.run("child"):
                pass
            os._exit(0 if sre.flush(30) else 7)
        assert os.waitpid(child, 0)[1] == 0
    os._exit(0)
    """
    with serving() as (url, received):
        done = program(url, source, tmp_path)

    assert done.returncode == 0, done.stderr
    assert sum(run["agent_name"] == "child" for run in received) == 5


IN_LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "agent"}


def test_in_lambda_a_run_has_arrived_when_its_block_ends(tmp_path: Path) -> None:
    # A frozen process sends nothing any more: it ends without any farewell.
    with serving() as (url, received):
        done = program(url, ended("run-1") + "os._exit(0)", tmp_path, **IN_LAMBDA)

    assert done.returncode == 0
    assert [run["run_id"] for run in received] == ["run-1"]


def test_in_lambda_the_event_loop_goes_on_meanwhile(tmp_path: Path) -> None:
    source = """
    async def main():
        gone_on = asyncio.Event()
        async def other():
            gone_on.set()
        async with sre.run("agent"):
            task = asyncio.create_task(other())
        await gone_on.wait()
    asyncio.run(main())
    os._exit(0)
    """
    with serving() as (url, received):
        done = program(url, source, tmp_path, **IN_LAMBDA)

    assert done.returncode == 0, done.stderr
    assert len(received) == 1


def test_in_lambda_a_backend_that_is_down_is_tried_once_a_run(tmp_path: Path) -> None:
    source = ended("run-1") + ended("run-2") + "os._exit(0)"
    with serving(status(503)) as (url, received):
        done = program(url, source, tmp_path, **IN_LAMBDA)

    assert done.returncode == 0
    assert [run["run_id"] for run in received] == ["run-1", "run-1"]


def test_in_lambda_what_was_not_sent_goes_with_the_next_run(tmp_path: Path) -> None:
    acts: tuple[Act, ...] = (status(429, Retry_After="4"), accept)
    source = ended("run-1") + ended("run-2") + "assert sre.flush(30)\nos._exit(0)"
    with serving(*acts) as (url, received):
        done = program(url, source, tmp_path, **IN_LAMBDA)

    assert done.returncode == 0, done.stderr
    assert [run["run_id"] for run in received] == ["run-1", "run-1", "run-2"]


@pytest.mark.parametrize("url", ["ftp://host", "127.0.0.1:8000", "http://", "http://user:pw@host", "http://h:99999"])
def test_an_address_that_is_none_is_told_once_and_nothing_is_sent(tmp_path: Path, url: str) -> None:
    done = program(url, ended("run-1") + ended("run-2"), tmp_path)

    assert done.returncode == 0
    [line] = done.stderr.splitlines()
    assert line.startswith("SMART_SRE_URL is no address")


def test_the_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of-the-file\n")
    with serving() as (url, received):
        program(url, ended("run-1"), tmp_path, SMART_SRE_SECRET_FILE=str(tmp_path / "secret"))

    assert received.headers[0]["X-Ingest-Secret"] == "of-the-file"


def test_a_secret_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with serving() as (url, received):
        done = program(url, ended("run-1"), tmp_path, SMART_SRE_SECRET_FILE=str(tmp_path / "none"))

    assert "SMART_SRE_SECRET_FILE" in done.stderr
    assert "X-Ingest-Secret" not in received.headers[0]
