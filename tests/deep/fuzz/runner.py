"""Generated requests against a guarded stack of its own: `python -m tests.deep.fuzz.runner --seconds 600 --seed 7`."""

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from local.testing import Stack, running_stack
from tests.support.logs import entries

INGEST_SECRET = "ingest-secret-of-fuzzing"  # noqa: S105  of a stack that lives as long as the test
ACCESS_SECRET = "access-secret-of-fuzzing"  # noqa: S105

_CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
_SAMPLES = Path(__file__).parents[3] / "events"
_SAMPLE_RUNS = ("tool_schema_mismatch", "insufficient_evidence")


class Fuzzing(NamedTuple):
    """What came of it: whether every answer was as described, and what schemathesis tells of those that were not."""

    passed: bool
    told: str


@contextmanager
def guarded_stack() -> Iterator[Stack]:
    """Run a stack with a secret on each side that logs all it can."""
    parameters = (f"IngestSecret={INGEST_SECRET}", f"AccessSecret={ACCESS_SECRET}", "LogLevel=DEBUG")
    with running_stack(*(part for parameter in parameters for part in ("--parameter", parameter))) as stack:
        yield stack


def fuzz(stack: Stack, *, seed: int, examples: int, seconds: int | None = None) -> Fuzzing:
    """Send requests made from the served description, good and bad; with `seconds`, go on until they are over."""
    _store_samples(stack)
    _await_failures(stack)
    told = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIGURATION)),
            *("run", f"{stack.api_url}/openapi.json", "--no-color", "--workers", "2"),
            *("--seed", str(seed), "--max-examples", str(examples)),
            *(("--max-time", str(seconds)) if seconds else ()),
        ],
        env={**os.environ, "INGEST_SECRET": INGEST_SECRET, "ACCESS_SECRET": ACCESS_SECRET},
        cwd=stack.log.parent,  # what it leaves behind goes when the stack goes
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Fuzzing(told.returncode == 0, told.stdout)


def _store_samples(stack: Stack) -> None:
    """Store runs under the ids that the configuration names."""
    run_ids = tomllib.loads(_CONFIGURATION.read_text(encoding="utf-8"))["dictionaries"]["stored"]["values"]
    samples = [json.loads((_SAMPLES / f"{name}.json").read_text(encoding="utf-8")) for name in _SAMPLE_RUNS]
    with httpx.Client(base_url=stack.api_url, headers={"X-Ingest-Secret": INGEST_SECRET}, timeout=30) as http:
        for run_id, sample in zip(run_ids, cycle(samples), strict=False):
            http.post("/agent-runs", json=sample | {"run_id": run_id}).raise_for_status()


def _await_failures(stack: Stack) -> None:
    """Wait until the samples' failures are counted: the list of failures says then where each is."""
    deadline = time.monotonic() + 120
    with httpx.Client(base_url=stack.api_url, headers={"X-API-Key": ACCESS_SECRET}, timeout=30) as http:
        while not http.get("/failures").raise_for_status().json()["items"]:
            if time.monotonic() > deadline:
                raise TimeoutError("no failure was counted")
            time.sleep(0.5)


def log_entries(stack: Stack) -> list[dict[str, Any]]:
    """Return what the functions logged so far; fails on a line that is not one JSON entry."""
    *lines, _unfinished = stack.log.read_text(encoding="utf-8").split("\n")
    return entries(line.partition("] ")[2] for line in lines)


def main() -> int:
    """Fuzz for as long as asked, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.deep.fuzz.runner", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    asked = parser.parse_args()
    with guarded_stack() as stack:
        found = fuzz(stack, seed=asked.seed, examples=200, seconds=asked.seconds)
        failed = [entry for entry in log_entries(stack) if entry["level"] in ("ERROR", "CRITICAL")]
    sys.stdout.write(found.told + "".join(f"logged: {json.dumps(entry)}\n" for entry in failed))
    return 0 if found.passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
