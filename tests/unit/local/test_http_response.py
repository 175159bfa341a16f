import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from local.http_response import HttpResponse, MalformedResponseError, StreamedHead, parse_response, read_head


def parse(value: Any) -> HttpResponse:
    return parse_response(json.dumps(value).encode(), default_type="text/plain")


def read(*chunks: bytes) -> StreamedHead:
    async def produce() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return asyncio.run(read_head(produce(), default_type="text/plain"))


def test_status_headers_cookies_and_body_are_taken_over() -> None:
    response = parse({"statusCode": 201, "headers": {"X-A": 1}, "cookies": ["c=1", "d=2"], "body": "ä"})

    assert response.status == 201
    headers = [("x-a", "1"), ("content-type", "text/plain"), ("set-cookie", "c=1"), ("set-cookie", "d=2")]
    assert response.headers == headers
    assert response.body == "ä".encode()


def test_a_base64_body_is_decoded() -> None:
    assert parse({"statusCode": 200, "isBase64Encoded": True, "body": "AP8="}).body == b"\x00\xff"


def test_length_and_transfer_are_the_front_doors_to_say() -> None:
    response = parse({"statusCode": 200, "headers": {"Content-Length": "7", "Transfer-Encoding": "chunked"}})

    assert response.headers == [("content-type", "text/plain")]


@pytest.mark.parametrize(
    ("value", "body"), [({"a": 1}, b'{"a": 1}'), ("text", b"text"), (None, b"null"), ([1], b"[1]")]
)
def test_a_value_without_status_is_the_json_body_of_a_200(value: Any, body: bytes) -> None:
    assert parse(value) == HttpResponse(200, [("content-type", "application/json")], body)


@pytest.mark.parametrize(
    "value",
    [
        {"statusCode": "teapot"},
        {"statusCode": 42},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
    ],
)
def test_a_field_of_the_wrong_type_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedResponseError):
        parse(value)


def test_what_is_not_json_is_malformed() -> None:
    with pytest.raises(MalformedResponseError):
        parse_response(b"oops", default_type="text/plain")


PRELUDE = b'{"statusCode": 206, "headers": {"content-type": "a/b"}, "cookies": ["c=1"]}'


@pytest.mark.parametrize("cut", [0, 5, len(PRELUDE), len(PRELUDE) + 3, len(PRELUDE) + 8, len(PRELUDE) + 10])
def test_a_prelude_may_be_cut_anywhere(cut: int) -> None:
    whole = PRELUDE + b"\0" * 8 + b"first"

    head = read(whole[:cut], whole[cut:])

    assert (head.status, head.headers) == (206, [("content-type", "a/b"), ("set-cookie", "c=1")])
    assert b"first".startswith(head.rest)


@pytest.mark.parametrize("chunks", [(), (b"{}",), (b"{}" + b"\0" * 7,), (b"[]" + b"\0" * 8,), (b"{" + b"\0" * 8,)])
def test_a_stream_without_a_prelude_is_malformed(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(MalformedResponseError):
        read(*chunks)


def test_the_search_for_a_prelude_has_an_end() -> None:
    with pytest.raises(MalformedResponseError):
        read(*[b"x" * 100_000] * 20)
