"""Which sites' pages may read what the API answers (fault 29)."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.e2e.security.conftest import ACCESS, Analysed, Guarded
from tests.e2e.security.routes import ROUTES
from tests.support.template import properties, template

pytestmark = pytest.mark.fault(29)

ALLOWED = "http://localhost:3000"
OF_API = [route for route in ROUTES if not route.on_url]
STRANGERS = [
    *(
        "https://evil.test",
        "null",
        "http://localhost:3000.evil.test",
        "http://localhost:30000",
        "https://localhost:3000",
    ),
    *(
        "http://evil.test/http://localhost:3000",
        "http://user@localhost:3000",
        "http://LOCALHOST:3000.evil.test",
        "file://",
    ),
    *(
        "http://localhost",
        "http://127.0.0.1",
        "*",
        "http://localhost:3000 https://evil.test",
        "http://sub.localhost:3000",
    ),
]


def _cross_origin(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_stranger_reads_no_answer_and_may_send_nothing(guarded_stack: Guarded, ids: Analysed, origin: str) -> None:
    for route in OF_API:
        path = route.address(rca_run_id=ids.rca_run_id)
        for credential in (ACCESS, ("X-API-Key", "wrong")):
            body: Any = {} if route.method == "POST" else None
            answer = guarded_stack.send(route.method, path, [("Origin", origin), credential], body)
            assert _cross_origin(answer.headers) == []
        asked = [("Origin", origin), ("Access-Control-Request-Method", route.method)]
        preflight = guarded_stack.send("OPTIONS", path, asked)
        assert _cross_origin(preflight.headers) == []


def test_any_page_that_has_its_address_reads_a_stream_and_none_without(guarded_stack: Guarded, ids: Analysed) -> None:
    path = f"/rca-runs/{ids.rca_run_id}/stream"
    stranger = ("Origin", "https://evil.test")

    opened = guarded_stack.send("GET", f"{path}?token={ids.token}", [stranger], on_url=True)
    refused = guarded_stack.send("GET", path, [stranger], on_url=True)

    assert (opened.status_code, refused.status_code) == (200, 401)
    assert ids.run_id not in refused.text
    for answer in (opened, refused):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("credential", [ACCESS, ("X-API-Key", "wrong")])
def test_a_page_that_may_read_answers_reads_refusals_too_and_never_with_cookies(
    guarded_stack: Guarded, ids: Analysed, credential: tuple[str, str]
) -> None:
    for route in ROUTES:
        path = route.address(rca_run_id=ids.rca_run_id)
        body: Any = {} if route.method == "POST" else None
        answer = guarded_stack.send(route.method, path, [("Origin", ALLOWED), credential], body, on_url=route.on_url)
        assert answer.headers["access-control-allow-origin"] == ("*" if route.on_url else ALLOWED)
        assert "access-control-allow-credentials" not in answer.headers


def test_no_origin_is_allowed_by_default_but_this_machine_s() -> None:
    origins = template()["Parameters"]["AllowedOrigins"]["Default"].split(",")

    assert {origin.rpartition(":")[0] for origin in origins} == {"http://localhost", "http://127.0.0.1"}
    api, stream = properties("HttpApi")["CorsConfiguration"], properties("StreamFunction")["FunctionUrlConfig"]["Cors"]
    assert api["AllowOrigins"] == {"Ref": "AllowedOrigins"}
    for cors in (api, stream):
        assert "AllowCredentials" not in cors
        assert "*" not in cors["AllowHeaders"] + cors["AllowMethods"] + cors["ExposeHeaders"]
