"""OTLP over HTTP: what a body is, and answers and errors in the form and the type that its sender speaks."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from aws_lambda_powertools.event_handler import Response
from typing_extensions import TypedDict

from rca_core.errors import InvalidInput, SmartSreError, Unauthenticated, Unavailable, UnsupportedMediaType
from rca_core.web.body import decoded_body
from rca_core.web.http import Answer
from rca_core.web.problems import challenge
from rca_core.web.protection import PROTECTION

if TYPE_CHECKING:
    from rca_core.telemetry.otlp.request import Request

PATH: Final = "/v1/traces"
MAX_BYTES: Final = 4 * 1024 * 1024
"""Of a body as it is sent: Lambda takes events of 6 MB, and bytes come as base64."""
JSON: Final = "application/json"
PROTOBUF: Final = "application/x-protobuf"
MediaType = Literal["application/json", "application/x-protobuf"]
# The codes of google.rpc for the statuses that are answered; 2 is UNKNOWN.
_CODES: Final = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 415: 3, 429: 8, 500: 13, 503: 14}
_RETRY_SECONDS: Final = 1
_LONGEST: Final = 1_000


class ExportRequest(TypedDict, total=False):
    """OTLP's ExportTraceServiceRequest, as JSON or protobuf: up to 20,000 spans of up to 2,000 traces."""

    resourceSpans: list[dict[str, Any]]


class PartialSuccess(TypedDict):
    """How many spans were not accepted, and why."""

    rejectedSpans: str
    errorMessage: str


class ExportResponse(TypedDict, total=False):
    """OTLP's ExportTraceServiceResponse: empty, if all spans were accepted."""

    partialSuccess: PartialSuccess


class Status(TypedDict):
    """google.rpc.Status, as OTLP answers errors."""

    code: int
    message: str


class Export(NamedTuple):
    """An export request, and the type in which it is answered."""

    request: "Request"
    media_type: MediaType


def read_export(body: str | None, *, is_base64: bool, headers: Mapping[str, str]) -> Export:
    """Return what a request holds; header names are in lower case.

    Raises `UnsupportedMediaType`, `PayloadTooLarge` for what is over a limit before or after decompression, and
    `InvalidInput` for what is no export request.
    """
    media_type = media_type_of(headers)
    if media_type is None:
        raise UnsupportedMediaType(f"Send {PROTOBUF} or {JSON}.")
    raw = decoded_body(body, is_base64=is_base64, headers=headers, most=MAX_BYTES)
    # With the first body of each kind: who posts runs, or sends JSON, starts as fast as if there were no other.
    if media_type == JSON:
        from rca_core.telemetry.otlp.from_json import read_json  # noqa: PLC0415

        return Export(read_json(raw), JSON)
    from rca_core.telemetry.otlp.from_protobuf import read_protobuf  # noqa: PLC0415

    return Export(read_protobuf(raw), PROTOBUF)


def media_type_of(headers: Mapping[str, str]) -> MediaType | None:
    """Return the type of a body as it is served here; None for any other."""
    told = headers.get("content-type", "").partition(";")[0].strip().lower()
    return PROTOBUF if told == PROTOBUF else JSON if told == JSON else None


def answer(media_type: MediaType, *, refused: int = 0, told: str | None = None) -> Answer:
    """Return a 200: empty for a full success, with the number of spans that were not accepted and why for another."""
    body: str | bytes
    if media_type == JSON:
        partial = {"partialSuccess": {"rejectedSpans": str(refused), "errorMessage": told}} if told else {}
        body = json.dumps(partial)
    else:
        body = _message(1, _number(1, refused) + _text(2, told)) if told else b""
    return Response(status_code=200, content_type=media_type, body=body)


def error_answer(error: SmartSreError, headers: Mapping[str, str]) -> Answer:
    """Return an error as `google.rpc.Status`. Exporters repeat a request only after 429, 502, 503 and 504."""
    status = error.status
    if isinstance(error, InvalidInput):
        status = 400
    elif status == 409:
        # Another writer of the same trace was faster: it is safe to repeat, and has to be.
        status = 503
    fields = dict(PROTECTION)
    if isinstance(error, Unauthenticated):
        fields["WWW-Authenticate"] = challenge(error)
    if status == 503:
        fields["Retry-After"] = str(error.retry_after if isinstance(error, Unavailable) else _RETRY_SECONDS)
    told = error.detail[:_LONGEST] if status != 500 else "The error is logged."
    code = _CODES.get(status, 2)
    media_type = media_type_of(headers) or JSON
    body: str | bytes = (
        json.dumps({"code": code, "message": told}) if media_type == JSON else _number(1, code) + _text(2, told)
    )
    return Response(status_code=status, content_type=media_type, headers=fields, body=body)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number) if number else b""


def _message(field: int, held: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(held)) + held


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode(errors="replace"))
