"""What must hold whatever happened, seen as another process sees it.

I1  A reader sees one whole version of a run, or none.
I2  The same content sent again changes nothing, and starts nothing.
I3  Versions of a run never go back; the last write that was accepted wins whole.
I4  After a 2xx it is there, to be read at once; after any other answer it may be sent again.
I5  One analysis of a revision at a time, and each ends as `done` or `error`, whoever dies.
I6  Counters are the sum of what is stored; the world of tests/integration/rollups checks it.
I7  The ids of progress grow; a stream that is resumed has no gap, and each ends with a last record or a `retry`.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rca_core.errors import NotFound
from rca_core.storage.headers import RcaRef
from rca_core.storage.listing import RunIndex
from rca_core.storage.outcomes import OutcomeStore
from rca_core.storage.rca_runs import RcaStore
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.functions.product import Product

RETENTION_DAYS = 30
GONE = "The run was deleted or has expired."


class Version(NamedTuple):
    """One version of a run, as a reader sees it."""

    revision: int
    body: bytes


def runs_of(cloud: Cloud, client: Any = None) -> RunStore:
    """Return the runs as a process sees them that was started just now."""
    return RunStore(client or cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)


def analyses_of(cloud: Cloud, client: Any = None) -> RcaStore:
    """Return the analyses as a process sees them that was started just now."""
    return RcaStore(client or cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)


def outcomes_of(cloud: Cloud) -> OutcomeStore:
    """Return what analyses found, as a process sees it that was started just now."""
    return OutcomeStore(cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)


def version(cloud: Cloud, run_id: str, now: datetime) -> Version | None:
    """Return the version of a run that readers see, which must be whole; none if there is no run (I1)."""
    try:
        stored = runs_of(cloud).get(run_id, now=now)
    except NotFound:
        return None
    run, header = stored.run(), stored.header
    counts = (header.step_count, header.tool_call_count, header.guardrail_event_count)
    assert counts == (len(run.steps), len(run.tool_calls), len(run.guardrail_events))
    assert (header.run_id, header.model, header.started_at) == (run_id, run.model, run.started_at)
    return Version(header.revision, stored.body)


def listed_revision(cloud: Cloud, run_id: str, started_at: datetime, now: datetime) -> int | None:
    """Return the revision with which a list of all runs shows a run."""
    around = RunFilter(since=started_at, until=started_at + timedelta(seconds=1))
    page = RunIndex(cloud.dynamodb, cloud.table).page(around, limit=100, cursor=None, now=now)
    [*found] = [header.revision for header in page.items if header.run_id == run_id]
    assert len(found) <= 1
    return found[0] if found else None


def items(cloud: Cloud, pk: str, *names: str) -> dict[str, Any]:
    """Return what is stored in a partition, by sort key; all of it, or some attributes."""
    shown: dict[str, Any] = {"ProjectionExpression": ", ".join(("SK", *names))} if names else {}
    pages = cloud.dynamodb.get_paginator("query").paginate(
        TableName=cloud.table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
        **shown,
    )
    return {each["SK"]["S"]: each for page in pages for each in page["Items"]}


def check_all_expires(cloud: Cloud, run_id: str) -> None:
    """Check that whatever is stored of a run, named by its header or not, goes with time."""
    assert not [sk for sk, item in items(cloud, f"RUN#{run_id}", "expires_at").items() if "expires_at" not in item]


# ---------------------------------------------------------------- analyses
class Event(NamedTuple):
    """One event of a stream."""

    id: str
    record: dict[str, Any]


def follow(product: Product, rca_run_id: str, after: str | None = None) -> list[Event]:
    """Return what a stream says now to a client that saw the event `after`."""
    headers = {"Last-Event-ID": after} if after else {}
    answer = product.stream(f"/rca-runs/{rca_run_id}/stream", headers)
    assert answer.status in (200, 204)
    found = re.findall(r"^id: (.+)\ndata: (.+)$", answer.body.decode(), re.MULTILINE)
    events = [Event(event_id, json.loads(data)) for event_id, data in found]
    # A stream that did not end asks its client to come back (I7).
    ended = answer.status == 204 or (events and events[-1].record["status"] in ("done", "error"))
    assert ended or answer.body.rstrip().rpartition(b"\n")[2].startswith(b"retry: ")
    return events


def check_resumed(product: Product, rca_run_id: str, seen: list[Event]) -> None:
    """Check that a client who saw some events and resumes misses none, sees none twice, and comes to the end (I7)."""
    whole = [*seen, *follow(product, rca_run_id, seen[-1].id if seen else None)]
    ids = [event.id for event in whole]
    assert ids == sorted(set(ids))
    assert {event.id for event in follow(product, rca_run_id)} <= set(ids)
    assert [event.record["status"] in ("done", "error") for event in whole] == [False] * (len(whole) - 1) + [True]


def check_ended(cloud: Cloud, rca_run_id: str, run_id: str, now: datetime, *, reports: Iterable[int]) -> None:
    """Check that an analysis ended visibly everywhere, with a report of one of these revisions or a reason.

    One whose run was gone is seen by its followers only: no run lists it, nor one that comes back under the same id.
    """
    analyses = analyses_of(cloud)
    rca, report = analyses.get(rca_run_id, now=now), analyses.report(rca_run_id)
    assert rca.ended
    assert rca.ended_at is not None
    shown = RcaRef.model_validate(rca, from_attributes=True)
    assert (shown in analyses.listed(run_id, now=now)) is (rca.error_message != GONE)
    if rca.status == "error":
        assert rca.error_message
        return
    assert report is not None
    content = json.loads(report)
    assert (content["rca_run_id"], content["run_id"]) == (rca_run_id, run_id)
    assert content["revision"] in reports


def check_outcome(cloud: Cloud, rca_run_id: str, run_id: str, now: datetime) -> None:
    """Check that the counters learn of a failed run what the report of its newest analysis says."""
    report, outcome = analyses_of(cloud).report(rca_run_id), outcomes_of(cloud).find(run_id, now=now)
    assert report is not None
    assert outcome is not None
    told = json.loads(report)
    assert outcome.rca_run_id == rca_run_id
    for name in ("fingerprint", "category", "cause", "revision"):
        assert told[name] == getattr(outcome, name)
