import pytest

from local.cors import is_preflight, preflight_headers, with_cors
from local.http_event import Request
from local.model import CorsSpec

CORS = CorsSpec(
    allow_origins=("https://app.example",),
    allow_methods=("GET", "POST"),
    allow_headers=("content-type",),
    expose_headers=("retry-after",),
    max_age=60,
)


def request(method: str, *names: str) -> Request:
    return Request(method, "/", "", [(name, "x") for name in names], "127.0.0.1")


def test_only_an_options_request_that_asks_for_a_method_is_a_preflight() -> None:
    assert is_preflight(request("OPTIONS", "Origin", "Access-Control-Request-Method"))
    assert not is_preflight(request("OPTIONS", "Origin"))
    assert not is_preflight(request("OPTIONS", "Access-Control-Request-Method"))
    assert not is_preflight(request("GET", "Origin", "Access-Control-Request-Method"))


def test_a_preflight_is_told_what_is_allowed() -> None:
    assert preflight_headers(CORS, "https://app.example") == [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "GET,POST"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-max-age", "60"),
    ]


@pytest.mark.parametrize("origin", ["https://app.example.evil", "http://app.example", "null", None])
def test_another_origin_is_told_nothing(origin: str | None) -> None:
    assert preflight_headers(CORS, origin) == []
    assert with_cors(CORS, origin, [("a", "b")]) == [("a", "b")]


def test_the_functions_own_headers_give_way() -> None:
    headers = with_cors(CORS, "https://app.example", [("Access-Control-Allow-Origin", "*"), ("a", "b")])

    assert headers == [
        ("a", "b"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-expose-headers", "retry-after"),
    ]


def test_without_settings_the_functions_own_headers_stay() -> None:
    own = [("access-control-allow-origin", "*")]

    assert with_cors(None, "https://app.example", own) == own


@pytest.mark.parametrize(
    ("pattern", "credentials", "answer"),
    [("*", False, "*"), ("https://*", False, "https://x.example"), ("*", True, "https://x.example")],
)
def test_origins_may_be_patterns(pattern: str, credentials: bool, answer: str) -> None:  # noqa: FBT001
    cors = CorsSpec(allow_origins=(pattern,), allow_credentials=credentials)

    headers = dict(with_cors(cors, "https://x.example", []))

    assert headers["access-control-allow-origin"] == answer
    assert ("access-control-allow-credentials" in headers) is credentials
