"""Analyses beside each other."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from rca_core.analysis.compare import compare
from rca_core.errors import FieldError, InvalidInput
from rca_core.storage.progress import RcaRun
from rca_core.storage.rca_reader import RcaReader
from rca_core.web.http import Answer, json_response
from rca_core.web.query import CompareQuery, parse_query


def analysis_routes(analyses: Callable[[], RcaReader], now: Callable[[], datetime]) -> APIGatewayHttpRouter:
    """Return the routes over several analyses."""
    routes = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

    @routes.get("/agent-runs/rca-runs/<rca_run_id>/comparison", compress=True)
    def compare_analyses(rca_run_id: str) -> Answer:
        """Return what changed from an earlier analysis of the same run to this one."""
        query = parse_query(CompareQuery, routes.current_event.query_string_parameters)
        after = analyses().get(rca_run_id, now=now())
        before = analyses().find(query.before, now=now())
        if before is None or before.run_id != after.run_id:
            raise _refused(["query", "before"], "is no analysis of the same run")
        return json_response(compare(report_of(before, ["query", "before"]), report_of(after, ["path", "rca_run_id"])))

    def report_of(rca: RcaRun, where: list[str | int]) -> Any:
        report = analyses().report(rca.rca_run_id) if rca.status == "done" else None
        if report is None:
            raise _refused(where, f"has no report: it is {rca.status}")
        return json.loads(report)

    return routes


def _refused(where: list[str | int], why: str) -> InvalidInput:
    return InvalidInput([FieldError(loc=where, msg=why, type="analysis")])
