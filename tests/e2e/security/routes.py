"""Every route that the template opens to the world, and what opens it: a new one is under these tests at once."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.support.template import events, functions

INGEST_SECRET: Final = "Ingest-secret-of-these-tests"  # noqa: S105  of a stack that lives as long as its tests
ACCESS_SECRET: Final = "Access-secret-of-these-tests"  # noqa: S105

PUBLIC: Final = frozenset({"GET /", "GET /openapi.json", "GET /docs"})
# The page's files are the same for everyone and hold no data; tests/unit/web/test_static.py is about them.
FILES: Final = "UiFunction"
# OpenTelemetry's exporters read another form of refusal.
TRACES: Final = "/v1/traces"
# A function's own path on its URL stands in no template.
URL_PATHS: Final = {"StreamFunction": "/rca-runs/{rca_run_id}/stream"}


class Side(NamedTuple):
    """One side of the product: its secret, and the headers that may carry it besides a bearer token."""

    secret: str
    other_secret: str
    headers: tuple[str, ...]


_INGEST: Final = Side(INGEST_SECRET, ACCESS_SECRET, ("X-Ingest-Secret", "X-API-Key"))
_ACCESS: Final = Side(ACCESS_SECRET, INGEST_SECRET, ("X-API-Key",))
SIDES: Final = {"IngestFunction": _INGEST, "ApiFunction": _ACCESS, "StreamFunction": _ACCESS}


class Route(NamedTuple):
    """A method and a path, and the function that answers it."""

    function: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' (URL)' if self.on_url else ''}"

    @property
    def on_url(self) -> bool:
        """Tell whether the function's own URL serves it, not the API."""
        return self.function in URL_PATHS

    def address(self, *, run_id: str = "nobody", rca_run_id: str = "rca-nobody", fingerprint: str = "0" * 16) -> str:
        """Return the path with ids in their places."""
        return self.path.format(run_id=run_id, rca_run_id=rca_run_id, fingerprint=fingerprint)

    @property
    def public(self) -> bool:
        """Tell whether it is meant for anyone."""
        return f"{self.method} {self.path}" in PUBLIC

    @property
    def side(self) -> Side:
        """Return the side it belongs to."""
        return SIDES[self.function]


def _routes() -> Iterator[Route]:
    for function, _, event in events("HttpApi"):
        if "Path" in event and function != FILES:
            yield Route(function, event["Method"], event["Path"])
    for function, properties in functions().items():
        if "FunctionUrlConfig" in properties:
            yield Route(function, "GET", URL_PATHS[function])


ROUTES: Final = tuple(_routes())
GUARDED: Final = tuple(route for route in ROUTES if not route.public)

Headers = list[tuple[str, str]]


def right_credentials(side: Side) -> Iterator[Headers]:
    """Yield the secret in each place where it may come."""
    yield from ([(name, side.secret)] for name in side.headers)
    yield from ([("Authorization", f"{scheme}{side.secret}")] for scheme in ("Bearer ", "bearer ", "BEARER   "))
    # One that is wrong beside one that is right.
    yield [("Authorization", "Bearer wrong"), ("X-API-Key", side.secret)]


def wrong_credentials(side: Side) -> Iterator[Headers]:
    """Yield nothing, what is no secret in each place where one may come, and the secret where none may come."""
    secret = side.secret
    yield []
    for wrong in (*_not_the_secret(secret), side.other_secret):
        yield from ([(name, wrong)] for name in (*side.headers, "X-Ingest-Secret"))
        yield [("Authorization", f"Bearer {wrong}".strip())]
    for name in side.headers:
        yield [(name, f"Bearer {secret}")]
        yield [(name, secret), (name, "wrong")]
        yield [(name, "wrong"), (name, secret)]
    yield [("Authorization", f"Bearer {secret}"), ("Authorization", "Bearer wrong")]
    yield from ([("Authorization", f"{scheme}{secret}")] for scheme in ("", "Basic ", "Bearer:", "Token ", "Bearer\t"))
    yield from ([(name, secret)] for name in ("Cookie", "X-Secret", "X-Auth-Token", "Proxy-Authorization", "api-key"))
    yield [("Cookie", f"token={secret}; X-API-Key={secret}; Authorization=Bearer {secret}")]


def _not_the_secret(secret: str) -> tuple[str, ...]:
    swapped = secret.swapcase()
    long = (secret + "x", secret * 50, "x" * 8_000)
    return (
        "",
        "wrong",
        secret[:-1],
        secret[1:],
        *long,
        swapped,
        secret[::-1],
        f'"{secret}"',
        "null",
        "*",
        "%00",
        "true",
    )
