"""The functions as Lambda calls them, over the emulated table and queues, without the network between."""

import base64
import gzip
import importlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import Message
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from local.http_event import Request, build_event
from rca_core.logs import SERVICE
from rca_core.web.lambda_stream import LambdaContext, Prelude
from tests.conftest import Cloud
from tests.support.template import functions

STREAM_URL = "https://stream.example/"
RCA_RUNS = "/agent-runs/run-1/rca-runs"


class Answer(NamedTuple):
    """An HTTP answer; header names in lower case, the body as it was before it was compressed."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON."""
        return json.loads(self.body)


class Product:
    """The template's functions with the environment it gives them, and what each asked of AWS."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
        self.cloud = cloud
        self.operations: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self._monkeypatch = monkeypatch
        self._modules: dict[str, ModuleType] = {}
        self.parked_url = cloud.sqs.create_queue(QueueName=f"{cloud.table}-parked")["QueueUrl"]
        self._environment = {
            "STACK_NAME": "stack",
            "TABLE_NAME": cloud.table,
            "LOG_LEVEL": "INFO",
            "RETENTION_DAYS": "30",
            "INGEST_SECRET": "",
            "ACCESS_SECRET": "",
            "OPEN_ACCESS": "true",
            # Most tests are of analyses that are asked for: `Product(…, AUTO_RCA="true")` for the others.
            "AUTO_RCA": "false",
            "AUTO_RCA_EXCEPT": "",
            "REDACT_PERSONAL_DATA": "false",
            "REDACT_PATTERNS": "",
            "TRACE_SILENCE_SECONDS": "1",
            "STACK_ID": "arn:aws:cloudformation:eu-west-1:123456789012:stack/test/1",
            "RCA_QUEUE_URL": cloud.queue_url,
            "PARKED_QUEUE_URL": self.parked_url,
            "STREAM_URL": STREAM_URL,
            "RULES_SOURCE": "",
        } | environment

    def module(self, function: str) -> ModuleType:
        """Return a function's module, loaded with the variables that the template names for it and no others."""
        if function not in self._modules:
            properties = functions()[function]
            for name in self._environment:
                self._monkeypatch.delenv(name, raising=False)
            for name in properties["Environment"]["Variables"]:
                if not name.startswith("AWS_"):
                    self._monkeypatch.setenv(name, self._environment[name])
            path = f"{properties['CodeUri']}/{properties['Handler'].rpartition('.')[0]}"
            dotted = path.replace("/", ".")
            sys.modules.pop(dotted, None)
            _forget_logger()
            self._modules[function] = importlib.import_module(dotted)
        return self._modules[function]

    def invoke(self, function: str, event: dict[str, Any], *, milliseconds: int = 120_000) -> Any:
        """Call a handler with an event that has been on the wire as JSON; it has time, on a busy machine too."""
        handler = getattr(self.module(function), functions()[function]["Handler"].rpartition(".")[2])
        before = len(self.cloud.operations)
        try:
            return handler(json.loads(json.dumps(event)), context(milliseconds))
        finally:
            self.operations.setdefault(function, []).extend(self.cloud.operations[before:])

    # ------------------------------------------------------------ HTTP
    def http(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        query: str = "",
    ) -> Answer:
        """Answer a request as API Gateway would have it answered: runs and traces by ingest, the rest by the API."""
        taken_in = method == "POST" and path.rstrip("/") in ("/agent-runs", "/v1/traces")
        function = "IngestFunction" if taken_in else "ApiFunction"
        answer = self.invoke(function, http_event(method, path, body, headers or {}, query))
        raw = answer.get("body") or ""
        content = base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode()
        fields = {name.lower(): value for name, value in answer["headers"].items()}
        if fields.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(answer["statusCode"], fields, content)

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, query: str = "") -> Answer:
        """GET a path of the API."""
        return self.http("GET", path, headers=headers, query=query)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, query: str = "") -> Answer:
        """POST JSON, or nothing."""
        raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http("POST", path, raw, {"Content-Type": "application/json", **(headers or {})}, query=query)

    def stream(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        query: str = "",
        method: str = "GET",
        milliseconds: int = 5_000,
    ) -> Answer:
        """Read a stream to its end. With the time of its default it says what there is and ends."""
        event = http_event(method, path, None, headers or {}, query)
        pieces: Iterator[Any] = self.invoke("StreamFunction", event, milliseconds=milliseconds)
        before = len(self.cloud.operations)
        prelude, *payload = pieces
        self.operations["StreamFunction"].extend(self.cloud.operations[before:])
        assert isinstance(prelude, Prelude)
        fields = {name.lower(): value for name, value in prelude.headers.items()}
        return Answer(prelude.status_code, fields, b"".join(payload))

    # ------------------------------------------------------------ jobs
    def receive(self, queue_url: str | None = None) -> list[dict[str, Any]]:
        """Receive what is in the job queue, or another one, as Lambda would."""
        answer = self.cloud.sqs.receive_message(
            QueueUrl=queue_url or self.cloud.queue_url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["All"],
        )
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:RcaQueue",
                "awsRegion": "eu-west-1",
            }
            for message in answer.get("Messages", [])
        ]

    def deliver(self, function: str, messages: list[dict[str, Any]], *, milliseconds: int = 30_000) -> list[str]:
        """Deliver a batch; return the bodies of the messages that come again."""
        answer = self.invoke(function, {"Records": messages}, milliseconds=milliseconds)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        return [message["body"] for message in messages if message["messageId"] in failed]

    def work(self, *, milliseconds: int = 30_000) -> list[str]:
        """Let the analyzer work what is in the queue; return the bodies of the messages that come again."""
        return self.deliver("AnalyzerFunction", self.receive(), milliseconds=milliseconds)


def is_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem document of one kind, and return the document."""
    document: dict[str, Any] = answer.json()
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (document["status"], document["type"]) == (status, f"/problems/{code}")
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def _forget_logger() -> None:
    """Have the next function log to the standard output of this test: a logger keeps the one it was made with."""
    logging.Logger.manager.loggerDict.pop(SERVICE, None)


def context(milliseconds: int) -> LambdaContext:
    """Return the context of an invocation that has so much time left."""
    headers = Message()
    headers["Lambda-Runtime-Aws-Request-Id"] = "11111111-2222-3333-4444-555555555555"
    headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-west-1:123456789012:function:test"
    headers["Lambda-Runtime-Deadline-Ms"] = str(int(time.time() * 1000) + milliseconds)
    return LambdaContext(headers, {"AWS_LAMBDA_FUNCTION_NAME": "test"})


def http_event(
    method: str, path: str, body: bytes | None, headers: Mapping[str, str], query: str = ""
) -> dict[str, Any]:
    """Return a request as a Lambda event, payload format 2.0."""
    request = Request(method, path, query, list(headers.items()), "203.0.113.7", body=body or b"")
    raw_path = unquote(path)
    return build_event(
        request,
        route_key="$default",
        raw_path=raw_path,
        host="api.example",
        account_id="123456789012",
        request_id="gateway-1",
    )


def created(product: Product, *, query: str = "") -> dict[str, Any]:
    """Ask for the analysis of run-1, which is stored; return the answer."""
    answer = product.post(RCA_RUNS, query=query)
    assert answer.status == 200
    rca: dict[str, Any] = answer.json()
    return rca


def age(text: str) -> float:
    """Return the seconds since a time in an answer."""
    return (datetime.now(UTC) - datetime.fromisoformat(text)).total_seconds()
