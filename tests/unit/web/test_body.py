"""Request bodies: what API Gateway made of them, undone within limits. Faults 18 and 19."""

import base64
import gzip
import tracemalloc
import zlib

import pytest

from rca_core.errors import InvalidInput, PayloadTooLarge, UnsupportedMediaType
from rca_core.web.body import MAX_DECOMPRESSED, json_body

JSON = {"content-type": "application/json"}
ZIPPED = gzip.compress(b"{}" * 1000, mtime=0)
GZIP = {**JSON, "content-encoding": "gzip"}


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def bomb(size: int) -> bytes:
    """Return gzip of so many spaces, made without holding them."""
    deflate = zlib.compressobj(1, wbits=31)
    block = b" " * 1_000_000
    return b"".join(deflate.compress(block) for _ in range(size // len(block))) + deflate.flush()


def test_a_plain_body_is_its_text() -> None:
    assert json_body('{"é": 1}', is_base64=False, headers=JSON) == '{"é": 1}'.encode()


def test_a_binary_body_is_decoded() -> None:
    assert json_body(encoded(b"{}"), is_base64=True, headers=JSON) == b"{}"


def test_no_body_is_empty() -> None:
    assert json_body(None, is_base64=False, headers=JSON) == b""


def test_a_compressed_body_is_inflated() -> None:
    assert json_body(encoded(gzip.compress(b"{}")), is_base64=True, headers=GZIP) == b"{}"


def test_the_bytes_decide_whether_a_body_is_compressed() -> None:
    # A gateway may inflate and leave the header, or take the header away.
    assert json_body("{}", is_base64=False, headers=GZIP) == b"{}"
    assert json_body(encoded(gzip.compress(b"{}")), is_base64=True, headers=JSON) == b"{}"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", " application/json ", "application/vnd.agent+json"],
)
def test_json_is_served_under_its_names(content_type: str) -> None:
    assert json_body("{}", is_base64=False, headers={"content-type": content_type}) == b"{}"


def test_a_body_without_a_type_is_taken_for_json() -> None:
    assert json_body("{}", is_base64=False, headers={}) == b"{}"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-protobuf", "application/jsonp", "", "json"])
def test_other_types_are_not_served(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        json_body("{}", is_base64=False, headers={"content-type": content_type})


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "x"])
def test_other_encodings_are_not_served(encoding: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        json_body("{}", is_base64=False, headers={**JSON, "content-encoding": encoding})


@pytest.mark.parametrize("encoding", ["", "identity", "GZIP", " gzip "])
def test_encodings_are_known_by_any_spelling(encoding: str) -> None:
    assert json_body("{}", is_base64=False, headers={**JSON, "content-encoding": encoding}) == b"{}"


def test_a_body_at_the_limit_is_inflated() -> None:
    body = json_body(encoded(gzip.compress(b" " * MAX_DECOMPRESSED)), is_base64=True, headers=GZIP)

    assert len(body) == MAX_DECOMPRESSED


def test_a_bomb_is_refused_without_being_inflated() -> None:
    small = encoded(bomb(200_000_000))
    assert len(small) < 3_000_000
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLarge):
            json_body(small, is_base64=True, headers=GZIP)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * MAX_DECOMPRESSED


@pytest.mark.parametrize(
    "raw",
    [
        ZIPPED[:-1],
        ZIPPED[:12],
        b"\x1f\x8b",
        b"\x1f\x8b garbage",
        ZIPPED[:-8] + bytes(8),
        ZIPPED + b"more",
        ZIPPED + ZIPPED,
    ],
)
def test_damaged_gzip_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        json_body(encoded(raw), is_base64=True, headers=GZIP)


@pytest.mark.parametrize("text", ["{}", "%%%%", "e30", "é", "e30=\n"])
def test_bad_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        json_body(text, is_base64=True, headers=JSON)


def test_a_lone_surrogate_is_left_for_the_parser_to_refuse() -> None:
    assert json_body('"\ud800"', is_base64=False, headers=JSON) == b'"\xed\xa0\x80"'
