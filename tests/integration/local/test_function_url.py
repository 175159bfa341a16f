"""The function URL as a client sees it: responses that arrive while they are produced."""

from contextlib import ExitStack

import httpx
import pytest

from tests.integration.local.support import Sample, eventually

ALLOWED = "https://app.example"


def release(sample: Sample, name: str, number: int) -> None:
    """Let the stream function produce its next chunk."""
    sample.table.put_item(Item={"PK": f"GO#{name}#{number}"})


def test_status_headers_and_cookies_come_from_the_prelude(sample: Sample) -> None:
    answer = sample.url.get("/prelude", headers={"origin": ALLOWED})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers.get_list("set-cookie") == ["seen=1"]
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.text == "chunk 0\nchunk 1\nchunk 2\n"


def test_a_chunk_arrives_before_the_next_is_produced(sample: Sample) -> None:
    with sample.url.stream("GET", "/steps?stepwise=1&chunks=3") as answer:
        lines = answer.iter_lines()
        for number in range(3):
            release(sample, "steps", number)
            assert next(lines) == f"chunk {number}"
        assert list(lines) == []


def test_one_process_serves_many_streams_at_once(sample: Sample) -> None:
    with ExitStack() as streams:
        answers = [
            streams.enter_context(sample.url.stream("GET", f"/many{number}?stepwise=1&chunks=1"))
            for number in range(12)
        ]
        for number in range(12):
            release(sample, f"many{number}", 0)
        texts = [answer.read() for answer in answers]

    assert texts == [b"chunk 0\n"] * 12
    assert len({answer.headers["x-pid"] for answer in answers}) == 1


def test_the_generator_is_closed_when_the_client_leaves(sample: Sample) -> None:
    with sample.url.stream("GET", "/leaver?endless=1") as answer:
        # Kept: an iterator that is dropped closes the connection.
        lines = answer.iter_lines()
        assert next(lines) == "chunk 0"
        assert sample.item("CLOSED#leaver") is None

    assert sample.await_item("CLOSED#leaver")


def test_a_failure_before_the_first_byte_is_a_bad_gateway(sample: Sample) -> None:
    answer = sample.url.get("/early?fail=before", headers={"origin": ALLOWED})

    assert (answer.status_code, answer.json()) == (502, {"message": "Internal Server Error"})
    assert answer.headers["access-control-allow-origin"] == ALLOWED


def test_a_failure_in_mid_stream_ends_the_response_as_incomplete(sample: Sample) -> None:
    received: list[str] = []
    with (
        pytest.raises(httpx.RemoteProtocolError),
        sample.url.stream("GET", "/late?fail=after&chunks=2") as answer,
    ):
        received.extend(answer.iter_lines())

    assert received in ([], ["chunk 0", "chunk 1"])
    eventually(lambda: "failed in mid stream: ValueError: late" in sample.stack.log.read_text())


def test_a_stream_past_the_functions_timeout_is_cut_off(hurried_sample: Sample) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        hurried_sample.url.get("/hanging?hang=1")

    eventually(lambda: "Task timed out after 3.00 seconds" in hurried_sample.stack.log.read_text())
    eventually(lambda: hurried_sample.url.get("/afterwards").status_code == 200)


def test_the_path_of_an_event_stays_encoded(sample: Sample) -> None:
    sample.url.get("/a%20b")

    assert sample.await_item("CLOSED#a%20b")


def test_a_preflight_is_answered_without_the_function(sample: Sample) -> None:
    headers = {"origin": ALLOWED, "access-control-request-method": "GET"}
    answer = sample.url.options("/x?fail=before", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.headers["access-control-allow-methods"] == "GET"
