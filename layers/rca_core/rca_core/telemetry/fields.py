"""The vocabulary that sent and kept telemetry share: statuses, limits, times, texts."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

Status = Literal["success", "failure", "running", "skipped"]
RunStatus = Literal["success", "failure", "running"]
GuardrailType = Literal["pii_redaction", "policy_block", "schema_validation", "other"]

MAX_CHILDREN: Final = 10_000
MAX_ID: Final = 512
MAX_NAME: Final = 256
MAX_SUMMARY: Final = 2_000
MAX_TEXT: Final = 20_000
YEARS: Final = (1970, 2100)

STATUS_SYNONYMS: Final[dict[str, Status]] = {
    "success": "success",
    "succeeded": "success",
    "successful": "success",
    "ok": "success",
    "completed": "success",
    "complete": "success",
    "done": "success",
    "passed": "success",
    "failure": "failure",
    "failed": "failure",
    "fail": "failure",
    "error": "failure",
    "errored": "failure",
    "exception": "failure",
    "crashed": "failure",
    "timeout": "failure",
    "timed_out": "failure",
    "cancelled": "failure",
    "canceled": "failure",
    "aborted": "failure",
    "running": "running",
    "in_progress": "running",
    "started": "running",
    "pending": "running",
    "queued": "running",
    "skipped": "skipped",
    "skip": "skipped",
}


def parse_status(value: Any) -> Any:
    """Return the stored status for a synonym; anything else as it came, for the type to refuse."""
    return STATUS_SYNONYMS.get(value.strip().lower(), value) if isinstance(value, str) else value


def to_utc(value: datetime) -> datetime:
    """Return the same instant in UTC; a time without an offset is UTC already.

    Raises `ValueError` for an instant that has no date in UTC, such as the first hours of year 1 east of Greenwich.
    """
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def rfc3339(value: datetime) -> str:
    """Return a UTC time as text with `Z`, with microseconds only where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def cut_middle(text: str, limit: int) -> str:
    """Return the text within a limit, its middle replaced by a mark that says how much went."""
    if len(text) <= limit:
        return text
    mark = f" …[{len(text) - limit} characters cut]… "
    keep = limit - len(mark)
    head = keep - keep // 2
    return text[:head] + mark + text[-(keep // 2) :]


RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
ChildId = Annotated[str, Field(min_length=1, max_length=MAX_ID)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Retries = Annotated[int, Field(ge=0, le=2**31 - 1)]
StatusCode = Annotated[int, Field(ge=0, le=999)]
# Whole milliseconds stay whole: 5000 is read back as 5000, not as 5000.0. The bound is about 30 years.
Milliseconds = Annotated[int, Field(ge=0, le=10**12)] | Annotated[float, Field(ge=0, le=10**12)]
Usd = Annotated[float, Field(ge=0, le=10**9)]

KeptStatus = Annotated[Status, BeforeValidator(parse_status)]
KeptRunStatus = Annotated[RunStatus, BeforeValidator(parse_status)]
UtcTime = Annotated[datetime, AfterValidator(to_utc)]
