"""Every error the product raises on purpose, as one tree.

    SmartSreError
    ├── InvalidInput          422  the request's content is refused; `errors` names each field
    │   └── AnswerTooLarge    422  what was asked for does not fit into one answer; `errors` names what makes it smaller
    ├── Unauthenticated       401  no credential, or one that is unknown or expired
    ├── Closed                403  the stack has no secret configured and was not opened
    ├── NotFound              404  no such run, analysis or route (or it expired)
    ├── MethodNotAllowed      405  the path exists, the method does not
    ├── Conflict              409  another writer kept winning; safe to repeat
    ├── PayloadTooLarge       413  a limit on size, before or after decompression
    ├── UnsupportedMediaType  415  a content type or encoding that is not served
    ├── CorruptBody           500  stored bytes are not what was written; never served
    └── Unavailable           503  AWS throttled or failed; repeat after `retry_after` seconds

Catch `SmartSreError` at an edge and map it there (`rca_core.web.problems` for HTTP). The subclasses carry data, not
text: `code` is stable and part of the HTTP contract, `detail` is for people and may change.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import TypedDict

MAX_FIELD_ERRORS: Final = 50


class FieldError(TypedDict):
    """One refused field: where it is, what is wrong, a stable name for the kind of wrong."""

    loc: list[str | int]
    msg: str
    type: str


class SmartSreError(Exception):
    """Base of every deliberate error."""

    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInput(SmartSreError):
    """The request's content is refused; `errors` names each field, the first fifty if there are more."""

    code = "invalid-input"
    title = "Invalid input"
    status = 422

    def __init__(self, errors: Sequence[FieldError]) -> None:
        first = errors[0]
        where = ".".join(str(part) for part in first["loc"])
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{where}: {first['msg']}{more}" if where else f"{first['msg']}{more}")
        self.errors = list(errors[:MAX_FIELD_ERRORS])


class AnswerTooLarge(InvalidInput):
    """What was asked for does not fit into one answer; `errors` names each part of the request that makes it smaller.

    Not 413: nothing is wrong with the size of what was sent. Without a remedy only `detail` says what is.
    """

    code = "answer-too-large"
    title = "Answer too large"

    def __init__(self, size: int, most: int, remedies: Sequence[FieldError]) -> None:
        how = " and ".join(remedy["msg"] for remedy in remedies) or "no part of it can be had"
        SmartSreError.__init__(self, f"The answer takes {size:,} bytes, and {most:,} can be carried: {how}.")
        self.errors = list(remedies)


class Unauthenticated(SmartSreError):
    """No credential, or one that is unknown or expired; `rejected` if there was one."""

    code = "unauthenticated"
    title = "Credential missing or wrong"
    status = 401

    def __init__(self, detail: str, *, rejected: bool = False) -> None:
        super().__init__(detail)
        self.rejected = rejected


class Closed(SmartSreError):
    """The stack has no secret configured for this route and was not opened."""

    code = "closed"
    title = "This stack is closed"
    status = 403


class NotFound(SmartSreError):
    """No such run, analysis or route, or it expired."""

    code = "not-found"
    title = "Not found"
    status = 404


class MethodNotAllowed(SmartSreError):
    """The path exists, the method does not; `allowed` lists those that do."""

    code = "method-not-allowed"
    title = "Method not allowed"
    status = 405

    def __init__(self, detail: str, *, allowed: Sequence[str]) -> None:
        super().__init__(detail)
        self.allowed = list(allowed)


class Conflict(SmartSreError):
    """Another writer kept winning; safe to repeat."""

    code = "conflict"
    title = "Conflicting write"
    status = 409


class PayloadTooLarge(SmartSreError):
    """A limit on size was passed, before or after decompression."""

    code = "payload-too-large"
    title = "Payload too large"
    status = 413


class UnsupportedMediaType(SmartSreError):
    """A content type or encoding that is not served."""

    code = "unsupported-media-type"
    title = "Unsupported media type"
    status = 415


class CorruptBody(SmartSreError):
    """Stored bytes are not what was written; they are never served."""

    code = "corrupt-body"
    title = "Stored run is damaged"
    status = 500


class Unavailable(SmartSreError):
    """AWS throttled or failed for longer than the request may wait; safe to repeat."""

    code = "unavailable"
    title = "Temporarily unavailable"
    status = 503

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
