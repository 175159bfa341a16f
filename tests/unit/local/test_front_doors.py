"""How the front doors put what functions do into HTTP; the functions are made up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, cast

import httpx
import pytest

from local.function_url import FunctionUrl
from local.gateway import Gateway
from local.invocation import FunctionError, PayloadTooLargeError, ResponseStream
from local.model import ApiSpec, CorsSpec, Route, UrlSpec
from local.pools import Functions

ORIGIN = "https://app.example"
CORS = CorsSpec(allow_origins=(ORIGIN,))
Answer = Callable[[], bytes | ResponseStream]


class MadeUp:
    """A function that gives one answer to everything, and remembers the events."""

    def __init__(self, answer: Answer) -> None:
        self.events: list[Mapping[str, Any]] = []
        self._answer = answer

    async def invoke(self, event: Mapping[str, Any]) -> bytes | ResponseStream:
        self.events.append(event)
        return self._answer()

    async def call(self, event: Mapping[str, Any]) -> bytes:
        response = await self.invoke(event)
        return response if isinstance(response, bytes) else await response.read()


def failing(error: Exception) -> Answer:
    def answer() -> bytes:
        raise error

    return answer


def url(function: MadeUp) -> FunctionUrl:
    functions = cast(Functions, {"f": function})
    return FunctionUrl(UrlSpec("f", streams=False, cors=CORS), functions, "127.0.0.1:1")


def api(function: MadeUp) -> Gateway:
    functions = cast(Functions, {"f": function})
    return Gateway(ApiSpec((Route("ANY", "$default", "f"),), CORS), functions, "127.0.0.1:1")


def request(app: Any, method: str = "GET", path: str = "/a%20b?x=1", **options: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
            return await client.request(method, path, headers={"origin": ORIGIN}, **options)

    return asyncio.run(send())


def test_a_buffered_response_comes_through_a_function_url() -> None:
    function = MadeUp(lambda: b'{"statusCode": 201, "headers": {"x-a": "1"}, "body": "hello"}')

    answer = request(url(function), "POST", content=b"{}")

    assert (answer.status_code, answer.headers["x-a"], answer.text) == (201, "1", "hello")
    [event] = function.events
    assert (event["rawPath"], event["routeKey"]) == ("/a%20b", "$default")
    assert event["requestContext"]["accountId"] == "anonymous"


def test_a_bodiless_status_has_no_body() -> None:
    answer = request(api(MadeUp(lambda: b'{"statusCode": 204, "body": "ignored"}')))

    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    ("answer", "of_api", "of_url"),
    [
        (failing(FunctionError("ValueError", "no")), 500, 502),
        (failing(PayloadTooLargeError()), 413, 413),
        (lambda: b"oops", 500, 502),
        (lambda: b'{"statusCode": "teapot"}', 500, 502),
    ],
)
def test_what_goes_wrong_is_told_with_cross_origin_headers(answer: Answer, of_api: int, of_url: int) -> None:
    for app, status in ((api(MadeUp(answer)), of_api), (url(MadeUp(answer)), of_url)):
        response = request(app)

        assert response.status_code == status
        assert set(response.json()) == {"message"}
        assert response.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(("door", "limit"), [(api, 10 * 1024 * 1024), (url, 6 * 1024 * 1024)])
def test_a_body_over_the_front_doors_limit_never_reaches_the_function(
    door: Callable[[MadeUp], Any], limit: int
) -> None:
    function = MadeUp(lambda: b"{}")

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * limit
        yield b"x"

    assert request(door(function), "POST", content=body()).status_code == 413
    assert function.events == []
    assert request(door(function), "POST", content=b"x" * limit).status_code == 200
