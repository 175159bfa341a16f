"""What was counted of a run, and where: the ledger that makes counting again, or taking back, exact."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from rca_core.metrics.block import Block
from rca_core.metrics.contribution import Contribution, categorised, contribution, of_agent
from rca_core.storage.codec import expiry
from rca_core.storage.keys import LEDGER_SK, fingerprint_pk, hour_sk, metrics_pk, run_pk, symptom_pk
from rca_core.storage.rollups.changes import RunChange
from rca_core.storage.rollups.items import is_hour

# No record of the stream comes again after a day. What tells an old one from a new one outlives that by far.
_KEPT_DAYS: Final = 7
_KEPT_SECONDS: Final = int(timedelta(days=_KEPT_DAYS).total_seconds())
_FOUND: Final = ("category", "cause", "tool", "message", "fingerprint", "rca_run_id")


@dataclass(frozen=True)
class Place:
    """What one hour item counts of a run; the shard is known once it is counted."""

    pk: str
    hour: str
    environment: str
    block: Block
    shard: int | None = None


@dataclass(frozen=True)
class Showing:
    """How a failed run shows itself: the failure counter, who failed, when, and what its analysis found.

    `found` has no `rca_run_id` in ledgers from before that was kept.
    """

    pk: str
    agent: str
    version: str | None
    symptom: str | None
    seen_at: str
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Ledger:
    """The state that is counted: of one version of a run's header, or that there is none (`life` is empty)."""

    run_id: str
    lock: int
    seq: int
    life: str = ""
    revision: int = 0
    expires_at: int = 0
    places: tuple[Place, ...] = ()
    showing: Showing | None = None

    @property
    def run_expires_at(self) -> int:
        """Return when the run expires that is counted: its counters live as long, though it is sent again each day."""
        return self.expires_at - _KEPT_SECONDS

    def item(self) -> dict[str, Any]:
        """Return the ledger as it is stored, as plain values."""
        held = {
            "seq": str(self.seq),
            "places": [[each.pk, each.hour, each.environment, each.block, each.shard] for each in self.places],
            "showing": None if self.showing is None else vars(self.showing),
        }
        return {
            "PK": run_pk(self.run_id),
            "SK": LEDGER_SK,
            "lock": self.lock,
            "life": self.life,
            "revision": self.revision,
            "held": zlib.compress(json.dumps(held, separators=(",", ":")).encode()),
            "expires_at": self.expires_at,
        }


_Number = Annotated[int, Field(strict=True)]


class _Item(TypedDict):
    lock: _Number
    life: str
    revision: _Number
    expires_at: _Number


class _Held(TypedDict):
    seq: Annotated[str, Field(pattern=r"^[0-9]+$")]
    places: list[list[Any]]
    showing: Showing | None


_ITEM: Final = TypeAdapter(_Item)
_HELD: Final = TypeAdapter(_Held)
_PLACE: Final = TypeAdapter(Place)


def ledger_from(item: Mapping[str, Any]) -> Ledger:
    """Return the ledger that an item holds. What a later version keeps there as well is passed over.

    Raises one of `UNREADABLE` for an item that is damaged.
    """
    held = _HELD.validate_json(zlib.decompress(item["held"]))
    return Ledger(
        run_id=item["PK"].removeprefix("RUN#"),
        seq=int(held["seq"]),
        places=tuple(map(_place_from, held["places"])),
        showing=held["showing"],
        **_ITEM.validate_python(item),
    )


def _place_from(values: list[Any]) -> Place:
    place = _PLACE.validate_python(dict(zip(("pk", "hour", "environment", "block", "shard"), values, strict=False)))
    if place.shard is None or not is_hour(place.pk, hour_sk(place.hour, place.shard)):
        raise ValueError("a place names no counter")
    return place


def moved(old: Ledger | None, change: RunChange, outcome: Mapping[str, Any] | None, now: datetime) -> Ledger | None:
    """Return what has to be counted of a run from now on; None if that is what is counted.

    A change that the ledger has seen, or one before it, only brings in the outcome of the newest analysis.
    """
    newer = change.missed or (change.seq is not None and (old is None or change.seq > old.seq))
    if newer:
        fresh = _counted(old, change, now)
    elif old is None or not old.life:
        return None
    else:
        fresh = replace(old, lock=old.lock + 1)
    if fresh is None:
        return None
    fresh = _explained(fresh, outcome)
    return None if old is not None and not newer and fresh.showing == old.showing else fresh


def _counted(old: Ledger | None, change: RunChange, now: datetime) -> Ledger | None:
    """Return the ledger of a header as the change left it, of a failed run as not analysed."""
    lock, seq = (old.lock if old else 0) + 1, change.seq or (old.seq if old else 0)
    if change.header is None:
        if old is None and change.expired_at and change.expired_at <= now.timestamp():
            # Both the run and its ledger are past their time: nothing can count it again.
            return None
        return Ledger(change.run_id, lock, seq, expires_at=expiry(now, _KEPT_DAYS))
    header, counts = change.header, contribution(change.header)
    showing = None
    if header["status"] == "failure":
        symptom = header.get("symptom")
        pk = symptom_pk(symptom) if symptom else ""
        showing = Showing(pk, counts.agent, header.get("agent_version"), symptom, header["updated_at"])
    return Ledger(
        change.run_id,
        lock,
        seq,
        header["created_at"],
        header["revision"],
        header["expires_at"] + _KEPT_SECONDS,
        _places(counts),
        showing,
    )


def _places(counts: Contribution) -> tuple[Place, ...]:
    day, hour = counts.hour[:10], counts.hour[11:]
    everyone = Place(metrics_pk(day), hour, counts.environment, counts.block)
    own = Place(metrics_pk(day, counts.agent), hour, counts.environment, of_agent(counts.block))
    return everyone, own


def _explained(ledger: Ledger, outcome: Mapping[str, Any] | None) -> Ledger:
    """Return the ledger of a failed run with what its analysis found, if that is of the version that is counted."""
    showing = ledger.showing
    if showing is None or outcome is None:
        return ledger
    if (outcome["run_created_at"], outcome["revision"]) != (ledger.life, ledger.revision):
        return ledger
    found = {name: outcome.get(name) for name in _FOUND}
    places = tuple(
        replace(each, block=categorised(each.block, outcome["category"]), shard=None) for each in ledger.places
    )
    explained = replace(showing, pk=fingerprint_pk(outcome["fingerprint"]), found=found)
    return replace(ledger, places=places, showing=explained)
