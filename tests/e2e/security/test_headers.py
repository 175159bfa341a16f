"""Request headers that try to end up in an answer, and what every answer tells a browser (faults 29 and 30)."""

import base64
import hashlib
import re
import socket
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.security.conftest import ACCESS, INGEST, Analysed, Guarded, sample_run
from tests.e2e.security.routes import ROUTES, Route

pytestmark = [pytest.mark.fault(29), pytest.mark.fault(30)]

MADE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"


# ---------------------------------------------------------------- injection
def _raw(url: str, request: bytes) -> bytes:
    """Send bytes that no client would, and return what comes back until the server closes."""
    origin = urlsplit(url)
    with socket.create_connection((origin.hostname or "", origin.port or 0), timeout=20) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("on_url", [False, True])
@pytest.mark.parametrize(
    "value",
    [
        *(
            b"a\rX-Injected: 1",
            b"a\nX-Injected: 1",
            b"a\r\n X-Injected: 1",
            b"a\x00X-Injected: 1",
            b"a\x0bb",
            b"\x1b[2J",
        ),
        *(b"a%0d%0aX-Injected: 1", b"a\\r\\nX-Injected: 1", b"\xe5\x98\x8a\xe5\x98\x8dX-Injected: 1", b"\xc2\x85b"),
        *(b"\xff\xfe", b'"><script>', b"a b", b"a" * 129, b"a" * 5_000, b"${jndi:ldap://evil.test/x}", b"a,b", b"{}"),
    ],
)
@pytest.mark.parametrize("header", [b"X-Request-ID", b"Last-Event-ID", b"Origin", b"User-Agent", b"Accept"])
def test_no_header_becomes_a_header_of_the_answer(
    guarded_stack: Guarded,
    ids: Analysed,
    header: bytes,
    value: bytes,
    on_url: bool,  # noqa: FBT001  a table of values
) -> None:
    url = guarded_stack.stack.stream_url if on_url else guarded_stack.stack.api_url
    path = f"/rca-runs/{ids.rca_run_id}/stream?token={ids.token}" if on_url else "/"
    head = f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n".encode()

    answer = _raw(url, head + header + b": " + value + b"\r\n\r\n")

    status, fields = _head(answer)
    assert status in (200, 400)
    assert "x-injected" not in fields
    assert value not in answer.partition(b"\r\n\r\n")[0]
    if status == 200:
        # A server may end a header at a lone line feed: then what is left is an id.
        left = value.partition(b"\n")[0].decode("latin-1") if b"\n" in value else None
        assert header != b"X-Request-ID" or MADE.fullmatch(fields["x-request-id"]) or fields["x-request-id"] == left


