"""Failures as the Lambda Runtime API and the log want them."""

import importlib
import json
import re
import sys
import time
import traceback
from dataclasses import dataclass, replace

# What led to the function's code says nothing about it: this package and the import system.
_OUR_FRAMES = (__file__.removesuffix("failures.py"), importlib.__file__, "<frozen importlib")
_MAX_TYPE = 128


class RuntimeFault(Exception):
    """A handler broke the rules of the runtime; `error_type` is the Runtime API's name for how."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(frozen=True)
class Failure:
    """An exception in the shape that Lambda reports to whoever invoked the function.

    `error_type` is safe in a header: visible ASCII, at most 128 characters.
    """

    error_type: str
    message: str
    stack_trace: tuple[str, ...] = ()
    request_id: str = ""

    @classmethod
    def of(cls, error: BaseException, request_id: str = "") -> "Failure":
        """Describe an exception by its type, message and frames outside this package."""
        error_type = error.error_type if isinstance(error, RuntimeFault) else type(error).__name__
        cause = (error.__cause__ or error) if isinstance(error, RuntimeFault) else error
        frames = [frame for frame in traceback.extract_tb(cause.__traceback__) if not _is_ours(frame)]
        return cls(
            error_type=re.sub(r"[^!-~]", "?", error_type)[:_MAX_TYPE],
            message=str(error),
            stack_trace=tuple(traceback.format_list(frames)),
            request_id=request_id,
        )

    def body(self) -> bytes:
        """Return the error document of the Runtime API."""
        return json.dumps(
            {
                "errorMessage": self.message,
                "errorType": self.error_type,
                "requestId": self.request_id,
                "stackTrace": self.stack_trace,
            }
        ).encode()

    def trimmed(self, limit: int) -> "Failure":
        """Return this failure with a body of at most `limit` bytes.

        The outer half of the frames goes, and again; then the later half of the message.
        """
        failure = self
        while failure.stack_trace and len(failure.body()) > limit:
            failure = replace(failure, stack_trace=failure.stack_trace[(len(failure.stack_trace) + 1) // 2 :])
        while failure.message and len(failure.body()) > limit:
            failure = replace(failure, message=failure.message[: len(failure.message) // 2])
        return failure

    def log(self) -> None:
        """Write the failure as one JSON line, in the form that Lambda's log filters read."""
        log_line(
            "ERROR", self.message, errorType=self.error_type, requestId=self.request_id, stackTrace=self.stack_trace
        )


def log_line(level: str, message: str, **fields: object) -> None:
    """Write one JSON line to stderr, which Lambda keeps with the function's log."""
    timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    sys.stderr.write(json.dumps({"timestamp": timestamp, "level": level, "message": message, **fields}) + "\n")


def _is_ours(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith(_OUR_FRAMES)
