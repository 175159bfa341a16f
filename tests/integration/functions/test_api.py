"""What holds for every route but ingest: routes, access, request ids."""

import pytest

from tests.integration.functions.product import Product, is_problem

RCA_RUNS = "/agent-runs/run-1/rca-runs"


@pytest.mark.parametrize("path", ["/", "//", ""])
def test_the_api_says_that_it_answers(product: Product, path: str) -> None:
    answer = product.get(path)

    assert (answer.status, answer.json()) == (200, {"status": "ok", "service": "agentops-smart-sre"})


def test_a_browser_is_sent_from_the_api_to_the_page_and_a_program_is_not(closed: Product) -> None:
    browser = closed.get("/", {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    program = closed.get("/", {"Accept": "*/*"})

    assert (browser.status, browser.headers["location"]) == (303, "/ui/")
    assert program.json()["status"] == "ok"
    assert browser.headers["vary"] == program.headers["vary"] == "Accept"


def test_the_description_is_served(closed: Product) -> None:
    assert closed.get("/openapi.json").json()["openapi"].startswith("3.1")
    page = closed.get("/docs", {"Accept-Encoding": "gzip"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-encoding"] == "gzip"
    assert b"AgentOps Smart SRE" in page.body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/agent-runs/run-1/nothing"),
        ("GET", "/rca-runs"),
        ("POST", "/rca-runs/x/y/z"),
        ("GET", "/agent-runs/a/b/c/d"),
        ("GET", "/é"),
        ("GET", "/%00"),
    ],
)
def test_an_unknown_route_is_not_found(product: Product, method: str, path: str) -> None:
    document = is_problem(product.http(method, path), 404, "not-found")

    assert "route" in document["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/agent-runs", "GET, POST"),
        ("POST", "/agent-runs/run-1", "DELETE, GET"),
        ("POST", "/agent-runs/run-1/timeline", "GET"),
        ("GET", "/agent-runs/run-1/rca-runs", "POST"),
        ("PATCH", "/agent-runs/rca-runs/rca-1", "GET"),
        ("HEAD", "/", "GET"),
        ("DELETE", "/docs/", "GET"),
    ],
)
def test_a_known_path_with_another_method_names_those_it_has(
    product: Product, method: str, path: str, allowed: str
) -> None:
    answer = product.http(method, path)

    is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        "/agent-runs/run-1",
        "/agent-runs/run-1/timeline",
        "/agent-runs",
        "/failures",
        "/docs",
        "/openapi.json",
    ],
)
def test_a_trailing_slash_is_the_same_route(stored: Product, path: str) -> None:
    plain, slashed = stored.get(path), stored.get(path + "/")

    assert slashed.status == 200
    assert slashed.body == plain.body


GUARDED_ROUTES = [
    ("GET", "/agent-runs"),
    ("GET", "/agent-runs/run-1"),
    ("GET", "/agent-runs/run-1/timeline"),
    ("POST", RCA_RUNS),
    ("GET", "/agent-runs/rca-runs/rca-1"),
    ("GET", "/rca-runs/rca-1/stream"),
    ("GET", "/failures"),
    ("GET", "/failures/0000000000000000"),
    ("PATCH", "/failures/0000000000000000"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED_ROUTES)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"X-Api-Key": "s3cret-in"}, {"X-Ingest-Secret": "s3cret-out"}]
)
def test_a_guarded_route_needs_the_secret_of_its_side(
    guarded: Product, method: str, path: str, headers: dict[str, str]
) -> None:
    is_problem(guarded.http(method, path, headers=headers), 401, "unauthenticated")

    assert guarded.operations["ApiFunction"] == []


@pytest.mark.parametrize(("method", "path"), GUARDED_ROUTES)
def test_a_stack_without_secrets_is_closed(closed: Product, method: str, path: str) -> None:
    is_problem(closed.http(method, path), 403, "closed")


@pytest.mark.parametrize(("method", "path"), [route for route in GUARDED_ROUTES if route[1].count("/") > 1])
@pytest.mark.parametrize("headers", [{"authorization": "Bearer s3cret-out"}, {"X-API-KEY": "s3cret-out"}])
def test_the_secret_opens(guarded: Product, method: str, path: str, headers: dict[str, str]) -> None:
    # What is changed is read before what is to be changed.
    assert guarded.http(method, path, headers=headers).status == (422 if method == "PATCH" else 404)


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/", "/openapi.json"])
def test_what_describes_the_api_is_public(guarded: Product, path: str) -> None:
    assert guarded.get(path).status == 200


def test_a_request_id_is_echoed_everywhere(product: Product) -> None:
    for path in ("/", "/nothing", "/agent-runs/none", "/agent-runs"):
        assert product.get(path, {"X-Request-Id": "req-9"}).headers["x-request-id"] == "req-9"
