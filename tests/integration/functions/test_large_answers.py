"""Answers that are larger than Lambda can carry: said so, and to be had in parts or compressed."""

import gzip
import json
from typing import Any

from rca_core.errors import AnswerTooLarge
from tests.integration.functions.product import Product
from tests.support.runs import incompressible, run_body, step

PATH = "/agent-runs/run-1/timeline"


def gzipped(body: dict[str, Any]) -> bytes:
    """Return a body as it is sent compressed."""
    return gzip.compress(json.dumps(body).encode(), 1)


def large_timeline(product: Product) -> None:
    """Store a run whose timeline, but not whose body, passes 6 MB: quotes double when an answer is written as JSON."""
    steps = [
        step(step_id=f"step-{number}", input_summary='"' * 1900, output_summary='"' * 1900) for number in range(700)
    ]
    assert product.post("/agent-runs", run_body(steps=steps)).status == 200


def test_a_timeline_too_large_for_one_answer_names_the_ways_to_get_it(product: Product) -> None:
    large_timeline(product)

    answer = product.get(PATH)

    # Not 413: nothing was wrong with the size of the request.
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/problems/answer-too-large"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert [error["loc"] for error in problem["errors"]] == [["header", "Accept-Encoding"], ["query", "limit"]]
    assert "6,291,456 can be carried: accept gzip and ask for fewer with a smaller limit" in problem["detail"]


def test_one_that_is_too_large_compressed_names_the_parameters_alone(product: Product) -> None:
    steps = [step(step_id=f"step-{n}", output_summary=incompressible(n, 2_000)) for n in range(6_000)]
    assert product.post("/agent-runs", gzipped(run_body(steps=steps)), {"Content-Encoding": "gzip"}).status == 200

    answer = product.get(PATH, {"Accept-Encoding": "gzip"})

    assert answer.status == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["query", "limit"]]
    parts = [product.get(PATH, {"Accept-Encoding": "gzip"}, query=f"offset={start}&limit=3000") for start in (0, 3_000)]
    assert [event["event_id"] for part in parts for event in part.json()] == [f"step-{n}" for n in range(6_000)]


def test_what_cannot_be_had_in_parts_says_so() -> None:
    assert AnswerTooLarge(7_000_000, 6_291_456, []).detail == (
        "The answer takes 7,000,000 bytes, and 6,291,456 can be carried: no part of it can be had."
    )


def test_it_is_served_compressed_and_in_parts_that_make_the_whole(product: Product) -> None:
    large_timeline(product)

    whole = product.get(PATH, {"Accept-Encoding": "gzip"}).json()
    first = product.get(PATH, query="limit=400").json()
    second = product.get(PATH, query="offset=400&limit=400").json()

    assert len(whole) == 700
    assert first + second == whole


def test_a_part_is_named_in_whole_numbers(product: Product) -> None:
    assert product.post("/agent-runs", run_body(steps=[step()])).status == 200

    answer = product.get(PATH, query="offset=-1&limit=0")

    assert answer.status == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["query", "offset"], ["query", "limit"]]
