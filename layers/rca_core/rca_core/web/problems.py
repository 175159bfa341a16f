"""Errors as RFC 9457 problem documents: the one place where an error becomes an HTTP answer."""

import json
from typing import Any, Final

from rca_core.errors import InvalidInput, MethodNotAllowed, SmartSreError, Unauthenticated, Unavailable
from rca_core.web.protection import PROTECTION

CONTENT_TYPE: Final = "application/problem+json"
_CHALLENGE: Final = 'Bearer realm="agentops-smart-sre"'


def problem(error: SmartSreError, request_id: str) -> dict[str, Any]:
    """Return the problem document of an error. It never echoes what was sent."""
    document: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        # Our own faults are explained in the log, not to the client.
        "detail": error.detail if error.status != 500 else "The error is logged under this request id.",
        "request_id": request_id,
    }
    if isinstance(error, InvalidInput):
        document["errors"] = error.errors
    return document


def challenge(error: Unauthenticated) -> str:
    """Return what tells a client that it has to show a secret."""
    # RFC 6750: an error only where a credential was sent. Every secret and token passes as a bearer token, too.
    return _CHALLENGE + (', error="invalid_token"' if error.rejected else "")


def problem_answer(error: SmartSreError, request_id: str) -> tuple[int, dict[str, str], str]:
    """Return the status, headers and body that answer an error."""
    headers = {**PROTECTION, "Content-Type": CONTENT_TYPE}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = challenge(error)
    return error.status, headers, json.dumps(problem(error, request_id), ensure_ascii=False)
