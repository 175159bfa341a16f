"""Resolve a translated template into what the local stack runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.intrinsics import Names, Resolver
from local.model import FunctionSpec, StackSpec
from local.spec_http import read_api, read_url
from local.spec_sources import read_sources
from local.template import ACCOUNT, Template

_FUNCTION_PROPERTIES = ("Environment", "Handler", "Layers", "MemorySize", "Runtime", "Timeout")


def build_spec(template: Template, created: Names, *, api_origin: str, stream_origin: str) -> StackSpec:
    """Resolve everything that runs.

    Args:
        template: the translated template.
        created: names of the tables and queues that exist.
        api_origin: where the HTTP API will be served, such as http://127.0.0.1:8000.
        stream_origin: where the function URL will be served.

    Raises:
        TemplateError: the template has what the local stack does not imitate.
    """
    function_names = _function_names(template)
    layers = _layers(template)
    names = {
        **created,
        **function_names,
        **{logical_id: {"Ref": arn} for logical_id, (arn, _) in layers.items()},
        **{
            logical_id: {"FunctionUrl": f"{stream_origin}/"} for logical_id, _ in template.resources("AWS::Lambda::Url")
        },
        **{
            logical_id: {"Ref": "local", "ApiEndpoint": api_origin}
            for logical_id, _ in template.resources("AWS::ApiGatewayV2::Api")
        },
    }
    resolver = template.resolver(names)
    known = {name: logical_id for logical_id, own in function_names.items() for name in own.values()}
    origins = _both_hosts(api_origin, stream_origin)
    url = read_url(template, resolver, known, origins)
    queues, streams = read_sources(template, resolver, known, created)
    return StackSpec(
        functions=_functions(template, resolver, dict(layers.values()), url.function if url and url.streams else None),
        api=read_api(template, resolver, known, origins),
        url=url,
        queues=queues,
        streams=streams,
    )


def _both_hosts(*origins: str) -> tuple[str, ...]:
    return (*origins, *(origin.replace("127.0.0.1", "localhost") for origin in origins))


def _function_names(template: Template) -> dict[str, dict[str, str]]:
    names = {}
    for logical_id, _ in template.resources("AWS::Lambda::Function"):
        name = template.physical_name(logical_id)
        names[logical_id] = {"Ref": name, "Arn": f"arn:aws:lambda:{template.region}:{ACCOUNT}:function:{name}"}
    return names


def _layers(template: Template) -> dict[str, tuple[str, Path]]:
    """Return each layer's ARN and the folder that stands for /opt/python, by logical id."""
    layers = {}
    for logical_id, properties in template.resources("AWS::Lambda::LayerVersion"):
        key = properties["Content"]["S3Key"]
        folder = template.folders[key]
        arn = f"arn:aws:lambda:{template.region}:{ACCOUNT}:layer:{logical_id}:1"
        layers[logical_id] = arn, folder if key in template.built else folder / "python"
    return layers


def _functions(
    template: Template, resolver: Resolver, layers: Mapping[str, Path], streaming: str | None
) -> dict[str, FunctionSpec]:
    functions = {}
    for logical_id, properties in template.resources("AWS::Lambda::Function"):
        settings = resolver.resolve({key: properties[key] for key in _FUNCTION_PROPERTIES if key in properties})
        functions[logical_id] = FunctionSpec(
            logical_id=logical_id,
            name=resolver.attribute(logical_id, "Ref"),
            arn=resolver.attribute(logical_id, "Arn"),
            code=template.folders[properties["Code"]["S3Key"]],
            # A layer from elsewhere cannot be fetched offline: what it carries has to be installed on this machine.
            layers=tuple(layers[arn] for arn in settings.get("Layers", []) if arn in layers),
            handler=settings["Handler"],
            runtime=settings["Runtime"],
            timeout=float(settings.get("Timeout", 3)),
            memory=int(settings.get("MemorySize", 128)),
            environment=_variables(settings.get("Environment", {}).get("Variables", {})),
            log_format=properties.get("LoggingConfig", {}).get("LogFormat", "Text"),
            streams=logical_id == streaming,
        )
    return functions


def _variables(values: Mapping[str, Any]) -> dict[str, str]:
    """Write values as CloudFormation writes them into an environment."""
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in values.items()}
