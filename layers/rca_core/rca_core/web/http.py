"""The HTTP app that functions share: access, request ids, problem documents, one log line a request."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from rca_core.emf import Meter, Metric
from rca_core.errors import AnswerTooLarge, CorruptBody, FieldError, MethodNotAllowed, NotFound, SmartSreError
from rca_core.storage.aws import MARGIN_SECONDS
from rca_core.storage.deadline import deadline
from rca_core.web import docs
from rca_core.web.problems import problem_answer
from rca_core.web.protection import PROTECTION
from rca_core.web.request_id import request_id_of

# Lambda's limit on what a function returns is 6 MB.
_MAX_ANSWER: Final = 6 * 1024 * 1024

# What a route returns: text or bytes with their type, status and headers.
Answer = Response[Any]
Guard = Callable[[Mapping[str, str]], None]
ErrorAnswer = Callable[[SmartSreError, Mapping[str, str]], Answer]


def http_app(
    logger: Logger,
    meter: Meter,
    *,
    guard: Guard,
    public: frozenset[str] = frozenset(),
    told: Mapping[str, ErrorAnswer] = MappingProxyType({}),
) -> APIGatewayHttpResolver:
    """Return an app whose routes, except the public paths, pass the guard first and whose errors are problems.

    `told` names the paths whose errors have a form of their own, and what gives it to them.
    """
    app = APIGatewayHttpResolver()

    def check_access(app: APIGatewayHttpResolver, next_middleware: Callable[..., Answer]) -> Answer:
        if app.context["_path"] not in public:
            guard(headers(app))
        return next_middleware(app)

    def expected(error: SmartSreError) -> Answer:
        if error.status >= 500:
            logger.exception("request failed", error_code=error.code)
            meter.add(Metric.SERVER_ERRORS, of=error.code)
        if isinstance(error, CorruptBody):
            meter.add(Metric.CORRUPT_BODY)
        return answer_of(error)

    def no_route(_error: NotFoundError) -> Answer:
        path, method = app.context["_path"], app.current_event.http_method
        # The description knows the routes of every function, also of those that this one cannot serve.
        allowed = docs.methods_of(path)
        # A path with the method that still has no route names what cannot be an identifier.
        if allowed and method not in allowed:
            return _problem(app, MethodNotAllowed(f"{method} is not served on {path}.", allowed=allowed))
        return _problem(app, NotFound(f"{method} {path} is not a route of this API."))

    def unexpected(_error: Exception) -> Answer:
        logger.exception("request failed unexpectedly")
        meter.add(Metric.SERVER_ERRORS, of=SmartSreError.code)
        return answer_of(SmartSreError("unexpected"))

    def answer_of(error: SmartSreError) -> Answer:
        own = told.get(app.context["_path"])
        return own(error, headers(app)) if own else _problem(app, error)

    app.use(middlewares=[check_access])
    app.exception_handler(SmartSreError)(expected)
    app.exception_handler(Exception)(unexpected)
    app.not_found(no_route)
    return app


def serve(app: APIGatewayHttpResolver, logger: Logger, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway v2 event: a trailing slash is not another route, and the request id is echoed."""
    request_id = request_id_of(event.get("headers", {}))
    path = event["rawPath"].rstrip("/") or "/"
    logger.append_keys(request_id=request_id, function_request_id=context.aws_request_id)
    app.append_context(request_id=request_id)  # type: ignore[no-untyped-call]
    with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
        answer = app.resolve({**event, "rawPath": path}, context)
    if (size := _carried(answer)) >= _MAX_ANSWER:
        error = AnswerTooLarge(size, _MAX_ANSWER, _remedies(event, path, answer))
        status, fields, body = problem_answer(error, request_id)
        answer = {"statusCode": status, "headers": fields, "body": body, "isBase64Encoded": False}
    answer["headers"] = {**PROTECTION, **answer.get("headers", {}), "X-Request-ID": request_id}
    logger.info("request", method=event["requestContext"]["http"]["method"], path=path, status=answer["statusCode"])
    return answer


def json_response(body: BaseModel | bytes) -> Answer:
    """Return a 200 with a JSON body: a model's, or bytes that are JSON already."""
    text = body if isinstance(body, bytes) else body.model_dump_json().encode()
    return Response(status_code=200, content_type="application/json", body=text.decode())


def headers(app: APIGatewayHttpResolver | APIGatewayHttpRouter) -> dict[str, str]:
    """Return the request's headers, names in lower case."""
    return {name.lower(): value for name, value in app.current_event.headers.items()}


def _carried(answer: dict[str, Any]) -> int:
    """Return as how many bytes Lambda counts an answer, at most: those of its JSON text, in which a body is escaped."""
    # No escape is longer than six characters: most answers need no second look.
    longest = len(answer.get("body") or "") * 6
    return longest if longest < _MAX_ANSWER else len(json.dumps(answer))


def _remedies(event: dict[str, Any], path: str, answer: dict[str, Any]) -> list[FieldError]:
    """Return what of a request would make its answer smaller."""
    found = []
    if not answer.get("isBase64Encoded"):
        found.append(FieldError(loc=["header", "Accept-Encoding"], msg="accept gzip", type="answer_too_large"))
    taken = docs.query_parameters_of(event["requestContext"]["http"]["method"], path)
    if "limit" in taken:
        rest = "offset" if "offset" in taken else "cursor"
        msg = f"ask for fewer with a smaller limit, and for the others with {rest}"
        found.append(FieldError(loc=["query", "limit"], msg=msg, type="answer_too_large"))
    return found


def _problem(app: APIGatewayHttpResolver, error: SmartSreError) -> Answer:
    status, fields, body = problem_answer(error, app.context["request_id"])
    return Response(status_code=status, content_type=None, headers=fields, body=body)
