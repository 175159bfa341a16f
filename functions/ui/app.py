"""GET /ui/...: the built page, from the folder beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core.logs import service_logger
from rca_core.settings import UiSettings
from rca_core.web.request_id import request_id_of
from rca_core.web.static import Site, page_policy

settings = UiSettings.load()
logger = service_logger(settings.log_level)


@cache
def site() -> Site:
    """Return the built page."""
    return Site.read(Path(__file__).with_name("static"), page_policy(settings.stream_url))


# Read while the function starts: that phase has a whole CPU, and nobody waits for it yet.
site()


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway v2 event."""
    headers = event.get("headers", {})
    request_id = request_id_of(headers)
    answer = site().answer(event["rawPath"], headers, request_id)
    answer["headers"]["X-Request-ID"] = request_id
    logger.info("request", request_id=request_id, path=event["rawPath"], status=answer["statusCode"])
    return answer
