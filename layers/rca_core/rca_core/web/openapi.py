"""The OpenAPI document, generated from the models that the handlers use.

`python -m rca_core.web.openapi` writes it beside this file, where the API serves it from; a check fails when the
committed document is not the generated one. Nothing here runs in a request.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from rca_core.analysis import RcaReport
from rca_core.errors import FieldError
from rca_core.web.described_routes import ROUTES, Route
from rca_core.web.docs import DOCUMENT, TITLE
from rca_core.web.openapi_examples import add_examples

_REF: Final = "#/components/schemas/{model}"
_PATH_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class Problem(TypedDict, total=False):
    """An error, as RFC 9457 describes it; `errors` names each refused field of a 422."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError]


_OWN_ERRORS: Final = [route for route in ROUTES if route.own_errors]
_Schema = tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]


_TITLES: Final = {
    400: "Malformed as a whole",
    401: "Credential missing or wrong",
    403: "The stack is closed",
    404: "Not found",
    409: "Conflicting write, safe to repeat",
    413: "What was sent is too large",
    415: "Unsupported media type",
    422: "Invalid input, each field named; or an answer too large to carry, with what makes it smaller",
    503: "Temporarily unavailable, safe to repeat after Retry-After",
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    bodies: list[_Schema] = [(route.path, "validation", TypeAdapter(route.body)) for route in ROUTES if route.body]
    answers: list[_Schema] = [
        (f"{route.method} {route.path}", "serialization", TypeAdapter(route.answer)) for route in ROUTES if route.answer
    ]
    others: list[_Schema] = [
        *((f"errors of {route.path}", "serialization", TypeAdapter(route.own_errors)) for route in _OWN_ERRORS),
        ("problem", "serialization", TypeAdapter(Problem)),
        ("report", "serialization", TypeAdapter(RcaReport)),
    ]
    schemas, shared = TypeAdapter.json_schemas([*bodies, *answers, *others], ref_template=_REF)
    components = shared["$defs"]
    components["RcaDetail"]["properties"]["report"] = {"anyOf": [schemas["report", "serialization"], {"type": "null"}]}
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, schemas)
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": "1",
            "description": "Agent runs in, cited root causes out. Times are RFC 3339 in UTC; errors are RFC 9457.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "ingestSecret": {"type": "apiKey", "in": "header", "name": "X-Ingest-Secret"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }
    return add_examples(described)


def _operation(route: Route, schemas: Any) -> dict[str, Any]:
    content = {}
    if route.answer:
        schema = schemas[f"{route.method} {route.path}", "serialization"]
        content = {media_type: {"schema": schema} for media_type in _answered_as(route)}
    answer: dict[str, Any] = {"description": route.summary}
    if content:
        answer["content"] = content
    if route.leads_to:
        place = f"{route.first_of}/0/" if route.first_of else ""
        answer["links"] = {_operation_id(to): _link(to, place) for to in route.leads_to}
    if route.status == 307:
        answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(f"{route.method} {route.path}"),
        "parameters": _parameters(route),
        "responses": {str(route.status): answer}
        | {str(status): _problem(route, status, schemas) for status in route.errors},
        "security": _SECURITY[route.security],
    }
    if route.body:
        body = {media_type: {"schema": schemas[route.path, "validation"]} for media_type in route.body_types}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _operation_id(route: str) -> str:
    return re.sub(r"\W+", "_", route).strip("_")


def _link(to: str, place: str) -> dict[str, Any]:
    parameters = {name: f"$response.body#/{place}{name}" for name in _PATH_PARAMETER.findall(to)}
    return {"operationId": _operation_id(to), "parameters": parameters}


_SECURITY: Final[dict[str | None, list[dict[str, list[str]]]]] = {
    None: [],
    "ingest": [{"ingestSecret": []}, {"bearer": []}, {"apiKey": []}],
    "access": [{"bearer": []}, {"apiKey": []}],
}


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(route.path)
    ]
    query = route.query.model_json_schema()
    for name, schema in query.get("properties", {}).items():
        required = name in query.get("required", ())
        found.append({"name": name, "in": "query", "required": required, "schema": schema})
    return found


def _answered_as(route: Route) -> tuple[str, ...]:
    return route.body_types if route.own_errors else (route.media_type,)


def _problem(route: Route, status: int, schemas: Any) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": schemas["problem", "serialization"]}}
    if route.own_errors:
        schema = schemas[f"errors of {route.path}", "serialization"]
        content = {media_type: {"schema": schema} for media_type in route.body_types}
    return {"description": _TITLES[status], "content": content}


def rendered() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or with `--check` tell whether the committed one is the generated one."""
    if arguments == ["--check"]:
        same = DOCUMENT.read_text(encoding="utf-8") == rendered()
        sys.stdout.write("openapi.json is current\n" if same else "openapi.json is stale: run `make openapi`\n")
        return 0 if same else 1
    Path(DOCUMENT).write_text(rendered(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
