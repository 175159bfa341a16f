"""The id that ties a request to its log lines: the client's, if it can be echoed safely, or a new one."""

import re
import uuid
from collections.abc import Mapping
from typing import Final

# Nothing that could end a header or a log line, or grow either.
_SAFE: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")


def request_id_of(headers: Mapping[str, str]) -> str:
    """Return the request id of a request; header names are in lower case."""
    given = headers.get("x-request-id", "")
    return given if _SAFE.fullmatch(given) else str(uuid.uuid4())
