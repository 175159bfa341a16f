"""Clients in threads at once, each run checked as a register: I1, I3, I4, I5; faults 2, 3, 8, 17."""

import contextlib
import json
import random
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

import boto3
import pytest
from botocore.config import Config

from local.guardian import Guardian
from rca_core.errors import Conflict, NotFound, Unavailable
from rca_core.storage.codec import digest
from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim, LeaseLost, RcaStore
from rca_core.storage.runs import PutResult, RunStore
from rca_core.telemetry.ingest import ParsedRun
from tests.conftest import MADE_WITHIN
from tests.integration.faults.history import History, linearizable
from tests.integration.faults.invariants import RETENTION_DAYS
from tests.support import place
from tests.support.runs import Told, incompressible, parsed, step, told
from tests.support.template import ROOT, table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(minutes=1)
THREADS = 6
EACH = 25
now = partial(datetime.now, UTC)

pytestmark = pytest.mark.usefixtures("small_chunks")


@pytest.fixture(scope="module")
def client(pytestconfig: pytest.Config) -> Iterator["DynamoDBClient"]:
    """Return a client for threads: of the DynamoDB to test with, or one in a process, which lets in one at a time."""
    config = Config(max_pool_connections=64, retries={"total_max_attempts": 1})
    if place.has_address(pytestconfig):
        yield boto3.client("dynamodb", config=config)
        return
    command = [sys.executable, "-m", "local.emulator", "0"]
    with (
        contextlib.closing(Guardian()) as guardian,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process,
    ):
        guardian.watch(process.pid)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield boto3.client("dynamodb", endpoint_url=url, config=config)
        process.kill()


@pytest.fixture
def table(client: "DynamoDBClient") -> Iterator[str]:
    """Make a table of this test's own."""
    name = f"rca-test-{secrets.token_hex(6)}"
    client.create_table(TableName=name, **table_definition())
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=MADE_WITHIN)
    yield name
    client.delete_table(TableName=name)


def stores(client: "DynamoDBClient", table: str) -> tuple[RunStore, RcaStore]:
    """Return the stores of another process."""
    return (
        RunStore(client, table, retention_days=RETENTION_DAYS),
        RcaStore(client, table, retention_days=RETENTION_DAYS),
    )


def version(run_id: str, name: str, *, large: bool) -> ParsedRun:
    size = 2_000 if large else 10
    return parsed(run_id=run_id, model=name, steps=[step(output_summary=incompressible(crc32(name.encode()), size))])


def at_once(acts: Iterable[Callable[[], object]]) -> list[Any]:
    """Do all these in threads of their own; return what each returned."""
    with ThreadPoolExecutor(64) as threads:
        return [future.result() for future in [threads.submit(act) for act in acts]]


class Client:
    """One client that does anything it likes to a few runs, and notes what it did and saw."""

    def __init__(self, name: int, client: "DynamoDBClient", table: str, history: History) -> None:
        self.runs, self.analyses = stores(client, table)
        self.claims: list[tuple[str, int]] = []
        self.refused = Counter[str]()
        self._name = name
        self._history = history
        self._random = random.Random(name)  # noqa: S311  the same each time
        self._sent: dict[str, ParsedRun] = {}
        self._acts = [self.send, self.send, self.send_again, self.see, self.see, self.delete, self.analyse]

    def act_at_random(self) -> None:
        for number in range(EACH):
            run_id = self._random.choice(["shared-1", "shared-2", f"own-{self._name}"])
            act = self._random.choice(self._acts)
            try:
                act(run_id, number)
            except (Conflict, Unavailable, NotFound, LeaseLost) as error:
                self.refused[type(error).__name__] += 1

    def send(self, run_id: str, number: int) -> None:
        self._sent[run_id] = version(run_id, f"{self._name}-{number}", large=self._random.random() < 0.5)
        self.send_again(run_id, number)

    def send_again(self, run_id: str, _number: int) -> None:
        if sent := self._sent.get(run_id):
            self._history.setting(run_id, sent.body, lambda: self.runs.put(sent, now=now()))

    def see(self, run_id: str, _number: int) -> None:
        self._history.seeing(run_id, lambda: self._body(run_id))

    def delete(self, run_id: str, number: int) -> None:
        # Seldom, or there is little to see in between.
        if number % 3 == 0:
            self._history.setting(run_id, None, lambda: self.runs.delete(run_id, now=now()))
            self.analyses.delete_of(run_id)

    def analyse(self, run_id: str, _number: int) -> None:
        rca, _ = self.analyses.create(self.runs.header(run_id, now=now()), force=False, now=now())
        claim = self.analyses.claim(rca.rca_run_id, lease=LEASE, now=now())
        if isinstance(claim, Claim):
            self.claims.append((claim.rca_run_id, claim.attempt))
            stored = self.runs.get(run_id, now=now())
            self.analyses.progress(claim, Stage.COLLECTING, now=now())
            report = {"revision": stored.header.revision, "model": stored.header.model, "digest": digest(stored.body)}
            self.analyses.finish(claim, json.dumps(report).encode(), category="unknown", now=now())

    def _body(self, run_id: str) -> bytes | None:
        try:
            return self.runs.get(run_id, now=now()).body
        except NotFound:
            return None


