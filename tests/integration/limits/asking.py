"""What every refusal has in common, asked of the real handler."""

import json
from typing import Any

from tests.integration.functions.product import Answer, Product, is_problem
from tests.support.runs import run_body

PATH = "/agent-runs"


def refused(
    product: Product, body: Any, *, status: int = 422, headers: dict[str, str] | None = None, query: str = ""
) -> dict[str, Any]:
    """Check that a body is refused before anything was written or asked of AWS; return the problem."""
    before = len(product.cloud.operations)
    answer = product.post(PATH, body, headers, query=query)
    codes = {413: "payload-too-large", 415: "unsupported-media-type", 422: "invalid-input"}
    problem = is_problem(answer, status, codes[status])
    assert product.cloud.operations[before:] == []
    return problem


def places(problem: dict[str, Any]) -> list[list[str | int]]:
    """Return where a problem says that the refused fields are."""
    return [error["loc"] for error in problem["errors"]]


def kept(product: Product, body: Any) -> list[dict[str, Any]]:
    """Check that a body is kept, can be read back, and that its analysis ends; return the timeline."""
    answer = product.post(PATH, body)
    assert answer.status == 200, answer.body
    run = f"{PATH}/{answer.json()['run_id']}"
    assert product.get(run).status == 200
    assert product.get(PATH).status == 200
    timeline: Answer = product.get(f"{run}/timeline", {"Accept-Encoding": "gzip"})
    assert timeline.status == 200, timeline.body
    rca = product.post(f"{run}/rca-runs").json()
    assert product.work(milliseconds=120_000) == []
    ended = product.get(f"{PATH}/rca-runs/{rca['rca_run_id']}", {"Accept-Encoding": "gzip"})
    assert ended.json()["status"] == "done"
    events: list[dict[str, Any]] = timeline.json()
    return events


def with_raw(text: str, **fields: Any) -> bytes:
    """Return a run's JSON with members in it that no encoder writes, such as `"retries": 1e400`."""
    return (json.dumps(run_body(**fields))[:-1] + ", " + text + "}").encode()
