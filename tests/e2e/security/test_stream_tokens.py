"""What opens a stream, and what does not (fault 29)."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from rca_core.web.access import STREAM_TOKEN_LIFETIME, Access
from tests.e2e.security.conftest import ACCESS, Analysed, Guarded
from tests.e2e.security.routes import ACCESS_SECRET, GUARDED, INGEST_SECRET

pytestmark = pytest.mark.fault(29)

Refusal = Callable[[httpx.Response, int, str], dict[str, Any]]


def _stream(guarded: Guarded, rca_run_id: str, query: str) -> httpx.Response:
    return guarded.send("GET", f"/rca-runs/{rca_run_id}/stream?{query}", on_url=True)


def _made_with(secret: str, rca_run_id: str, now: datetime) -> str:
    token = Access(SecretStr(secret), open_access=False).stream_token(rca_run_id, now)
    assert token is not None
    return token


def test_a_token_opens_its_stream(guarded_stack: Guarded, ids: Analysed) -> None:
    answer = _stream(guarded_stack, ids.rca_run_id, f"token={ids.token}")

    assert answer.status_code == 200
    assert '"status":"done"' in answer.text


def test_a_token_of_another_analysis_opens_nothing(
    guarded_stack: Guarded, ids: Analysed, others: Analysed, is_refusal: Refusal
) -> None:
    is_refusal(_stream(guarded_stack, ids.rca_run_id, f"token={others.token}"), 401, "unauthenticated")
    is_refusal(_stream(guarded_stack, others.rca_run_id, f"token={ids.token}"), 401, "unauthenticated")
    is_refusal(_stream(guarded_stack, "rca-nobody", f"token={ids.token}"), 401, "unauthenticated")


@pytest.mark.parametrize("age", [timedelta(seconds=2), timedelta(days=1), timedelta(days=3_650)])
def test_a_genuine_token_that_has_expired_opens_nothing(
    guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal, age: timedelta
) -> None:
    made = datetime.now(UTC) - STREAM_TOKEN_LIFETIME - age

    token = _made_with(ACCESS_SECRET, ids.rca_run_id, made)

    is_refusal(_stream(guarded_stack, ids.rca_run_id, f"token={token}"), 401, "unauthenticated")


@pytest.mark.parametrize("secret", [INGEST_SECRET, ACCESS_SECRET.lower(), "guess", "None"])
def test_a_token_that_was_made_with_another_secret_opens_nothing(
    guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal, secret: str
) -> None:
    token = _made_with(secret, ids.rca_run_id, datetime.now(UTC))

    is_refusal(_stream(guarded_stack, ids.rca_run_id, f"token={token}"), 401, "unauthenticated")


def test_a_token_cut_anywhere_or_with_any_character_changed_opens_nothing(
    guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal
) -> None:
    token = ids.token
    cut = [token[:length] for length in range(len(token))] + [token[start:] for start in range(1, len(token))]
    changed = [
        token[:place] + ("1" if token[place] == "0" else "0") + token[place + 1 :] for place in range(len(token))
    ]
    for forged in cut + changed:
        is_refusal(_stream(guarded_stack, ids.rca_run_id, f"token={forged}"), 401, "unauthenticated")


def _otherwise_written(token: str) -> Iterator[str]:
    expires, _, signature = token.partition(".")
    raw = bytes.fromhex(signature)
    yield f"{expires}.{signature.upper()}"
    yield f"{expires}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
    yield f"{expires}.{raw.hex(':')}"
    yield f"{int(expires):x}.{signature}"
    yield f"{expires}.0x{signature}"
    yield "".join(f"%EF%BC%{0x90 + int(digit):X}" for digit in expires) + f".{signature}"  # full-width digits
    for disturbed in ("%20{t}", "{t}%20", "{t}%00", "%00{t}", "{t}%0a", "+{t}", "{t}.", ".{t}", "{t},{t}", "%22{t}%22"):
        yield disturbed.format(t=token)
    yield f"{token}&token={token}"
    yield f"wrong&token={token}"
    yield f"{token}&token=wrong"
    yield f"{int(expires) + 1}.{signature}"
    yield f"{'9' * 11}.{signature}"
    yield f"{'9' * 4_000}.{signature}"
    yield f"-{expires}.{signature}"
    yield f"{expires}.{'f' * 64}"
    yield f"{expires}.{'f' * 7_000}"
    yield from ("%ff%fe", "%ED%A0%80", "{}", "[]", "null", "true", "..", "' OR 1=1", "%25s", ACCESS_SECRET)


def test_a_token_written_otherwise_opens_nothing(guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal) -> None:
    for written in _otherwise_written(ids.token):
        answer = _stream(guarded_stack, ids.rca_run_id, f"token={written.replace(' ', '%20')}")
        told = is_refusal(answer, 401, "unauthenticated")
        other = _stream(guarded_stack, "rca-nobody", f"token={written.replace(' ', '%20')}")
        assert told == is_refusal(other, 401, "unauthenticated")


def test_a_token_opens_nothing_but_its_stream(guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal) -> None:
    for route in GUARDED:
        path = route.address(run_id=ids.run_id, rca_run_id=ids.rca_run_id, fingerprint=ids.fingerprint)
        for headers in (
            [("Authorization", f"Bearer {ids.token}")],
            [("X-API-Key", ids.token)],
            [("Cookie", ids.token)],
        ):
            body: Any = {} if route.method == "POST" else None
            answer = guarded_stack.send(route.method, path, headers, body, on_url=route.on_url)
            is_refusal(answer, 401, "unauthenticated")
        if not route.on_url:
            is_refusal(guarded_stack.send(route.method, f"{path}?token={ids.token}"), 401, "unauthenticated")


def test_a_wrong_token_is_not_made_good_by_the_secret(
    guarded_stack: Guarded, ids: Analysed, is_refusal: Refusal
) -> None:
    answer = guarded_stack.send("GET", f"/rca-runs/{ids.rca_run_id}/stream?token=wrong", [ACCESS], on_url=True)

    is_refusal(answer, 401, "unauthenticated")
