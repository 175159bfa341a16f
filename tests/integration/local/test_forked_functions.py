"""Functions' processes are forked, and nobody can tell: each sees what a process of its own would, and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.testing import Stack, running_stack
from tests.integration.local.support import alive, descendants, eventually, running_sample

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: python3.13, Handler: app.handler, Timeout: 10, Layers: [!Ref Layer] } }
Resources:
  Api: { Type: AWS::Serverless::HttpApi }
  Layer:
    Type: AWS::Serverless::LayerVersion
    Metadata: { BuildMethod: python3.13 }
    Properties: { ContentUri: layer }
"""
FUNCTION = """
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {folder}
      Environment: {{ Variables: {{ {variables} }} }}
      Events: {{ Get: {{ Type: HttpApi, Properties: {{ ApiId: !Ref Api, Method: GET, Path: /{folder} }} }} }}
"""
CODE = """
import json
import os
import sys
import threading

import helpers

AT_START = dict(os.environ)


def link(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return None


def handler(event, context):
    json.touched = getattr(json, "touched", 0) + 1
    # The folder that is listed is open only meanwhile.
    files = [place for number in range(3, 256) if (place := link(number))]
    return {
        "pid": os.getpid(),
        "touched": json.touched,
        "helpers": helpers.NAME,
        "environment": AT_START,
        "seen_by_helpers": helpers.SEEN,
        "files": files,
        "modules": sorted(sys.modules),
        "path": sys.path,
        "threads": threading.active_count(),
        "argv": sys.argv,
        "group": os.getpgrp() == os.getpid(),
        "no_bytecode": sys.flags.dont_write_bytecode,
        "name": open("/proc/self/comm").read().strip(),
    }
"""
HELPERS = "import os\n\nNAME = {name!r}\nSEEN = sorted(name for name in os.environ if name in ('ONLY', 'BOTH'))\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a template whose functions share a layer; one has a module of its own in place of the layer's."""
    folder = tmp_path_factory.mktemp("forked")
    functions = {
        "plain": "BOTH: x, ONLY: plain",
        "own": "BOTH: x, ONLY: own",
        "anew": "BOTH: x, PYTHONDONTWRITEBYTECODE: '1'",
    }
    template = TEMPLATE
    for name, variables in functions.items():
        template += FUNCTION.format(name=f"{name.title()}Function", folder=name, variables=variables)
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(CODE)
    (folder / "template.yaml").write_text(template)
    (folder / "layer").mkdir()
    (folder / "layer" / "helpers.py").write_text(HELPERS.format(name="layer"))
    (folder / "own" / "helpers.py").write_text(HELPERS.format(name="own"))
    return folder


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[Stack]:
    """Run it, ready for changed code."""
    with running_stack("--template", str(folder / "template.yaml"), "--reload", "--max-processes", "1") as stack:
        yield stack


