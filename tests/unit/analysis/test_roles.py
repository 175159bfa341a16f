"""Names that error texts blame, in their role: each style of text, what was sent against it, and traps."""
# ruff: noqa: E501 - a message in one piece is the message

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.roles import measure, read_rows
from rca_core.analysis import RcaReport, analyze
from rca_core.analysis.read.roles import blamed_arguments, unknown_tool
from rca_core.analysis.verify.report import UnverifiableReport, verify
from rca_core.telemetry import AgentRun

NOW = datetime(2026, 1, 1, tzinfo=UTC)

M, U, T, V = "missing", "unexpected", "wrong_type", "wrong_value"
NOT_RECORDED: Any = None

STYLES: list[tuple[str, str, Any, list[tuple[str, str]]]] = [
    # FastAPI, pydantic
    ("fastapi", '{"detail":[{"loc":["body","customer_id"],"msg":"field required","type":"value_error.missing"}]}', {"amount": 1}, [("customer_id", M)]),
    ("fastapi", '{"detail":[{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}]}', NOT_RECORDED, [("q", M)]),
    ("fastapi", "422 Unprocessable Entity: {'detail': [{'type': 'int_parsing', 'loc': ['path', 'item_id'], 'msg': 'Input should be a valid integer, unable to parse string as an integer', 'input': 'abc'}]}", {"item_id": "abc"}, [("item_id", T)]),
    ("pydantic 1", "1 validation error for CreateOrder\nquantity\n  ensure this value is greater than 0 (type=value_error.number.not_gt; limit_value=0)", {"quantity": 0}, [("quantity", V)]),
    ("pydantic 1", "2 validation errors for OrderIn\ncustomer -> email\n  field required (type=value_error.missing)\nnote\n  extra fields not permitted (type=value_error.extra)", {"customer": {}, "note": "x"}, [("customer.email", M), ("note", U)]),
    ("pydantic 2", "2 validation errors for search_args\nquery\n  Field required [type=missing, input_value={'q': 'x'}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.9/v/missing\nlimit\n  Input should be less than or equal to 100 [type=less_than_equal, input_value=500, input_type=int]", {"q": "x", "limit": 500}, [("query", M), ("limit", V)]),
    ("pydantic 2", "1 validation error for Order\nitems.0.sku\n  Input should be a valid string [type=string_type, input_value=7, input_type=int]", {"items": [{"sku": 7}]}, [("items.0.sku", T)]),
    ("pydantic 2", "1 validation error for Trip\nwhen\n  Input should be a valid datetime or date, invalid character in year [type=datetime_from_date_parsing, input_value='soon', input_type=str]", {"when": "soon"}, [("when", V)]),
    ("pydantic 2", "1 validation error for Trip\ncolour\n  Extra inputs are not permitted [type=extra_forbidden, input_value='red', input_type=str]", {"colour": "red"}, [("colour", U)]),
    ("pydantic 2", "1 validation error for Trip\ncabin\n  Input should be 'economy' or 'business' [type=enum, input_value='gold', input_type=str]", {"cabin": "gold"}, [("cabin", V)]),
    # zod, in each of its shapes
    ("zod", '[{"code":"too_small","minimum":1,"type":"string","inclusive":true,"path":["title"],"message":"String must contain at least 1 character(s)"}]', {"title": ""}, [("title", V)]),
    ("zod", "Validation error: Required at \"orderId\"", {"id": 1}, [("orderId", M)]),
    ("zod", "Validation error: Expected number, received string at \"limit\"", {"limit": "ten"}, [("limit", T)]),
    ("zod", '{"formErrors":[],"fieldErrors":{"email":["Invalid email"],"age":["Required"]}}', {"email": "x"}, [("email", V), ("age", M)]),
    ("zod", '{"issues":[{"code":"unrecognized_keys","keys":["colour","size"],"path":["item"],"message":"Unrecognized key(s) in object: \'colour\', \'size\'"}],"name":"ZodError"}', {"item": {"colour": 1, "size": 2}}, [("item.colour", U), ("item.size", U)]),
    # JSON Schema libraries
    ("ajv", '[{"instancePath":"","schemaPath":"#/required","keyword":"required","params":{"missingProperty":"city"},"message":"must have required property \'city\'"}]', {}, [("city", M)]),
    ("ajv", '[{"instancePath":"/address","schemaPath":"#/properties/address/additionalProperties","keyword":"additionalProperties","params":{"additionalProperty":"zip"},"message":"must NOT have additional properties"}]', {"address": {"zip": 1}}, [("address.zip", U)]),
    ("ajv", '[{"instancePath":"/items/0/qty","keyword":"type","params":{"type":"integer"},"message":"must be integer"}]', {"items": [{"qty": "2"}]}, [("items.0.qty", T)]),
    ("ajv", '[{"keyword":"enum","dataPath":".unit","schemaPath":"#/properties/unit/enum","params":{"allowedValues":["c","f"]},"message":"should be equal to one of the allowed values"}]', {"unit": "k"}, [("unit", V)]),
    ("ajv text", "data must have required property 'city'", {"days": 3}, [("city", M)]),
    ("ajv text", "data/days must be integer", {"days": "3"}, [("days", T)]),
    ("ajv text", "body must NOT have additional properties", {"x": 1}, []),
    ("jsonschema", "'city' is a required property\n\nFailed validating 'required' in schema:\n    {'properties': {'city': {'type': 'string'}}, 'required': ['city']}\n\nOn instance:\n    {'days': 3}", {"days": 3}, [("city", M)]),
    ("jsonschema", "'three' is not of type 'integer'\n\nFailed validating 'type' in schema['properties']['days']:\n    {'type': 'integer'}\n\nOn instance['days']:\n    'three'", {"days": "three"}, [("days", T)]),
    ("jsonschema", "Additional properties are not allowed ('colour', 'size' were unexpected)", {"colour": 1, "size": 2}, [("colour", U), ("size", U)]),
    ("gojsonschema", "(root): city is required", {"days": 3}, [("city", M)]),
    ("gojsonschema", "(root): Additional property zip is not allowed", {"zip": 1}, [("zip", U)]),
    ("gojsonschema", "days: Invalid type. Expected: integer, given: string", {"days": "3"}, [("days", T)]),
    ("networknt", "$.city: is missing but it is required", {"days": 1}, [("city", M)]),
    ("networknt", "$.days: string found, integer expected", {"days": "1"}, [("days", T)]),
    ("voluptuous", "required key not provided @ data['city']", {"days": 1}, [("city", M)]),
    ("voluptuous", "extra keys not allowed @ data['filter']['colour']", {"filter": {"colour": 1}}, [("filter.colour", U)]),
    ("voluptuous", "expected int for dictionary value @ data['days']", {"days": "x"}, [("days", T)]),
    ("voluptuous", "value must be one of ['c', 'f'] for dictionary value @ data['unit']", {"unit": "k"}, [("unit", V)]),
    ("superstruct", "At path: items.0.sku -- Expected a string, but received: 1", {"items": [{"sku": 1}]}, [("items.0.sku", T)]),
    ("superstruct", "At path: city -- Expected a string, but received: undefined", {"days": 1}, [("city", M)]),
    ("superstruct", "At path: colour -- Expected a value of type `never`, but received: `1`", {"colour": 1}, [("colour", U)]),
    ("valibot", '[{"kind":"schema","type":"string","expected":"string","received":"undefined","message":"Invalid type: Expected string but received undefined","path":[{"type":"object","key":"city","input":{}}]}]', {}, [("city", M)]),
    ("valibot", "Invalid key: Expected \"city\" but received undefined", {}, [("city", M)]),
    ("valibot", "Invalid key: Expected never but received \"colour\"", {"colour": 1}, [("colour", U)]),
    ("fastjsonschema", "data must contain ['city', 'days'] properties", {}, [("city", M), ("days", M)]),
    ("fastjsonschema", "data must not contain {'colour'} properties", {"colour": 1}, [("colour", U)]),
    ("fastjsonschema", "data.unit must be one of ['c', 'f']", {"unit": "k"}, [("unit", V)]),
    ("tv4", "Missing required property: city", {}, [("city", M)]),
    ("schema", "Missing key: 'city'", {}, [("city", M)]),
    ("schema", "Wrong key 'colour' in {'colour': 1}", {"colour": 1}, [("colour", U)]),
    ("schema", "Key 'days' error:\n'3' should be instance of 'int'", {"days": "3"}, [("days", T)]),
    ("cerberus", "{'city': ['required field'], 'unit': ['unallowed value k'], 'days': ['must be of integer type'], 'colour': ['unknown field']}", {"unit": "k", "days": "x", "colour": 1}, [("city", M), ("unit", V), ("days", T), ("colour", U)]),
    ("beartype", "Function weather.get_weather() parameter days='three' violates type hint <class 'int'>, as str 'three' not instance of int.", {"days": "three"}, [("days", T)]),
    ("dspy", "Arg days is invalid: 'three' is not of type 'integer'.", {"days": "three"}, [("days", T)]),
    ("dspy", "Arg colour is not in the tool's args.", {"colour": 1}, [("colour", U)]),
    ("adk", "Invoking `get_weather()` failed as the following mandatory input parameters are not present:\ncity\nYou could retry calling this tool, but it is IMPORTANT for you to provide all the mandatory parameters.", {"days": 1}, [("city", M)]),
    ("discord", '{"code":50035,"errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer in length."}]}}}},"message":"Invalid Form Body"}', {"embeds": [{"title": "x"}]}, [("embeds.0.title", V)]),
    ("discord", "400 Bad Request (error code: 50035): Invalid Form Body\nIn content: This field is required", {"x": 1}, [("content", M)]),
    ("aws", "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null", {"x": 1}, [("functionName", M)]),
    ("aws", "Value (t9.huge) for parameter instanceType is invalid.", {"instanceType": "t9.huge"}, [("instanceType", V)]),
    ("openapi", "request/body must have required property 'city'", {}, [("city", M)]),
    ("openapi", "Missing required query parameter: limit", {}, [("limit", M)]),
    ("google", "Invalid value at 'days' (TYPE_INT32), \"three\"", {"days": "three"}, [("days", V)]),
    ("cline", "Missing value for required parameter 'path'. Please retry with complete response.", {}, [("path", M)]),
    ("smolagents", "Argument days has type 'string' but should be 'integer'", {"days": "x"}, [("days", T)]),
    # Laravel, Django REST framework, Rails, Spring, .NET
    ("laravel", '{"message":"The customer id field is required.","errors":{"customer_id":["The customer id field is required."]}}', {"name": "x"}, [("customer_id", M)]),
    ("laravel", "The start date field must be a valid date.", {"start_date": "soon"}, [("start_date", V)]),
    ("laravel", "The selected status is invalid.", {"status": "x"}, [("status", V)]),
    ("drf", '{"email":["Enter a valid email address."],"owner":["This field is required."]}', {"email": "x"}, [("email", V), ("owner", M)]),
    ("drf", '{"items":[{},{"sku":["This field is required."]}]}', {"items": [{"sku": 1}, {}]}, [("items.1.sku", M)]),
    ("drf", '{"amount":["A valid number is required."]}', {"amount": "x"}, [("amount", T)]),
    ("drf", '{"non_field_errors":["The dates overlap."]}', {"a": 1}, []),
    ("rails", '{"errors":{"title":["can\'t be blank"]}}', {"body": "x"}, [("title", M)]),
    ("rails", "Validation failed: Title can't be blank", {"title": ""}, [("title", V)]),
    ("rails", "ActionController::ParameterMissing: param is missing or the value is empty: order", {"x": 1}, [("order", M)]),
    ("rails", "found unpermitted parameter: :admin", {"admin": True}, [("admin", U)]),
    ("ruby", "missing keyword: :room_id (ArgumentError)", {"x": 1}, [("room_id", M)]),
    ("spring", '{"status":400,"error":"Bad Request","errors":[{"field":"amount","rejectedValue":-1,"defaultMessage":"must be greater than 0","code":"Positive"}]}', {"amount": -1}, [("amount", V)]),
    ("spring", '{"fieldErrors":[{"field":"customerId","message":"must not be null"}]}', {"amount": 1}, [("customerId", M)]),
    ("spring", '{"violations":[{"field":"create.email","message":"must be a well-formed email address"}]}', {"email": "x"}, [("email", V)]),
    ("jackson", 'JSON parse error: Cannot deserialize value of type `int` from String "two": not a valid `int` value (through reference chain: com.acme.BookingRequest["passengers"])', {"passengers": "two"}, [("passengers", T)]),
    ("jackson", 'Unrecognized field "colour" (class com.acme.Item), not marked as ignorable', {"colour": "red"}, [("colour", U)]),
    ("spring", "Required request parameter 'city' for method parameter type String is not present", {"days": 2}, [("city", M)]),
    (".net", '{"title":"One or more validation errors occurred.","status":400,"errors":{"CustomerId":["The CustomerId field is required."]}}', {"amount": 1}, [("CustomerId", M)]),
    (".net", '{"errors":{"$.days":["The JSON value could not be converted to System.Int32. Path: $.days | LineNumber: 0"]}}', {"days": "x"}, [("days", T)]),
    # Services
    ("google", '{"error":{"code":400,"message":"Invalid value","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"page_size","description":"Page size must be between 1 and 100."}]}]}}', {"page_size": 900}, [("page_size", V)]),
    ("google", '{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \\"colour\\" at \'event\': Cannot find field.","status":"INVALID_ARGUMENT"}}', {"event": {"colour": 1}}, [("event.colour", U)]),
    ("google", '{"error":{"errors":[{"domain":"global","reason":"required","message":"Required parameter: calendarId","locationType":"parameter","location":"calendarId"}],"code":400}}', {"q": 1}, [("calendarId", M)]),
    ("stripe", '{"error":{"type":"invalid_request_error","param":"amount","message":"Invalid integer: ten"}}', {"amount": "ten"}, [("amount", T)]),
    ("openai", "Error code: 400 - {'error': {'message': \"Unrecognized request argument supplied: functions\", 'type': 'invalid_request_error', 'param': None, 'code': None}}", {"functions": []}, [("functions", U)]),
    ("openai", '{"error":{"message":"Missing required parameter: \'messages[0].content\'.","type":"invalid_request_error","param":"messages[0].content","code":"missing_required_parameter"}}', {"messages": [{"role": "user"}]}, [("messages.0.content", M)]),
    ("anthropic", '{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"}}', {"model": "m"}, [("max_tokens", M)]),
    ("anthropic", '{"type":"error","error":{"type":"invalid_request_error","message":"temperature: Input should be less than or equal to 1"}}', {"temperature": 2}, [("temperature", V)]),
    ("kubernetes", '{"kind":"Status","status":"Failure","message":"Deployment.apps \\"web\\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0","reason":"Invalid","details":{"name":"web","causes":[{"reason":"FieldValueInvalid","message":"Invalid value: -1: must be greater than or equal to 0","field":"spec.replicas"}]},"code":422}', {"spec": {"replicas": -1}}, [("spec.replicas", V)]),
    ("kubernetes", 'Pod "web" is invalid: spec.containers[0].image: Required value', {"spec": {"containers": [{"name": "c"}]}}, [("spec.containers.0.image", M)]),
    ("kubernetes", 'strict decoding error: unknown field "spec.replica"', {"spec": {"replica": 1}}, [("spec.replica", U)]),
    ("aws", "An error occurred (ValidationException) when calling the PutItem operation: 1 validation error detected: Value 'x' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3", {"tableName": "x"}, [("tableName", V)]),
    ("aws", "Parameter validation failed:\nMissing required parameter in input: \"Bucket\"\nUnknown parameter in input: \"bucket_name\", must be one of: Bucket, Key", {"bucket_name": "b", "Key": "k"}, [("Bucket", M), ("bucket_name", U)]),
    ("slack", '{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] missing required field: channel"]}}', {"text": "x"}, [("channel", M)]),
    ("slack", '{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] must be a string [json-pointer:/text]"]}}', {"text": 1}, [("text", T)]),
    ("notion", '{"object":"error","status":400,"code":"validation_error","message":"body failed validation: body.parent.page_id should be defined, instead was `undefined`."}', {"parent": {}}, [("parent.page_id", M)]),
    ("notion", '{"object":"error","status":400,"code":"validation_error","message":"body failed validation: body.page_size should be less than or equal to `100`, instead was `500`."}', {"page_size": 500}, [("page_size", V)]),
    ("jira", '{"errorMessages":[],"errors":{"summary":"You must specify a summary of the issue."}}', {"project": "A"}, [("summary", M)]),
    ("jira", '{"errorMessages":[],"errors":{"customfield_10010":"Field \'customfield_10010\' cannot be set. It is not on the appropriate screen, or unknown."}}', {"customfield_10010": 1}, [("customfield_10010", U)]),
    ("json:api", '{"errors":[{"status":"422","title":"Invalid Attribute","detail":"must be a valid currency","source":{"pointer":"/data/attributes/currency"}}]}', {"currency": "x"}, [("currency", V)]),
    ("rfc 9457", '{"type":"about:blank","title":"Invalid","invalid-params":[{"name":"age","reason":"must be a positive integer"}]}', {"age": -1}, [("age", V)]),
    ("class-validator", '[{"property":"items","children":[{"property":"0","children":[{"property":"sku","constraints":{"isString":"sku must be a string"}}]}]}]', {"items": [{"sku": 1}]}, [("items.0.sku", T)]),
    ("class-validator", '{"statusCode":400,"message":["property colour should not exist"],"error":"Bad Request"}', {"colour": 1}, [("colour", U)]),
    ("graphql", "Variable \"$input\" got invalid value { name: 1 } at \"input.name\"; String cannot represent a non string value: 1", {"input": {"name": 1}}, [("input.name", T)]),
    ("grpc", "3 INVALID_ARGUMENT: Missing required parameter: page_token", {"a": 1}, [("page_token", M)]),
    ("elasticsearch", "request [/items/_search] contains unrecognized parameter: [sise]", {"sise": 3}, [("sise", U)]),
    # Languages
    ("python", "TypeError: get_weather() missing 2 required positional arguments: 'city' and 'days'", {}, [("city", M), ("days", M)]),
    ("python", "get_weather() got an unexpected keyword argument 'town'", {"town": "x"}, [("town", U)]),
    ("python", "WeatherTool._run() missing 1 required positional argument: 'city'", {"q": 1}, [("city", M)]),
    ("go", "json: cannot unmarshal string into Go struct field SearchArgs.limit of type int", {"limit": "x"}, [("limit", T)]),
    ("go", "json: unknown field \"colour\"", {"colour": 1}, [("colour", U)]),
    ("go", "Key: 'CreateUser.Email' Error:Field validation for 'Email' failed on the 'required' tag", {"name": "x"}, [("Email", M)]),
    ("typescript", "TypeError: Missing required argument: userId", {"x": 1}, [("userId", M)]),
    ("argparse", "error: the following arguments are required: --city, --days", {}, [("city", M), ("days", M)]),
    ("argparse", "error: argument --days: invalid int value: 'three'", {"days": "three"}, [("days", T)]),
    ("click", "Error: Missing option '--city'.", {}, [("city", M)]),
    # MCP servers, frameworks
    ("mcp", '{"content":[{"type":"text","text":"{\\"error\\": \\"Missing required parameter: repo\\"}"}],"isError":true}', {"owner": "a"}, [("repo", M)]),
    ("mcp", "MCP error -32602: Invalid params: missing field `path`", {"x": 1}, [("path", M)]),
    ("serde", "unknown field `pth`, expected `path` or `mode`", {"pth": 1}, [("pth", U)]),
    ("serde", "invalid type: string \"x\", expected u32 for key `limit`", {"limit": "x"}, [("limit", T)]),
    ("crewai", "Error: the Action Input is not a valid key, value dictionary.", {"a": 1}, []),
    ("crewai", "Arguments validation failed: 1 validation error for SearchToolSchema\nsearch_query\n  Field required [type=missing, input_value={'query': 'x'}, input_type=dict]", {"query": "x"}, [("search_query", M)]),
    ("langchain", "1 validation error for multiply\nb\n  Field required [type=missing, input_value={'a': 2}, input_type=dict]", {"a": 2}, [("b", M)]),
    ("smolagents", "Argument colour is not in the tool's input schema", {"colour": "x"}, [("colour", U)]),
    # Other languages
    ("german", "Pflichtfeld 'kundennummer' fehlt", {"x": 1}, [("kundennummer", M)]),
    ("german", "Ungültiger Wert für Parameter 'menge'", {"menge": -1}, [("menge", V)]),
    ("french", "Le champ obligatoire 'client_id' est manquant", {"x": 1}, [("client_id", M)]),
    ("spanish", "Falta el parámetro obligatorio: cliente_id", {"x": 1}, [("cliente_id", M)]),
    ("portuguese", "O campo 'cpf' é obrigatório", {"x": 1}, [("cpf", M)]),
    ("chinese", "缺少必填参数: user_id", {"x": 1}, [("user_id", M)]),
    ("chinese", "参数 user_id 不能为空", {}, [("user_id", M)]),
    ("japanese", "パラメータ「user_id」は必須です", {"x": 1}, [("user_id", M)]),
]  # fmt: skip


