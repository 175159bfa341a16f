"""Read the counters of a window: one query a day, however many runs there were."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.metrics.block import Hour
from rca_core.metrics.names import short
from rca_core.metrics.overview import Latencies, Overview, Window, overview
from rca_core.metrics.trends import Asked, BucketSize, GroupBy, Trends, compared_since, trends
from rca_core.storage.aws import translated
from rca_core.storage.codec import expired, from_item, to_item
from rca_core.storage.damage import readable
from rca_core.storage.keys import hour_begins, hour_sk, metrics_pk
from rca_core.storage.rollups.hours import parted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLOCKS_APART: Final = timedelta(hours=1)
"""So far may the clock of who ingests be ahead of the reader's: AWS refuses requests signed 15 minutes off its own."""


class CountedHour(NamedTuple):
    """The counters of one shard of an hour, its histograms apart, and when it was last written."""

    begins: datetime
    as_of: datetime
    hour: Hour
    latencies: Latencies


class RollupReader:
    """The counters of one DynamoDB table, to read."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def overview(
        self, hours: int, *, agent_name: str | None = None, environment: str | None = None, now: datetime
    ) -> Overview:
        """Return what the runs ingested in the last so many hours amount to. Raises `Unavailable`."""
        [found] = self.overviews([hours], agent_name=agent_name, environment=environment, now=now)
        return found

    def overviews(
        self, windows: Sequence[int], *, agent_name: str | None = None, environment: str | None = None, now: datetime
    ) -> list[Overview]:
        """Return the overviews of several windows, all read with the longest. Raises `Unavailable`."""
        counted = list(self.hours(window_start(max(windows), now), agent_name=agent_name, now=now))
        found = []
        for hours in windows:
            since = window_start(hours, now)
            window = Window(hours=hours, since=since, agent_name=agent_name, environment=environment)
            own = [each for each in counted if each.begins >= since]
            found.append(overview(window, (each.hour for each in own), (each.latencies for each in own), _as_of(own)))
        return found

    def trends(
        self,
        group_by: GroupBy,
        *,
        bucket: BucketSize,
        hours: int,
        agent_name: str | None = None,
        environment: str | None = None,
        now: datetime,
    ) -> Trends:
        """Return how the groups of the runs ingested in the last so many hours fared. Raises `Unavailable`."""
        asked = Asked(
            group_by=group_by,
            bucket=bucket,
            hours=hours,
            since=window_start(hours, now),
            agent_name=agent_name,
            environment=environment,
        )
        counted = list(self.hours(compared_since(asked), agent_name=agent_name, now=now))
        return trends(asked, [(each.begins, each.hour) for each in counted], now=now, as_of=_as_of(counted))

    def hours(self, since: datetime, *, agent_name: str | None = None, now: datetime) -> Iterator[CountedHour]:
        """Yield the counters of all runs, or of one agent's, from an hour on, in order. Raises `Unavailable`.

        Those of hours to come are among them: they have begun by the clock of who ingested.
        """
        agent = None if agent_name is None else short(agent_name)
        day, last = since.date(), (now + CLOCKS_APART).date()
        while day <= last:
            # From the first hour that is wanted of the first day; of the others, all.
            first = f"{since.hour:02d}" if day == since.date() else "00"
            items = self._day(metrics_pk(day.isoformat(), agent), first)
            yield from readable((item for item in items if not expired(item, now)), _counted_hour)
            day += timedelta(days=1)

    def _day(self, pk: str, first: str) -> Iterator[dict[str, Any]]:
        options: dict[str, Any] = {}
        while True:
            with translated():
                # Half the price of a consistent read, and a second late at most: the counters are later than that.
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="PK = :pk AND SK >= :first",
                    ExpressionAttributeValues=to_item({":pk": pk, ":first": hour_sk(first, 0)}),
                    **options,
                )
            yield from map(from_item, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def window_start(hours: int, now: datetime) -> datetime:
    """Return where a window of the last so many hours begins: at a full hour, so that it is never shorter."""
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def _counted_hour(item: Mapping[str, Any]) -> CountedHour:
    begins = hour_begins(item["PK"], item["SK"])
    return CountedHour(begins, datetime.fromisoformat(item["as_of"]), *parted(item))


def _as_of(counted: Iterable[CountedHour]) -> datetime | None:
    return max((each.as_of for each in counted), default=None)
