"""Read the front doors of a translated template: the HTTP API, the function URL, their cross-origin settings."""

import re
from collections.abc import Mapping
from typing import Any

from local.intrinsics import Resolver, TemplateError
from local.model import ApiSpec, CorsSpec, Route, UrlSpec
from local.template import Template

_INTEGRATION = "x-amazon-apigateway-integration"
_ANY_METHOD = "x-amazon-apigateway-any-method"
_FUNCTION_ARN = re.compile(r"arn:aws:lambda:[^:]*:[^:]*:function:[^/]+")


def read_api(template: Template, resolver: Resolver, functions: Mapping[str, str], origins: tuple[str, ...]) -> ApiSpec:
    """Read the HTTP API; `functions` gives a function's logical id by its ARN, `origins` are the stack's own.

    Raises:
        TemplateError: there are several, or a route is not served by a function.
    """
    properties = _only(template, "AWS::ApiGatewayV2::Api")
    if properties is None:
        return ApiSpec()
    body = properties["Body"]
    routes = [
        _route(method, path, operation[_INTEGRATION], resolver, functions)
        for path, operations in body.get("paths", {}).items()
        for method, operation in operations.items()
    ]
    cors = body.get("x-amazon-apigateway-cors")
    return ApiSpec(tuple(routes), _cors(resolver.resolve(cors), origins) if cors else None)


def read_url(
    template: Template, resolver: Resolver, functions: Mapping[str, str], origins: tuple[str, ...]
) -> UrlSpec | None:
    """Read the function URL; `functions` gives a function's logical id by its name and by its ARN.

    Raises:
        TemplateError: there are several.
    """
    properties = _only(template, "AWS::Lambda::Url")
    if properties is None:
        return None
    function = functions[resolver.resolve(properties["TargetFunctionArn"])]
    cors = resolver.resolve(properties.get("Cors"))
    streams = properties.get("InvokeMode") == "RESPONSE_STREAM"
    return UrlSpec(function, streams, _cors(cors, origins) if cors else None)


def _only(template: Template, kind: str) -> Mapping[str, Any] | None:
    found = [properties for _, properties in template.resources(kind)]
    if len(found) > 1:
        message = f"the local stack serves one {kind}, the template has {len(found)}"
        raise TemplateError(message)
    return found[0] if found else None


def _route(
    method: str, path: str, integration: Mapping[str, Any], resolver: Resolver, functions: Mapping[str, str]
) -> Route:
    match = _FUNCTION_ARN.search(resolver.resolve(integration["uri"]))
    if match is None:
        message = f"route {method} {path} is not served by a function"
        raise TemplateError(message)
    return Route(
        method="ANY" if method == _ANY_METHOD else method.upper(),
        path=path,
        function=functions[match.group()],
        timeout=integration.get("timeoutInMillis", 30_000) / 1000,
    )


def _cors(settings: Mapping[str, Any], own_origins: tuple[str, ...]) -> CorsSpec:
    """Read settings in API Gateway's or Lambda's spelling; pages that the stack itself serves may call it too."""
    known = {key[0].lower() + key[1:]: value for key, value in settings.items()}
    return CorsSpec(
        allow_origins=(*known.get("allowOrigins", ()), *own_origins),
        allow_methods=tuple(known.get("allowMethods", ())),
        allow_headers=tuple(known.get("allowHeaders", ())),
        expose_headers=tuple(known.get("exposeHeaders", ())),
        max_age=known.get("maxAge"),
        allow_credentials=known.get("allowCredentials", False),
    )
