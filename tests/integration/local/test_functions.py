"""How functions run: processes, environment, limits, failures."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.integration.local.support import SAMPLE, Sample, eventually


def test_a_function_sees_lambdas_environment_and_the_templates_and_nothing_of_the_users(sample: Sample) -> None:
    seen = sample.echo()

    environment = seen["environment"]
    folder = str(SAMPLE.parent / "http")
    assert environment["GREETING"] == "hello"
    assert environment["URL"] == f"{sample.stack.stream_url}/"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "local-HttpFunction"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["LAMBDA_TASK_ROOT"] == folder == seen["cwd"]
    assert "HOME" not in environment
    assert "HOME" in os.environ


def test_a_functions_context_tells_the_time_that_is_left_and_its_name(sample: Sample) -> None:
    seen = sample.echo()

    assert 0 < seen["remaining_ms"] <= 20_000
    assert seen["arn"].endswith(":function:local-HttpFunction")


def test_an_idle_process_is_reused(sample: Sample) -> None:
    first = sample.echo()
    second = sample.echo()

    assert second["pid"] == first["pid"]
    assert second["calls"] == first["calls"] + 1
    assert second["request_id"] != first["request_id"]


def test_calls_at_the_same_time_run_in_processes_of_their_own(sample: Sample) -> None:
    def meet(_: int) -> Any:
        return sample.do("meet", params={"name": "two", "processes": 2}).json()["pid"]

    with ThreadPoolExecutor(2) as clients:
        pids = set(clients.map(meet, range(2)))

    assert len(pids) == 2


def test_calls_over_the_cap_wait_for_a_process(sample: Sample) -> None:
    def call(_: int) -> Any:
        return sample.do("wait", params={"seconds": 0.1}).json()["pid"]

    with ThreadPoolExecutor(8) as clients:
        pids = list(clients.map(call, range(8)))

    assert len(pids) == 8
    assert len(set(pids)) <= 2


def test_a_call_that_nobody_waits_for_any_more_is_not_made(sample: Sample) -> None:
    meeting = {"PK": "MEETING#busy"}
    with ThreadPoolExecutor(2) as clients:
        busy = [clients.submit(sample.do, "meet", params={"name": "busy", "processes": 3}) for _ in range(2)]
        sample.await_item(meeting["PK"], lambda item: len(item) == 3)

        answer = sample.api.post("/impatient/mark?name=late")
        sample.table.update_item(Key=meeting, UpdateExpression="SET pid0 = :t", ExpressionAttributeValues={":t": True})

        assert answer.status_code == 503
        assert [call.result().status_code for call in busy] == [200, 200]
    assert sample.do("mark", params={"name": "next"}).status_code == 200
    assert sample.item("MARK#next")
    assert sample.item("MARK#late") is None


def test_an_exception_is_an_internal_server_error_and_the_process_goes_on(sample: Sample) -> None:
    before = {sample.echo()["pid"] for _ in range(10)}

    answer = sample.do("fail")

    assert answer.status_code == 500
    assert answer.json() == {"message": "Internal Server Error"}
    assert before & {sample.echo()["pid"] for _ in range(10)}
    eventually(lambda: "ValueError" in sample.stack.log.read_text())


def test_a_crash_is_answered_and_the_next_call_gets_a_new_process(sample: Sample) -> None:
    answer = sample.do("die")

    assert answer.status_code == 500
    eventually(lambda: "Runtime.ExitError" in sample.stack.log.read_text())
    eventually(lambda: "exit status 3" in sample.stack.log.read_text())
    assert sample.echo()["event"]


def test_a_call_past_its_timeout_is_killed_and_the_next_one_gets_a_new_process(sample: Sample) -> None:
    before = sample.api.get("/slow").json()["pid"]

    answer = sample.api.get("/slow?forever=1")

    assert answer.status_code == 500
    eventually(lambda: "Task timed out after 3.00 seconds" in sample.stack.log.read_text())
    assert sample.api.get("/slow").json()["pid"] != before


def test_a_function_that_cannot_be_imported_fails_each_call(sample: Sample) -> None:
    answers = [sample.api.get("/broken").status_code for _ in range(2)]

    assert answers == [500, 500]
    eventually(lambda: "init failed: RuntimeError: broken at import" in sample.stack.log.read_text())


def test_a_functions_output_is_in_the_log_with_its_name(sample: Sample) -> None:
    sample.do("shout")

    eventually(lambda: "[HttpFunction] to stdout\n" in sample.stack.log.read_text())
    eventually(lambda: "[HttpFunction] to stderr\n" in sample.stack.log.read_text())


def test_a_response_over_lambdas_limit_is_an_error(sample: Sample) -> None:
    answer = sample.do("huge")

    assert answer.status_code == 500
    assert sample.echo()["event"]
