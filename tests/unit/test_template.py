"""template.yaml against the code: every name that stands in both, and AWS's advice for what stands in it alone."""

import importlib
import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from rca_core.settings import (
    AnalyzerSettings,
    ApiSettings,
    DeadLetterSettings,
    IngestSettings,
    OrphanSettings,
    RollupSettings,
    ScrubSettings,
    StreamSettings,
    UiSettings,
)
from rca_core.web.described_routes import ROUTES
from tests.support.template import ROOT, events, functions, properties, template, translated

SETTINGS: dict[str, type[BaseModel]] = {
    "IngestFunction": IngestSettings,
    "ApiFunction": ApiSettings,
    "AnalyzerFunction": AnalyzerSettings,
    "DeadLetterFunction": DeadLetterSettings,
    "OrphanFunction": OrphanSettings,
    "RollupFunction": RollupSettings,
    "ScrubFunction": ScrubSettings,
    "StreamFunction": StreamSettings,
    "UiFunction": UiSettings,
}
FUNCTIONS = functions()


def test_every_function_is_known_here() -> None:
    assert set(FUNCTIONS) == set(SETTINGS)


# ---------------------------------------------------------------- functions
@pytest.mark.parametrize("function", SETTINGS)
def test_a_function_is_given_the_variables_that_it_reads_and_no_others(function: str) -> None:
    given = {name for name in FUNCTIONS[function]["Environment"]["Variables"] if not name.startswith("AWS_")}

    assert given == {name.upper() for name in SETTINGS[function].model_fields}


