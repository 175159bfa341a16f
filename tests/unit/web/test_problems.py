"""Errors as problem documents, RFC 9457."""

import json

import pytest

from rca_core import errors
from rca_core.errors import (
    CorruptBody,
    FieldError,
    InvalidInput,
    MethodNotAllowed,
    SmartSreError,
    Unauthenticated,
    Unavailable,
)
from rca_core.web.problems import problem_answer

WRONG = FieldError(loc=["steps", 0, "status"], msg="must be…", type="status")


def every_error() -> list[SmartSreError]:
    special = [InvalidInput([WRONG]), MethodNotAllowed("what happened", allowed=["GET"])]
    others = [kind for kind in SmartSreError.__subclasses__() if kind not in map(type, special)]
    return [*special, SmartSreError("what happened"), *(kind("what happened") for kind in others)]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_an_error_is_a_problem_document(error: SmartSreError) -> None:
    status, headers, body = problem_answer(error, "req-1")

    assert headers["Content-Type"] == "application/problem+json"
    assert status == error.status
    document = json.loads(body)
    assert document.pop("detail")
    assert document.pop("errors", [WRONG]) == [WRONG]
    assert document == {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "request_id": "req-1",
    }


def test_codes_are_unique_and_in_the_table_of_errors() -> None:
    codes = [error.code for error in every_error()]
    documented = errors.__doc__ or ""

    assert len(set(codes)) == len(codes)
    assert not [error for error in every_error() if type(error).__name__ not in documented]


@pytest.mark.parametrize("error", [SmartSreError("secret path /x"), CorruptBody("chunk 3 of run 'r'")])
def test_our_own_faults_are_not_explained_to_clients(error: SmartSreError) -> None:
    _, _, body = problem_answer(error, "req-1")

    assert error.detail not in body


def test_an_unavailable_service_says_when_to_come_back() -> None:
    _, headers, _ = problem_answer(Unavailable("busy", retry_after=7), "req-1")

    assert headers["Retry-After"] == "7"


def test_a_missing_credential_is_asked_for() -> None:
    _, headers, _ = problem_answer(Unauthenticated("none"), "req-1")

    assert headers["WWW-Authenticate"] == 'Bearer realm="agentops-smart-sre"'


def test_a_wrong_credential_is_said_to_be_wrong() -> None:
    _, headers, _ = problem_answer(Unauthenticated("wrong", rejected=True), "req-1")

    assert headers["WWW-Authenticate"] == 'Bearer realm="agentops-smart-sre", error="invalid_token"'


def test_errors_are_not_cached() -> None:
    assert {problem_answer(error, "r")[1]["Cache-Control"] for error in every_error()} == {"no-store"}


def test_the_detail_of_a_single_field_error_names_it() -> None:
    assert InvalidInput([WRONG]).detail == "steps.0.status: must be…"
    assert InvalidInput([WRONG, WRONG, WRONG]).detail == "steps.0.status: must be… (and 2 more)"
    assert InvalidInput([FieldError(loc=[], msg="is no JSON", type="json")]).detail == "is no JSON"
