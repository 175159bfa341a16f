import base64
import dataclasses
import gzip

import pytest

from local.http_event import Request, build_event

REQUEST = Request(
    method="POST",
    path="/a%20b",
    query="x=1&x=2&empty=&enc=%C3%A4",
    headers=[("Host", "h"), ("X-Two", "1"), ("x-two", "2"), ("Cookie", "a=1; b=2"), ("User-Agent", "tests")],
    source_ip="127.0.0.1",
)


def event_of(request: Request) -> dict[str, object]:
    return build_event(request, route_key="POST /{p}", raw_path="/a b", host="h:1", account_id="1", request_id="7")


def with_body(body: bytes, content_type: str, **headers: str) -> Request:
    given = [("content-type", content_type), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return dataclasses.replace(REQUEST, headers=given, body=body)


def test_duplicates_are_joined_with_commas_and_names_are_lower_case() -> None:
    event = event_of(REQUEST)

    headers = {"host": "h", "x-two": "1,2", "user-agent": "tests"}
    assert event["headers"] == {**headers, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http"}
    assert event["queryStringParameters"] == {"x": "1,2", "empty": "", "enc": "ä"}
    assert event["rawQueryString"] == "x=1&x=2&empty=&enc=%C3%A4"


def test_cookies_have_a_field_of_their_own() -> None:
    assert event_of(REQUEST)["cookies"] == ["a=1", "b=2"]


def test_keys_without_a_value_are_left_out() -> None:
    event = event_of(dataclasses.replace(REQUEST, query="", headers=[]))

    assert not {"cookies", "queryStringParameters", "pathParameters", "body"} & set(event)
    assert event["isBase64Encoded"] is False


@pytest.mark.parametrize(
    "request_with_text",
    [
        with_body("ä".encode(), "application/json"),
        with_body("ä".encode(), "application/json; charset=utf-8"),
        with_body("ä".encode(), "text/csv"),
    ],
)
def test_text_stays_text(request_with_text: Request) -> None:
    event = event_of(request_with_text)

    assert (event["body"], event["isBase64Encoded"]) == ("ä", False)


@pytest.mark.parametrize(
    "binary",
    [
        with_body(b"\x00\xff", "application/octet-stream"),
        with_body(b"\xff\xfe", "application/json"),
        with_body(gzip.compress(b"{}"), "application/json", content_encoding="gzip"),
        with_body(b"a=1", "application/x-www-form-urlencoded"),
    ],
)
def test_anything_else_is_base64(binary: Request) -> None:
    event = event_of(binary)

    assert (event["body"], event["isBase64Encoded"]) == (base64.b64encode(binary.body).decode(), True)
