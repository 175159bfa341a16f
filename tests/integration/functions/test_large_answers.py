"""Answers that are larger than Lambda can carry: said so, and to be had in parts or compressed."""

from tests.integration.functions.product import Product
from tests.support.runs import run_body, step

PATH = "/agent-runs/run-1/timeline"


def large_timeline(product: Product) -> None:
    """Store a run whose timeline, but not whose body, passes 6 MB: quotes double when an answer is written as JSON."""
    steps = [
        step(step_id=f"step-{number}", input_summary='"' * 1900, output_summary='"' * 1900) for number in range(700)
    ]
    assert product.post("/agent-runs", run_body(steps=steps)).status == 200


def test_a_timeline_too_large_for_one_answer_names_the_ways_to_get_it(product: Product) -> None:
    large_timeline(product)

    answer = product.get(PATH)

    assert answer.status == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/answer-too-large"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


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
