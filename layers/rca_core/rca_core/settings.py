"""Every environment variable, one frozen model per function.

`template.yaml` sets exactly these for each function; a test compares the two.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr


def _listed(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def split_patterns(text: str) -> list[str]:
    """Return the patterns that a text lists."""
    # No comma separates them: it stands in patterns, as `{1,3}`.
    return text.split()


_Names = Annotated[frozenset[str], BeforeValidator(_listed)]
_Patterns = Annotated[tuple[str, ...], BeforeValidator(split_patterns)]


class _Settings(BaseModel):
    # A refused variable is named without the others, some of which are secrets.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    stack_name: str = Field(min_length=1)
    table_name: str = Field(min_length=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the settings of the environment; `ValidationError` naming the variables that are wrong."""
        return cls.model_validate({name: environ[name.upper()] for name in cls.model_fields if name.upper() in environ})


class IngestSettings(_Settings):
    """POST /agent-runs, POST /v1/traces."""

    retention_days: int = Field(ge=1)
    ingest_secret: SecretStr
    open_access: bool
    auto_rca: bool
    auto_rca_except: _Names
    rca_queue_url: str
    redact_personal_data: bool
    redact_patterns: _Patterns
    stack_id: str = Field(min_length=1)
    trace_silence_seconds: int = Field(ge=1, le=900)

    @property
    def redaction_key(self) -> bytes:
        """What hashes of redacted values are keyed with: the stack's own, the same in each of its processes."""
        secret = self.ingest_secret.get_secret_value().encode()
        return hmac.new(secret, f"redaction {self.stack_id}".encode(), hashlib.sha256).digest()


class ApiSettings(_Settings):
    """Every other HTTP route."""

    retention_days: int = Field(ge=1)
    access_secret: SecretStr
    open_access: bool
    rca_queue_url: str
    stream_url: str


class AnalyzerSettings(_Settings):
    """RCA jobs, and traces that fell silent."""

    retention_days: int = Field(ge=1)
    rules_source: str
    auto_rca: bool
    auto_rca_except: _Names
    rca_queue_url: str


class DeadLetterSettings(_Settings):
    """RCA jobs that failed for good."""

    retention_days: int = Field(ge=1)
    parked_queue_url: str


class OrphanSettings(_Settings):
    """Analyses whose job was never enqueued, and failed runs whose own analysis was never started."""

    retention_days: int = Field(ge=1)
    auto_rca: bool
    auto_rca_except: _Names
    rca_queue_url: str


class RollupSettings(_Settings):
    """Counters that follow the table."""

    retention_days: int = Field(ge=1)


class ScrubSettings(_Settings):
    """Counters compared with what is stored."""

    retention_days: int = Field(ge=1)


class StreamSettings(_Settings):
    """Progress records as Server-Sent Events."""

    access_secret: SecretStr
    open_access: bool


class UiSettings(_Settings):
    """The page."""

    stream_url: str
