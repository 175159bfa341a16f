"""Anything in any order, cut off anywhere, against a model in memory: I1 to I5 and I7 after each step."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rca_core.emf import Meter
from rca_core.errors import NotFound, Unavailable
from rca_core.logs import service_logger
from rca_core.storage.auto_rca import AutoRca
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.progress import RcaRun
from rca_core.storage.rca_creator import rca_run_id_of
from rca_core.storage.runs import PutResult
from rca_core.storage.symptom_limit import SymptomLimit
from rca_core.telemetry.ingest import ParsedRun
from tests.conftest import Cloud
from tests.integration.faults.crashes import Cut
from tests.integration.faults.invariants import (
    RETENTION_DAYS,
    Version,
    analyses_of,
    check_all_expires,
    check_ended,
    check_resumed,
    items,
    listed_revision,
    runs_of,
    version,
)
from tests.integration.functions.automatic import ORPHANS
from tests.integration.functions.automatic import seen as told_of
from tests.integration.functions.jobs import message_of
from tests.integration.functions.product import Product
from tests.support.runs import incompressible, parsed, step, tool_call
from tests.support.table_stream import TableStream
from tests.support.wire import Killed, Tapped

ANALYZER = "AnalyzerFunction"
STARTED = datetime(2026, 1, 15, 10, tzinfo=UTC)
CUTS = st.none() | st.tuples(st.sampled_from(Cut), st.integers(1, 14))
RUNS = st.sampled_from(["run-1", "run-2"])
_examples = itertools.count(1)


class World(NamedTuple):
    """What all examples share."""

    cloud: Cloud
    tapped: Tapped
    product: Product


def content(run_id: str, kind: str) -> ParsedRun:
    """Return a version of a run that failed: small or large, with more children or fewer."""
    size = {"small": 5, "large": 2_000}[kind.partition("-")[0]]
    steps = [step(f"s{number}", output_summary=incompressible(len(kind), size)) for number in range(2)]
    calls = [tool_call(status="failed", error_message="frobnicated")]
    fewer = kind.endswith("fewer")
    return parsed(
        run_id=run_id,
        # Runs of one example fail alike, and of no other: none fills the others' hours.
        agent_name=f"agent-{run_id.rpartition('-')[2]}",
        model=kind,
        started_at=STARTED.isoformat(),
        steps=steps[: 1 if fewer else 2],
        tool_calls=[] if fewer else calls,
    )


class Machine(RuleBasedStateMachine):
    """A few runs and their analyses, and what must be there."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        """Start with no run, at a time of this example's own."""
        self.cloud, self.tapped, self.product = self.world
        self.example = next(_examples)
        self.now = datetime.now(UTC)
        self.restart()
        self.model: dict[str, Version | None] = {}
        self.analysed: dict[str, RcaRun] = {}
        self.messages: list[str] = []
        self.stream = TableStream(self.cloud.dynamodb, self.cloud.table, ORPHANS)
        self.stream.records()
        self.untold: list[dict[str, Any]] = []
        self.product.module(ANALYZER).now = lambda: self.now  # type: ignore[attr-defined]
        self.product.module(ORPHANS).datetime = SimpleNamespace(now=lambda _zone: self.now)  # type: ignore[attr-defined]

    # ------------------------------------------------------------ what happens
    @rule(
        name=RUNS,
        kind=st.sampled_from(["small-1", "small-2", "large-1", "large-2", "large-fewer", "small-fewer"]),
        cut=CUTS,
    )
    def ingest(self, name: str, kind: str, cut: tuple[Cut, int] | None) -> None:
        """Send a run: new, the same again, changed, or with fewer children. It failed: it starts its own analysis."""
        run_id = self.id_of(name)
        sent, was = content(run_id, kind), self.model.get(run_id)
        same = was is not None and was.body == sent.body
        stored = items(self.cloud, f"RUN#{run_id}", "revision").get("RUN", {"revision": {"N": "0"}})
        becomes = was if same else Version(int(stored["revision"]["N"]) + 1, sent.body)

        def store() -> PutResult:
            result = self.runs.put(sent, now=self.now)
            if rca_run_id := self.auto_rca.ingested(sent, result, now=self.now):
                self.messages.append(rca_run_id)
            return result

        result = self.do(cut, store)

        seen = version(self.cloud, run_id, self.now)
        assert seen == becomes if result else seen in (was, becomes)
        if result:
            assert result.revision == (becomes.revision if becomes else 0)
            # An answer that was lost and a request that the client repeated itself look like the same again.
            assert result.changed is not same or cut is not None
        self.model[run_id] = seen

    @rule(name=RUNS, cut=CUTS)
    def delete(self, name: str, cut: tuple[Cut, int] | None) -> None:
        """Delete a run and its analyses."""
        run_id = self.id_of(name)
        was = self.model.get(run_id)

        done = self.do(cut, lambda: (self.runs.delete(run_id, now=self.now), self.analyses.delete_of(run_id)))

        seen = version(self.cloud, run_id, self.now)
        assert seen is None if done else seen in (was, None)
        self.model[run_id] = seen
        for rca_run_id, rca in list(self.analysed.items()):
            left = analyses_of(self.cloud).find(rca_run_id, now=self.now)
            if rca.run_id == run_id and left is None:
                del self.analysed[rca_run_id]

    @rule(name=RUNS, force=st.booleans(), cut=CUTS)
    def analyse(self, name: str, force: bool, cut: tuple[Cut, int] | None) -> None:  # noqa: FBT001  drawn
        """Ask for the analysis of a run; its job is sent unless the asking is cut off."""
        run_id = self.id_of(name)

        def create() -> RcaRun:
            return self.analyses.create(self.runs.header(run_id, now=self.now), force=force, now=self.now)[0]

        try:
            rca = self.do(cut, create)
        except NotFound:
            assert self.model.get(run_id) is None
            return
        if rca:
            self.analysed.setdefault(rca.rca_run_id, rca)
            self.messages.append(rca.rca_run_id)

    @rule(cut=CUTS)
    def tell(self, cut: tuple[Cut, int] | None) -> None:
        """Tell what the table's stream has of failed runs and new analyses; what is not seen to is told again."""
        self.untold += self.stream.records()
        left = self.do(cut, lambda: told_of(self.product, self.untold))
        if left is not None:
            self.untold = [each for each in self.untold if each["dynamodb"]["SequenceNumber"] in left]

    @rule(which=st.integers(0, 99), cut=CUTS)
    def deliver(self, which: int, cut: tuple[Cut, int] | None) -> None:
        """Deliver any job, for the first time or again."""
        if not self.messages:
            return
        rca_run_id = self.messages[which % len(self.messages)]

        left = self.do(cut, lambda: self.work(rca_run_id))

        rca = analyses_of(self.cloud).find(rca_run_id, now=self.now)
        # A message that is done with has nothing left to do.
        assert left != [] or rca is None or rca.ended

    @rule(which=st.integers(0, 99), cut=CUTS)
    def give_up(self, which: int, cut: tuple[Cut, int] | None) -> None:
        """End an analysis as an error, as the consumer of dead letters does."""
        if self.messages:
            rca_run_id = self.messages[which % len(self.messages)]
            try:
                self.do(cut, lambda: self.analyses.fail(rca_run_id, "it broke", now=self.now))
            except NotFound:
                assert analyses_of(self.cloud).find(rca_run_id, now=self.now) is None

    @rule(seconds=st.sampled_from([5, 40]))
    def wait(self, seconds: int) -> None:
        """Let time pass; leases run out."""
        self.now += timedelta(seconds=seconds)

    @rule(first=st.sampled_from(["RUN", "BODY#", "RCA", "none"]))
    def expire(self, first: str) -> None:
        """Let everything expire, and DynamoDB delete some of it."""
        self.now += timedelta(days=RETENTION_DAYS, seconds=1)
        self.restart()
        for pk in [f"RUN#{run_id}" for run_id in self.model] + [f"RCA#{each}" for each in self.analysed]:
            for sk in [sk for sk in items(self.cloud, pk, "PK") if sk.startswith(first)]:
                self.cloud.dynamodb.delete_item(TableName=self.cloud.table, Key={"PK": {"S": pk}, "SK": {"S": sk}})
        self.model = dict.fromkeys(self.model)
        self.analysed = {}

    # ------------------------------------------------------------ what must hold
    @invariant()
    def every_run_is_the_one_of_the_model(self) -> None:
        for run_id, expected in self.model.items():
            assert version(self.cloud, run_id, self.now) == expected
            listed = listed_revision(self.cloud, run_id, STARTED, self.now)
            assert listed == (expected.revision if expected else None)
            check_all_expires(self.cloud, run_id)

    @invariant()
    def no_analysis_goes_back(self) -> None:
        analyses = analyses_of(self.cloud)
        for rca_run_id, before in self.analysed.items():
            rca = analyses.get(rca_run_id, now=self.now)
            assert rca.last_event_id >= before.last_event_id
            assert rca.attempt >= before.attempt
            assert not before.ended or rca == before
            assert rca.status != "done" or analyses.report(rca_run_id)
            self.analysed[rca_run_id] = rca

    def teardown(self) -> None:
        """Bring everything to its end: what failed is analysed though nobody asks, what is deleted is gone."""
        self.tell(None)
        for run_id, stands in self.model.items():
            if stands:
                header = runs_of(self.cloud).header(run_id, now=self.now)
                rca = analyses_of(self.cloud).get(rca_run_id_of(header, 0), now=self.now)
                self.analysed[rca.rca_run_id] = rca
                self.messages.append(rca.rca_run_id)
        self.now += timedelta(minutes=1)
        assert [left for each in self.messages if (left := self.work(each))] == []
        for rca_run_id, rca in self.analysed.items():
            check_ended(self.cloud, rca_run_id, rca.run_id, self.now, reports=range(1, 99))
            check_resumed(self.product, rca_run_id, [])
        for run_id in self.model:
            runs_of(self.cloud).delete(run_id, now=self.now)
            analyses_of(self.cloud).delete_of(run_id)
            assert [sk for sk in items(self.cloud, f"RUN#{run_id}", "PK") if not sk.startswith("BODY#")] == []

    # ------------------------------------------------------------ how
    def id_of(self, name: str) -> str:
        """Return a run's id in this example."""
        return f"{name}-{self.example}"

    def work(self, rca_run_id: str) -> list[str]:
        """Return what comes again of one job."""
        return self.product.deliver(ANALYZER, [message_of(RcaJob(rca_run_id=rca_run_id).model_dump_json())])

    def do(self, cut: tuple[Cut, int] | None, act: Callable[[], Any]) -> Any:
        """Return what an act returned; None if it was cut off."""
        self.now += timedelta(seconds=1)
        if cut:
            cut[0].plan(self.tapped, cut[1])
        try:
            return act()
        except Unavailable:
            return None
        except Killed:
            self.restart()
            return None
        finally:
            self.tapped.forget()

    def restart(self) -> None:
        """Be a new process."""
        self.runs, self.analyses = runs_of(self.cloud, self.tapped), analyses_of(self.cloud, self.tapped)
        tapped: Any = self.tapped
        limit, jobs = SymptomLimit(tapped, self.cloud.table), RcaQueue(tapped, self.cloud.queue_url)
        self.auto_rca = AutoRca(
            self.analyses, limit, jobs, service_logger("INFO"), Meter("test"), enabled=True, excepted=set()
        )


@pytest.mark.fault(1, 3, 4, 5, 6, 7, 15, 32)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("examples", [2, pytest.param(20, marks=pytest.mark.deep)])
def test_anything_in_any_order_cut_off_anywhere_leaves_what_must_hold(
    cloud: Cloud, tapped: Tapped, automatic_tapped: Product, monkeypatch: pytest.MonkeyPatch, examples: int
) -> None:
    monkeypatch.setattr(Machine, "world", World(cloud, tapped, automatic_tapped), raising=False)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
