import pytest

from local.model import Route
from local.routing import Router

ROUTES = [
    Route("ANY", "$default", "fallback"),
    Route("GET", "/runs/{run_id}", "one"),
    Route("GET", "/runs/latest", "latest"),
    Route("GET", "/runs/{run_id}/parts/{part}", "part"),
    Route("GET", "/files/{path+}", "files"),
    Route("GET", "/files/{name}", "file"),
    Route("ANY", "/runs", "any"),
    Route("POST", "/runs", "create"),
    Route("GET", "/a.b", "dot"),
]


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/runs/7", "one", {"run_id": "7"}),
        ("GET", "/runs/latest", "latest", {}),
        ("GET", "/runs/a%2Fb%20c/parts/2", "part", {"run_id": "a/b c", "part": "2"}),
        ("GET", "/files/x", "file", {"name": "x"}),
        ("GET", "/files/x/y", "files", {"path": "x/y"}),
        ("POST", "/runs", "create", {}),
        ("DELETE", "/runs", "any", {}),
        ("GET", "/runs/", "fallback", {}),
        ("PUT", "/runs/7", "fallback", {}),
        ("GET", "/axb", "fallback", {}),
        ("GET", "/a.b", "dot", {}),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, function: str, parameters: dict[str, str]) -> None:
    match = Router(ROUTES).find(method, path)

    assert match is not None
    assert (match.route.function, match.parameters) == (function, parameters)


def test_without_a_default_other_paths_have_no_route() -> None:
    assert Router(ROUTES[1:]).find("GET", "/elsewhere") is None


def test_a_routes_key_is_what_events_say() -> None:
    assert [route.key for route in ROUTES[:2]] == ["$default", "GET /runs/{run_id}"]
