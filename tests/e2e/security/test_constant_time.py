"""That no credential is compared in a way whose time tells how much of it was right (fault 29).

Time itself cannot be tested on a shared machine: this holds the source to one way of comparing.
"""

import ast
import hmac
import inspect
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from rca_core.errors import Unauthenticated
from rca_core.web import access
from rca_core.web.access import Access

pytestmark = pytest.mark.fault(29)

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
# What `access` compares by itself, none of it secret: what a header is called, and when a token expires.
NOT_SECRET = {
    "scheme.lower() == 'bearer'",
    "name in headers",
    "token is None",
    "len(expires) < 12",
    "until < now.timestamp()",
}


def test_nothing_but_what_is_no_secret_is_compared_by_an_operator() -> None:
    compared = {ast.unparse(node) for node in ast.walk(_tree()) if isinstance(node, ast.Compare)}

    assert compared == NOT_SECRET


def test_no_method_that_compares_is_called() -> None:
    called = {node.func.attr for node in ast.walk(_tree()) if _is_method_call(node)}  # type: ignore[attr-defined]

    assert called.isdisjoint({"startswith", "endswith", "find", "index", "count", "match", "fullmatch", "__eq__"})
    assert "compare_digest" in called


@pytest.mark.parametrize("says", [True, False])
@pytest.mark.parametrize("credential", ["s3cret", "wrong!"])
def test_the_comparison_in_constant_time_alone_decides(
    monkeypatch: pytest.MonkeyPatch,
    says: bool,  # noqa: FBT001  a table of values
    credential: str,
) -> None:
    guarded = Access(SecretStr("s3cret"), open_access=False)
    token = guarded.stream_token("rca-1", NOW) or ""
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: says)

    assert _opens(lambda: guarded.check({"x-api-key": credential}, "x-api-key")) is says
    assert _opens(lambda: guarded.check({"authorization": f"Bearer {credential}"})) is says
    assert _opens(lambda: guarded.check_stream("rca-1", token if credential == "s3cret" else other, {}, NOW)) is says


def _opens(check: Callable[[], None]) -> bool:
    try:
        check()
    except Unauthenticated:
        return False
    return True


def _tree() -> ast.Module:
    return ast.parse(inspect.getsource(access))


def _is_method_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
