"""Request bodies: what API Gateway made of them, undone within limits."""

import base64
import zlib
from collections.abc import Mapping
from typing import Final

from rca_core.errors import FieldError, InvalidInput, PayloadTooLarge, UnsupportedMediaType

MAX_DECOMPRESSED: Final = 20 * 1024 * 1024
_GZIP_MAGIC: Final = b"\x1f\x8b"


def json_body(body: str | None, *, is_base64: bool, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a JSON request body, decompressed; header names are in lower case.

    Raises `UnsupportedMediaType`, `PayloadTooLarge`, `InvalidInput`.
    """
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType("Send application/json.")
    return decoded_body(body, is_base64=is_base64, headers=headers)


def decoded_body(body: str | None, *, is_base64: bool, headers: Mapping[str, str], most: int | None = None) -> bytes:
    """Return the bytes of a request body of any type, decompressed; before that it may have `most` of them.

    Raises `UnsupportedMediaType` for an encoding that is not served, `PayloadTooLarge`, `InvalidInput`.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise UnsupportedMediaType("Content-Encoding may be gzip or absent.")
    raw = _decoded(body or "", is_base64=is_base64)
    if most is not None and len(raw) > most:
        raise PayloadTooLarge(f"The body may have {most} bytes.")
    # A gateway may have decompressed the body and left the header: the bytes decide.
    return _gunzip(raw) if raw.startswith(_GZIP_MAGIC) else raw


def _decoded(body: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        # A lone surrogate cannot be UTF-8; the JSON parser refuses it with its position.
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise _invalid("is not valid base64") from None


def _gunzip(raw: bytes) -> bytes:
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = inflate.decompress(raw, MAX_DECOMPRESSED + 1)
    except zlib.error:
        raise _invalid("is not valid gzip") from None
    if len(body) > MAX_DECOMPRESSED:
        raise PayloadTooLarge(f"The decompressed body may have {MAX_DECOMPRESSED} bytes.")
    if not inflate.eof:
        raise _invalid("is gzip that ends too early")
    if inflate.unused_data:
        raise _invalid("is gzip with something behind its end")
    return body


def _invalid(msg: str) -> InvalidInput:
    return InvalidInput([FieldError(loc=["body"], msg=msg, type="body")])
