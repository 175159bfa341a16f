"""Which of a batch's messages or records come back, by what the function answered."""

import json
from typing import Any

import pytest

from local.queue_poller import failed_ids
from local.stream_poller import first_failed

IDS = ["a", "b", "c"]


def failures(*ids: Any) -> bytes:
    return json.dumps({"batchItemFailures": [{"itemIdentifier": identifier} for identifier in ids]}).encode()


SUCCESS = [b"null", b"{}", failures(), b'{"batchItemFailures": null}']
MALFORMED = [
    b"oops",
    b"[]x",
    b'"text"',
    b"[1]",
    failures("unknown"),
    failures("a", "unknown"),
    failures(""),
    failures(None),
    b'{"batchItemFailures": [{"wrong": "a"}]}',
    b'{"batchItemFailures": ["a"]}',
    b'{"batchItemFailures": "a"}',
    b'{"batchItemFailures": [{"itemIdentifier": ["a"]}]}',
]


@pytest.mark.parametrize("payload", SUCCESS)
def test_nothing_named_means_that_all_succeeded(payload: bytes) -> None:
    assert failed_ids(payload, IDS) == set()
    assert first_failed(payload, IDS) is None


@pytest.mark.parametrize("payload", MALFORMED)
def test_what_makes_no_sense_means_that_all_failed(payload: bytes) -> None:
    assert failed_ids(payload, IDS) == set(IDS)
    assert first_failed(payload, IDS) == 0


def test_only_the_named_messages_come_back() -> None:
    assert failed_ids(failures("c", "b"), IDS) == {"b", "c"}


def test_records_come_back_from_the_first_that_is_named() -> None:
    assert first_failed(failures("c", "b"), IDS) == 1
