"""One JSON line an event, the same fields everywhere."""

import json
from functools import partial
from typing import Final

from aws_lambda_powertools import Logger

SERVICE: Final = "agentops-smart-sre"
# All ASCII: what came from outside can end no line, steer no terminal and reorder nothing where a log is read.
_one_line: Final = partial(json.dumps, default=str, separators=(",", ":"))


def service_logger(level: str) -> Logger:
    """Return the logger of a function."""
    return Logger(service=SERVICE, level=level, use_rfc3339=True, json_serializer=_one_line)
