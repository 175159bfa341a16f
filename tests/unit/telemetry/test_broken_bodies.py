"""Bodies broken at random in one to five places: no child is lost, nothing fails, and `strict` names each place."""

import json

import pytest

from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from tests.support.broken import broken_body
from tests.support.runs import parse

_BATCH = 100


def kept_children(run: dict[str, object]) -> int:
    """Return how many children are kept, in their place or among the attributes."""
    attributes = run.get("attributes")
    strays = attributes if isinstance(attributes, dict) else {}
    count = 0
    for group in ("steps", "tool_calls", "guardrail_events"):
        for entries in (run.get(group, []), strays.get(group, [])):
            assert isinstance(entries, list)
            count += len(entries)
    return count


@pytest.mark.parametrize("batch", [*range(2), *(pytest.param(batch, marks=pytest.mark.deep) for batch in range(2, 50))])
def test_no_child_is_lost_and_each_place_is_named(batch: int) -> None:
    for seed in range(batch * _BATCH, (batch + 1) * _BATCH):
        broken = broken_body(seed)

        result = parse(broken.raw)

        text = result.body.decode()
        assert AgentRun.from_body(result.body), seed
        assert kept_children(json.loads(text)) == broken.children, seed
        for mark in broken.marks:
            assert mark in text, (seed, mark)
        with pytest.raises(InvalidInput) as caught:
            parse(broken.raw, strict=True)
        named = [tuple(error["loc"]) for error in caught.value.errors]
        for place in broken.places:
            assert any(each[: len(place)] == place for each in named), (seed, place, named)
