"""Analyses that go with their run."""

import contextlib
from collections.abc import Iterable
from datetime import datetime

from rca_core.errors import Conflict
from rca_core.storage import batches
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, to_item
from rca_core.storage.keys import MAX_ID, RCA_SK, REPORT_SK, rca_pk, run_pk
from rca_core.storage.outcomes import outcome_key
from rca_core.storage.rca_reader import RcaReader


class RcaRemover(RcaReader):
    """Analyses in one DynamoDB table, for those who also delete them."""

    def delete_of(self, run_id: str) -> int:
        """Delete the analyses of a run with their records, reports and outcome; return how many there were.

        An analysis goes before its place in the run's list, so that a repeat after a crash finds what is left. The
        outcome goes after all analyses: none of them can leave another one then. Raises `Unavailable`.
        """
        entries = list(self._entries(run_id)) if len(run_id) <= MAX_ID else []
        for entry in entries:
            # Its state first: without it nobody sees its records, of which some could be gone before others.
            self._remove([to_item({"PK": rca_pk(entry["rca_run_id"]), "SK": RCA_SK})])
            self._remove(self._keys_of(rca_pk(entry["rca_run_id"])))
        if len(run_id) <= MAX_ID:
            # Also where nothing is listed: whoever created an analysis may have died before listing it.
            self._remove([outcome_key(run_id)])
        self._remove(to_item({"PK": run_pk(run_id), "SK": entry["SK"]}) for entry in entries)
        return len(entries)

    def clear_if_deleted(self, run_id: str, rca_run_id: str, now: datetime) -> None:
        """Remove what an analysis that was deleted while it was worked still wrote of telemetry.

        That is its report, and its outcome unless that of another analysis took its place.
        """
        if self.find(rca_run_id, now=now) is not None:
            return
        with translated():
            self._client.delete_item(TableName=self._table, Key=to_item({"PK": rca_pk(rca_run_id), "SK": REPORT_SK}))
        with contextlib.suppress(Conflict), translated():
            self._client.delete_item(
                TableName=self._table,
                Key=outcome_key(run_id),
                ConditionExpression="rca_run_id = :own",
                ExpressionAttributeValues=to_item({":own": rca_run_id}),
            )

    def _remove(self, keys: Iterable[Item]) -> None:
        batches.write(self._client, self._table, ({"DeleteRequest": {"Key": key}} for key in keys))
