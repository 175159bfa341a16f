"""Where else the failure of a run was seen, from what is counted of it."""

from datetime import datetime

from rca_core.analysis import Recurrence
from rca_core.storage.failure import KnownFailure
from rca_core.storage.failures import FailureIndex
from rca_core.storage.headers import RunHeader
from rca_core.storage.outcomes import OutcomeStore


class Recurrences:
    """Failures as an analysis asks for them: without the run that it is of."""

    def __init__(self, failures: FailureIndex, outcomes: OutcomeStore) -> None:
        self._failures = failures
        self._outcomes = outcomes

    def of(self, fingerprint: str, run: RunHeader, *, now: datetime) -> Recurrence | None:
        """Return in how many other runs a failure was seen; None if in none.

        The counters follow what is stored within moments. Raises `Unavailable`.
        """
        if (failure := self._failures.known(fingerprint, now)) is None:
            return None
        others = [each.seen_at for each in failure.last_runs if each.run_id != run.run_id]
        seen = failure.count - self._counts(failure, run, now)
        if seen < 1:
            return None
        # Unless there are more runs than are listed, it is known when the others showed it.
        times = others if seen == len(others) else [failure.first_seen, failure.last_seen]
        return Recurrence(seen=seen, first_seen=min(times), last_seen=max(times), first_version=failure.first_version)

    def _counts(self, failure: KnownFailure, run: RunHeader, now: datetime) -> bool:
        """Return whether a run is among those that are counted, because it was analysed before."""
        if any(each.run_id == run.run_id for each in failure.last_runs):
            return True
        if failure.count <= len(failure.last_runs):
            return False
        own = self._outcomes.find(run.run_id, now=now)
        return own is not None and (own.fingerprint, own.run_created_at, own.revision) == (
            failure.fingerprint,
            run.created_at,
            run.revision,
        )