def seen(stack: Stack, function: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{stack.api_url}/{function}", timeout=30).raise_for_status().json()
    return answer


def named(stack: Stack, name: str) -> set[int]:
    """Return the processes of a stack that call themselves so."""
    command = ["ps", "-axo", "pid=,comm="]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    pids = {int(pid) for pid, found in (line.split(maxsplit=1) for line in lines) if found == name}
    return pids & descendants(stack.process.pid)


def test_a_function_has_its_own_environment_folder_arguments_and_group(stack: Stack, folder: Path) -> None:
    plain, own = seen(stack, "plain"), seen(stack, "own")

    assert (plain["environment"]["ONLY"], own["environment"]["ONLY"]) == ("plain", "own")
    assert plain["environment"]["_HANDLER"] == "app.handler"
    assert not {"HOME", "USER", "VIRTUAL_ENV"} & set(plain["environment"])
    assert plain["path"][0] == str(folder / "plain")
    assert plain["argv"][1:] == ["app.handler"]
    assert plain["group"]
    assert (plain["name"], own["name"]) == ("Plain", "Own")


def test_a_function_inherits_no_file_thread_or_module_of_the_stack(stack: Stack) -> None:
    plain, anew = seen(stack, "plain"), seen(stack, "anew")

    # What both have open is AWS's client's.
    assert len(plain["files"]) == len(anew["files"]), plain["files"]
    assert not [name for name in plain["modules"] if name.partition(".")[0] in ("local", "uvicorn", "moto", "tests")]
    assert plain["threads"] == anew["threads"]


def test_what_a_function_changes_is_its_own(stack: Stack) -> None:
    other = seen(stack, "own")["touched"]
    first, second = seen(stack, "plain"), seen(stack, "plain")

    assert (second["pid"], second["touched"]) == (first["pid"], first["touched"] + 1)
    assert seen(stack, "own")["touched"] == other + 1
    os.kill(first["pid"], signal.SIGKILL)
    eventually(lambda: first["pid"] not in named(stack, "Plain"))
    assert seen(stack, "plain")["touched"] == 1


def test_a_module_of_the_functions_own_goes_before_the_layers(stack: Stack) -> None:
    assert seen(stack, "plain")["helpers"] == "layer"
    assert seen(stack, "own")["helpers"] == "own"


def test_code_that_is_imported_ahead_sees_what_all_functions_are_told(stack: Stack) -> None:
    assert seen(stack, "plain")["seen_by_helpers"] == ["BOTH"]
    assert seen(stack, "own")["seen_by_helpers"] == ["BOTH", "ONLY"]


def test_a_function_that_tells_the_interpreter_something_gets_a_new_one(stack: Stack) -> None:
    assert seen(stack, "anew")["no_bytecode"] == 1
    assert seen(stack, "plain")["no_bytecode"] == sys.flags.dont_write_bytecode


def test_a_fork_server_that_dies_is_replaced(stack: Stack) -> None:
    [server] = named(stack, "fork-functions")
    before = seen(stack, "plain")["pid"]

    os.kill(server, signal.SIGKILL)

    def answered_by_another() -> bool:
        answer = httpx.get(f"{stack.api_url}/plain", timeout=30)
        return answer.is_success and answer.json()["pid"] != before

    eventually(answered_by_another)
    assert named(stack, "fork-functions") - {server}


def test_where_one_server_does_it_all_its_end_takes_neither_the_functions_nor_the_emulator(folder: Path) -> None:
    with running_stack("--template", str(folder / "template.yaml")) as stack:
        before = seen(stack, "plain")["pid"]
        [server], emulators = named(stack, "fork-server"), named(stack, "emulator")

        os.kill(server, signal.SIGKILL)

        eventually(lambda: before not in descendants(stack.process.pid))
        eventually(lambda: httpx.get(f"{stack.api_url}/plain", timeout=30).is_success)
        assert alive(emulators) == emulators != set()


def test_a_change_of_a_layers_code_is_imported_again(stack: Stack, folder: Path) -> None:
    assert seen(stack, "plain")["helpers"] == "layer"
    servers = named(stack, "fork-functions")

    (folder / "layer" / "helpers.py").write_text(HELPERS.format(name="layer, changed"))

    eventually(lambda: seen(stack, "plain")["helpers"] == "layer, changed")
    assert seen(stack, "own")["helpers"] == "own"
    # The old one ends when the last process that it forked has.
    eventually(lambda: not named(stack, "fork-functions") & servers)


def test_idle_processes_end_but_the_last_of_what_somebody_waits_for() -> None:
    with running_sample("--idle-seconds", "1", "--max-processes", "2") as sample:
        attempts = count()

        def have_met() -> set[int]:
            # On a busy machine the first may run out of its time before the second has started.
            name = f"idle-{next(attempts)}"
            with ThreadPoolExecutor(2) as clients:
                met = [
                    each.json()
                    for each in clients.map(
                        lambda _: sample.do("meet", params={"name": name, "processes": 2}), range(2)
                    )
                ]
            return {each["pid"] for each in met} if all("pid" in each for each in met) else set()

        both = eventually(have_met)
        assert len(both) == 2

        eventually(lambda: len(named(sample.stack, "Http")) == 1 and not named(sample.stack, "Changes"))
        assert named(sample.stack, "Jobs")
        assert sample.echo()["pid"] in both
        # What ended starts again when it is needed.
        sample.table.put_item(Item={"PK": "WATCHED#after-rest"})
        sample.await_item("SEEN#WATCHED#after-rest")
