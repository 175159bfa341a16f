"""Identifiers that are no identifiers: paths, keys, other kinds' ids (fault 29, invariant I8)."""

from urllib.parse import quote

import pytest

from tests.e2e.security.conftest import ACCESS, INGEST, Analysed, Guarded, sample_run
from tests.e2e.security.routes import ROUTES, Route

pytestmark = pytest.mark.fault(29)

WITH_IDS = [route for route in ROUTES if "{" in route.path]
HOSTILE_IDS = [
    *("..", ".", "../..", "../agent-runs", "..\\..", "/etc/passwd", "....//", "%2e%2e%2f", "..%c0%af", "~root"),
    *("RUN#{run}", "{run}#RUN", "{run}#", "RCA#{rca}", "{rca}#RCA", "{run}/timeline", "rca-runs/{rca}", "CALENDAR"),
    *("{run}\x00", "\x00", "{run}\r\nX-Injected: 1", "\n{run}", "{run} ", " {run}", "{run};", "{run}?a=b", "{run}#a"),
    *("*", "%", "_", "' OR '1'='1", '"', "<script>", "${{7*7}}", "{{{{7*7}}}}", "$where", "\u202e", "{run}\u200b", "é"),
    *("x" * 129, "x" * 2_100, "x" * 7_000, "\ud7ff", "\U0010ffff", "null", "undefined", "NaN", "-1", "[object Object]"),
]


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_what_is_no_identifier_names_nothing(guarded_stack: Guarded, ids: Analysed, route: Route) -> None:
    before = guarded_stack.state(ids)

    for pattern in HOSTILE_IDS:
        hostile = quote(pattern.format(run=ids.run_id, rca=ids.rca_run_id), safe="")
        path = route.address(run_id=hostile, rca_run_id=hostile, fingerprint=hostile)
        if route.path.endswith("/comparison"):
            path += f"?before={ids.rca_run_id}"
        body = {"status": "resolved"} if route.method == "PATCH" else None
        answer = guarded_stack.send(route.method, path, [ACCESS], body, on_url=route.on_url)

        if answer.status_code == 200:
            # The API decodes a path before it looks for its route: then it is another one, under the same guard.
            assert hostile.endswith(("%2Ftimeline", "rca-runs%2F" + ids.rca_run_id))
            continue
        assert answer.status_code in (404, 405), (answer.status_code, pattern)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "x-injected" not in answer.headers
        assert answer.json().keys() == {"type", "title", "status", "detail", "request_id"}

    assert guarded_stack.state(ids) == before


def test_the_id_of_a_run_names_no_analysis_and_the_id_of_an_analysis_no_run(
    guarded_stack: Guarded, ids: Analysed
) -> None:
    for method, path in (
        ("GET", f"/agent-runs/{ids.rca_run_id}"),
        ("GET", f"/agent-runs/{ids.rca_run_id}/timeline"),
        ("POST", f"/agent-runs/{ids.rca_run_id}/rca-runs"),
        ("DELETE", f"/agent-runs/{ids.rca_run_id}"),
        ("GET", f"/agent-runs/rca-runs/{ids.run_id}"),
        ("GET", f"/rca-runs/{ids.run_id}/stream"),
        ("GET", f"/failures/{ids.run_id}"),
        ("GET", f"/agent-runs/{ids.fingerprint}"),
    ):
        assert guarded_stack.send(method, path, [ACCESS]).status_code == 404, path
    assert guarded_stack.send("GET", f"/rca-runs/{ids.run_id}/stream", [ACCESS], on_url=True).status_code == 404


@pytest.mark.parametrize(
    "run_id", ["..", ".", "rca-runs", "a/b", "a#RCA", "a\n", "a\x00b", "", " ", "é", "x" * 129, "%2e"]
)
def test_no_run_is_stored_under_what_is_no_identifier(guarded_stack: Guarded, run_id: str) -> None:
    answer = guarded_stack.send("POST", "/agent-runs", [INGEST], sample_run(run_id))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["run_id"]


def test_an_analysis_is_of_its_run_only(guarded_stack: Guarded, ids: Analysed, others: Analysed) -> None:
    listed = {each["rca_run_id"] for each in guarded_stack.state(ids)["rca_runs"]}

    assert ids.rca_run_id in listed
    assert others.rca_run_id not in listed
    report = guarded_stack.send("GET", f"/agent-runs/rca-runs/{ids.rca_run_id}", [ACCESS]).json()["report"]
    assert report["run_id"] == ids.run_id
    assert others.run_id not in str(report)
