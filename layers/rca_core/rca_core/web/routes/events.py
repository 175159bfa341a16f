"""The events of a run: outlined for a waterfall, and one of them whole."""

from collections.abc import Callable
from datetime import datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from rca_core.storage.runs import RunStore
from rca_core.telemetry.outline import EventFields, Outline, fields_at, outlines
from rca_core.web.http import Answer, json_response
from rca_core.web.query import EventsQuery, FieldsQuery, parse_query


def event_routes(runs: Callable[[], RunStore], now: Callable[[], datetime]) -> APIGatewayHttpRouter:
    """Return the routes over the events of stored runs."""
    routes = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

    @routes.get("/agent-runs/<run_id>/events", compress=True)
    def list_events(run_id: str) -> Answer:
        """Return a run's events without their texts, in the order they happened."""
        query = parse_query(EventsQuery, routes.current_event.query_string_parameters)
        stored = runs().get(run_id, now=now())
        items, total = outlines(stored.run(), offset=query.offset, limit=query.limit)
        return json_response(Outline(run_id=run_id, revision=stored.header.revision, total=total, items=items))

    @routes.get("/agent-runs/<run_id>/fields", compress=True)
    def get_fields(run_id: str) -> Answer:
        """Return the fields of one event, or of the run itself."""
        query = parse_query(FieldsQuery, routes.current_event.query_string_parameters)
        stored = runs().get(run_id, now=now())
        fields = fields_at(stored.body, query.path)
        revision = stored.header.revision
        return json_response(EventFields(run_id=run_id, revision=revision, path=query.path, fields=fields))

    return routes