@pytest.mark.parametrize(("style", "text", "args", "expected"), STYLES)
def test_a_name_is_read_in_its_role_in_each_style(
    style: str, text: str, args: Any, expected: list[tuple[str, str]]
) -> None:
    found = blamed_arguments([text], args, tool_name="get_weather")
    assert sorted((each.name, each.kind) for each in found) == sorted(expected), style


TRAPS: list[tuple[str, Any]] = [
    ("Required", {"q": "x"}),
    ("Field required", {"q": "x"}),
    ("Authentication is required", {"q": "x"}),
    ("Missing required scope: repo", {"q": "x"}),
    ("Missing 'Authorization' header", {"q": "x"}),
    ("Missing required permission 'issues:write'", {"q": "x"}),
    ("Environment variable 'API_KEY' is required but was not set", None),
    ("API key is missing", {"q": "x"}),
    ("A value is required", {"q": "x"}),
    ("The request was missing a required argument", {"q": "x"}),
    ("Your input is not a valid JSON object", {"q": "x"}),
    ("Value must be positive", {"q": "x"}),
    ("Input should be a valid dictionary", {"q": "x"}),
    ("'NoneType' object has no attribute 'get'", {"q": "x"}),
    ("KeyError: 'items'", {"q": "x"}),
    ("No module named 'requests'", {"q": "x"}),
    ("Client.__init__() missing 1 required positional argument: 'api_key'", {"q": "x"}),
    ("Client.__init__() got an unexpected keyword argument 'proxies'", {"q": "x"}),
    ("StructuredTool._run() missing 1 required positional argument: 'q'", {"q": "x"}),
    ("render_template() missing 1 required positional argument: 'context'", {"q": "x"}),
    ('null value in column "owner" of relation "orders" violates not-null constraint', {"q": "x"}),
    ("column \"owner\" does not exist", {"q": "x"}),
    ("Either 'city' or 'zip' must be provided", {"q": "x"}),
    ("At least one of 'city', 'zip' is required", {"q": "x"}),
    ("settings.yaml: missing required key 'name'", None),
    ("1 validation error for Settings\nname\n  Field required [type=missing, input_value={}, input_type=dict]", None),
    ("1 validation error for AgentOutput\nanswer\n  Field required [type=missing, input_value={}, input_type=dict]", None),
    ("get_weather() takes 1 positional argument but 2 were given", {"q": "x"}),
    ('{"error":"invalid_request","error_description":"The request is missing a required parameter."}', {"q": "x"}),
    ('{"status":"error","message":"Unknown error","type":"error","path":"/v1/things"}', {"path": "x"}),
    ('{"errors":[{"message":"Something is required","path":["createItem"]}]}', None),
    ("Order 4711 is required to be paid first", {"order": 4711}),
    ("The item is missing from the warehouse", {"item": "x"}),
    # What was sent contradicts the text.
    ("Missing required parameter: city", {"city": "Oslo"}),
    ("Missing required parameter: customerId", {"customer_id": "c1"}),
    ("get_weather() got an unexpected keyword argument 'town'", {"city": "Oslo"}),
    ("'days' must be an integer", {"city": "Oslo"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "args"), TRAPS)
def test_no_name_is_said_where_none_is_certain(text: str, args: Any) -> None:
    assert blamed_arguments([text], args, tool_name="get_weather") == ()


@pytest.mark.parametrize(
    ("text", "called", "known", "expected"),
    [
        ("Unknown tool: get_wether", "get_wether", ["get_weather"], "get_wether"),
        ("MCP error -32602: Tool create_ticket not found", "find_rows", [], "create_ticket"),
        (
            "Error: serch_kb is not a valid tool, try one of [search_kb, open_ticket].",
            "serch_kb",
            ["search_kb"],
            "serch_kb",
        ),
        ("Model tried to call unavailable tool 'wether'. Available tools: weather.", "wether", ["weather"], "wether"),
        ("No tool named 'lookup_usr' is available", "lookup_usr", [], "lookup_usr"),
        ("Tool not found: fetch_pr", "fetch_pr", [], "fetch_pr"),
        # Of a tool that is known, only the one that was called may be said not to exist.
        ("Tool get_weather not found", "get_weather", ["get_weather"], "get_weather"),
        ("Tool get_weather not found", "other", ["get_weather"], None),
        ("Agent BillingBot not found. Valid agents: Researcher, Writer", "hand_off", [], None),
        ("Order 4711 not found", "get_order", [], None),
        ("Requested function could not be found.", "get_order", [], None),
    ],
)
def test_a_tool_is_unknown_only_if_a_text_says_so_of_a_tool(
    text: str, called: str, known: list[str], expected: str | None
) -> None:
    assert unknown_tool(text, called, known) == expected


@pytest.mark.parametrize("text", [text for _, text, _, expected in STYLES if expected])
def test_a_name_is_found_where_it_stands(text: str) -> None:
    for each in blamed_arguments(["nothing here", text], None, tool_name="get_weather"):
        assert each.text == 1
        own = [part for part in each.name.split(".") if not part.isdecimal()][-1]
        assert _letters(own) in _letters(text[each.start : each.end])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


@pytest.mark.parametrize("wrap", [1, 3])
def test_a_name_is_read_however_deeply_an_answer_is_wrapped(wrap: int) -> None:
    text = "Missing required parameter: repo"
    for _ in range(wrap):
        text = json.dumps({"isError": True, "content": [{"type": "text", "text": text}]})

    assert [each.name for each in blamed_arguments([f"Tool failed: {text}"], {}, tool_name="x")] == ["repo"]


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 20_000,
        '{"a":' * 4_000,
        "'" * 20_000,
        "a: " * 6_000,
        "missing required parameter: " * 700,
        '"x" must be ' * 1_600,
        "a.b" * 6_600 + " is required",
        "{" + "'k': {" * 3_000,
        "\x1f" * 20_000,
    ],
)
def test_a_hostile_text_is_read_within_its_bounds(hostile: str) -> None:
    found = blamed_arguments([hostile, hostile], {"x": 1}, tool_name="x")

    assert len(found) <= 20


