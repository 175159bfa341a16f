"""The API as commands use it: answers as JSON, streams that go on where they broke off, errors with an exit code."""

import json
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from smart_sre.answer import Answer, Unreachable
from smart_sre.settings import Settings
from smart_sre.transport import open_url, send

Json = dict[str, Any]

UNREACHABLE: Final = 3
REFUSED: Final = 4
_SECONDS: Final = 30.0
_TRIES: Final = 4
_LONGEST_PAUSE: Final = 20.0
_LATER: Final = frozenset({429, 502, 503, 504})
_DOTS: Final = frozenset({".", ".."})


class Problem(Exception):
    """What keeps a command from its answer; `exit_code` says of which kind it is."""

    def __init__(self, message: str, exit_code: int, status: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.status = status


class Api:
    """One stack's API."""

    def __init__(self, settings: Settings) -> None:
        if not settings.url:
            why = "; ".join(settings.problems) or "set SMART_SRE_URL, or give --url"
            raise Problem(why, 2)
        self.settings = settings

    def get(self, path: str, **query: Any) -> Any:
        """Return what a path answers."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._json("GET", path + (f"?{urlencode(given)}" if given else ""))

    def post(self, path: str, body: bytes = b"", *, ingest: bool = False) -> Any:
        """Return what a post answers; `ingest` sends the secret of agents instead of people's."""
        return self._json("POST", path, body, ingest=ingest)

    def delete(self, path: str) -> None:
        """Delete what is at a path."""
        self.ask("DELETE", path)

    def ask(self, method: str, path: str, body: bytes | None = None, *, ingest: bool = False) -> Answer:
        """Return a good answer; `Problem` for any other."""
        headers = {"Accept": "application/json", "User-Agent": "smart-sre-command", **self._credential(ingest=ingest)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self.settings.url}{path}"
        for left in reversed(range(_TRIES)):
            try:
                answer = send(url, method=method, headers=headers, body=body, seconds=_SECONDS)
            except Unreachable as error:
                raise Problem(f"{self.settings.url} cannot be reached: {error}", UNREACHABLE) from error
            if answer.status not in _LATER or not left:
                break
            time.sleep(min(answer.retry_after or 0.0, _LONGEST_PAUSE) + random.uniform(0.1, 0.5))  # noqa: S311  jitter
        if 200 <= answer.status < 300:
            return answer
        raise Problem(_said(method, path, answer), REFUSED, answer.status)

    def follow(self, stream_url: str) -> Iterator[Json]:
        """Yield progress records to the last one, over as many connections as it takes."""
        place = _Place()
        while not place.ended:
            try:
                yield from self._connected(stream_url, place)
            except (Unreachable, OSError, ValueError) as error:
                place.broken += 1
                if place.broken >= _TRIES:
                    raise Problem(f"the stream breaks off again and again: {error}", UNREACHABLE) from error
            if not place.ended:
                time.sleep(place.pause)

    def _connected(self, stream_url: str, place: "_Place") -> Iterator[Json]:
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": place.last} if place.last else {})}
        with open_url(stream_url, headers=headers, body=None, seconds=_SECONDS) as opened:
            if opened.status == 204:
                place.ended = True
                return
            if opened.status != 200:
                answer = Answer(opened.status, opened.read(100_000), opened.headers)
                raise Problem(_said("GET", "the stream", answer), REFUSED, opened.status)
            for kind, value in _lines(opened):
                if kind == "id":
                    place.last, place.broken = value, 0
                elif kind == "retry" and value.isdigit():
                    place.pause = min(int(value) / 1000, _LONGEST_PAUSE)
                elif kind == "data":
                    record = json.loads(value)
                    place.ended = record["status"] in ("done", "error")
                    yield record
                    if place.ended:
                        return

    def _json(self, method: str, path: str, body: bytes | None = None, *, ingest: bool = False) -> Any:
        found = self.ask(method, path, body, ingest=ingest).json()
        if found is None:
            raise Problem(f"{self.settings.url} answers no JSON: is it the address of a stack?", REFUSED)
        return found

    def _credential(self, *, ingest: bool) -> Mapping[str, str]:
        secret = self.settings.secret if ingest else self.settings.access_secret
        if not secret:
            return {}
        return {"X-Ingest-Secret": secret} if ingest else {"Authorization": f"Bearer {secret}"}


@dataclass(slots=True)
class _Place:
    """How far a stream was read, and how it went."""

    last: str = ""
    pause: float = 1.0
    broken: int = 0
    ended: bool = False


def part(name: str) -> str:
    """Return an id as a part of a path."""
    if not name or name in _DOTS:
        raise Problem(f"{name!r} is no id", 2)
    return quote(name, safe=":")


def _lines(opened: Any) -> Iterator[tuple[str, str]]:
    for raw in opened:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        name, _, value = line.partition(":")
        if name:
            yield name, value.removeprefix(" ")


def _said(method: str, path: str, answer: Answer) -> str:
    problem = answer.json()
    told = problem if isinstance(problem, dict) else {}
    detail = told.get("detail") or told.get("title") or told.get("message") or "no reason given"
    fields = "".join(
        f"\n  {'.'.join(map(str, each.get('loc', ())))}: {each.get('msg', '')}" for each in told.get("errors") or ()
    )
    return f"{method} {path.partition('?')[0]}: {answer.status}, {detail}{fields}"
