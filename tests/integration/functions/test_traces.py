"""POST /v1/traces, as API Gateway calls it: the protocol, and what becomes of batches."""

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.functions.product import Answer, Product
from tests.support.logs import entries
from tests.support.runs import incompressible
from tests.support.traces import (
    TRACE,
    Json,
    as_json,
    as_protobuf,
    model,
    request,
    root,
    shuffled,
    span,
    tool,
)

PATH = "/v1/traces"
RUN = f"/agent-runs/{TRACE}"
PROTOBUF = {"Content-Type": "application/x-protobuf"}
SECRET = "s3cret-of-the-parcels"  # noqa: S105  of no real service
LATE = "the depot did not answer within 9 s"


def post(product: Product, *spans: Json) -> Answer:
    """Send some spans as JSON, all of which are to be accepted."""
    answer = product.post(PATH, request(*spans))
    assert (answer.status, answer.json()) == (200, {})
    return answer


def wide(first: int) -> list[Json]:
    """Return four hundred spans that compress to no less than half of their 2,000 characters each."""
    return [span(first + n, "step", {"output.value": incompressible(first + n, 2_000)}) for n in range(400)]


# ---------------------------------------------------------------- the protocol
def test_a_full_success_is_empty_in_the_type_of_the_request(product: Product) -> None:
    told = request(tool(1), root())

    as_text = product.post(PATH, as_json(told), {"Content-Type": "application/json; charset=utf-8"})
    as_bytes = product.post(PATH, as_protobuf(told), PROTOBUF)

    assert (as_text.status, as_text.headers["content-type"], as_text.json()) == (200, "application/json", {})
    assert (as_bytes.status, as_bytes.headers["content-type"], as_bytes.body) == (200, PROTOBUF["Content-Type"], b"")


