"""Hostile telemetry through the running product: kept as it is, shown as data, followed nowhere (fault 30)."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from rca_core.web.openapi import document
from tests.e2e.security.conftest import ACCESS, INGEST, Guarded
from tests.e2e.security.corpus import HOSTILE, hostile_run
from tests.support.spread import spread

pytestmark = pytest.mark.fault(30)

EVENT = re.compile(r"(retry: \d+\n)?id: \d{4}#\d{4}\ndata: (?P<record>\{.*\})\n\n")
DESCRIPTION = document()
RUN_IDS = {name: f"hostile-{number}" for number, name in enumerate(HOSTILE)}


def call_of(timeline: list[Any]) -> Any:
    [call] = [event for event in timeline if event["event_type"] == "tool_call"]
    return call


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_a_hostile_run_is_kept_as_it_is_and_analysed_as_any_other(guarded_stack: Guarded, name: str) -> None:
    run = hostile_run(HOSTILE[name], run_id=RUN_IDS[name])

    ids = guarded_stack.analysed(run)

    header = _described(guarded_stack, "/agent-runs/{run_id}", ids.run_id)
    timeline = _described(guarded_stack, "/agent-runs/{run_id}/timeline", ids.run_id)
    analysis = _described(guarded_stack, "/agent-runs/rca-runs/{rca_run_id}", ids.rca_run_id)
    _described(guarded_stack, "/agent-runs", "")
    # No text can hold NUL: what is kept in its place is told in a warning.
    text = HOSTILE[name].replace("\x00", "\ufffd")
    if len(text) <= 256 and text == HOSTILE[name]:
        assert call_of(timeline)["details"]["args_json"] == run["tool_calls"][0]["args_json"]
    if len(text) <= 256:
        assert header["agent_name"] == header["error_type"] == header["error_message"] == text
        call = call_of(timeline)
        assert call["name"] == call["details"]["error_message"] == text
    assert (analysis["status"], analysis["error_message"]) == ("done", None)
    assert analysis["report"]["run_id"] == ids.run_id


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_a_stream_of_a_hostile_run_has_the_frames_of_any_other(guarded_stack: Guarded, name: str) -> None:
    ids = guarded_stack.analysed(hostile_run(HOSTILE[name], run_id=RUN_IDS[name]))

    text = guarded_stack.send("GET", f"/rca-runs/{ids.rca_run_id}/stream?token={ids.token}", on_url=True).text

    events = list(EVENT.finditer(text))
    assert "".join(event[0] for event in events) == text
    assert [json.loads(event["record"])["pct"] for event in events] == [5, 30, 55, 85, 100]


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_a_refusal_of_a_hostile_run_does_not_repeat_it(guarded_stack: Guarded, name: str) -> None:
    marked = f"{HOSTILE[name]} what-is-not-repeated"
    # The name of a field is said, as its sender could not find it otherwise; what it holds is not.
    run = {field: value for field, value in hostile_run(marked).items() if not field.startswith("unknown")}
    refused: list[Any] = [
        run | {"status": marked},
        run | {"run_id": marked},
        run | {"started_at": marked, "cost": {"total_cost_usd": marked}},
        run | {"steps": [{"step_id": "s", "status": marked, "retries": marked}]},
        [marked],
        f'{{"agent_name": "{marked}'.encode(),
        marked.encode(),
    ]

    for body in refused:
        answer = guarded_stack.send("POST", "/agent-runs?strict=true", [INGEST], body)

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        errors = answer.json()["errors"]
        assert errors
        assert not any("what-is-not-repeated" in error["msg"] for error in errors)
        # A name that itself is out of form is said where it stands.
        if "\x00" not in marked:
            assert "what-is-not-repeated" not in answer.text


@pytest.mark.parametrize("name", spread([name for name, text in HOSTILE.items() if text.strip()], quick=6))
def test_a_hostile_filter_finds_its_own_runs_only(guarded_stack: Guarded, name: str) -> None:
    text = HOSTILE[name]
    guarded_stack.analysed(hostile_run(text, run_id=RUN_IDS[name]))

    answer = guarded_stack.http.get(
        f"{guarded_stack.stack.api_url}/agent-runs", params={"agent_name": text}, headers=dict([ACCESS])
    )

    if len(text) > 256:
        assert answer.status_code == 422
    elif "\x00" in text:
        assert answer.json()["items"] == []
    else:
        assert [run["run_id"] for run in answer.json()["items"]] == [RUN_IDS[name]]


def test_nothing_that_telemetry_names_is_fetched(guarded_stack: Guarded) -> None:
    with _watched_port() as (port, visits):
        address = f"http://127.0.0.1:{port}/beacon"
        texts = [address, f"![x]({address})", f'<img src="{address}">', f"${{jndi:ldap://127.0.0.1:{port}/x}}"]
        texts += [
            f'{{"$ref": "{address}"}}',
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]><x>&e;</x>',
            f"file://{address}",
        ]
        for number, text in enumerate(texts):
            guarded_stack.analysed(hostile_run(text, run_id=f"beacon-{number}"))
        assert visits == []
        # The watch itself works.
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        _until(lambda: len(visits) == 1)


@contextmanager
def _watched_port() -> Iterator[tuple[int, list[Any]]]:
    visits: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def watch() -> None:
            while True:
                try:
                    connection, visitor = server.accept()
                except OSError:
                    return
                visits.append(visitor)
                connection.close()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        yield server.getsockname()[1], visits
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _until(holds: Any) -> None:
    deadline = threading.Event()
    for _ in range(200):
        if holds():
            return
        deadline.wait(0.05)
    raise AssertionError("it did not come true in time")


def _described(guarded: Guarded, template: str, value: str) -> Any:
    """Return the JSON of a GET, which is what the description says it is."""
    answer = guarded.send("GET", re.sub(r"\{\w+\}", value, template), [ACCESS])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    content = DESCRIPTION["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]
    OAS31Validator({**content["schema"], "components": DESCRIPTION["components"]}).validate(answer.json())
    return answer.json()
