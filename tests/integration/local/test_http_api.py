"""The HTTP API as a client sees it."""

import pytest

from tests.integration.local.support import Sample

ALLOWED = "https://app.example"
FOREIGN = "https://elsewhere.example"


def test_a_request_becomes_an_api_gateway_event(sample: Sample) -> None:
    headers = [("X-Two", "1"), ("x-two", "2"), ("Cookie", "c=3; d=4")]
    answer = sample.api.put("/echo/a%20b?x=1&x=2&y=%20", headers=headers, json={"k": "v"})

    event = answer.json()["event"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == "ANY /echo/{name}"
    assert event["rawPath"] == "/echo/a b"
    assert event["pathParameters"] == {"name": "a b"}
    assert event["rawQueryString"] == "x=1&x=2&y=%20"
    assert event["queryStringParameters"] == {"x": "1,2", "y": " "}
    assert event["headers"]["x-two"] == "1,2"
    assert event["cookies"] == ["c=3", "d=4"]
    assert event["body"] == '{"k":"v"}'
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["http"]["method"] == "PUT"
    assert event["requestContext"]["stage"] == "$default"
    assert event["requestContext"]["requestId"] == answer.headers["apigw-requestid"]


def test_cookies_of_a_response_are_headers_of_their_own(sample: Sample) -> None:
    answer = sample.api.get("/echo/x")

    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_a_plain_value_is_a_json_body(sample: Sample) -> None:
    answer = sample.do("plain")

    assert (answer.status_code, answer.json()) == (200, {"hello": "world"})
    assert answer.headers["content-type"] == "application/json"


def test_a_malformed_response_is_an_internal_server_error(sample: Sample) -> None:
    assert sample.do("malformed").status_code == 500


def test_a_binary_body_goes_in_and_out_unchanged(sample: Sample) -> None:
    body = bytes(range(256))

    answer = sample.do("reverse", content=body, headers={"content-type": "application/octet-stream"})

    assert answer.content == body[::-1]


def test_an_unknown_route_is_not_found(sample: Sample) -> None:
    answer = sample.api.get("/nowhere", headers={"origin": ALLOWED})

    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})
    assert answer.headers["access-control-allow-origin"] == ALLOWED


def test_a_route_without_the_method_is_not_found(sample: Sample) -> None:
    assert sample.api.get("/do/plain").status_code == 404


@pytest.mark.parametrize("size", [6 * 1024 * 1024, 11 * 1024 * 1024])
def test_an_event_over_6_mb_and_a_body_over_10_mb_are_too_large(sample: Sample, size: int) -> None:
    answer = sample.do("size", content=b"x" * size, headers={"content-type": "text/plain"})

    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


def test_a_body_under_the_limit_arrives_whole(sample: Sample) -> None:
    size = 6 * 1024 * 1024 - 10_000

    answer = sample.do("size", content=b"x" * size, headers={"content-type": "text/plain"})

    assert answer.text == str(size)


def test_a_route_that_waits_too_long_for_its_function_is_unavailable(sample: Sample) -> None:
    answer = sample.api.post("/impatient/wait?seconds=1")

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})


def test_a_preflight_is_answered_without_the_function(sample: Sample) -> None:
    calls = sample.echo()["calls"]

    headers = {"origin": ALLOWED, "access-control-request-method": "POST"}
    answer = sample.api.options("/do/fail", headers=headers)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.headers["access-control-allow-methods"] == "GET,POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert answer.headers["access-control-max-age"] == "60"
    assert sample.echo()["calls"] == calls + 1


def test_a_preflight_from_elsewhere_is_not_allowed(sample: Sample) -> None:
    headers = {"origin": FOREIGN, "access-control-request-method": "POST"}
    answer = sample.api.options("/do/fail", headers=headers)

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/do/plain", "/do/fail"])
def test_every_answer_carries_the_templates_cross_origin_headers(sample: Sample, path: str) -> None:
    answer = sample.api.post(path, headers={"origin": ALLOWED})

    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.headers["access-control-expose-headers"] == "x-request-id"


def test_cross_origin_headers_of_the_function_are_replaced(sample: Sample) -> None:
    foreign = sample.api.get("/echo/x", headers={"origin": FOREIGN})
    allowed = sample.api.get("/echo/x", headers={"origin": ALLOWED})

    assert "access-control-allow-origin" not in foreign.headers
    assert allowed.headers.get_list("access-control-allow-origin") == [ALLOWED]


def test_the_stacks_own_pages_may_call_it(sample: Sample) -> None:
    for origin in (
        sample.stack.api_url,
        sample.stack.stream_url,
        sample.stack.api_url.replace("127.0.0.1", "localhost"),
    ):
        answer = sample.do("plain", headers={"origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
