"""A streaming handler under the decorator that the product's own handlers wear."""

from collections.abc import Iterator

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core.web.lambda_stream import Prelude

logger = Logger(service="streamer")


@logger.inject_lambda_context
def handler(_event: object, _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Log a line and stream a piece."""
    yield Prelude()
    logger.info("streaming")
    yield b"piece"
