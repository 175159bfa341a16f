"""What `GET /docs` offers to try succeeds as it stands: every example of the served description, sent to a stack."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from rca_core.web.openapi import document
from tests.e2e.client import StackClient

Json = dict[str, Any]


class Example(NamedTuple):
    """A request as the page would send it."""

    method: str
    path: str
    query: Json
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def examples(described: Json) -> Iterator[Example]:
    """Yield a request for each operation, and one more for each further example of its body."""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            given = {each["name"]: each["example"] for each in operation["parameters"] if "example" in each}
            # The id of an analysis cannot be known ahead: the page says where to take it from.
            given |= {name: "{rca_run_id}" for name in ("rca_run_id", "before") if name in given}
            where = path.format(**given)
            query = {
                each["name"]: given[each["name"]]
                for each in operation["parameters"]
                if each["in"] == "query" and each["name"] in given
            }
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for body in [example["value"] for example in content.get("examples", {}).values()] or [None]:
                yield Example(method.upper(), where, query, body)


DESCRIBED = document()
POSTS = [example for example in examples(DESCRIBED) if example.path == "/agent-runs" and example.method == "POST"]
OTHERS = sorted((each for each in examples(DESCRIBED) if each not in POSTS), key=lambda each: each.method == "DELETE")


@pytest.fixture(scope="module")
def stored(client: StackClient) -> list[Json]:
    """Post the runs that the other examples are about; return the answers."""
    return [send(client, example).json() for example in POSTS]


def send(client: StackClient, example: Example, rca_run_id: str = "") -> httpx.Response:
    path = example.path.replace("{rca_run_id}", rca_run_id)
    query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in example.query.items()}
    query = {name: rca_run_id if value == "{rca_run_id}" else value for name, value in query.items()}
    return client.http.request(example.method, path, params=query, json=example.body, follow_redirects=True)


def test_the_runs_are_stored(stored: list[Json]) -> None:
    assert [answer["run_id"] for answer in stored] == ["run-tool-schema-mismatch", "run-insufficient-evidence"]


@pytest.mark.parametrize("example", OTHERS, ids=str)
def test_an_example_succeeds(
    client: StackClient, stored: list[Json], example: Example, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    rca_run_id = client.analyse(stored[0]["run_id"])["rca_run_id"]
    # What recurs is known once its analysis is done and counted.
    if "/failures/" in example.path:
        eventually(lambda: client.http.get(example.path).status_code == 200)

    answer = send(client, example, rca_run_id)

    assert answer.is_success, answer.text


def test_the_page_has_a_title_and_no_other_hosts(client: StackClient) -> None:
    page = client.http.get("/docs").text

    assert "<title>AgentOps Smart SRE: API</title>" in page
    assert client.get("/openapi.json") == DESCRIBED
