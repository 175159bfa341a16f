"""Counters of recurring failures: how often each was seen, since when, in which runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from rca_core.metrics.histogram import pack, unpack
from rca_core.metrics.names import version_name
from rca_core.storage.damage import set_aside
from rca_core.storage.failure import FailureStatus
from rca_core.storage.keys import FAILURES, FINGERPRINT_SK, SYMPTOM_SK, fingerprint_pk
from rca_core.storage.rollups.items import Key, keyed, whole
from rca_core.storage.rollups.ledger import Showing

_MOST_LISTED: Final = 10
# A week: an item grows by 2 KB at most.
_HOURS_KEPT: Final = 168
_SHOWN: Final = frozenset(
    ("agents", "category", "cause", "fingerprint", "first_seen", "last_runs", "last_seen", "listed", "status")
)

Values = dict[str, Any]


class _Known(TypedDict, total=False):
    """What a counter holds, as far as counting reads it."""

    count: Annotated[int, Field(strict=True)]
    expires_at: Annotated[int, Field(strict=True)]
    first_seen: str
    last_seen: str
    hours: Annotated[str, Field(pattern=r"^([0-9]+:[0-9]+( [0-9]+:[0-9]+)*)?$")]
    agents: list[str]
    versions: list[str]
    symptoms: list[str]
    last_runs: list[dict[str, Any]]
    status: FailureStatus
    resolved_at: str
    reopened_at: str
    reopened_version: str


_KNOWN: Final = {name: TypeAdapter(kind) for name, kind in get_type_hints(_Known, include_extras=True).items()}


def sound(item: Mapping[str, Any]) -> Values:
    """Return a counter without attributes that hold something else than they should; what is not known is kept."""
    counter = dict(item)
    wrong: Exception | None = None
    for name in _KNOWN.keys() & counter.keys():
        try:
            _KNOWN[name].validate_python(counter[name])
        except ValidationError as error:
            wrong = error
            del counter[name]
    if any("run_id" not in each or "seen_at" not in each for each in counter.get("last_runs", [])):
        wrong, counter["last_runs"] = KeyError("last_runs"), []
    if counter.get("status") == "resolved" and "resolved_at" not in counter:
        wrong, counter["status"] = KeyError("resolved_at"), "open"
    if counter and "count" not in counter:
        wrong, counter["count"] = wrong or KeyError("count"), 0
    if wrong:
        set_aside(item, wrong)
    return counter


def is_described(counter: Mapping[str, Any]) -> bool:
    """Tell whether a counter has all that lists show of it."""
    return counter["SK"] != FINGERPRINT_SK or whole(counter.get("count")) <= 0 or counter.keys() >= _SHOWN


def showing_key(pk: str) -> Key:
    """Return the key of a failure's counter: of what an analysis found, or of what failed runs show before one."""
    return pk, FINGERPRINT_SK if pk.startswith(fingerprint_pk("")) else SYMPTOM_SK


def without(counter: Values, run_id: str, seen_at: str, *, deleted: bool) -> Values:
    """Return a counter without a run that it counted as seen at a time.

    Without its last run nothing is left if that was deleted. A run that was only sent again may show the same failure
    once it is analysed: what is known of it is kept for then, and listed no more until then.
    """
    left = {**counter, "count": counter["count"] - 1, "hours": _with_hour(counter, seen_at, -1)}
    if left["count"] <= 0 and (deleted or "status" not in left):
        return {}
    if "last_runs" in left:
        left["last_runs"] = [each for each in left["last_runs"] if each["run_id"] != run_id]
    return left if left["count"] > 0 else unlisted(left)


def unlisted(counter: Values) -> Values:
    """Return a counter that no list shows."""
    return {name: value for name, value in counter.items() if name != "listed"}


def with_run(counter: Values, run_id: str, showing: Showing, expires_at: int) -> Values:
    """Return a counter that counts one more run."""
    more = {
        **counter,
        **keyed(showing_key(showing.pk)),
        "count": counter.get("count", 0) + 1,
        "hours": _with_hour(counter, showing.seen_at, 1),
        "expires_at": max(expires_at, counter.get("expires_at", 0)),
    }
    return more if showing.found is None else more | _described(counter, run_id, showing, showing.found)


def _described(counter: Values, run_id: str, showing: Showing, found: Mapping[str, Any]) -> Values:
    seen_at = showing.seen_at
    first, last = counter.get("first_seen", seen_at), counter.get("last_seen", seen_at)
    sighting = {"run_id": run_id, "seen_at": seen_at, "rca_run_id": found.get("rca_run_id")}
    described = {
        **{name: value for name, value in found.items() if name != "rca_run_id"},
        "listed": FAILURES,
        "first_seen": min(first, seen_at),
        "last_seen": max(last, seen_at),
        "agents": _remembered(counter.get("agents", []), showing.agent),
        "versions": _remembered(counter.get("versions", []), _version(showing)),
        "symptoms": _remembered(counter.get("symptoms", []), showing.symptom),
        "last_runs": sorted([*counter.get("last_runs", []), sighting], key=lambda each: each["seen_at"])[
            -_MOST_LISTED:
        ],
        "status": counter.get("status", "open"),
    }
    if seen_at <= first:
        described |= {"first_agent": showing.agent, "first_version": showing.version}
    if seen_at >= last:
        described["last_version"] = showing.version
    if described["status"] == "resolved" and seen_at > counter["resolved_at"]:
        described |= {"status": "reopened", "reopened_at": seen_at, "reopened_version": showing.version}
    return described


def _version(showing: Showing) -> str | None:
    return None if showing.version is None else version_name(showing.agent, showing.version)


def _with_hour(counter: Mapping[str, Any], seen_at: str, more: int) -> str:
    """Return how many runs were seen in each hour, by its number since 1970, with more in the hour of a time."""
    hours, hour = unpack(counter.get("hours", "")), str(int(datetime.fromisoformat(seen_at).timestamp()) // 3600)
    hours[hour] = hours.get(hour, 0) + more
    oldest = max(map(int, hours)) - _HOURS_KEPT
    return pack({each: count for each, count in hours.items() if count > 0 and int(each) > oldest})


def _remembered(names: list[str], name: str | None) -> list[str]:
    """Return names with one more, the most recently added last."""
    return [*(each for each in names if each != name), name][-_MOST_LISTED:] if name else names