@pytest.mark.fault(3, 8)
def test_whatever_clients_do_at_once_there_is_one_order_that_explains_what_each_saw(
    client: "DynamoDBClient", table: str
) -> None:
    history = History()
    clients = [Client(number, client, table, history) for number in range(THREADS)]

    at_once(each.act_at_random for each in clients)

    assert len(history.operations["shared-1"]) > THREADS
    for run_id, operations in history.operations.items():
        assert linearizable(operations), f"{run_id}: {operations}"
    claims = Counter(claim for each in clients for claim in each.claims)
    assert claims
    assert max(claims.values()) == 1
    written = {digest(each.value) for every in history.operations.values() for each in every if each.value}
    check_reports(client, table, written)


def check_reports(client: "DynamoDBClient", table: str, digests: set[str]) -> None:
    """Check that whatever analysis there is has ended or can be claimed, and that each report is of a whole version."""
    _, analyses = stores(client, table)
    for run_id in ["shared-1", "shared-2", *(f"own-{number}" for number in range(THREADS))]:
        for ref in analyses.listed(run_id, now=now()):
            if ref.status == "done":
                report = json.loads(analyses.report(ref.rca_run_id) or b"{}")
                assert report["digest"] in digests
            else:
                assert isinstance(analyses.claim(ref.rca_run_id, lease=LEASE, now=now() + LEASE), Claim)


@pytest.mark.fault(2)
@pytest.mark.parametrize("large", [False, True])
def test_thirty_two_clients_that_send_one_body_at_once_make_one_revision(
    client: "DynamoDBClient", table: str, *, large: bool
) -> None:
    sent = version("run-1", "same", large=large)
    senders = [stores(client, table)[0] for _ in range(32)]

    results: list[PutResult] = at_once(partial(store.put, sent, now=now()) for store in senders)

    assert Counter(map(told, results)) == {
        Told(1, created=True, changed=True): 1,
        Told(1, created=False, changed=False): 31,
    }
    stored = senders[0].get("run-1", now=now())
    assert (stored.header.revision, stored.body) == (1, sent.body)


@pytest.mark.fault(3, 17)
def test_writers_of_one_run_lose_to_each_other_only(client: "DynamoDBClient", table: str) -> None:
    def put(number: int) -> PutResult | None:
        name = f"{number}"
        sent = version("busy" if number % 3 else f"calm-{number}", name, large=number % 2 == 0)
        try:
            return stores(client, table)[0].put(sent, now=now())
        except Conflict:
            return None

    results: list[PutResult | None] = at_once(partial(put, number) for number in range(48))

    calm = [result and told(result) for number, result in enumerate(results) if number % 3 == 0]
    assert calm == [Told(1, created=True, changed=True)] * 16
    busy = {result.revision: number for number, result in enumerate(results) if number % 3 and result}
    # A total order: every accepted version has a revision of its own, and the last one stands whole.
    assert sorted(busy) == list(range(1, len(busy) + 1))
    assert len(busy) == len([result for number, result in enumerate(results) if number % 3 and result])
    last = max(busy)
    expected = version("busy", f"{busy[last]}", large=busy[last] % 2 == 0)
    stored = stores(client, table)[0].get("busy", now=now())
    assert (stored.header.revision, stored.body) == (last, expected.body)


@pytest.mark.fault(8)
def test_of_many_workers_that_are_given_one_job_at_once_one_works_it(client: "DynamoDBClient", table: str) -> None:
    runs, analyses = stores(client, table)
    runs.put(version("run-1", "m", large=False), now=now())
    rca, _ = analyses.create(runs.header("run-1", now=now()), force=False, now=now())
    workers = [stores(client, table)[1] for _ in range(8)]

    claims = at_once(partial(store.claim, rca.rca_run_id, lease=LEASE, now=now()) for store in workers)

    assert len([claim for claim in claims if isinstance(claim, Claim)]) == 1
    assert analyses.get(rca.rca_run_id, now=now()).attempt == 1
