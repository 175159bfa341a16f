"""Runs in numbers: what they amounted to, and how their failures went."""

from collections.abc import Callable
from datetime import datetime

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from rca_core.storage.rollups.reader import RollupReader
from rca_core.web import openmetrics
from rca_core.web.http import Answer, json_response
from rca_core.web.query import OverviewQuery, TrendsQuery, parse_query


def metrics_routes(counters: Callable[[], RollupReader], now: Callable[[], datetime]) -> APIGatewayHttpRouter:
    """Return the routes over the counters."""
    routes = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

    @routes.get("/metrics/overview", compress=True)
    def get_overview() -> Answer:
        """Return what the runs of the last hours amount to."""
        query = parse_query(OverviewQuery, routes.current_event.query_string_parameters)
        found = counters().overview(query.hours, agent_name=query.agent_name, environment=query.environment, now=now())
        return json_response(found)

    @routes.get("/metrics/trends", compress=True)
    def get_trends() -> Answer:
        """Return how the failures of groups of runs went over time."""
        query = parse_query(TrendsQuery, routes.current_event.query_string_parameters)
        found = counters().trends(
            query.group_by,
            bucket=query.bucket,
            hours=query.hours,
            agent_name=query.agent_name,
            environment=query.environment,
            now=now(),
        )
        return json_response(found)

    @routes.get("/metrics", compress=True)
    def get_metrics() -> Answer:
        """Return the overviews of the last hour and day for Prometheus."""
        text = openmetrics.exposition(counters().overviews(openmetrics.WINDOW_HOURS, now=now()))
        return Response(status_code=200, content_type=openmetrics.CONTENT_TYPE, body=text)

    return routes
