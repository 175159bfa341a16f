"""Bodies that are no run, or not in the form that is served: faults 18 and 19."""

import gzip
import json
import zlib
from typing import Any

import pytest

from tests.integration.functions.product import Product
from tests.integration.limits.asking import PATH, kept, places, refused
from tests.support.runs import run_body, step

RUN = json.dumps(run_body(steps=[step()])).encode()
ZIPPED = gzip.compress(RUN, mtime=0)
GZIP = {"Content-Encoding": "gzip"}


@pytest.mark.fault(18)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\x00",
        b"null",
        b"true",
        b"7",
        b'"run"',
        b"[]",
        b"[" + RUN + b"]",
        RUN[:-1],
        RUN + RUN,
        RUN + b",",
        b"agent_name=a&status=failure",
        b"<run/>",
        b"{'agent_name': 'a'}",
        bytes(range(256)),
    ],
    ids=repr,
)
def test_what_is_no_json_object_is_refused(product: Product, body: bytes) -> None:
    assert places(refused(product, body)) == [[]]


@pytest.mark.fault(18)
@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + RUN,
        RUN.decode().encode("utf-16"),
        RUN.decode().encode("utf-16-le"),
        RUN.decode().encode("utf-32"),
        RUN.replace(b'"agent"', b'"\xff\xfe"'),
    ],
    ids=["byte order mark", "UTF-16", "UTF-16 without a mark", "UTF-32", "no Unicode"],
)
def test_a_run_in_another_encoding_is_kept(product: Product, body: bytes) -> None:
    assert len(kept(product, body)) == 1


@pytest.mark.fault(18)
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("field", ["args_json", "attributes", "odd", "agent_name", "steps"])
def test_json_that_nests_ten_thousand_deep_is_refused_in_every_field(
    product: Product, opening: bytes, field: str
) -> None:
    place = b'"tool_calls": [{"args_json": ' if field == "args_json" else b'"' + field.encode() + b'": '

    refused(product, RUN[:-1] + b", " + place + opening * 10_000)
    refused(product, RUN[:-1] + b", " + place + b"[" * 10_000 + b"]" * 10_000 + b"}")


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    "body",
    [
        ZIPPED[:-1],
        ZIPPED[:-8],
        ZIPPED[:20],
        ZIPPED[:2],
        ZIPPED[:-8] + bytes(8),
        ZIPPED[:10] + b"\xff" * 50,
        ZIPPED + b"garbage",
        ZIPPED + bytes(10),
        ZIPPED + ZIPPED,
        gzip.compress(ZIPPED),
        gzip.compress(b""),
        zlib.compress(RUN),
    ],
    ids=[
        "cut by a byte",
        "cut before its checksum",
        "cut early",
        "magic only",
        "checksum wrong",
        "damaged",
        "garbage behind",
        "zeros behind",
        "two members",
        "gzip in gzip",
        "nothing",
        "zlib, not gzip",
    ],
)
def test_gzip_that_is_not_one_whole_member_of_json_is_refused(product: Product, body: bytes) -> None:
    assert places(refused(product, body, headers=GZIP)) in ([[]], [["body"]])


@pytest.mark.fault(18)
@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip;q=1", "x-gzip"])
def test_another_encoding_is_not_served(product: Product, encoding: str) -> None:
    refused(product, ZIPPED, status=415, headers={"Content-Encoding": encoding})


@pytest.mark.fault(18)
@pytest.mark.parametrize("body", ["é", "{}", "====", "e30", 7])
def test_an_event_whose_base64_is_none_is_refused(product: Product, body: Any) -> None:
    event = {
        "version": "2.0",
        "rawPath": PATH,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST", "path": PATH}, "stage": "$default"},
        "body": str(body),
        "isBase64Encoded": True,
    }

    answer = product.invoke("IngestFunction", event)

    assert answer["statusCode"] == 422
    assert product.operations["IngestFunction"] == []


@pytest.mark.fault(19)
@pytest.mark.parametrize("headers", [GZIP, {}, {"Content-Encoding": ""}])
def test_gzip_is_known_by_its_bytes(product: Product, headers: dict[str, str]) -> None:
    assert product.post(PATH, ZIPPED, headers).status == 200


@pytest.mark.fault(18)
def test_a_body_that_says_it_is_gzip_and_is_json_is_kept(product: Product) -> None:
    # A gateway may have inflated it and left the header.
    assert product.post(PATH, RUN, GZIP).status == 200
    assert kept(product, RUN)
