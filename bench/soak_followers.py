"""Clients that follow analyses, leave in the middle, and come back to where they were."""

import asyncio
import json
import random
from typing import Final

import httpx
from httpx_sse import ServerSentEvent, aconnect_sse

from bench.soak_load import Asked, Load
from bench.soak_tally import Tally

_FIRST: Final = "0000#0000"
_LEAVES_AFTER: Final = (1, 2, 3, None)
"""Events; None stays to the end."""


async def follow_one_after_another(http: httpx.AsyncClient, load: Load, tally: Tally, rng: random.Random) -> None:
    """Follow one of the newest analyses to its end, pause as a person does, and follow another, until cancelled."""
    while True:
        await asyncio.sleep(rng.uniform(1, 20))
        if load.asked:
            await _Follower(http, load, rng.choice(list(load.asked.values())[-5:]), tally, rng).to_the_end()


class _Follower:
    def __init__(self, http: httpx.AsyncClient, load: Load, asked: Asked, tally: Tally, rng: random.Random) -> None:
        self._http = http
        self._load = load
        self._asked = asked
        self._tally = tally
        self._rng = rng
        self._last = ""
        self._ended = False

    async def to_the_end(self) -> None:
        """Connect until a stream has ended with the analysis, or there is no such analysis any more."""
        while not self._ended:
            try:
                await self._connect()
            except httpx.TransportError as error:
                self._tally.fault("stream broke", f"{self._asked.rca_run_id}: {error!r}")
                self._ended = True

    async def _connect(self) -> None:
        headers = {"Last-Event-ID": self._last} if self._last else {}
        leaves_after, seen = self._rng.choice(_LEAVES_AFTER), 0
        async with aconnect_sse(self._http, "GET", self._asked.stream_url, headers=headers) as source:
            status = source.response.status_code
            self._tally.answered("stream", status)
            if status != 200:
                self._ended = True
                return
            self._tally.streams += 1
            self._tally.resumed += bool(self._last)
            async for event in source.aiter_sse():
                await self._take(event)
                seen += 1
                if self._ended or seen == leaves_after:
                    return

    async def _take(self, event: ServerSentEvent) -> None:
        self._tally.events += 1
        self._ended = json.loads(event.data)["status"] in ("done", "error")
        expected = event.id in _successors(self._last)
        # Whoever reads an analysis while it is deleted may find its state without its records, or be told of its end.
        if not expected and await self._load.detail(self._asked.rca_run_id):
            self._tally.fault("gap or repeat", f"{self._asked.rca_run_id}: {event.id} after {self._last or 'nothing'}")
        self._last = event.id


def _successors(last: str) -> set[str]:
    """Return the ids that may come after an id: the next of its attempt, or the first of the next."""
    if not last:
        return {_FIRST, "0001#0001"}
    attempt, number = map(int, last.split("#"))
    return {f"{attempt:04d}#{number + 1:04d}", f"{attempt + 1:04d}#0001"}
