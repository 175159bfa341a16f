"""Each place of a user's rules: when it is asked, for how much, and what may go wrong with it."""

import io
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from rca_core.analysis.rules.model import MAX_FILE
from rca_core.storage import aws
from rca_core.storage.rule_source import REFRESH_AFTER
from tests.support.template import ROOT
from tests.unit.storage.rule_places import BUILT_IN, File, Object, Parameter, Place, Watched, rules

SECOND = timedelta(seconds=1)
Responses = list[tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def responses() -> Iterator[Responses]:
    """Note what S3 and SSM answer: status and parsed response."""
    seen: Responses = []

    def note(response: Any, **_: Any) -> None:
        seen.append((response[0].status_code, response[1]))

    clients = {"needs-retry.s3.GetObject": aws.s3(), "needs-retry.ssm.GetParameter": aws.ssm()}
    for event, client in clients.items():
        client.meta.events.register_first(event, note)
    yield seen
    for event, client in clients.items():
        client.meta.events.unregister(event, note)


@pytest.mark.parametrize("kind", [Object, Parameter])
@pytest.mark.parametrize("content", [rules("acme.one"), b"rules: [", None])
def test_a_source_that_costs_money_is_asked_once_in_a_while(
    kind: type[Place], content: bytes | None, responses: Responses
) -> None:
    place = kind()
    if content:
        place.put(content)
    watched = Watched(place.source)

    watched.version()
    watched.version(after=REFRESH_AFTER - SECOND)
    assert len(responses) == 1

    watched.version(after=SECOND)
    assert len(responses) == 2


def test_a_file_is_read_for_each_analysis(tmp_path: Path) -> None:
    place = File(tmp_path)
    place.put(rules("acme.one"))
    watched = Watched(place.source)
    watched.version()

    place.put(rules("acme.two"))

    assert watched.rules() == {"acme.two"}


def test_an_object_that_has_not_changed_is_not_sent_again(responses: Responses) -> None:
    place = Object()
    place.put(rules("acme.one"))
    watched = Watched(place.source)

    for content, expected in ((None, 200), (None, 304), (b"rules: [", 200), (None, 304), (rules("acme.two"), 200)):
        if content:
            place.put(content)
        watched.version(after=REFRESH_AFTER)
        assert responses[-1][0] == expected

    assert watched.rules() == {"acme.two"}
    assert len(watched.logged()) == 1


def test_an_object_that_is_too_large_is_refused_and_not_read_to_its_end(responses: Responses) -> None:
    place = Object()
    place.put(rules("acme.one") + b" " * 5_000_000)
    watched = Watched(place.source)

    assert watched.version() == BUILT_IN
    assert watched.problems() == [f"{place.source}: file: is longer than 200,000 bytes"]
    assert responses[0][1]["Body"]._amount_read == MAX_FILE + 1


@pytest.mark.parametrize("size", [MAX_FILE, MAX_FILE + 1])
def test_a_file_may_be_as_large_as_rules_may_be(size: int, tmp_path: Path) -> None:
    place = File(tmp_path)
    place.put(rules("acme.one").ljust(size))

    assert Watched(place.source).rules() == ({"acme.one"} if size == MAX_FILE else set())


# ---------------------------------------------------------------- what may go wrong besides
@pytest.fixture
def denied() -> Iterator[None]:
    body = b"<Error><Code>AccessDenied</Code><Message>-</Message></Error>"

    def answer(request: Any, **_: Any) -> Any:
        raw: Any = io.BytesIO(body)
        raw.stream = lambda **_: iter([body])
        headers: Any = {"Content-Type": "application/xml"}
        return AWSResponse(request.url, 403, headers, raw)

    events: Any = aws.s3().meta.events
    events.register_first("before-send.s3.GetObject", answer)
    yield
    events.unregister("before-send.s3.GetObject", answer)


@pytest.mark.usefixtures("denied")
def test_an_object_that_may_not_be_read_is_told_by_its_code() -> None:
    place = Object()
    place.put(rules("acme.one"))
    watched = Watched(place.source)

    assert watched.version() == BUILT_IN
    assert watched.problems() == [f"{place.source}: cannot be read: AccessDenied (or there is no such object)"]


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    for client in (aws.s3, aws.ssm):
        client.cache_clear()
    yield
    for client in (aws.s3, aws.ssm):
        client.cache_clear()


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("source", [Object.source, Parameter.source])
def test_a_source_that_cannot_be_reached_is_told(source: str) -> None:
    watched = Watched(source)

    assert watched.version() == BUILT_IN
    assert watched.problems() == [f"{source}: cannot be read: EndpointConnectionError"]


def test_a_source_that_does_not_answer_holds_an_analysis_up_for_seconds() -> None:
    for client in (aws.s3(), aws.ssm()):
        config: Any = client.meta.config
        assert config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) <= 6


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()

    for path in (pipe, folder):
        watched = Watched(str(path))
        assert watched.version() == BUILT_IN
        assert watched.problems() == [f"{path}: cannot be read: there is no such file: {path}"]


def test_a_path_that_is_not_absolute_is_in_the_layer() -> None:
    watched = Watched("no/rules.yaml")

    assert watched.version() == BUILT_IN
    [problem] = watched.problems()
    assert problem.endswith(f"there is no such file: {ROOT / 'layers/rca_core/no/rules.yaml'}")


@pytest.mark.parametrize(
    "source", ["s3:", "s3://", "s3://b", "s3://NO_bucket/k", "ssm:", "ssm:x y", "https://a.example/b"]
)
def test_a_source_that_is_none_is_told(source: str) -> None:
    watched = Watched(source)

    assert watched.version() == BUILT_IN
    assert watched.problems()[0].startswith(f"{source}: cannot be read: ")
