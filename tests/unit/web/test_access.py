"""Who may do what: fault 29."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from rca_core.errors import Closed, Unauthenticated
from rca_core.web.access import INGEST_SECRET, STREAM_TOKEN_LIFETIME, Access

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
GUARDED = Access(SecretStr("s3cret"), open_access=False)
OPEN = Access(SecretStr(""), open_access=True)
CLOSED = Access(SecretStr(""), open_access=False)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer s3cret"},
        {"authorization": "bearer   s3cret "},
        {"x-api-key": "s3cret"},
        {"x-ingest-secret": "s3cret"},
        {"x-api-key": "wrong", "x-ingest-secret": "s3cret"},
    ],
)
def test_the_secret_opens(headers: dict[str, str]) -> None:
    GUARDED.check(headers, "x-api-key", "x-ingest-secret")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "s3cret"},
        {"authorization": "Basic s3cret"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer s3cret2"},
        {"authorization": "Bearer S3CRET"},
        {"authorization": "Bearer é"},
        {"authorization": "Bearer \ud800"},
        {"x-api-key": ""},
        {"x-api-key": "wrong"},
        {"x-other": "s3cret"},
    ],
)
def test_anything_else_does_not(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated) as caught:
        GUARDED.check(headers, "x-api-key")
    assert "s3cret" not in caught.value.detail


def test_only_the_headers_of_a_route_count() -> None:
    with pytest.raises(Unauthenticated):
        GUARDED.check({"x-ingest-secret": "s3cret"}, "x-api-key")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer anything"}, {"authorization": "Bearer "}])
def test_without_a_secret_a_route_is_closed_unless_it_was_opened(headers: dict[str, str]) -> None:
    OPEN.check(headers)
    with pytest.raises(Closed):
        CLOSED.check(headers)


def test_a_secret_guards_an_opened_stack_too() -> None:
    both = Access(SecretStr("s3cret"), open_access=True)

    with pytest.raises(Unauthenticated):
        both.check({})
    both.check({"authorization": "Bearer s3cret"})


# ---------------------------------------------------------------- stream tokens
def test_a_token_opens_the_stream_it_was_made_for_for_an_hour() -> None:
    token = GUARDED.stream_token("rca-1", NOW)

    GUARDED.check_stream("rca-1", token, {}, NOW)
    GUARDED.check_stream("rca-1", token, {}, NOW + STREAM_TOKEN_LIFETIME)
    with pytest.raises(Unauthenticated):
        GUARDED.check_stream("rca-1", token, {}, NOW + STREAM_TOKEN_LIFETIME + timedelta(seconds=1))


def test_a_token_opens_no_other_stream() -> None:
    token = GUARDED.stream_token("rca-1", NOW)

    with pytest.raises(Unauthenticated):
        GUARDED.check_stream("rca-2", token, {}, NOW)


def test_a_token_of_another_secret_opens_nothing() -> None:
    token = Access(SecretStr("older"), open_access=False).stream_token("rca-1", NOW)

    with pytest.raises(Unauthenticated):
        GUARDED.check_stream("rca-1", token, {}, NOW)


def test_a_token_does_not_hold_the_secret() -> None:
    token = GUARDED.stream_token("rca-1", NOW)

    assert token is not None
    assert "s3cret" not in token


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ".",
        "garbage",
        "{expires}.{signature}0",
        "{expires}.",
        "{expires}",
        "{signature}",
        ".{signature}",
        "9{expires}.{signature}",
        "{later}.{signature}",
        "99999999999999999999.{signature}",
        "-1.{signature}",
        "١٢٣.{signature}",
        "1e9.{signature}",
        "{expires}.\ud800",
        "é.é",
        "s3cret",
    ],
)
def test_a_forged_token_opens_nothing(forged: str) -> None:
    expires, _, signature = (GUARDED.stream_token("rca-1", NOW) or "").partition(".")
    token = forged.format(expires=expires, signature=signature, later=int(expires) + 3600)

    with pytest.raises(Unauthenticated):
        GUARDED.check_stream("rca-1", token, {}, NOW)


def test_a_stream_opens_to_the_secret_itself() -> None:
    GUARDED.check_stream("rca-1", None, {"authorization": "Bearer s3cret"}, NOW)
    with pytest.raises(Unauthenticated):
        GUARDED.check_stream("rca-1", None, {}, NOW)


def test_an_open_stack_needs_and_makes_no_tokens() -> None:
    assert OPEN.stream_token("rca-1", NOW) is None
    OPEN.check_stream("rca-1", None, {}, NOW)
    OPEN.check_stream("rca-1", "an old token", {}, NOW)


def test_a_closed_stack_streams_nothing() -> None:
    for token in (None, "1.x"):
        with pytest.raises(Closed):
            CLOSED.check_stream("rca-1", token, {}, NOW)


def refused(access: Access, headers: dict[str, str], *names: str, **wanted: str) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        access.check(headers, *names, **wanted)
    return caught.value


def test_a_missing_credential_is_told_from_a_wrong_one_and_both_say_where_it_goes() -> None:
    missing = refused(GUARDED, {}, "x-api-key")
    wrong = refused(GUARDED, {"authorization": "Bearer wrong"}, "x-api-key")

    assert (missing.rejected, wrong.rejected) == (False, True)
    assert missing.detail == "A credential is required: send the access secret in the header Authorization: Bearer."
    assert wrong.detail == "The credential is not valid: send the access secret in the header Authorization: Bearer."


def test_ingest_asks_for_its_own_header() -> None:
    assert "X-Ingest-Secret" in refused(GUARDED, {}, "x-ingest-secret", wanted=INGEST_SECRET).detail


@pytest.mark.parametrize(("token", "rejected"), [(None, False), ("1.forged", True)])
def test_a_stream_asks_for_its_token(token: str | None, rejected: bool) -> None:  # noqa: FBT001  what is expected
    with pytest.raises(Unauthenticated) as caught:
        GUARDED.check_stream("rca-1", token, {}, NOW)

    assert caught.value.rejected is rejected
    assert "query parameter token" in caught.value.detail
    assert "Authorization: Bearer" in caught.value.detail