def test_what_was_sent_empty_is_refused_and_not_missing() -> None:
    found = blamed_arguments(["Missing required parameter: city"], {"city": ""}, tool_name="x")

    assert [(each.name, each.kind) for each in found] == [("city", V)]


def test_a_key_that_holds_points_is_the_path_that_it_spells() -> None:
    assert blamed_arguments(["Missing required parameter: user.name"], {"user.name": "x"}, tool_name="x") == ()


MEASURED = sorted((Path(__file__).parents[3] / "data" / "roles").glob("*.jsonl"))


@pytest.mark.parametrize("labelled", MEASURED, ids=lambda path: path.stem)
def test_names_are_as_right_as_promised(labelled: Path) -> None:
    score = measure(read_rows(labelled))

    assert score.right >= 0.95 * score.naming
    assert score.wrong <= 0.005 * score.messages


def report_of_call(text: str, args: Any, **fields: Any) -> RcaReport:
    call = {"call_id": "c1", "tool_name": "create_item", "status": "failure", "error_message": text, "args_json": args}
    run = {"agent_name": "a", "run_id": "r", "started_at": "2026-01-01T00:00:00Z", "status": "failure"}
    return analyze(AgentRun.model_validate({**run, "tool_calls": [{**call, **fields}]}), now=NOW)