def _head(answer: bytes) -> tuple[int, dict[str, str]]:
    status, *lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return int(status.split()[1]), {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@pytest.mark.parametrize("text", ["%0d%0aX-Injected:%201", "%0aX-Injected:1", "%e5%98%8a%e5%98%8dX-Injected:1", "%00x"])
def test_nothing_in_an_address_becomes_a_header(guarded_stack: Guarded, text: str) -> None:
    for route in ROUTES:
        path = route.address(run_id=f"x{text}", rca_run_id=f"x{text}", fingerprint=f"x{text}")
        for address in (path, f"{path}?{text}={text}", f"{path}?token={text}", f"{path}{text}"):
            body: Any = {} if route.method == "POST" else None
            answer = guarded_stack.send(route.method, address, [ACCESS], body, on_url=route.on_url)
            assert answer.status_code < 500
            assert "x-injected" not in answer.headers
            assert "\n" not in "".join(answer.headers.values())


def test_a_request_id_given_twice_is_not_echoed(guarded_stack: Guarded) -> None:
    answer = guarded_stack.send("GET", "/", [("X-Request-ID", "one"), ("X-Request-ID", "two")])

    assert MADE.fullmatch(answer.headers["x-request-id"])


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_says_where_an_address_leads(guarded_stack: Guarded, ids: Analysed, header: str) -> None:
    evil = [(header, "host=evil.test" if header == "Forwarded" else "evil.test"), ACCESS]

    created = guarded_stack.send("POST", f"/agent-runs/{ids.run_id}/rca-runs", evil)
    redirect = guarded_stack.send("GET", f"/rca-runs/{ids.rca_run_id}/stream", evil)

    assert created.json()["stream_url"].startswith(f"{guarded_stack.stack.stream_url}/")
    assert redirect.headers["location"].startswith(f"{guarded_stack.stack.stream_url}/")


@pytest.mark.parametrize("method", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_another_method_of_a_request(guarded_stack: Guarded, ids: Analysed, method: str) -> None:
    assert guarded_stack.send("GET", f"/agent-runs/{ids.run_id}", [ACCESS, (method, "DELETE")]).status_code == 200
    assert guarded_stack.state(ids)["run_id"] == ids.run_id


@pytest.mark.parametrize("size", [8_000, 40_000, 1_000_000])
def test_a_huge_header_is_refused_or_ignored_and_breaks_nothing(guarded_stack: Guarded, size: int) -> None:
    for header in ("X-Request-ID", "Authorization", "X-API-Key", "Cookie", "X-Unknown"):
        try:
            answer = guarded_stack.send("GET", "/agent-runs", [(header, "x" * size)])
        except (ConnectionError, httpx.HTTPError):
            continue  # closed before it was read
        assert answer.status_code in (400, 401, 431)
    assert guarded_stack.send("GET", "/").status_code == 200


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"],
)
def test_a_form_of_another_site_cannot_post_a_run(guarded_stack: Guarded, media_type: str) -> None:
    """What a browser sends across origins without asking first."""
    answer = guarded_stack.http.post(
        f"{guarded_stack.stack.api_url}/agent-runs",
        json=sample_run("cross-site"),
        headers={"Content-Type": media_type, INGEST[0]: INGEST[1], "Origin": "https://evil.test"},
    )

    assert answer.status_code == 415


# ---------------------------------------------------------------- what a browser is told
@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.parametrize("secret", ["right", "wrong"])
def test_every_answer_is_kept_nowhere_guessed_at_nowhere_and_runs_nothing(
    guarded_stack: Guarded, ids: Analysed, route: Route, secret: str
) -> None:
    credential = route.side.secret if secret == "right" else "wrong"  # noqa: S105  which of two
    asked = ids if route.method != "DELETE" else ids._replace(run_id="nobody")

    answer = guarded_stack.ask(route, [("Authorization", f"Bearer {credential}")], asked)

    assert answer.status_code < 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"].split(", ")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    if answer.headers["content-type"].startswith("text/html"):
        assert route.path == "/docs"
    else:
        assert answer.headers["content-security-policy"] == JSON_POLICY


def test_an_answer_that_nothing_is_there_is_protected_too(guarded_stack: Guarded, ids: Analysed) -> None:
    records = guarded_stack.http.get(
        f"{guarded_stack.stack.stream_url}/rca-runs/{ids.rca_run_id}/stream?token={ids.token}"
    )
    last = re.findall(r"^id: (.*)$", records.text, re.MULTILINE)[-1]

    ended = guarded_stack.send(
        "GET", f"/rca-runs/{ids.rca_run_id}/stream?token={ids.token}", [("Last-Event-ID", last)], on_url=True
    )
    missing = guarded_stack.send("GET", "/<script>alert(1)</script>", [ACCESS])
    on_url = guarded_stack.send("GET", "/<script>alert(1)</script>", [ACCESS], on_url=True)

    assert (ended.status_code, missing.status_code, on_url.status_code) == (204, 404, 404)
    for answer in (ended, missing, on_url):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == JSON_POLICY


class _Page(HTMLParser):
    """What a page would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loaded: list[str] = []
        self.handlers: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag == "script":
            self.scripts.append("")
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, _tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data


def test_the_documentation_may_run_its_own_scripts_and_nothing_else(guarded_stack: Guarded) -> None:
    answer = guarded_stack.send("GET", "/docs")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))

    page = _Page()
    page.feed(answer.text)

    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in page.scripts}
    assert len(page.scripts) == 2
    assert set(policy["script-src"].split()) == hashes
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert (page.loaded, page.handlers) == ([], [])
