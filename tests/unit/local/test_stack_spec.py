"""What the local stack reads from templates: the sample's, and the product's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.cloud import DEFAULT_REGION
from local.intrinsics import Names, TemplateError
from local.model import Route, StackSpec
from local.stack_spec import build_spec
from local.template import Template, load_template

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests/integration/local/sample/template.yaml"
API, STREAM = "http://127.0.0.1:1000", "http://127.0.0.1:2000"
Load = Callable[[Path], Template]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    monkeypatch.setenv("AWS_DEFAULT_REGION", DEFAULT_REGION)
    return lambda path: load_template(path, {}, "unit", DEFAULT_REGION)


def names_of(template: Template) -> Names:
    """Name a template's tables and queues as if they existed."""
    queues = {
        name: {"Ref": f"http://sqs/{name}", "Arn": f"arn:aws:sqs:::{name}", "QueueName": name}
        for name, _ in template.resources("AWS::SQS::Queue")
    }
    tables = {
        name: {"Ref": name, "Arn": f"arn:table/{name}", "StreamArn": f"arn:table/{name}/stream"}
        for name, _ in template.resources("AWS::DynamoDB::Table")
    }
    return {**queues, **tables}


def spec_of(template: Template) -> StackSpec:
    return build_spec(template, names_of(template), api_origin=API, stream_origin=STREAM)


def test_a_functions_settings_come_from_the_template_with_its_references_resolved(load: Load) -> None:
    function = spec_of(load(SAMPLE)).functions["HttpFunction"]

    assert function.name == "unit-HttpFunction"
    assert function.code == SAMPLE.parent / "http"
    assert (function.handler, function.runtime, function.timeout, function.memory) == (
        "app.handler",
        "python3.13",
        20.0,
        128,
    )
    assert function.environment == {
        "GREETING": "hello",
        "TABLE_NAME": "Table",
        "QUEUE_URL": "http://sqs/Queue",
        "DEAD_LETTER_QUEUE_URL": "http://sqs/DeadLetterQueue",
        "URL": f"{STREAM}/",
    }
    assert not function.streams


def test_a_layer_that_sam_builds_is_its_own_python_folder(load: Load) -> None:
    function = spec_of(load(SAMPLE)).functions["StreamFunction"]

    assert function.layers == (ROOT / "layers/rca_core",)
    assert function.streams


def test_routes_come_with_their_methods_functions_and_timeouts(load: Load) -> None:
    routes = set(spec_of(load(SAMPLE)).api.routes)

    assert routes == {
        Route("ANY", "/echo/{name}", "HttpFunction"),
        Route("POST", "/do/{action}", "HttpFunction"),
        Route("POST", "/impatient/{action}", "HttpFunction", timeout=0.3),
        Route("GET", "/slow", "SlowFunction"),
        Route("GET", "/broken", "BrokenFunction"),
    }


def test_cross_origin_settings_allow_the_stacks_own_pages_too(load: Load) -> None:
    spec = spec_of(load(SAMPLE))

    assert spec.api.cors is not None
    assert spec.api.cors.allow_origins[:2] == ("http://localhost:3000", "https://app.example")
    assert set(spec.api.cors.allow_origins[2:]) == {API, STREAM, "http://localhost:1000", "http://localhost:2000"}
    assert spec.api.cors.max_age == 60
    assert spec.url is not None
    assert spec.url.cors is not None
    assert spec.url.cors.allow_methods == ("GET",)


def test_event_sources_come_with_their_settings(load: Load) -> None:
    spec = spec_of(load(SAMPLE))

    [queue] = spec.queues
    assert (queue.function, queue.url, queue.batch_size, queue.report_failures) == (
        "JobsFunction",
        "http://sqs/Queue",
        5,
        True,
    )
    [stream] = spec.streams
    assert (stream.function, stream.arn, stream.attempts) == ("ChangesFunction", "arn:table/Table/stream", 3)
    assert stream.on_failure == "http://sqs/DeadLetterQueue"
    assert stream.filters[0]["eventName"] == ["INSERT"]


def test_every_function_of_the_product_has_its_code_on_this_machine(load: Load) -> None:
    functions = spec_of(load(ROOT / "template.yaml")).functions

    assert functions
    for function in functions.values():
        module = function.code / f"{function.handler.split('.', maxsplit=1)[0]}.py"
        assert module.is_file(), module


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("CodeUri: broken", "CodeUri: [broken]"), "'BrokenFunction' needs a folder as its CodeUri"),
        (("Timeout: 20\n", "Timeout: {Ref: Nobody}\n"), "no Ref of 'Nobody'"),
        (("Type: HttpApi", "Type: Nonsense"), "is not a valid SAM template"),
    ],
)
def test_a_wrong_template_is_said_to_be_so(load: Load, tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = SAMPLE.read_text()
    assert change[0] in text
    path = tmp_path / "template.yaml"
    path.write_text(text.replace(change[0], change[1], 1))

    with pytest.raises(TemplateError, match=message):
        spec_of(load(path))


def test_a_missing_template_is_said_to_be_missing(load: Load, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot read"):
        load(tmp_path / "template.yaml")