TITLES: list[tuple[str, Any, str, str]] = [
    ('{"detail":[{"loc":["body","sku"],"msg":"field required","type":"value_error.missing"}]}', {"title": "x"}, "missing_argument", "create_item was called without argument 'sku'"),
    ("create_item() missing 4 required positional arguments: 'a', 'b', 'c', and 'd'", {}, "missing_argument", "create_item was called without arguments 'a', 'b' and 'c'"),
    ("Missing required parameter", {"title": "x"}, "missing_argument", "create_item was called without an argument that it requires"),
    ("Missing required parameter: title", {"title": "x"}, "missing_argument", "create_item was called without an argument that it requires"),
    ("create_item() got an unexpected keyword argument 'node_list'", {"node_list": []}, "unexpected_argument", "create_item was called with an argument that it does not know: 'node_list'"),
    ("Invalid value for 'status': must be one of open, closed", {"status": "x"}, "invalid_value", "create_item was called with a value that it refused for 'status'"),
    ("amount: Input should be a valid integer", {"amount": "x"}, "wrong_type", "create_item was called with a wrong type of 'amount'"),
    ("Unrecognized keys: 'x', 'y'", {"x": 1, "y": 2}, "unexpected_argument", "create_item was called with arguments that it does not know: 'x' and 'y'"),
    ("Gateway request failed: 400 - Invalid field found {'node_list'}", {"ip": "203.0.113.9"}, "tool_sent_unknown_field", "create_item sent on a field that was refused as unknown: field 'node_list'"),
    ("Agent Proofreader not found in the agent tree: no such tool", {"agent_name": "Proofreader"}, "invalid_value", "create_item was called with a value that it refused for 'agent_name'"),
    ("Unknown tool: create_item", {"a": 1}, "unknown_tool", "a called a tool that does not exist: 'create_item'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "args", "cause", "title"), TITLES)
def test_title_and_cause_follow_the_role(text: str, args: Any, cause: str, title: str) -> None:
    report = report_of_call(text, args)

    assert (report.category, report.cause) == ("tool_schema_mismatch", cause)
    assert report.hypotheses[0].title == title


def test_a_named_argument_is_in_mitigation_verification_and_actions() -> None:
    report = report_of_call("Missing required parameter: item", {"title": "x"})

    best = report.hypotheses[0]
    texts = (best.description, best.mitigation, best.verification_steps[0], report.action_items[0].description)
    assert all("argument 'item'" in text for text in texts)
    assert [each.model_dump() for each in best.arguments] == [{"name": "item", "kind": "missing"}]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"arguments": [{"name": "title", "kind": "missing"}]}, "argument 'title' is not missing in what was sent"),
        ({"arguments": [{"name": "item", "kind": "unexpected"}]}, "argument 'item' is not unexpected"),
        ({"arguments": [{"name": "item", "kind": "wrong_type"}]}, "argument 'item' is not wrong_type"),
        ({"arguments": [{"name": "price", "kind": "missing"}]}, "names argument 'price', which no text names"),
        ({"unknown_tool": "other_tool"}, "tool 'other_tool' does not exist, which nothing names"),
        ({"unsent_field": "title"}, "field 'title' was sent"),
        ({"unsent_field": "other"}, "names field 'other', which no text names"),
    ],
)
def test_a_name_in_a_role_that_it_does_not_have_is_refused(changed: dict[str, Any], problem: str) -> None:
    run = AgentRun.model_validate(
        {
            "agent_name": "a",
            "run_id": "r",
            "started_at": "2026-01-01T00:00:00Z",
            "status": "failure",
            "tool_calls": [
                {
                    "call_id": "c1",
                    "tool_name": "create_item",
                    "status": "failure",
                    "error_message": "Missing required parameter: item",
                    "args_json": {"title": "x"},
                }
            ],
        }
    )
    report = analyze(run, now=NOW)
    content = report.model_dump()
    content["hypotheses"][0].update(changed)

    with pytest.raises(UnverifiableReport, match=re.escape(problem)):
        verify(RcaReport.model_validate(content), run)
