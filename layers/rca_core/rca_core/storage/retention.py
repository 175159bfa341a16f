"""How long a run is kept: `RetentionDays` from when it was last sent, be it the same content again.

What is sent again is prolonged once a day of that is lost (half of it, where that is less), not each time: nearly all
repeats write nothing. What belongs to the run goes first and its header last, so that whoever dies in between is
followed by somebody who does it all. Counters and the ledger follow the header, through the table's stream.
"""

import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from rca_core.errors import Conflict
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, expired, expiry, to_item
from rca_core.storage.keys import rca_pk, run_pk
from rca_core.storage.outcomes import outcome_key
from rca_core.storage.rca_reader import RcaReader

_DAY: Final = timedelta(days=1)


def is_due(header: Mapping[str, Any], now: datetime, *, retention_days: int) -> bool:
    """Tell whether a run that is sent again has lost so much of its retention that it is to be prolonged."""
    lost = expiry(now, retention_days) - int(header["expires_at"])
    return lost >= min(_DAY, timedelta(days=retention_days) / 2).total_seconds()


class Prolonging(RcaReader):
    """Analyses in one DynamoDB table, for those who keep them as long as their runs."""

    def prolong(self, run_id: str, *, until: int, now: datetime) -> None:
        """Keep the analyses of a run, their records and reports, and what the counters learn of it, until a time.

        What has expired stays so, and nothing is shortened. Raises `Unavailable`.
        """
        for entry in self._entries(run_id):
            if expired(entry, now) or entry["expires_at"] >= until:
                continue
            for key in self._keys_of(rca_pk(entry["rca_run_id"])):
                self._keep(key, until, now)
            # Last: what is listed as kept is not looked at again, should the run have more than time allows.
            self._keep(to_item({"PK": run_pk(run_id), "SK": entry["SK"]}), until, now)
        self._keep(outcome_key(run_id), until, now)

    def _keep(self, key: Item, until: int, now: datetime) -> None:
        with contextlib.suppress(Conflict), translated():
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET expires_at = :until",
                ConditionExpression="expires_at > :now AND expires_at < :until",
                ExpressionAttributeValues=to_item({":until": until, ":now": int(now.timestamp())}),
            )
