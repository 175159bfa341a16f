"""What the streaming runtime client puts on the wire, seen by a Runtime API that keeps the raw bytes."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.unit.web.fake_runtime_api import FakeRuntimeApi, fake_runtime_api
from tests.unit.web.runtime_process import Runtime, runtime, wait_until

NULS = b"\0" * 8
EMPTY_PRELUDE = b'{"statusCode": 200, "headers": {}, "cookies": []}' + NULS


class Start(Protocol):
    def __call__(self, handler: str, **environ: str) -> Runtime: ...


@pytest.fixture
def api() -> Iterator[FakeRuntimeApi]:
    with fake_runtime_api() as server:
        yield server


@pytest.fixture
def start(api: FakeRuntimeApi, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as running:
        yield lambda handler, **environ: running.enter_context(
            runtime(api.address, tmp_path / "log", handler, **environ)
        )


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def test_a_stream_is_a_chunked_post_of_prelude_nuls_and_pieces(api: FakeRuntimeApi, start: Start) -> None:
    start("app.stream")

    request_id = api.submit({"status": 418, "pieces": ["data: 1\n\n", "data: \N{SNOWMAN}\n\n"]})

    answer = api.result(request_id)
    assert answer.path == f"/2018-06-01/runtime/invocation/{request_id}/response"
    assert answer.headers == {
        "Host": api.address,
        "Lambda-Runtime-Function-Response-Mode": "streaming",
        "Transfer-Encoding": "chunked",
        "Content-Type": "application/vnd.awslambda.http-integration-response",
        "Trailer": "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    }
    prelude = b'{"statusCode": 418, "headers": {"content-type": "text/event-stream"}, "cookies": ["a=1", "b=2"]}'
    assert answer.raw_body == (
        chunk(prelude + NULS) + chunk(b"data: 1\n\n") + chunk("data: \N{SNOWMAN}\n\n".encode()) + b"0\r\n\r\n"
    )


def test_an_empty_piece_does_not_end_the_response(api: FakeRuntimeApi, start: Start) -> None:
    start("app.stream")

    answer = api.result(api.submit({"pieces": ["one", "", "two"]}))

    assert answer.raw_body.endswith(NULS + b"\r\n" + chunk(b"one") + chunk(b"two") + b"0\r\n\r\n")


def test_a_piece_arrives_before_the_next_one_is_made(api: FakeRuntimeApi, start: Start, tmp_path: Path) -> None:
    start("app.gated")

    request_id = api.submit({"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark"), "last": "last"})

    answer = api.exchange(f"{request_id}/response")
    api.wait_for(lambda: bool(answer.body == EMPTY_PRELUDE + b"first"))
    (tmp_path / "gate").touch()
    assert api.result(request_id).body == EMPTY_PRELUDE + b"firstlast"


def test_a_megabyte_travels_as_one_chunk(api: FakeRuntimeApi, start: Start) -> None:
    start("app.large")

    answer = api.result(api.submit({"size": 1 << 20}))

    assert answer.raw_body == chunk(EMPTY_PRELUDE) + chunk(bytes(range(256)) * 4096) + b"0\r\n\r\n"


def test_the_loop_goes_on_with_the_next_event_on_the_same_connection(api: FakeRuntimeApi, start: Start) -> None:
    start("app.stream")

    bodies = [bytes(api.result(api.submit({"pieces": [piece]})).body) for piece in ("one", "two", "three")]

    assert [body.partition(NULS)[2] for body in bodies] == [b"one", b"two", b"three"]
    api.waiting()
    assert len({id(e.connection) for e in api.exchanges if e.path.endswith("/next")}) == 1


@pytest.mark.parametrize(("message", "depth"), [("gone \N{SNOWMAN}", 0), ("\N{GRINNING FACE}" * 5_000, 40)])
def test_a_failure_in_mid_stream_goes_into_the_trailers(
    api: FakeRuntimeApi, start: Start, message: str, depth: int
) -> None:
    running = start("app.fails_late")

    request_id = api.submit({"message": message, "depth": depth})

    answer = api.result(request_id)
    assert answer.body == EMPTY_PRELUDE + b"first"
    assert list(answer.trailers) == ["lambda-runtime-function-error-type", "lambda-runtime-function-error-body"]
    assert answer.trailers["lambda-runtime-function-error-type"] == "LookupError"
    error = json.loads(base64.b64decode(answer.trailers["lambda-runtime-function-error-body"], validate=True))
    assert error["errorType"] == "LookupError"
    assert error["requestId"] == request_id
    assert error["errorMessage"]
    assert message.startswith(error["errorMessage"])
    assert [e.path for e in api.answers(request_id)] == [answer.path]
    assert message in json.loads(running.log)["message"]


def test_trailers_fit_into_the_4_kb_that_a_go_server_reads(api: FakeRuntimeApi, start: Start) -> None:
    start("app.fails_late")

    short = api.result(api.submit({"message": "short", "depth": 0}))
    deep = api.result(api.submit({"message": "deep", "depth": 40}))
    long = api.result(api.submit({"message": "long " * 5_000, "depth": 40}))

    for answer in (short, deep, long):
        assert len(answer.raw_body.partition(b"\r\n0\r\n")[2]) < 4_000
    errors = [json.loads(base64.b64decode([*answer.trailers.values()][1])) for answer in (short, deep, long)]
    assert "fails_late" in errors[0]["stackTrace"][0]
    assert "raise LookupError" in errors[1]["stackTrace"][-1]
    assert errors[2]["errorMessage"].startswith("long long")


def test_a_failure_before_the_prelude_is_an_invocation_error(api: FakeRuntimeApi, start: Start) -> None:
    running = start("app.fails_early")

    request_id = api.submit({})

    answer = api.result(request_id)
    assert [e.path for e in api.answers(request_id)] == [f"/2018-06-01/runtime/invocation/{request_id}/error"]
    assert answer.headers["Lambda-Runtime-Function-Error-Type"] == "LookupError"
    error = answer.json()
    trace = error.pop("stackTrace")
    assert error == {
        "errorType": "LookupError",
        "errorMessage": "no such thing: \N{SNOWMAN}",
        "requestId": request_id,
    }
    assert isinstance(trace, list)
    assert [re.sub(r".*, in ", "", frame, flags=re.S) for frame in trace] == [
        'fails_early\n    raise LookupError("no such thing: \\N{SNOWMAN}")\n'
    ]
    assert json.loads(running.log)["errorType"] == "LookupError"


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("app.yields_nothing", "Runtime.InvalidStreamingOperation", "the handler ended without yielding a Prelude"),
        ("app.yields_bytes_first", "Runtime.InvalidStreamingOperation", "the handler yielded bytes before a Prelude"),
        ("app.yields_bad_prelude", "Runtime.MarshalError", "Unable to marshal the prelude"),
    ],
)
def test_a_stream_without_a_good_prelude_is_an_invocation_error(
    api: FakeRuntimeApi, start: Start, tmp_path: Path, handler: str, error_type: str, message: str
) -> None:
    start(handler)

    request_id = api.submit({"mark": str(tmp_path / "mark")})

    answer = api.result(request_id)
    assert answer.path.endswith("/error")
    assert answer.headers["Lambda-Runtime-Function-Error-Type"] == error_type
    assert str(answer.json()["errorMessage"]).startswith(message)
    assert len(api.answers(request_id)) == 1


def test_text_where_bytes_belong_fails_the_stream_and_closes_the_handler(
    api: FakeRuntimeApi, start: Start, tmp_path: Path
) -> None:
    start("app.yields_text")

    answer = api.result(api.submit({"mark": str(tmp_path / "mark")}))

    assert answer.body == EMPTY_PRELUDE
    assert answer.trailers["lambda-runtime-function-error-type"] == "Runtime.InvalidStreamingOperation"
    wait_until((tmp_path / "mark").exists)


def test_a_cut_stream_closes_the_handler_and_the_loop_goes_on(
    api: FakeRuntimeApi, start: Start, tmp_path: Path
) -> None:
    running = start("app.gated")
    request_id = api.submit({"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark")})
    answer = api.exchange(f"{request_id}/response")
    api.wait_for(lambda: answer.body.endswith(b"first"))

    answer.cut()
    (tmp_path / "gate").touch()

    wait_until((tmp_path / "mark").exists)
    second = api.submit({"gate": str(tmp_path / "gate"), "mark": str(tmp_path / "mark"), "last": "last"})
    assert api.result(second).body == EMPTY_PRELUDE + b"firstlast"
    assert json.loads(running.log)["requestId"] == request_id


def test_a_decorated_generator_streams_too(api: FakeRuntimeApi, start: Start) -> None:
    running = start("decorated.handler")

    request_id = api.submit({})

    assert api.result(request_id).body == EMPTY_PRELUDE + b"piece"
    line = json.loads(running.log)
    assert (line["message"], line["function_name"]) == ("streaming", "streamer")
    assert line["function_request_id"] == request_id


def test_a_plain_handler_is_answered_buffered(api: FakeRuntimeApi, start: Start) -> None:
    start("app.echo")

    request_id = api.submit({"text": "\N{SNOWMAN}\ud800"}, trace_id="Root=1-2;Sampled=1", invocation_id="attempt-2")

    answer = api.result(request_id)
    assert answer.path == f"/2018-06-01/runtime/invocation/{request_id}/response"
    assert answer.headers["Content-Type"] == "application/json"
    assert "Lambda-Runtime-Function-Response-Mode" not in answer.headers
    assert answer.headers["Lambda-Runtime-Invocation-Id"] == "attempt-2"
    assert answer.json() == {"event": {"text": "\N{SNOWMAN}\ud800"}, "trace": "Root=1-2;Sampled=1"}


def test_a_trace_does_not_outlive_its_invocation(api: FakeRuntimeApi, start: Start) -> None:
    start("app.echo")

    traced = api.result(api.submit(1, trace_id="Root=1-2")).json()
    untraced = api.result(api.submit(2)).json()

    assert [traced["trace"], untraced["trace"]] == ["Root=1-2", None]


@pytest.mark.parametrize(
    ("handler", "submission", "error_type", "message"),
    [
        ("app.fails", {"event": {"message": "no"}}, "LookupError", "no"),
        ("app.fails_oddly", {}, "Odd??Name:??", "odd"),
        ("app.returns_set", {}, "Runtime.MarshalError", "Unable to marshal the response"),
        ("app.echo", {"body": b"{"}, "Runtime.UnmarshalError", "Unable to unmarshal the event"),
        ("app.echo", {"client_context": "["}, "Runtime.LambdaContextUnmarshalError", "Lambda-Runtime-Client-Context"),
        ("app.echo", {"cognito_identity": "[]"}, "Runtime.LambdaContextUnmarshalError", "Lambda-Runtime-Cognito-Id"),
    ],
)
def test_what_cannot_be_answered_is_an_invocation_error(
    api: FakeRuntimeApi, start: Start, handler: str, submission: dict[str, Any], error_type: str, message: str
) -> None:
    start(handler)

    answer = api.result(api.submit(**submission))

    assert answer.path.endswith("/error")
    assert answer.headers["Lambda-Runtime-Function-Error-Type"] == error_type
    assert answer.json()["errorType"] == error_type
    assert str(answer.json()["errorMessage"]).startswith(message)


def test_a_refused_answer_is_logged_and_the_loop_goes_on(api: FakeRuntimeApi, start: Start) -> None:
    api.post_status = 413
    running = start("app.echo")

    api.result(api.submit(1))
    api.waiting()

    assert "the Runtime API answered 413" in json.loads(running.log)["message"]


def test_the_remaining_time_falls_and_stops_at_zero(api: FakeRuntimeApi, start: Start) -> None:
    start("app.remaining")

    in_time = api.result(api.submit({}))
    too_late = api.result(api.submit({}, deadline_ms="1000"))

    first, second = map(int, in_time.body.partition(NULS)[2].split())
    assert 60_000 >= first > second > 0
    assert too_late.body.partition(NULS)[2] == b"0 0"
