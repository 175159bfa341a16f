"""The kinds of fields that telemetry has: type, limits, and what is to be known of a kind to mend a value of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from rca_core.telemetry.statuses import RunStatus, Status, parse_status

GuardrailType = Literal["pii_redaction", "policy_block", "schema_validation", "other"]
GuardrailAction = Literal["blocked", "redacted", "flagged", "allowed"]
StepKind = Literal["agent", "llm", "retriever", "planner", "chain", "other"]

MAX_CHILDREN: Final = 10_000
MAX_ID: Final = 512
MAX_NAME: Final = 256
MAX_SUMMARY: Final = 2_000
MAX_TEXT: Final = 20_000
MAX_MILLISECONDS: Final = 10**12
"""About 30 years."""
FIRST_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST_TIME: Final = datetime(2100, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a child is known by within its run."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of a child of another group, or of the same."""

    group: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text; what is longer than the limit is cut in the middle."""

    limit: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds."""

    most: float
    least: float = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Time:
    """An instant, kept in UTC."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something ended; what is a run is never skipped."""

    of_run: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; `other` is what an unknown one becomes, `synonyms` what further words mean."""

    words: tuple[str, ...]
    other: str | None
    synonyms: str = ""
    """As in `block=blocked deny=blocked`."""

    def meant_by(self, word: str) -> str | None:
        """Return the word that is kept for one, in any case."""
        plain = word.strip().lower().replace("-", "_").replace(" ", "_")
        if plain in self.words:
            return plain
        return dict(pair.split("=") for pair in self.synonyms.split()).get(plain, self.other)


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of short texts."""

    limit: int


@dataclass(frozen=True, slots=True)
class Attributes:
    """What else the sender said: any names, any JSON."""


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON."""


Kind = Identifier | Reference | Text | Number | Time | Outcome | Choice | Texts | Attributes | Json


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
ChildId = Annotated[str, Field(min_length=1, max_length=MAX_ID), Identifier()]
StepId = Annotated[str, Field(min_length=1, max_length=MAX_ID), Reference("steps")]
CallId = Annotated[str, Field(min_length=1, max_length=MAX_ID), Reference("tool_calls")]
Name = Annotated[str, Text(MAX_NAME)]
Summary = Annotated[str, Text(MAX_SUMMARY)]
Message = Annotated[str, Text(MAX_TEXT)]
Names = Annotated[tuple[str, ...], Texts(MAX_ID)]
# Strict: neither a truth value nor a text is a number, though one may be read from a text.
Count = Annotated[int, Field(strict=True, ge=0, le=2**53), Number(2**53)]
Retries = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1), Number(2**31 - 1)]
StatusCode = Annotated[int, Field(strict=True, ge=0, le=999), Number(999)]
_MillisecondsField: Final = Field(strict=True, ge=0, le=MAX_MILLISECONDS)
# Whole milliseconds stay whole: 5000 is read back as 5000, not as 5000.0.
_Milliseconds = Annotated[int, _MillisecondsField] | Annotated[float, _MillisecondsField]
Milliseconds = Annotated[_Milliseconds, Number(MAX_MILLISECONDS, whole=False)]
Usd = Annotated[float, Field(strict=True, ge=0, le=10**9), Number(10**9, whole=False)]
# A similarity, a distance or a logarithm: it may be negative.
Score = Annotated[float, Field(strict=True, ge=-1e300, le=1e300), Number(1e300, -1e300, whole=False)]

KeptStatus = Annotated[Status, BeforeValidator(parse_status), Outcome()]
KeptRunStatus = Annotated[RunStatus, BeforeValidator(parse_status), Outcome(of_run=True)]
UtcTime = Annotated[datetime, AfterValidator(to_utc), Time()]
Kinds = Annotated[
    StepKind,
    Choice(
        get_args(StepKind),
        "other",
        "model=llm chat=llm completion=llm generation=llm text_completion=llm chat_model=llm generate_content=llm"
        " retrieval=retriever workflow=chain graph=chain task=chain plan=planner invoke_agent=agent",
    ),
]
GuardrailTypes = Annotated[GuardrailType, Choice(get_args(GuardrailType), "other")]
Actions = Annotated[
    GuardrailAction,
    Choice(
        get_args(GuardrailAction),
        None,
        "block=blocked deny=blocked denied=blocked reject=blocked rejected=blocked redact=redacted mask=redacted"
        " masked=redacted anonymized=redacted flag=flagged warn=flagged warned=flagged allow=allowed pass=allowed"
        " passed=allowed",
    ),
]
AnyJson = Annotated[Any, Json()]
OwnAttributes = Annotated[dict[str, Any], Attributes()]
