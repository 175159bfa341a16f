"""What reaches a log: whole entries, and neither a secret nor what an agent sent (faults 29 and 30)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cloud
from tests.e2e.security.conftest import ACCESS, INGEST, Guarded, sample_run
from tests.e2e.security.corpus import HOSTILE, hostile_run
from tests.e2e.security.routes import ACCESS_SECRET, INGEST_SECRET
from tests.integration.functions.product import Product
from tests.support.logs import entries
from tests.support.runs import run_body

pytestmark = [pytest.mark.fault(29), pytest.mark.fault(30)]

MARK = "never-to-be-logged"
FORGED = '"}\n{"level":"CRITICAL","message":"forged"}\n'


def _groups(texts: list[str], size: int) -> list[list[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def _is_clean(lines: list[str]) -> None:
    """Check that every line is one whole entry, in signs that no terminal and no reader of logs takes for its own."""
    logged = entries(lines)
    assert {entry["service"] for entry in logged} == {"agentops-smart-sre"}
    assert [line for line in lines if not (line.isascii() and line.isprintable())] == []
    assert [entry for entry in logged if entry["message"] == "forged"] == []


def _not_found(lines: list[str]) -> int:
    """Return how many requests are logged as answered with 404."""
    return [json.loads(line).get("status") for line in lines].count(404)


@pytest.mark.timeout(240)
def test_nothing_that_is_sent_is_logged_but_addresses_and_ids(guarded_stack: Guarded) -> None:
    before = len(guarded_stack.log_lines())
    tokens = []
    for number, texts in enumerate(_groups([text[:200] for text in HOSTILE.values()], 6)):
        marked = f"{MARK} {' '.join(texts)}{FORGED}{MARK}"
        ids = guarded_stack.analysed(hostile_run(marked, run_id=f"logged-{number}"))
        tokens.append(ids.token)
        for path in (
            f"/agent-runs/{ids.run_id}",
            f"/agent-runs/{ids.run_id}/timeline",
            f"/agent-runs/rca-runs/{ids.rca_run_id}",
        ):
            assert guarded_stack.send("GET", path, [ACCESS]).status_code == 200
        for refused in (hostile_run(marked) | {"status": marked}, marked.encode(), [marked], {marked: marked}):
            assert guarded_stack.send("POST", "/agent-runs?strict=true", [INGEST], refused).status_code == 422
    for secret in (INGEST_SECRET, ACCESS_SECRET, f"{MARK}-guess", ACCESS_SECRET + MARK):
        for name in (
            "X-Ingest-Secret",
            "X-API-Key",
            "Authorization",
            "Cookie",
            "X-Request-ID",
            "Last-Event-ID",
            "User-Agent",
        ):
            guarded_stack.send("GET", "/agent-runs", [(name, f"{secret} {MARK}")])
        for place in ("token", "secret", MARK):
            guarded_stack.send("GET", f"/agent-runs?{place}={secret}{MARK}", [ACCESS])
            guarded_stack.send("GET", f"/rca-runs/x/stream?{place}={secret}", on_url=True)

    written = guarded_stack.lines_after(before, lambda lines: len(lines) > 100)

    _is_clean(written)
    log = guarded_stack.stack.log.read_text(encoding="utf-8")
    for secret in (MARK, INGEST_SECRET, ACCESS_SECRET, *tokens, *(token.partition(".")[2] for token in tokens)):
        assert secret not in log


@pytest.mark.parametrize(
    "forged",
    [
        "%0a%7b%22level%22%3a1%7d",
        "%0d%0aSTART",
        "%1b%5b2J",
        "%c2%85x",
        "%e2%80%a8x",
        "%e2%80%aex",
        "%22%7d",
        "%00",
        "%ff",
        "%c2%9b31m",
    ],
)
def test_an_address_is_logged_on_one_line(guarded_stack: Guarded, forged: str) -> None:
    before = len(guarded_stack.log_lines())

    for path in (f"/agent-runs/x{forged}", f"/{forged}", f"/agent-runs/x{forged}/timeline"):
        assert guarded_stack.send("GET", path, [ACCESS]).status_code == 404

    # Beside them, functions that nobody calls over HTTP may log at any time.
    written = guarded_stack.lines_after(before, lambda lines: _not_found(lines) >= 3)
    _is_clean(written)
    assert _not_found(written) == 3


# ---------------------------------------------------------------- what goes wrong inside
Spoil = Callable[[Product], None]


def _poison_message(product: Product) -> None:
    """Send what is no job, alone: a batch of which all fails is told of otherwise than one of which a part does."""
    product.work()
    product.cloud.sqs.send_message(
        QueueUrl=product.cloud.queue_url, MessageBody=f'{{"rca_run_id": ["{MARK}{FORGED}"]}}'
    )
    product.cloud.sqs.send_message(QueueUrl=product.cloud.queue_url, MessageBody=f"{MARK}{FORGED}")


def _unreadable_run(product: Product) -> None:
    """Break the stored run in a way that its digest does not tell: an older version had written it so."""
    body = {"run_id": "run-1", "agent_name": MARK, "started_at": f"{MARK}{FORGED}", "status": MARK}
    product.module("AnalyzerFunction").runs().get = lambda *_, **__: _Stored(json.dumps(body).encode())


class _Stored:
    header: Any = None

    def __init__(self, body: bytes) -> None:
        self._body = body

    def run(self) -> Any:
        from rca_core.telemetry import AgentRun  # noqa: PLC0415  the module under test loads it first

        return AgentRun.from_body(self._body)


@pytest.mark.parametrize("spoil", [_poison_message, _unreadable_run])
def test_what_cannot_be_read_is_logged_without_what_it_holds(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], spoil: Spoil
) -> None:
    product = Product(cloud, monkeypatch, LOG_LEVEL="DEBUG")
    assert product.post("/agent-runs", sample_run("run-1")).status == 200
    assert product.post("/agent-runs/run-1/rca-runs").status == 200
    spoil(product)

    try:
        product.work()
    except Exception as error:  # Lambda's runtime logs whatever leaves the handler
        assert MARK not in f"{error!r} {error}"  # noqa: PT017

    captured = capfd.readouterr()
    assert MARK not in captured.out + captured.err
    _is_clean([line for line in captured.out.splitlines() if line])


def test_a_stored_value_of_another_kind_is_not_logged(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    product = Product(cloud, monkeypatch, LOG_LEVEL="DEBUG")
    assert product.post("/agent-runs", run_body(agent_name="agent")).status == 200
    cloud.dynamodb.update_item(
        TableName=cloud.table,
        Key={"PK": {"S": "RUN#run-1"}, "SK": {"S": "RUN"}},
        UpdateExpression="SET #status = :wrong, step_count = :wrong",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":wrong": {"S": f"{MARK}{FORGED}"}},
    )

    answer = product.get("/agent-runs/run-1")

    assert answer.status == 500
    captured = capfd.readouterr()
    assert MARK.encode() not in answer.body
    assert MARK not in captured.out + captured.err
