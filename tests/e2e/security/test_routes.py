"""Who may use which route: each route of the template, with every credential in every place (fault 29)."""

from collections.abc import Callable
from itertools import product as pairs
from typing import Any

import httpx
import pytest

from tests.conftest import Cloud
from tests.e2e.security.conftest import ACCESS, Analysed, Guarded, sample_run
from tests.e2e.security.routes import (
    FILES,
    GUARDED,
    PUBLIC,
    ROUTES,
    SIDES,
    TRACES,
    Route,
    right_credentials,
    wrong_credentials,
)
from tests.integration.functions.product import Answer, Product
from tests.support.template import events, functions

pytestmark = pytest.mark.fault(29)

Refusal = Callable[[httpx.Response, int, str], dict[str, Any]]
NOBODY = Analysed("nobody", "rca-nobody", "", "0" * 16)
NOT_SERVED = [
    (route, method)
    for route, method in pairs(ROUTES, ("PUT", "PATCH", "TRACE", "HEAD", "PROPFIND"))
    if method not in {other.method for other in ROUTES if other.path == route.path}
]


def test_every_function_that_the_world_can_reach_has_a_secret_and_every_public_route_is_meant_to_be() -> None:
    reachable = {function for function, _, _ in events("HttpApi")}
    reachable |= {name for name, properties in functions().items() if "FunctionUrlConfig" in properties}

    assert reachable == {*SIDES, FILES}
    assert {str(route) for route in ROUTES if route.public} == PUBLIC


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_no_wrong_credential_opens_a_route_or_changes_anything_or_tells_what_there_is(
    guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal, route: Route, every: int
) -> None:
    before = guarded_stack.state(ids)

    # Nothing at all is the first; each route starts at another of the rest.
    nothing, *wrong = wrong_credentials(route.side)
    for headers in [nothing, *wrong[GUARDED.index(route) % every :: every]]:
        answer = guarded_stack.ask(route, headers, ids)
        told = is_refusal(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer realm=")
        assert ("X-Ingest-Secret" if route.function == "IngestFunction" else "Authorization: Bearer") in answer.text
        assert told == is_refusal(guarded_stack.ask(route, headers, NOBODY), 401, "unauthenticated")

    assert guarded_stack.state(ids) == before


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_the_secret_of_its_side_opens_a_route_from_each_place_that_may_hold_it(
    guarded_stack: Guarded, others: Analysed, route: Route
) -> None:
    for headers in right_credentials(route.side):
        run_id = "doomed" if route.method == "DELETE" else others.run_id
        if run_id == "doomed":
            guarded_stack.analysed(sample_run(run_id))

        answer = guarded_stack.ask(route, headers, others._replace(run_id=run_id))

        assert answer.status_code in (200, 204, 307, 422), answer.text


@pytest.mark.parametrize("route", [route for route in ROUTES if route.public], ids=str)
@pytest.mark.parametrize("headers", [[], [("Authorization", "Bearer wrong")], [("X-API-Key", "")]])
def test_a_public_route_asks_for_nothing(guarded_stack: Guarded, route: Route, headers: list[tuple[str, str]]) -> None:
    assert guarded_stack.ask(route, headers, NOBODY).status_code == 200


@pytest.mark.parametrize("place", ["token", "api_key", "x-api-key", "access_token", "secret", "authorization"])
def test_a_secret_in_the_address_opens_nothing(guarded_stack: Guarded, is_refusal: Refusal, place: str) -> None:
    for route in GUARDED:
        path = route.address()
        answer = guarded_stack.send(
            route.method,
            f"{path}?{place}={route.side.secret}",
            body={} if route.method == "POST" else None,
            on_url=route.on_url,
        )
        is_refusal(answer, 401, "unauthenticated")


DISGUISES = [
    *("/docs/../agent-runs", "/docs/%2e%2e/agent-runs", "/docs%2f..%2fagent-runs", "/./agent-runs", "//agent-runs"),
    *("/agent-runs/", "/agent-runs//", "/%61gent-runs", "/agent-runs?x=/docs", "/agent-runs;/docs", "/agent-runs/."),
    *("/AGENT-RUNS", "/agent-runs%3f/docs", "/agent-runs%23/docs", "/docs%00/agent-runs", "/agent-runs%2fguarded-run"),
    *("/agent-runs/guarded-run%2ftimeline", "/agent-runs/guarded-run/../guarded-run", "/agent-runs/%67uarded-run"),
    *("/agent-runs/guarded-run%3f", "/openapi.json/../agent-runs/guarded-run", "/docs/../../agent-runs/guarded-run"),
    *("/%2fagent-runs", "/agent-runs%20", "/agent-runs%0a", "/agent-runs\\guarded-run", "/docs;/../agent-runs"),
]


@pytest.mark.parametrize("path", DISGUISES)
def test_no_disguise_of_a_path_makes_it_public(guarded_stack: Guarded, ids: Analysed, path: str) -> None:
    for method, on_url in pairs(("GET", "POST", "DELETE", "HEAD"), (False, True)):
        answer = guarded_stack.send(method, path, on_url=on_url)

        assert answer.status_code in (401, 404, 405)
        assert "agent_name" not in answer.text
    assert guarded_stack.state(ids)["revision"] == 1


@pytest.mark.parametrize(("route", "method"), NOT_SERVED, ids=str)
def test_a_method_that_is_not_served_does_nothing(
    guarded_stack: Guarded, ids: Analysed, route: Route, method: str
) -> None:
    answer = guarded_stack.ask(route._replace(method=method), [ACCESS], ids)

    assert answer.status_code == 405
    assert route.method in answer.headers["allow"].split(", ")
    assert answer.headers["content-type"] == "application/problem+json"


# ---------------------------------------------------------------- stacks without secrets, or with one
def _asked(product: Product, route: Route, headers: dict[str, str]) -> Answer:
    path = route.address()
    if route.on_url:
        return product.stream(path, headers)
    return product.http(route.method, path, b"{}" if route.method == "POST" else None, headers)


ANY_CREDENTIAL = [{}, {"Authorization": "Bearer "}, {"X-API-Key": ""}, {"Authorization": "Bearer guess"}]


def test_a_stack_without_secrets_is_closed_to_all(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Product(cloud, monkeypatch, OPEN_ACCESS="false")

    for route, headers in pairs(ROUTES, ANY_CREDENTIAL):
        answer = _asked(closed, route, headers)
        assert answer.status == (200 if route.public else 403), route
        assert route.public or route.path.startswith(TRACES) or answer.json()["type"] == "/problems/closed"


def test_a_stack_that_was_opened_is_open_to_all(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Product(cloud, monkeypatch, OPEN_ACCESS="true")

    for route, headers in pairs(ROUTES, ANY_CREDENTIAL):
        allowed = (200, 415) if route.path.startswith(TRACES) else (200, 404, 422)
        assert _asked(opened, route, headers).status in allowed, route


@pytest.mark.parametrize(("set_secret", "function"), [("INGEST_SECRET", "IngestFunction"), ("ACCESS_SECRET", "other")])
@pytest.mark.parametrize("opened", ["true", "false"])
def test_a_secret_on_one_side_neither_opens_nor_guards_the_other(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, set_secret: str, function: str, opened: str
) -> None:
    half = Product(cloud, monkeypatch, **{set_secret: "a-secret", "OPEN_ACCESS": opened})

    for route in GUARDED:
        guarded = (route.function == "IngestFunction") == (function == "IngestFunction")
        refused = 401 if guarded else 403
        unguarded = opened == "true" and not guarded
        assert (_asked(half, route, {}).status == refused) is not unguarded, route
        answer = _asked(half, route, {"Authorization": "Bearer a-secret"})
        assert (answer.status == 403) is (not guarded and opened == "false"), route
