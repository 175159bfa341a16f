"""Agents that post runs, and people who read, analyse and delete them, all at once."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from bench.payloads import agent_run
from bench.soak_tally import Tally

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Json = dict[str, Any]

_SIZES: Final = ((15, 80), (600, 17), (6_000, 3))
"""Children of a run, and how many in a hundred runs have so many."""
_KEPT: Final = 40
"""Runs that a stack keeps at a time: what is stored must not grow, or memory would."""
_DELETED_UNTIL: Final = 30.0
"""Seconds that an analysis may take before its run is kept for the end, where it has to end or is stuck."""


@dataclass
class Asked:
    """An analysis that was asked for, or that its run started by itself.

    `end` is how it ended, as far as that is known: done, error or deleted.
    """

    rca_run_id: str
    stream_url: str
    since: float = field(default_factory=time.monotonic)
    end: str | None = None


class Load:
    """The runs of a soak, and what is done with them. `asked` holds the analyses so far, by id."""

    def __init__(self, http: httpx.AsyncClient, tally: Tally, rng: random.Random) -> None:
        self.asked: dict[str, Asked] = {}
        self._http = http
        self._tally = tally
        self._rng = rng
        self._runs: dict[str, Json] = {}
        self._analyses: dict[str, list[Asked]] = {}
        self._made = 0
        self._shares: dict[Callable[[], Awaitable[None]], int] = {
            self._new: 25,
            self._again: 8,
            self._changed: 12,
            self._analyse: 25,
            self._read: 20,
            self._list: 5,
            self._delete: 5,
        }

    async def go_on(self, *, pause: float) -> None:
        """Do one thing after another, with pauses of so many seconds on average, until cancelled."""
        while True:
            [act] = self._rng.choices(list(self._shares), list(self._shares.values()))
            await (act if self._runs else self._new)()
            while len(self._runs) > _KEPT:
                await self._delete()
            await asyncio.sleep(self._rng.expovariate(1 / pause))

    async def _new(self) -> None:
        [children] = self._rng.choices([size for size, _ in _SIZES], [share for _, share in _SIZES])
        self._made += 1
        run = agent_run(children, run_id=f"soak-{self._made}")
        await self._post(run)
        self._runs[run["run_id"]] = run

    async def _again(self) -> None:
        await self._post(self._runs[self._some()])

    async def _changed(self) -> None:
        run_id = self._some()
        self._runs[run_id] |= {"model": f"model-{self._rng.randrange(1_000_000)}"}
        await self._post(self._runs[run_id])

    async def _post(self, run: Json) -> None:
        stored = await self._ask("ingest", "POST", "/agent-runs", json=run)
        # A failed run starts its own analysis, until many that fail alike have.
        if stored and stored["rca_run_id"] and (rca := await self.detail(stored["rca_run_id"])):
            self._note(run["run_id"], rca)

    async def _analyse(self) -> None:
        query = {"force": "true"} if self._rng.random() < 0.2 else {}
        run_id = self._some()
        if rca := await self._ask("analyse", "POST", f"/agent-runs/{run_id}/rca-runs", params=query):
            self._note(run_id, rca)

    def _note(self, run_id: str, rca: Json) -> None:
        asked = self.asked.setdefault(rca["rca_run_id"], Asked(rca["rca_run_id"], rca["stream_url"]))
        self._analyses.setdefault(run_id, []).append(asked)

    async def _read(self) -> None:
        path = f"/agent-runs/{self._some()}"
        await self._ask("header", "GET", path)
        await self._ask("timeline", "GET", f"{path}/timeline", params={"limit": "100"})
        if self.asked:
            await self.detail(self._rng.choice(list(self.asked)))

    async def _list(self) -> None:
        await self._ask("list", "GET", "/agent-runs", params={"limit": "20"})

    async def _delete(self) -> None:
        run_id = next(iter(self._runs))
        del self._runs[run_id]
        analyses = self._analyses.pop(run_id, [])
        for asked in analyses:
            await self.look_at(asked)
        if any(asked.end is None and time.monotonic() - asked.since > _DELETED_UNTIL for asked in analyses):
            return
        await self._ask("delete", "DELETE", f"/agent-runs/{run_id}")
        for asked in analyses:
            asked.end = asked.end or "deleted"

    async def look_at(self, asked: Asked) -> None:
        """Note how an analysis ended, if it did."""
        rca = await self.detail(asked.rca_run_id)
        if rca is None:
            asked.end = asked.end or "deleted"
        elif rca["status"] in ("done", "error"):
            asked.end = rca["status"]
            # One that was asked for while its run was deleted ends so.
            if rca["status"] == "error" and "deleted" not in rca["error_message"]:
                self._tally.fault("failed", f"{asked.rca_run_id}: {rca['error_message']}")

    async def detail(self, rca_run_id: str) -> Json | None:
        """Return an analysis, or None if it was deleted with its run."""
        return await self._ask("analysis", "GET", f"/agent-runs/rca-runs/{rca_run_id}")

    def _some(self) -> str:
        return self._rng.choice(list(self._runs))

    async def _ask(self, what: str, method: str, path: str, **more: Any) -> Json | None:
        try:
            answer = await self._http.request(method, path, **more)
        except httpx.TransportError as error:
            self._tally.fault("no answer", f"{what}: {error!r}")
            return None
        self._tally.answered(what, answer.status_code, answer.text if answer.status_code >= 400 else "")
        return answer.json() if answer.status_code == 200 else None
