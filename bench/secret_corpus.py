"""Secrets and look-alikes in the surroundings that runs have, and how a redactor fares on them."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parent.parent / "tests/unit/telemetry"
DEVELOPMENT: Final = FOLDER / "secrets_development.jsonl"
HELD_OUT: Final = FOLDER / "secrets_held_out.jsonl"
# Stands inside made-up keys in the files, so that no scanner of repositories takes them for real.
_SPLIT: Final = "¦"


class Sample(NamedTuple):
    """A text or a JSON value; the secrets in it, none in a look-alike; what must stay readable beside them."""

    data: Any
    secrets: list[str]
    keeps: list[str]


class Score(NamedTuple):
    """What a redactor missed, took for a secret, and took away beside one."""

    secrets: int
    look_alikes: int
    missed: list[Sample]
    false: list[Sample]
    lost: list[Sample]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.secrets

    @property
    def false_share(self) -> float:
        return len(self.false) / self.look_alikes


def load(path: Path) -> Iterator[Sample]:
    """Yield the samples of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line.replace(_SPLIT, ""))
        yield Sample(row["data"], row.get("secrets", []), row.get("keeps", []))


def run_with(data: Any) -> dict[str, Any]:
    """Return a run that holds a sample: a text as the error of a call, JSON as its arguments."""
    text = isinstance(data, str)
    call = {"call_id": "call-1", "tool_name": "tool", "status": "failure", "args_json": {"n": 1} if text else data}
    if text:
        call["error_message"] = data
    return {"run_id": "run-1", "agent_name": "agent", "status": "failure", "tool_calls": [copy.deepcopy(call)]}


def score(redact: Callable[[dict[str, Any]], object], samples: Iterable[Sample]) -> Score:
    """Return how a redactor fares: missed is what can still be read, false is any change of a look-alike."""
    result = Score(0, 0, [], [], [])
    for sample in samples:
        run = run_with(sample.data)
        redact(run)
        text = json.dumps(run, ensure_ascii=False)
        if not sample.secrets:
            result = result._replace(look_alikes=result.look_alikes + 1)
            if run != run_with(sample.data):
                result.false.append(sample)
            continue
        result = result._replace(secrets=result.secrets + 1)
        if any(_stands(secret, text) for secret in sample.secrets):
            result.missed.append(sample)
        elif not all(_stands(kept, text) for kept in sample.keeps):
            result.lost.append(sample)
    return result


def _stands(part: str, text: str) -> bool:
    return part in text or json.dumps(part, ensure_ascii=False)[1:-1] in text
