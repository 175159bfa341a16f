"""Who may do what: a secret per side of the API, and short-lived tokens for streams, which cannot send headers."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from rca_core.errors import Closed, Unauthenticated

STREAM_TOKEN_LIFETIME: Final = timedelta(hours=1)

BEARER: Final = "the access secret in the header Authorization: Bearer"
INGEST_SECRET: Final = "the ingest secret in the header X-Ingest-Secret"  # noqa: S105  what it is called, not what it is
STREAM_TOKEN: Final = (  # the same
    "the query parameter token of the analysis's stream_url, which is new in each answer to "
    "GET /agent-runs/rca-runs/{rca_run_id}, or " + BEARER
)
"""Where credentials go, as an answer says it that misses one."""


class Access:
    """One secret and the credentials that prove it. Without a secret the routes are closed unless opened on purpose."""

    def __init__(self, secret: SecretStr, *, open_access: bool) -> None:
        self._secret = secret.get_secret_value().encode()
        self._open = open_access

    @property
    def _unguarded(self) -> bool:
        if self._secret:
            return False
        if not self._open:
            raise Closed("No secret is configured for this route, and the stack was not opened.")
        return True

    def check(self, headers: Mapping[str, str], *names: str, wanted: str = BEARER) -> None:
        """Pass a request that carries the secret as a bearer token or in one of the named headers (lower case).

        Raises `Closed` or `Unauthenticated`, which says where the credential is `wanted`.
        """
        if self._unguarded:
            return
        scheme, _, token = headers.get("authorization", "").partition(" ")
        offered = [token.strip()] if scheme.lower() == "bearer" else []
        offered += [headers[name] for name in names if name in headers]
        if not any(hmac.compare_digest(_bytes(candidate), self._secret) for candidate in offered):
            wrong = "The credential is not valid" if offered else "A credential is required"
            raise Unauthenticated(f"{wrong}: send {wanted}.", rejected=bool(offered))

    def stream_token(self, rca_run_id: str, now: datetime) -> str | None:
        """Return a token that opens the stream of one analysis for an hour; None where none is needed."""
        if self._unguarded:
            return None
        expires = int((now + STREAM_TOKEN_LIFETIME).timestamp())
        return f"{expires}.{self._signature(rca_run_id, expires)}"

    def check_stream(self, rca_run_id: str, token: str | None, headers: Mapping[str, str], now: datetime) -> None:
        """Pass a request for a stream that carries its token, or the secret itself. Raises as `check` does."""
        if token is None or self._unguarded:
            self.check(headers, "x-api-key", wanted=STREAM_TOKEN)
            return
        expires, _, signature = token.partition(".")
        # A token of anything but digits is checked as expired at 0, not answered differently.
        until = int(expires) if expires.isascii() and expires.isdigit() and len(expires) < 12 else 0
        genuine = hmac.compare_digest(_bytes(signature), self._signature(rca_run_id, until).encode())
        if not genuine or until < now.timestamp():
            raise Unauthenticated(f"The credential is not valid or has expired: send {STREAM_TOKEN}.", rejected=True)

    def _signature(self, rca_run_id: str, expires: int) -> str:
        return hmac.new(self._secret, f"stream\n{rca_run_id}\n{expires}".encode(), hashlib.sha256).hexdigest()


def _bytes(given: str) -> bytes:
    # Whatever a client made the gateway write into the event is compared, not stumbled over.
    return given.encode(errors="surrogatepass")
