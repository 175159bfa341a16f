"""Recurring failures: listed, shown, resolved."""

from collections.abc import Callable
from datetime import datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from rca_core.storage.failures import FailureFilter, FailureIndex
from rca_core.web.answers import FailureList
from rca_core.web.body import json_body
from rca_core.web.change import FailureChange, parse_change
from rca_core.web.http import Answer, headers, json_response
from rca_core.web.query import ListFailuresQuery, parse_query


def failure_routes(failures: Callable[[], FailureIndex], now: Callable[[], datetime]) -> APIGatewayHttpRouter:
    """Return the routes over an index of failures."""
    routes = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

    @routes.get("/failures", compress=True)
    def list_failures() -> Answer:
        """List failures, the most recently seen or the most frequent first."""
        query = parse_query(ListFailuresQuery, routes.current_event.query_string_parameters)
        wanted = FailureFilter(query.status, query.category, query.agent_name, query.since, query.tool)
        page = failures().page(wanted, sort=query.sort, limit=query.limit, cursor=query.cursor, now=now())
        return json_response(FailureList.model_validate(page._asdict()))

    @routes.get("/failures/<fingerprint>")
    def get_failure(fingerprint: str) -> Answer:
        """Return a failure and the runs that showed it last."""
        return json_response(failures().get(fingerprint, now()))

    @routes.patch("/failures/<fingerprint>")
    def change_failure(fingerprint: str) -> Answer:
        """Say that a failure is resolved, or that it is open."""
        event = routes.current_event
        body = json_body(event.body, is_base64=bool(event.is_base64_encoded), headers=headers(routes))
        change = parse_change(FailureChange, body)
        return json_response(failures().set_status(fingerprint, change.status, now()))

    return routes
