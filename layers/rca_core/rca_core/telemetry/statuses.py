"""The words that frameworks, schedulers and protocols use for how something ended, and what each means here."""

from collections.abc import Mapping
from typing import Any, Final, Literal

Status = Literal["success", "failure", "running", "skipped"]
RunStatus = Literal["success", "failure", "running"]

_WORDS: Final[dict[Status, str]] = {
    "success": "success succeeded successful ok okay completed complete done passed pass finished resolved healthy"
    " partial_succeeded partial_success continued_as_new up_to_date succeed",
    "failure": "failure failed fail error errored exception crashed crash timeout timed_out timedout cancelled canceled"
    " aborted abort killed interrupted stopped terminated incomplete expired rejected denied revoked evicted oomkilled"
    " upstream_failed startup_failure broken fatal faulted dead",
    "running": "running in_progress inprogress started pending queued requires_action waiting scheduled cancelling"
    " canceling new working submitted input_required auth_required paused suspended retry retrying up_for_retry"
    " up_for_reschedule deferred restarting created active processing open awaiting_retry unfinished",
    "skipped": "skipped skip removed disabled",
}
STATUS_SYNONYMS: Final[dict[str, Status]] = {word: status for status, words in _WORDS.items() for word in words.split()}
RUN_STATUS_SYNONYMS: Final = {word: status for word, status in STATUS_SYNONYMS.items() if status != "skipped"}

UNSET: Final = frozenset({"unset", "status_code_unset"})
"""OpenTelemetry's word for: whoever recorded this said nothing about how it ended."""
_PREFIXES: Final = ("status_code_", "workflow_execution_status_", "job_state_", "task_state_", "state_", "status_")

_ERRORS: Final = ("error_message", "error_class", "error_type")
_RESULTS: Final = ("ended_at", "latency_ms", "output_summary", "result_summary", "result_count", "status_code")


def parse_status(value: Any) -> Any:
    """Return the stored status for a synonym; anything else as it came, for the type to refuse."""
    return known_status(value) or value if isinstance(value, str) else value


def known_status(word: str) -> Status | None:
    """Return what a word means, in any case and spelling, also as an enumeration prints it; None if nobody knows."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_").rpartition(".")[2]
    if plain in STATUS_SYNONYMS:
        return STATUS_SYNONYMS[plain]
    prefix = next((each for each in _PREFIXES if plain.startswith(each)), "")
    return STATUS_SYNONYMS.get(plain.removeprefix(prefix)) if prefix else None


def is_unset(word: str) -> bool:
    """Return whether a word says that nothing was said."""
    return word.strip().lower().rpartition(".")[2] in UNSET


def meant_status(value: Any) -> Status | None:
    """Return what a value that is no word means as a status: a truth value, or the status of an HTTP answer."""
    if isinstance(value, bool):
        return "success" if value else "failure"
    if isinstance(value, int) and 100 <= value <= 599:
        return "failure" if value >= 400 else "success"
    return None


def derive_status(entry: Mapping[str, Any], *, may_run: bool) -> RunStatus:
    """Return how an entry ended by what it carries: an error, or else a success.

    With `may_run`, an entry without an error that shows nothing of an end is still running.
    """
    if any(_says_something(entry.get(name)) for name in _ERRORS) or (entry.get("status_code") or 0) >= 400:
        return "failure"
    if may_run and all(entry.get(name) is None for name in _RESULTS):
        return "running"
    return "success"


def _says_something(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())
