"""GET /rca-runs/{rca_run_id}/stream on the function URL: progress as Server-Sent Events."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from rca_core.errors import MethodNotAllowed, NotFound, SmartSreError
from rca_core.logs import service_logger
from rca_core.settings import StreamSettings
from rca_core.storage.aws import dynamodb
from rca_core.storage.rca_reader import RcaReader
from rca_core.web.access import Access
from rca_core.web.lambda_stream import LambdaContext, Prelude
from rca_core.web.problems import problem_answer
from rca_core.web.protection import PROTECTION
from rca_core.web.request_id import request_id_of
from rca_core.web.sse import CONNECTION_SECONDS, HEADERS, Following

settings = StreamSettings.load()
logger = service_logger(settings.log_level)
access = Access(settings.access_secret, open_access=settings.open_access)

_PATH: Final = re.compile(r"/rca-runs/([^/]+)/stream/?")
# Enough to write the last events and the end of the stream before Lambda stops the function.
_MARGIN_SECONDS: Final = 5.0


@cache
def analyses() -> RcaReader:
    """Return the store of analyses."""
    return RcaReader(dynamodb(), settings.table_name)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
analyses()


def handler(event: dict[str, Any], context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Answer a function URL event piece by piece."""
    headers = event.get("headers", {})
    request_id = request_id_of(headers)
    try:
        following = follow(event)
    except Exception as error:
        known = error if isinstance(error, SmartSreError) else SmartSreError("unexpected")
        if known.status >= 500:
            logger.exception("stream refused", request_id=request_id)
        status, fields, body = problem_answer(known, request_id)
        yield Prelude(status, {**fields, "X-Request-ID": request_id})
        yield body.encode()
        return
    if following.at_end:
        yield Prelude(204, {**PROTECTION, "X-Request-ID": request_id})
        return
    logger.info("stream opened", request_id=request_id, path=event["rawPath"])
    yield Prelude(200, {**HEADERS, "X-Request-ID": request_id})
    cap = random.uniform(*CONNECTION_SECONDS)  # noqa: S311  jitter, not a secret
    yield from following.events(seconds=min(cap, context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS))


def follow(event: dict[str, Any]) -> Following:
    """Return the analysis that a request may follow, from where it left off."""
    path, method = event["rawPath"], event["requestContext"]["http"]["method"]
    matched = _PATH.fullmatch(path)
    if not matched:
        raise NotFound(f"{path} is not a stream.")
    if method != "GET":
        raise MethodNotAllowed(f"{method} is not served on {path}.", allowed=["GET"])
    headers, query = event.get("headers", {}), event.get("queryStringParameters") or {}
    access.check_stream(matched[1], query.get("token"), headers, datetime.now(UTC))
    return Following(analyses(), matched[1], headers.get("last-event-id"))
