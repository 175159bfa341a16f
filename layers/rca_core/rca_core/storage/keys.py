"""The keys of the one table. `template.yaml` names the same indexes; a test compares them."""

from datetime import UTC, date, datetime
from typing import Final

BY_AGENT: Final = "by-agent"
BY_DAY: Final = "by-day"
BY_LAST_SEEN: Final = "by-last-seen"

RUN_SK: Final = "RUN"
RCA_SK: Final = "RCA"
REPORT_SK: Final = "REPORT"
RCA_PREFIX: Final = "RCA#"
RCA_LIST_PREFIX: Final = "RCA#"
PROGRESS_PREFIX: Final = "PROGRESS#"
CALENDAR_PK: Final = "CALENDAR"
DAY_PREFIX: Final = "DAY#"
OUTCOME_SK: Final = "OUTCOME"
LEDGER_SK: Final = "LEDGER"
FINGERPRINT_SK: Final = "FINGERPRINT"
SYMPTOM_SK: Final = "SYMPTOM"
FAILURES: Final = "FAILURES"

# No run or analysis has a longer id. DynamoDB refuses to look for a key over 2 KB.
MAX_ID: Final = 128


def run_pk(run_id: str) -> str:
    """Return the partition of a run: its header, body chunks and list of analyses."""
    return f"RUN#{run_id}"


def body_sk(revision: int, body_id: str, index: int) -> str:
    """Return the sort key of one body chunk.

    The id is of one write: whoever overwrites or removes a body touches no other, though it be of the same content and
    revision, which counts from 1 again after a deletion.
    """
    return f"BODY#{revision:08d}.{body_id}#{index:04d}"


def rca_list_sk(created_at: str, rca_run_id: str) -> str:
    """Return the sort key under which a run lists an analysis, newest last."""
    return f"{RCA_LIST_PREFIX}{created_at}#{rca_run_id}"


def listed_at(sk: str) -> str:
    """Return when an analysis was created that a run lists under a sort key."""
    return sk.split("#")[1]


def rca_pk(rca_run_id: str) -> str:
    """Return the partition of an analysis: its state, progress records and report."""
    return RCA_PREFIX + rca_run_id


def event_id(attempt: int, seq: int) -> str:
    """Return the SSE id of a progress record; ids of one analysis sort in the order of writing."""
    return f"{attempt:04d}#{seq:04d}"


def day_sk(day: date) -> str:
    """Return the sort key of a day on which some run started."""
    return DAY_PREFIX + day.isoformat()


def fingerprint_pk(fingerprint: str) -> str:
    """Return the partition of a recurring failure."""
    return f"FINGERPRINT#{fingerprint}"


def symptom_pk(symptom: str) -> str:
    """Return the partition of what failed runs show before they are analysed."""
    return f"SYMPTOM#{symptom}"


def symptom_hour_sk(time: datetime) -> str:
    """Return the sort key of what was done for a symptom in the hour of a time."""
    return f"HOUR#{time.astimezone(UTC):%Y-%m-%dT%H}"


def metrics_pk(day: str, agent: str | None = None) -> str:
    """Return the partition of a day's counters: of all runs, or of one agent's."""
    return f"METRICS#{day}" if agent is None else f"METRICS#{day}#{agent}"


def hour_sk(hour: str, shard: int) -> str:
    """Return the sort key of one shard of an hour's counters; hours are as in 13."""
    return f"HOUR#{hour}#SHARD#{shard:02d}"


def hour_begins(pk: str, sk: str) -> datetime:
    """Return when the hour begins whose counters a key is of."""
    return datetime.fromisoformat(f"{pk.split('#')[1]}T{sk.split('#')[1]}:00:00+00:00")
