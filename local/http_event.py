"""HTTP requests as Lambda events (payload format 2.0)."""

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Headers = list[tuple[str, str]]

_TEXT_TYPES = ("application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Request:
    """An HTTP request as it came: `path` still percent-encoded, `query` without the question mark."""

    method: str
    path: str
    query: str
    headers: Headers
    source_ip: str
    protocol: str = "HTTP/1.1"
    body: bytes = b""

    @property
    def origin(self) -> str | None:
        return find_header(self.headers, "origin")


def find_header(headers: Headers, name: str) -> str | None:
    """Return the first header of that name."""
    return next((value for key, value in headers if key.lower() == name), None)


def build_event(
    request: Request,
    *,
    route_key: str,
    raw_path: str,
    host: str,
    account_id: str,
    request_id: str,
    path_parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Shape a request as API Gateway and function URLs do; optional keys without a value are left out."""
    now = dt.datetime.now(dt.UTC)
    headers = _merge(request.headers)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": raw_path,
        "rawQueryString": request.query,
        "headers": {**headers, "x-forwarded-for": request.source_ip, "x-forwarded-proto": "http"},
        "requestContext": {
            "accountId": account_id,
            "apiId": "local",
            "domainName": host,
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": raw_path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": route_key,
            "stage": "$default",
            "time": f"{now:%d/%b/%Y:%H:%M:%S} +0000",
            "timeEpoch": int(now.timestamp() * 1000),
        },
    }
    if cookies := [value for key, value in request.headers if key.lower() == "cookie"]:
        event["cookies"] = [cookie.strip() for value in cookies for cookie in value.split(";")]
    if query := _joined(parse_qsl(request.query, keep_blank_values=True)):
        event["queryStringParameters"] = query
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request.body, headers)
    else:
        event["isBase64Encoded"] = False
    return event


def _joined(pairs: Headers) -> dict[str, str]:
    joined: dict[str, str] = {}
    for key, value in pairs:
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _merge(headers: Headers) -> dict[str, str]:
    return _joined([(key.lower(), value) for key, value in headers if key.lower() != "cookie"])


def _body(body: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    if "content-encoding" not in headers and (media_type.startswith("text/") or media_type in _TEXT_TYPES):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True
