"""`python -m bench.jobs`: many RCA jobs, workers killed at random, messages duplicated; every analysis done once.

DynamoDB and SQS are an emulator in a process of its own, the workers are processes that SIGKILL ends in the middle of
what they do. A job whose worker died comes again when its message does: the queue's visibility timeout, and with it the
lease, is shortened to some seconds.
"""

import argparse
import contextlib
import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench import job_audit
from bench.job_crew import Crew
from bench.payloads import body
from local import sandbox
from local.cloud import DEFAULT_REGION, Cloud, emulator, forget_user_settings
from local.guardian import Guardian
from local.model import FunctionSpec
from local.resources import create_resources
from local.stack_spec import build_spec
from local.template import load_template
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.rca_runs import RcaStore
from rca_core.storage.runs import RunStore
from rca_core.telemetry.ingest import parse_agent_run

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ROOT: Final = Path(__file__).resolve().parents[1]
_SECONDS: Final = 3.0
_VISIBILITY: Final = 6
"""Seconds; more than a batch's and the margin of its lease, as in the template."""
_RECEIVES: Final = 50
"""What the template sets is for jobs that fail; here healthy ones are killed, up to a dozen times."""
_DUPLICATED: Final = 0.1
_RETENTION_DAYS: Final = 30


@dataclass(frozen=True)
class Outcome:
    """What happened; `retried` counts analyses of more than one attempt, `faults` says what must not be."""

    jobs: int
    messages: int
    kills: int
    retried: int
    seconds: float
    faults: list[str]


@dataclass(frozen=True)
class _Site:
    cloud: Cloud
    analyzer: FunctionSpec
    queue_url: str

    @property
    def table(self) -> str:
        return self.analyzer.environment["TABLE_NAME"]

    def start_worker(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "bench.job_worker", self.queue_url, str(_SECONDS)],
            cwd=ROOT,
            env=sandbox.environment(self.analyzer, self.cloud.environment, "-"),
            stdout=subprocess.PIPE,
            start_new_session=True,
        )


def work_all(
    jobs: int, *, workers: int, share: float, seed: int, within: float, endpoint_url: str | None = None
) -> Outcome:
    """Have jobs worked, a share of whose batches end in a killed worker, and say what came of it.

    Args:
        jobs: analyses, each of a run of its own; a tenth of them is enqueued twice.
        workers: processes at a time.
        share: of the batches, from 0 to under 1.
        seed: decides the runs, the duplicates and the batches that end early.
        within: seconds, after which what is not done counts as stuck.
        endpoint_url: an emulator; by default one is started.
    """
    rng = random.Random(seed)  # noqa: S311  reproducible, not secret
    began = time.monotonic()
    with contextlib.ExitStack() as cleanup:
        guardian = cleanup.enter_context(contextlib.closing(Guardian()))
        site = _site(endpoint_url or cleanup.enter_context(_moto(guardian)))
        crew = Crew(workers, site.start_worker, guardian, rng, share=share)
        with contextlib.ExitStack() as working:
            working.callback(crew.dismiss)
            asked, messages = [], 0
            for rca_run_id, copies in _ask(site, jobs, rng):
                asked.append(rca_run_id)
                messages += copies
                crew.look_after(0)
            in_time = _await_end(site, crew, began + within)
        table = job_audit.partitions(site.cloud.dynamodb(), site.table)
        faults = [*crew.crashes, *([] if in_time else ["messages are left"]), *job_audit.faults(table, asked)]
        seconds = time.monotonic() - began
        return Outcome(jobs, messages, crew.kills, job_audit.retried(table), seconds, faults)


@contextlib.contextmanager
def _moto(guardian: Guardian) -> Iterator[str]:
    command = [sys.executable, "-m", "local.emulator", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        guardian.watch(process.pid)
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


def _site(endpoint_url: str) -> _Site:
    """Make the template's table and queues at an emulator, under names of their own."""
    cloud = emulator(endpoint_url)
    name = f"jobs-{secrets.token_hex(4)}"
    template = load_template(ROOT / "template.yaml", {"LogLevel": "ERROR"}, name, cloud.region)
    created = create_resources(template, cloud)
    spec = build_spec(template, created, api_origin="-", stream_origin="-")
    queue_url, dead_letters = created["RcaQueue"]["Ref"], created["RcaDeadLetterQueue"]["Arn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_letters, "maxReceiveCount": _RECEIVES})
    attributes: Any = {"VisibilityTimeout": str(_VISIBILITY), "RedrivePolicy": redrive}
    cloud.sqs().set_queue_attributes(QueueUrl=queue_url, Attributes=attributes)
    return _Site(cloud, spec.functions["AnalyzerFunction"], queue_url)


def _ask(site: _Site, jobs: int, rng: random.Random) -> Iterator[tuple[str, int]]:
    """Store runs and ask for their analyses; yield each one's id and how many messages ask for it."""
    dynamodb, queue = site.cloud.dynamodb(), RcaQueue(site.cloud.sqs(), site.queue_url)
    runs = RunStore(dynamodb, site.table, retention_days=_RETENTION_DAYS)
    analyses = RcaStore(dynamodb, site.table, retention_days=_RETENTION_DAYS)
    twice = set(rng.sample(range(jobs), round(jobs * _DUPLICATED)))
    for number in range(jobs):
        run_id, now = f"run-{number}", datetime.now(UTC)
        runs.put(parse_agent_run(body(rng.randrange(4, 40), run_id=run_id), new_run_id=str, now=now), now=now)
        rca, _ = analyses.create(runs.header(run_id, now=now), force=False, now=now)
        copies = 2 if number in twice else 1
        for _ in range(copies):
            queue.send(RcaJob(rca_run_id=rca.rca_run_id))
        yield rca.rca_run_id, copies


def _await_end(site: _Site, crew: Crew, deadline: float) -> bool:
    """Look after the workers until no message is left; say whether that was in time."""
    sqs = site.cloud.sqs()
    while time.monotonic() < deadline:
        crew.look_after(0.2)
        if not _messages(sqs, site.queue_url):
            return True
    return False


def _messages(sqs: "SQSClient", queue_url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
    return sum(int(count) for count in answer["Attributes"].values())


def main() -> int:
    """Return 0 if every analysis is done once, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.15, help="of the batches that end in a killed worker")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10, help="until what is not done counts as stuck")
    parser.add_argument("--endpoint-url", metavar="URL", help="an emulator to use; by default moto is started")
    arguments = parser.parse_args()
    forget_user_settings()
    # Reading a template asks for it.
    os.environ["AWS_DEFAULT_REGION"] = DEFAULT_REGION
    outcome = work_all(
        arguments.jobs,
        workers=arguments.workers,
        share=arguments.share,
        seed=arguments.seed,
        within=60 * arguments.minutes,
        endpoint_url=arguments.endpoint_url,
    )
    print(
        f"{outcome.jobs} jobs in {outcome.messages} messages, {outcome.kills} workers killed, "
        f"{outcome.retried} analyses retried, {outcome.seconds:.0f} s"
    )
    for fault in outcome.faults:
        print(f"  {fault}")
    print("every analysis done once" if not outcome.faults else f"{len(outcome.faults)} faults")
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