@pytest.mark.parametrize("function", SETTINGS)
def test_a_functions_handler_exists(function: str) -> None:
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    source = (ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")

    assert re.search(rf"^def {name}\(", source, re.MULTILINE)


def test_settings_are_read_by_the_function_they_are_named_for() -> None:
    for function, model in SETTINGS.items():
        module = FUNCTIONS[function]["Handler"].rpartition(".")[0]
        source = (ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")
        assert f"settings = {model.__name__}.load()" in source


def test_api_gateway_waits_longer_than_the_functions_behind_it() -> None:
    behind = {function for function, _, _ in events("HttpApi")}

    assert behind == {"IngestFunction", "ApiFunction", "UiFunction"}
    assert all(FUNCTIONS[function]["Timeout"] < 30 for function in behind)


def test_every_function_has_the_layer_and_logs_json_to_a_group_that_expires() -> None:
    assert (ROOT / properties("RcaCoreLayer")["ContentUri"] / "rca_core" / "__init__.py").exists()
    for found in FUNCTIONS.values():
        assert found["Layers"] == [{"Ref": "RcaCoreLayer"}]
        assert found["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": "FunctionLogs"}}
    assert properties("FunctionLogs")["RetentionInDays"] <= 30


def test_secrets_are_not_shown_and_have_no_default() -> None:
    parameters = template()["Parameters"]
    secrets = {name: parameters[name] for name in parameters if name.endswith("Secret")}

    assert len(secrets) == 2
    assert all(secret["NoEcho"] is True and secret["Default"] == "" for secret in secrets.values())
    assert parameters["OpenAccess"]["Default"] == "false"
    outputs = json.dumps(template()["Outputs"])
    assert not [name for name in secrets if name in outputs]


# ---------------------------------------------------------------- routes
def routes() -> set[tuple[str, str, str]]:
    """Return the template's routes: function, method, path."""
    return {
        (function, event["Method"].lower(), event["Path"])
        for function, _, event in events("HttpApi")
        if "Path" in event
    }


def sources(function: str) -> str:
    """Return the source of a function's app and of the groups of routes that it includes."""
    source: str = (ROOT / FUNCTIONS[function]["CodeUri"] / "app.py").read_text(encoding="utf-8")
    groups = re.findall(r"^from rca_core\.web\.routes\.(\w+) import (\w+)", source, re.MULTILINE)
    assert all(f"app.include_router({name}(" in source for _, name in groups)
    folder = ROOT / "layers/rca_core/rca_core/web/routes"
    return source + "".join((folder / f"{module}.py").read_text(encoding="utf-8") for module, _ in groups)


def handled(function: str) -> set[tuple[str, str]]:
    """Return the routes that a function's app registers: method, path as API Gateway writes it."""
    found = re.findall(r"^ *@(?:app|routes)\.(\w+)\(\"([^\"]+)\"", sources(function), re.MULTILINE)
    return {(method, re.sub(r"<(\w+)>", r"{\1}", path)) for method, path in found}


@pytest.mark.parametrize("function", ["IngestFunction", "ApiFunction"])
def test_every_route_of_the_template_has_a_handler_and_every_handler_a_route(function: str) -> None:
    given = {(method, path.rstrip("/") or "/") for name, method, path in routes() if name == function}

    assert given == handled(function)


def test_what_no_route_names_is_answered_by_the_api() -> None:
    assert [function for function, _, event in events("HttpApi") if "Path" not in event] == ["ApiFunction"]


def test_a_post_with_a_slash_behind_it_is_not_left_to_another_function() -> None:
    # $default goes to the API, which does not ingest; GET with a slash does go there, and is served.
    assert ("IngestFunction", "post", "/agent-runs/") in routes()


def test_the_api_description_has_the_routes_of_the_template() -> None:
    described = {(route.method, route.path) for route in ROUTES}

    assert described == {
        (method, path.rstrip("/") or "/") for function, method, path in routes() if function != "UiFunction"
    }


def test_every_path_of_the_page_goes_to_its_function_which_may_do_nothing_but_answer() -> None:
    served = {(method, path) for function, method, path in routes() if function == "UiFunction"}

    assert served == {("get", "/ui"), ("get", "/ui/"), ("get", "/ui/{path+}")}
    assert "Policies" not in FUNCTIONS["UiFunction"]
    assert [name for name in FUNCTIONS["UiFunction"]["Environment"]["Variables"] if "SECRET" in name] == []


def test_path_parameters_are_those_of_the_handlers() -> None:
    for function in ("IngestFunction", "ApiFunction"):
        handlers = r"^ *@(?:app|routes)\.\w+\(\"([^\"]+)\".*\)\n *def \w+\(([^)]*)\)"
        for path, arguments in re.findall(handlers, sources(function), re.MULTILINE):
            assert re.findall(r"<(\w+)>", path) == re.findall(r"(\w+): str", arguments)


def test_browsers_may_send_and_read_what_the_contract_names() -> None:
    cors = properties("HttpApi")["CorsConfiguration"]
    stream = FUNCTIONS["StreamFunction"]["FunctionUrlConfig"]["Cors"]

    assert {method for _, method, _ in routes()} <= {method.lower() for method in cors["AllowMethods"]}
    assert {"authorization", "content-encoding", "content-type", "x-api-key", "x-ingest-secret", "x-request-id"} <= set(
        cors["AllowHeaders"]
    )
    assert {"authorization", "last-event-id", "x-api-key", "x-request-id"} <= set(stream["AllowHeaders"])
    assert cors["AllowOrigins"] == {"Ref": "AllowedOrigins"}
    # The token in its address opens a stream, whatever page has it.
    assert stream["AllowOrigins"] == ["*"]
    assert not {"AllowCredentials"} & (set(cors) | set(stream))
    assert "x-request-id" in cors["ExposeHeaders"]
    assert "x-request-id" in stream["ExposeHeaders"]
    assert "*" not in template()["Parameters"]["AllowedOrigins"]["Default"]


def test_the_api_is_throttled_and_its_access_is_logged() -> None:
    api = properties("HttpApi")

    assert api["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert api["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0
    line = api["AccessLogSettings"]["Format"]
    assert json.loads(line)["request_id"] == "$context.requestId"
    assert "authorizer" not in line.lower()


# ---------------------------------------------------------------- the stream
def test_the_stream_function_really_streams() -> None:
    [url] = translated("AWS::Lambda::Url").values()
    wrapper = FUNCTIONS["StreamFunction"]["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"]

    assert (url["AuthType"], url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")
    # A layer's python/ folder is unpacked under /opt.
    assert (ROOT / "layers/rca_core" / Path(wrapper).relative_to("/opt/python")).exists()


def test_a_public_function_url_has_both_permissions_that_aws_asks_for() -> None:
    permissions = [
        found
        for found in translated("AWS::Lambda::Permission").values()
        if found["Principal"] == "*" and found["FunctionName"] in ("StreamFunction", {"Ref": "StreamFunction"})
    ]

    assert {found["Action"] for found in permissions} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    for found in permissions:
        if found["Action"] == "lambda:InvokeFunctionUrl":
            assert found["FunctionUrlAuthType"] == "NONE"
        else:
            assert found["InvokedViaFunctionUrl"] is True


def test_the_longest_stream_ends_before_its_function_does() -> None:
    sse = importlib.import_module("rca_core.web.sse")
    shortest, longest = sse.CONNECTION_SECONDS

    assert 0 < shortest < longest < FUNCTIONS["StreamFunction"]["Timeout"] - 5


# ---------------------------------------------------------------- outputs and settings
def test_outputs_say_where_everything_is() -> None:
    assert {"ApiUrl", "StreamUrl", "TableName", "RcaQueueUrl", "RcaParkedQueueUrl"} <= set(template()["Outputs"])
