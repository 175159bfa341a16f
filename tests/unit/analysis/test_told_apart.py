"""Texts that sound alike and mean different things."""

import pytest

from rca_core.analysis import default_rules
from rca_core.analysis.read.facts import read
from rca_core.analysis.read.signals import match


def found(text: str, scope: str = "tool") -> tuple[str, str]:
    signals = match(read(None, text, None, None, scope=scope), default_rules())
    return (signals[0].category, signals[0].cause) if signals else ("unknown", "")


@pytest.mark.parametrize(
    "text",
    [
        "peer closed connection without sending complete message body (received 512 bytes, expected 2048)",
        "Premature close",
        "read ECONNRESET",
        "IncompleteRead(512 bytes read, 1024 more expected)",
        "The stream was interrupted before completion",
    ],
)
def test_an_answer_that_broke_off_is_no_service_that_could_not_be_reached(text: str) -> None:
    assert found(text) == found(text, "run") == ("upstream_error", "connection_cut")


def test_the_words_for_it_do_not_say_that_nothing_was_reached() -> None:
    cause = default_rules().cause_by_code["upstream_error", "connection_cut"]

    assert "reached" not in cause.title + cause.description


@pytest.mark.parametrize(
    "text", ["Session expired, please log in again", "You are not logged in", "401 Unauthorized", "login required"]
)
def test_a_login_that_expired_or_is_missing_is_no_missing_permission(text: str) -> None:
    assert found(text) == ("tool_permission", "unauthenticated")


def test_what_helps_then_is_no_permission() -> None:
    cause = default_rules().cause_by_code["tool_permission", "unauthenticated"]

    assert "ermission" not in cause.mitigation + "".join(each.description for each in cause.actions)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("no available engine: the runtime for R 4.4 is not installed", "upstream_error"),
        ("service unavailable, plugin websearch not found", "upstream_error"),
        ("no such kernel named julia-1.9", "upstream_error"),
        ("model stream failed: GatewayError: 400 Bad Request: Expecting value", "upstream_error"),
        (
            "File content (52310 tokens) exceeds maximum allowed tokens (30000). Read it in parts, with an offset",
            "context_overflow",
        ),
        ("killed after 45 s (SIGKILL, exit code 137)", "timeout"),
        ("killed by the operator", "timeout"),
        ("Agent Proofreader not found in the agent tree", "tool_schema_mismatch"),
    ],
)
def test_what_only_sounds_like_it_is_not_taken_for_it(text: str, category: str) -> None:
    assert found(text)[0] != category
    assert found(text, "run")[0] != category
