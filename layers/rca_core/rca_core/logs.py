"""One JSON line an event, the same fields everywhere."""

from typing import Final

from aws_lambda_powertools import Logger

SERVICE: Final = "agentops-smart-sre"


def service_logger(level: str) -> Logger:
    """Return the logger of a function."""
    return Logger(service=SERVICE, level=level, use_rfc3339=True)
