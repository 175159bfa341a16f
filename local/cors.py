"""Cross-origin answers, as API Gateway and function URLs give them in the function's place."""

from fnmatch import fnmatchcase

from local.http_event import Headers, Request, find_header
from local.model import CorsSpec


def is_preflight(request: Request) -> bool:
    """Say whether a browser asks whether it may send a request."""
    return (
        request.method == "OPTIONS"
        and find_header(request.headers, "origin") is not None
        and find_header(request.headers, "access-control-request-method") is not None
    )


def preflight_headers(cors: CorsSpec, origin: str | None) -> Headers:
    """Return the headers of the answer to a preflight; none for an origin that is not allowed."""
    headers = _origin_headers(cors, origin)
    if not headers:
        return []
    headers.append(("access-control-allow-methods", ",".join(cors.allow_methods)))
    headers.append(("access-control-allow-headers", ",".join(cors.allow_headers)))
    if cors.max_age is not None:
        headers.append(("access-control-max-age", str(cors.max_age)))
    return headers


def with_cors(cors: CorsSpec | None, origin: str | None, headers: Headers) -> Headers:
    """Replace the cross-origin headers that the function set by those that the template asks for."""
    if cors is None:
        return headers
    kept = [(name, value) for name, value in headers if not name.lower().startswith("access-control-")]
    added = _origin_headers(cors, origin)
    if added and cors.expose_headers:
        added.append(("access-control-expose-headers", ",".join(cors.expose_headers)))
    return kept + added


def _origin_headers(cors: CorsSpec, origin: str | None) -> Headers:
    if origin is None or not any(_matches(pattern, origin) for pattern in cors.allow_origins):
        return []
    anyone = "*" in cors.allow_origins and not cors.allow_credentials
    headers = [("access-control-allow-origin", "*" if anyone else origin)]
    if cors.allow_credentials:
        headers.append(("access-control-allow-credentials", "true"))
    return headers


def _matches(pattern: str, origin: str) -> bool:
    """Match an origin with a setting, which may be `*` or `https://*`."""
    return fnmatchcase(origin.lower(), pattern.lower())