def test_json_protobuf_and_gzip_make_the_same_run(product: Product) -> None:
    def stored(body: bytes, headers: dict[str, str], trace: str) -> Any:
        product.post(PATH, body, headers)
        run = product.get(f"/agent-runs/{trace}/body").body.decode()
        return json.loads(run.replace(trace, TRACE))

    forms: list[Any] = []
    for number, form in enumerate((as_json, as_protobuf)):
        kind = {"Content-Type": "application/json" if form is as_json else "application/x-protobuf"}
        for compressed in (False, True):
            trace = f"{number + 1}{int(compressed)}" * 16
            body = form(request(tool(1, trace=trace), model(2, trace=trace), root(trace=trace)))
            # The header is not trusted: a gateway may have decompressed the body, or a sender forgotten it.
            forms.append(stored(gzip.compress(body) if compressed else body, kind, trace))

    assert forms == [forms[0]] * 4


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"x", {"Content-Type": "text/plain"}, 415, 3),
        (b"{}", {"Content-Encoding": "zstd"}, 415, 3),
        (b"{", {}, 400, 3),
        (b'{"resourceLogs": []}', {}, 400, 3),
        (gzip.compress(b"{}")[:-4], {}, 400, 3),
        (gzip.compress(b"\0" * 21_000_000), {}, 413, 8),
        (b" " * 4_200_000, {}, 413, 8),
    ],
)
def test_errors_are_statuses(product: Product, body: bytes, headers: dict[str, str], status: int, code: int) -> None:
    answer = product.post(PATH, body, headers)

    assert (answer.status, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


def test_a_malformed_protobuf_is_answered_as_protobuf(product: Product) -> None:
    answer = product.post(PATH, b"\xff\xfe\xfd", PROTOBUF)

    assert (answer.status, answer.headers["content-type"]) == (400, PROTOBUF["Content-Type"])
    # Field 1, the code: 3; field 2, the message.
    assert answer.body.startswith(b"\x08\x03\x12")


def test_who_has_no_secret_is_refused_before_anything_is_read(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    product = Product(cloud, monkeypatch, INGEST_SECRET=SECRET, OPEN_ACCESS="false")

    refused = product.post(PATH, b"\xff", PROTOBUF)
    let_in = product.post(PATH, b"", {**PROTOBUF, "Authorization": f"Bearer {SECRET}"})

    assert (refused.status, refused.headers["content-type"]) == (401, PROTOBUF["Content-Type"])
    assert (let_in.status, let_in.body) == (200, b"")


def test_spans_that_are_refused_are_counted_and_told(product: Product, capsys: pytest.CaptureFixture[str]) -> None:
    told = request({"name": "no ids"}, tool(1), root())

    as_text, as_bytes = product.post(PATH, told), product.post(PATH, as_protobuf(told), PROTOBUF)

    assert as_text.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert "without a trace id" in as_text.json()["partialSuccess"]["errorMessage"]
    assert as_bytes.status == 200
    assert b"without a trace id" in as_bytes.body
    assert product.get(RUN).json()["tool_call_count"] == 1
    output = capsys.readouterr().out
    assert [entry["spans"] for entry in entries(output) if entry["message"] == "spans refused"] == [1, 1]
    assert '"SpansRefused"' in output


# ---------------------------------------------------------------- storage
@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_busy_storage_is_to_be_tried_again(product: Product, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    client = product.module("IngestFunction").traces()._client

    def busy(**_: Any) -> None:
        response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 500}}
        raise ClientError(response, "PutItem")

    with monkeypatch.context() as patch:
        patch.setattr(client, "put_item", busy)
        answer = product.post(PATH, request(tool(1), root()))

    assert (answer.status, answer.json()["code"]) == (503, 14)
    assert int(answer.headers["retry-after"]) >= 1
    assert product.get(RUN).status == 404
    post(product, tool(1), root())
    assert product.get(RUN).json()["revision"] == 1


def test_a_trace_that_cannot_be_stored_takes_no_other_with_it(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = product.module("IngestFunction").traces()
    add = store.add

    def broken(run_id: str, *rest: Any, **named: Any) -> Any:
        if run_id == TRACE:
            raise ValueError("a defect")
        return add(run_id, *rest, **named)

    monkeypatch.setattr(store, "add", broken)
    answer = product.post(PATH, request(tool(1), root(), tool(1, trace="b" * 32), root(trace="b" * 32)))

    assert (answer.status, answer.json()["partialSuccess"]["rejectedSpans"]) == (200, "2")
    assert product.get(f"/agent-runs/{'b' * 32}").json()["status"] == "success"


def test_a_trace_in_twenty_batches_is_the_run_that_it_is_in_one(product: Product) -> None:
    def stored(requests: list[Json]) -> Any:
        for each in requests:
            assert product.post(PATH, each).status == 200
        found = product.get(f"{RUN}/body").body
        product.http("DELETE", RUN)
        return found

    whole = request(*(tool(n, error=LATE if n == 3 else None) for n in range(1, 12)), model(13), root(error=LATE))

    assert stored(shuffled(whole, batches=20)) == stored([whole])


def test_a_late_span_makes_a_new_revision_and_a_repeat_none(product: Product) -> None:
    post(product, tool(1), root())
    post(product, tool(1), root())
    assert product.get(RUN).json()["revision"] == 1

    post(product, tool(2, error=LATE))

    header = product.get(RUN).json()
    assert (header["revision"], header["status"], header["tool_call_count"]) == (2, "failure", 2)


def test_a_writer_that_was_overtaken_merges_with_what_the_other_wrote(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = product.module("IngestFunction").traces()
    read, others = runs.trace, [tool(2), tool(3)]

    def overtaken(run_id: str, **named: Any) -> Any:
        found = read(run_id, **named)
        if others:
            monkeypatch.setattr(runs, "trace", read)
            post(product, others.pop())
            monkeypatch.setattr(runs, "trace", overtaken)
        return found

    monkeypatch.setattr(runs, "trace", overtaken)
    post(product, tool(1))
    post(product, root())

    assert product.get(RUN).json()["tool_call_count"] == 3


def test_a_large_trace_takes_chunks_and_grows(product: Product) -> None:
    post(product, *wide(200))
    post(product, *wide(600), root())

    assert product.get(RUN).json()["step_count"] == 801
    assert len(product.get(f"{RUN}/timeline").json()) == 801


def test_a_large_trace_stays_whose_answer_was_lost(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    store = product.module("IngestFunction").traces()
    put = store._put_header

    def twice(values: Any, *, over: Any) -> Any:
        # As a client does that got no answer: the second try is refused by what the first one wrote.
        put(values, over=over)
        return put(values, over=over)

    monkeypatch.setattr(store, "_put_header", twice)
    post(product, *wide(200), *wide(600), root())

    assert len(product.get(f"{RUN}/timeline").json()) == 801


def test_spans_that_are_replaced_while_they_are_read_are_read_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(product, *wide(200))
    store = product.module("IngestFunction").traces()
    read, others = store._get, [wide(600)]

    def replaced(run_id: str, **options: Any) -> Any:
        item = read(run_id, **options)
        if others:
            post(product, *others.pop())
        return item

    monkeypatch.setattr(store, "_get", replaced)
    post(product, root())

    assert product.get(RUN).json()["step_count"] == 801


def test_a_credential_reaches_neither_body_nor_spans(product: Product) -> None:
    secret = "sk-proj-" + "a1B2c3D4e5F6g7H8" * 2
    post(product, tool(1, error=f"401 for {secret}"), root())

    items = product.cloud.dynamodb.scan(TableName=product.cloud.table)["Items"]
    stored = product.module("IngestFunction").traces().trace(TRACE, now=_now()).spans

    assert secret not in repr(stored)
    assert secret not in repr(items)
    assert secret not in product.get(f"{RUN}/body").body.decode()


# ---------------------------------------------------------------- the end
def test_a_run_is_analysed_when_it_has_ended(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    product = Product(cloud, monkeypatch, AUTO_RCA="true")
    post(product, tool(1, error=LATE))
    assert product.get(RUN).json()["status"] == "running"
    assert product.get(RUN).json()["rca_runs"] == []

    post(product, root())

    [analysis] = product.get(RUN).json()["rca_runs"]
    product.deliver("AnalyzerFunction", [each for each in product.receive() if "rca_run_id" in each["body"]])
    report = product.get(f"/agent-runs/rca-runs/{analysis['rca_run_id']}").json()["report"]
    assert report["category"] == "timeout"


def test_a_trace_that_fell_silent_has_ended(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    product = Product(cloud, monkeypatch, AUTO_RCA="true")
    post(product, tool(1, error=LATE))
    revision = product.get(RUN).json()["revision"]

    again = product.deliver("AnalyzerFunction", [_check(revision)])

    header = product.get(RUN).json()
    assert (again, header["status"], header["revision"]) == ([], "failure", revision + 1)
    assert len(header["rca_runs"]) == 1


def test_a_trace_that_got_spans_since_is_waited_for(product: Product) -> None:
    post(product, tool(1, error=LATE))
    post(product, tool(2))

    product.deliver("AnalyzerFunction", [_check(1), _check(1, run_id="gone")])

    assert product.get(RUN).json()["status"] == "running"


def test_each_batch_that_leaves_a_run_open_has_it_looked_at_later(product: Product) -> None:
    post(product, tool(1))
    post(product, tool(1))
    post(product, tool(2))
    post(product, root())

    sent = [
        json.loads(each["MessageBody"]) for name, each in product.operations["IngestFunction"] if name == "SendMessage"
    ]
    assert [each["revision"] for each in sent] == [1, 1, 2]


def _check(revision: int, *, run_id: str = TRACE) -> dict[str, Any]:
    """Return the message that has a trace looked at, as Lambda delivers it."""
    body = json.dumps({"run_id": run_id, "revision": revision})
    return {
        "messageId": f"{run_id}-{revision}",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"SentTimestamp": "1768471200000", "ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:RcaQueue",
        "awsRegion": "eu-west-1",
    }


def _now() -> Any:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.now(UTC)
