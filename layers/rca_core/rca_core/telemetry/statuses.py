"""The words that frameworks, schedulers and protocols use for how something ended, and what each means here."""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

Status = Literal["success", "failure", "running", "skipped"]
RunStatus = Literal["success", "failure", "running"]

_WORDS: Final[dict[Status, str]] = {
    "success": "success succeeded successful ok okay completed complete done passed pass finished resolved healthy"
    " partial_succeeded partially_succeeded partial_success continued_as_new up_to_date succeed cached ended",
    "failure": "failure failed fail error errored exception crashed crash timeout timed_out timedout cancelled canceled"
    " aborted abort killed interrupted stopped terminated incomplete expired rejected denied revoked evicted oomkilled"
    " upstream_failed startup_failure broken fatal faulted dead errors partial_failure partially_failed"
    " completed_with_errors completed_with_failures rolledback rolled_back halted abandoned blocked preempted lost"
    " crash_loop_back_off crashloopbackoff oom out_of_memory throttled dead_letter dead_lettered"
    " invalid_argument deadline_exceeded permission_denied unauthenticated resource_exhausted failed_precondition"
    " out_of_range unimplemented internal internal_error unavailable data_loss",
    "running": "running in_progress inprogress started pending queued requires_action waiting scheduled cancelling"
    " canceling new working submitted input_required auth_required paused suspended retry retrying up_for_retry"
    " up_for_reschedule deferred restarting created active processing open awaiting_retry unfinished starting runnable"
    " not_started notstarted requested received executing streaming initializing provisioning pending_redrive late"
    " in_flight inflight action_required awaiting_approval",
    "skipped": "skipped skip removed disabled omitted ignored neutral",
}
STATUS_SYNONYMS: Final[dict[str, Status]] = {word: status for status, words in _WORDS.items() for word in words.split()}
RUN_STATUS_SYNONYMS: Final = {word: status for word, status in STATUS_SYNONYMS.items() if status != "skipped"}

UNSET: Final = frozenset({"unset", "status_code_unset"})
"""OpenTelemetry's word for: whoever recorded this said nothing about how it ended."""
_PREFIX: Final = re.compile(r"\A(?:\w{1,40}_)?(?:status_code|state|status)_")
"""What enumerations put before each of their words: `TASK_STATE_`."""
# An object that holds the word, as OpenTelemetry writes it.
_HOLDING: Final = ("code", "status_code", "state", "status", "name")
_OPENTELEMETRY_CODES: Final[dict[int, Status]] = {1: "success", 2: "failure"}
_LONGEST_WORD: Final = 256
_NEXT_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

_ERRORS: Final = ("error_message", "error_class", "error_type")
_RESULTS: Final = ("ended_at", "latency_ms", "output_summary", "result_summary", "result_count", "status_code")


def parse_status(value: Any) -> Any:
    """Return the stored status for a synonym; anything else as it came, for the type to refuse."""
    return known_status(value) or value if isinstance(value, str) else value


def known_status(word: str) -> Status | None:
    """Return what a word means, in any case and spelling, also as an enumeration prints it; None if nobody knows."""
    if len(word) > _LONGEST_WORD:
        return None
    last = word.strip().rpartition(".")[2]
    for spelling in (last, _NEXT_WORD.sub("_", last)):
        plain = spelling.lower().replace("-", "_").replace(" ", "_")
        if known := STATUS_SYNONYMS.get(plain) or STATUS_SYNONYMS.get(_PREFIX.sub("", plain)):
            return known
    return None


def is_unset(word: str) -> bool:
    """Return whether a word says that nothing was said."""
    return word.strip().lower().rpartition(".")[2] in UNSET


def meant_status(value: Any) -> Status | None:
    """Return what no word means as a status: a truth value or an HTTP status, also as a text; what an object holds."""
    if isinstance(value, dict):
        inner = next((value[name] for name in _HOLDING if name in value), None)
        known = _OPENTELEMETRY_CODES.get(inner) if type(inner) is int else None
        return known or (isinstance(inner, str) and known_status(inner)) or _plainly_meant(inner)
    return _plainly_meant(value)


def _plainly_meant(value: Any) -> Status | None:
    if isinstance(value, str):
        text = value.strip().lower()
        value = int(text) if re.fullmatch(r"[1-5][0-9]{2}", text) else {"true": True, "false": False}.get(text)
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
