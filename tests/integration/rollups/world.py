"""Runs that live at random, the counters that follow them, and what these should be, counted the plain way."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from bench.memory_table import MemoryTable
from rca_core.metrics.overview import Overview
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.rollups.changes import run_changes
from rca_core.storage.rollups.reader import RollupReader
from rca_core.storage.rollups.scrub import Scrub, Scrubbed
from rca_core.storage.rollups.writer import Applied, RollupWriter
from rca_core.storage.runs import RunStore
from tests.support.runs import parsed, step, tool_call

BEGAN: Final = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
RETENTION_DAYS: Final = 30
ERROR: Final = 0.02
CLEAN: Final = Scrubbed(runs=0, counters=0, repaired=0, complete=True)
_CATEGORIES = ("timeout", "rate_limited", "tool_permission")


class Kept(NamedTuple):
    """A run as it is stored: its body, its revision, when that life of it began, what its analysis found."""

    body: dict[str, Any]
    revision: int
    created_at: datetime
    category: str | None = None


class World:
    """One table, its stores, and a plain account of what is in it."""

    def __init__(self, client: Any, table: str, rng: random.Random) -> None:
        self.rng = rng
        self.now = BEGAN
        self.kept: dict[str, Kept] = {}
        self.writer = RollupWriter(client, table, retention_days=RETENTION_DAYS)
        self.reader = RollupReader(client, table)
        self.scrub = Scrub(client, table, retention_days=RETENTION_DAYS)
        self._runs = RunStore(client, table, retention_days=RETENTION_DAYS)
        self._outcomes = OutcomeStore(client, table, retention_days=RETENTION_DAYS)

    # ------------------------------------------------------------ what happens to runs
    def live(self, run_id: str) -> None:
        """Let one thing happen to a run, at a later time, perhaps in another hour."""
        self.now += timedelta(seconds=1, minutes=self.rng.choice([0, 1, 7, 90]))
        happening = self.rng.choices([self.ingest, self.again, self.delete, self.explain], [5, 1, 2, 3])[0]
        happening(run_id)

    def ingest(self, run_id: str) -> None:
        """Store another version of a run: other status, names, numbers."""
        self._store(run_id, self._body(run_id))

    def ingest_tools(self, run_id: str, tools: list[str]) -> None:
        """Store a run in which each of some tools failed once."""
        calls = [tool_call(f"c{n}", tool_name=tool, status="failure") for n, tool in enumerate(tools)]
        self._store(run_id, {**self._body(run_id), "tool_calls": calls})

    def _store(self, run_id: str, body: dict[str, Any]) -> None:
        stored = self._runs.put(parsed(**body), now=self.now)
        if stored.stale:
            return
        created = self.kept[run_id].created_at if run_id in self.kept and not stored.created else self.now
        self.kept[run_id] = Kept({**body, "ingested": self.now}, stored.revision, created)

    def again(self, run_id: str) -> None:
        """Send what is stored once more."""
        if kept := self.kept.get(run_id):
            body = {name: value for name, value in kept.body.items() if name != "ingested"}
            assert not self._runs.put(parsed(**body), now=self.now).changed

    def delete(self, run_id: str) -> None:
        """Delete a run, if it is there."""
        assert self._runs.delete(run_id, now=self.now) == (run_id in self.kept)
        self.kept.pop(run_id, None)

    def explain(self, run_id: str) -> None:
        """End an analysis of a failed run's version, or of the one before, which counts for nothing."""
        kept = self.kept.get(run_id)
        if kept is None or kept.body["status"] != "failure":
            return
        category, stale = self.rng.choice(_CATEGORIES), self.rng.random() < 0.2
        outcome = Outcome(
            run_created_at=kept.created_at,
            revision=kept.revision - stale,
            ordinal=self.rng.randrange(3) if not stale else 0,
            rca_run_id="rca-1",
            category=category,
            cause="slow",
            fingerprint=f"{category:0>16}"[-16:],
            message="took too long",
        )
        self._outcomes.note(run_id, outcome, self.now)
        found = self._outcomes.find(run_id, now=self.now)
        # Only the newest of several analyses counts, and that may have been there before.
        if found and found.revision == kept.revision and found.run_created_at == kept.created_at:
            self.kept[run_id] = kept._replace(category=found.category)

    # ------------------------------------------------------------ what follows
    def deliver(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Have records of the stream counted, each of which can be."""
        assert self.apply(records).refused == {}

    def apply(self, records: Iterable[Mapping[str, Any]]) -> Applied:
        """Have records of the stream counted, as far as they can be."""
        return self.writer.apply(run_changes(json.loads(_wire(list(records)))), now=self.now)

    def scrubbed(self) -> Scrubbed:
        """Let everything come to rest, then scrub."""
        self.now += timedelta(hours=1)
        return self.scrub.run(now=lambda: self.now, until=self.now + timedelta(hours=1))

    # ------------------------------------------------------------ what should be
    def check(self) -> None:
        """Hold the counters to the plain account."""
        for agent, environment in [(None, None), ("a-1", None), (None, "prod"), ("a-2", "test")]:
            found = self.reader.overview(168, agent_name=agent, environment=environment, now=self.now)
            self._check(found, [kept for kept in self.kept.values() if _of(kept.body, agent, environment)])

    def _check(self, found: Overview, kept: list[Kept]) -> None:
        bodies = [each.body for each in kept]
        failed = [each for each in kept if each.body["status"] == "failure"]
        assert found.total_runs == len(bodies)
        assert found.failures == len(failed)
        assert found.successes == sum(body["status"] == "success" for body in bodies)
        assert found.failures_by_category == Counter(each.category or "not_analysed" for each in failed)
        assert found.tokens.prompt == sum(body["cost"]["tokens_prompt"] for body in bodies)
        assert round(found.total_cost_usd * 1e6) == sum(round(body["cost"]["total_cost_usd"] * 1e6) for body in bodies)
        calls = Counter(call["tool_name"] for body in bodies for call in body["tool_calls"])
        failing = Counter(
            call["tool_name"] for body in bodies for call in body["tool_calls"] if call["status"] == "failure"
        )
        assert {each.tool: (each.count, each.calls) for each in found.top_failing_tools} == {
            tool: (count, calls[tool]) for tool, count in failing.items()
        }
        assert {each.agent_name: each.runs for each in found.by_agent} == Counter(body["agent_name"] for body in bodies)
        assert {each.environment: each.runs for each in found.by_environment} == Counter(
            body.get("environment") for body in bodies
        )
        latencies = sorted(step["latency_ms"] for body in bodies for step in body["steps"])
        if latencies:
            exact = latencies[math.ceil(0.95 * len(latencies)) - 1]
            assert found.p95_step_latency_ms is not None
            assert abs(found.p95_step_latency_ms - exact) <= ERROR * exact
        else:
            assert found.p95_step_latency_ms is None

    def _body(self, run_id: str) -> dict[str, Any]:
        rng = self.rng
        tools = rng.sample(["search", "pay", "mail"], rng.randrange(3))
        return {
            "run_id": run_id,
            "agent_name": rng.choice(["a-1", "a-2", "a-3"]),
            "agent_version": rng.choice([None, "1.0", "2.0"]),
            "environment": rng.choice([None, "prod", "test"]),
            "status": rng.choice(["success", "failure", "running"]),
            "error_type": "TimeoutError",
            "model": f"m-{rng.randrange(10**9)}",
            "steps": [
                step(f"s{n}", latency_ms=rng.choice([1, 30, 30, 5_000, 70_000])) for n in range(rng.randrange(4))
            ],
            "tool_calls": [
                tool_call(f"c{n}", tool_name=tool, status=rng.choice(["success", "failure"]))
                for n, tool in enumerate(tools)
            ],
            "cost": {"tokens_prompt": rng.randrange(5_000), "total_cost_usd": rng.randrange(10_000) / 1e6},
        }


def world_of(client: Any, seed: int) -> World:
    """Return runs and counters over a table."""
    return World(client, "t", random.Random(seed))  # noqa: S311  reproducible, not secret


def counted_world(table: MemoryTable, *, seed: int, runs: int) -> World:
    """Return runs over an empty table, those that failed explained, and all counted as they are."""
    world = world_of(table, seed)
    for number in range(runs):
        world.ingest(f"run-{number}")
        world.explain(f"run-{number}")
    world.deliver(table.records)
    return world


def _of(body: Mapping[str, Any], agent: str | None, environment: str | None) -> bool:
    return agent in (None, body["agent_name"]) and environment in (None, body.get("environment"))


def _wire(records: list[Mapping[str, Any]]) -> str:
    """Return records as they come over the wire; what counters do not read, bytes among it, is left out."""
    return json.dumps(records, default=lambda _: "")
