"""Which runs to list: by what their index entries hold, and by what their analyses found."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from rca_core.metrics.contribution import NOT_ANALYSED
from rca_core.storage.codec import to_item
from rca_core.storage.outcomes import Outcome
from rca_core.telemetry.statuses import RunStatus

_EQUAL: Final = ("status", "environment", "agent_version")
_SEARCHED: Final = ("agent_name", "error_type", "error_message", "trace_id")


class RunFilter(NamedTuple):
    """Which runs to list; times are of their start, `since` included, `until` not.

    `failing_tool` is known where an agent is named: only its index has what became of tools.
    """

    agent_name: str | None = None
    status: RunStatus | None = None
    environment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    agent_version: str | None = None
    without_environment: bool = False
    unrecovered_failures: bool | None = None
    min_duration_ms: float | None = None
    min_cost_usd: float | None = None
    failing_tool: str | None = None
    text: str | None = None
    category: str | None = None
    fingerprint: str | None = None

    @property
    def of_findings(self) -> bool:
        """Tell whether it is by what an analysis found of a failed run."""
        return self.category is not None or self.fingerprint is not None

    def expression(self) -> dict[str, Any]:
        """Return the names, values and filter of a query for what the index can tell apart; without any, nothing."""
        conditions = [f"#{name} = :{name}" for name in _EQUAL if getattr(self, name) is not None]
        values: dict[str, Any] = {f":{name}": getattr(self, name) for name in _EQUAL}
        names = {f"#{name}": name for name in _EQUAL if getattr(self, name) is not None}
        if self.without_environment:
            conditions.append("attribute_not_exists(environment)")
        if self.of_findings:
            conditions.append("#status = :failed")
            names["#status"], values[":failed"] = "status", "failure"
        if self.unrecovered_failures is not None:
            # Of a run of before they were counted it says nothing.
            none = "(attribute_not_exists(unrecovered_failures) OR unrecovered_failures = :none)"
            conditions.append("unrecovered_failures > :none" if self.unrecovered_failures else none)
            values[":none"] = 0
        if self.min_duration_ms is not None:
            conditions.append("duration_ms >= :duration")
            values[":duration"] = self.min_duration_ms
        if self.min_cost_usd is not None:
            conditions.append("#cost.total_cost_usd >= :cost")
            names["#cost"], values[":cost"] = "cost", self.min_cost_usd
        if not conditions:
            return {}
        return {
            "FilterExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item(values),
        }

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Tell whether an entry that passed the query is wanted: what DynamoDB has no expression for."""
        return (self.text is None or self._says(values)) and (self.failing_tool is None or self._failed(values))

    def found(self, outcome: Outcome | None) -> bool:
        """Tell whether a failed run is wanted for what its analysis found, or for having none."""
        category = outcome.category if outcome else NOT_ANALYSED
        fingerprint = outcome.fingerprint if outcome else None
        return self.category in (None, category) and self.fingerprint in (None, fingerprint)

    def _says(self, values: Mapping[str, Any]) -> bool:
        wanted = str(self.text).casefold()
        texts = [values["PK"].removeprefix("RUN#"), *(values.get(name) for name in _SEARCHED)]
        texts += values.get("correlation_ids") or []
        return any(wanted in text.casefold() for text in texts if isinstance(text, str))

    def _failed(self, values: Mapping[str, Any]) -> bool:
        tools = json.loads(values["profile"])["tools"]
        return self.failing_tool in tools and tools[self.failing_tool][1] > 0
