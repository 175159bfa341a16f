"""An analysis as it arrives, and a run that changes while it is looked at."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.demo.client import Client
from tests.browser.chromium import running_chromium
from tests.browser.conftest import Demo, Watched
from tests.browser.looking import new_context, open_view
from tests.browser.runs import crew_run
from tests.browser.wire import Wire, running_wire

Json = dict[str, Any]


@pytest.fixture
def client(demo: Demo) -> Iterator[Client]:
    with closing(Client(demo.stack.api_url)) as client:
        yield client


@pytest.fixture
def wired(chromium: str, demo: Demo) -> Iterator[tuple[Page, Wire, list[str]]]:
    """A page whose stream comes over a wire that a test can cut."""
    port = urlsplit(demo.stack.stream_url).port or 80
    with ExitStack() as stack:
        wire = stack.enter_context(running_wire(port))
        rules = f"--host-resolver-rules=MAP 127.0.0.1:{port} 127.0.0.1:{wire.port}"
        browser = stack.enter_context(running_chromium(chromium, rules))
        page = new_context(browser, demo.stack.api_url).new_page()
        asked: list[str] = []
        page.on(
            "request",
            lambda request: (
                asked.append(request.headers.get("last-event-id", "")) if "/stream" in request.url else None
            ),
        )
        yield page, wire, asked


def test_the_steps_light_up_as_they_come_and_go_on_after_a_drop(
    wired: tuple[Page, Wire, list[str]], client: Client
) -> None:
    page, wire, asked = wired
    client.ingest(crew_run() | {"run_id": "dropped", "status": "success"})
    open_view(page, "/ui/runs/dropped")
    wire.allow(2)
    page.keyboard.press("r")
    # What came by the stream says after how long; where the job was still queued, that is an event before the steps.
    lit = page.locator(".steps li .number:not(:empty)")
    expect(lit.nth(0)).to_be_visible()
    wire.cut()
    expect(page.get_by_text("The connection dropped")).to_be_visible()
    expect(lit.nth(4)).to_have_count(0)
    wire.allow(None)
    expect(page.get_by_text("Analysed in five steps")).to_be_visible()
    expect(page.get_by_role("article")).to_be_visible()
    first, *later = asked
    assert first == ""
    assert later
    assert all(later), "it went on without saying from where"


def test_where_the_stream_does_not_get_through_it_asks(wired: tuple[Page, Wire, list[str]], client: Client) -> None:
    page, wire, _ = wired
    client.ingest(crew_run() | {"run_id": "refused", "status": "success"})
    open_view(page, "/ui/runs/refused")
    wire.refuse()
    page.keyboard.press("r")
    expect(page.get_by_role("article")).to_be_visible()


def test_the_report_appears_without_a_reload_and_is_compared_with_the_one_before(page: Page, client: Client) -> None:
    client.ingest(crew_run() | {"run_id": "analysed-twice", "status": "success"})
    open_view(page, "/ui/runs/analysed-twice")
    page.evaluate("window.kept = true")
    page.keyboard.press("r")
    expect(page.get_by_text("Analysis 1 of 1")).to_be_visible()
    expect(page.get_by_role("article")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_text("Analysis 2 of 2")).to_be_visible()
    expect(page.get_by_role("article")).to_be_visible()
    page.get_by_text("Analysis 2 of 2").click()
    page.get_by_role("link", name="What changed").click()
    expect(page.get_by_text("Both say the same.")).to_be_visible()
    assert page.evaluate("window.kept") is True


def test_a_run_under_way_grows_and_ends_before_ones_eyes(page: Page, client: Client) -> None:
    whole = crew_run() | {"run_id": "under-way"}
    begun = whole | {
        "status": "running",
        "ended_at": None,
        "error_type": None,
        "error_message": None,
        "steps": whole["steps"][1:3],
        "tool_calls": [],
        "guardrail_events": [],
    }
    client.ingest(begun)
    open_view(page, "/ui/runs/under-way")
    expect(page.get_by_role("treeitem", name="Run under way")).to_be_visible()
    client.ingest(whole)
    expect(page.get_by_role("treeitem", name="Run failed")).to_be_visible()
    expect(page.get_by_role("article")).to_be_visible()


def test_a_deleted_run_says_so_while_it_is_looked_at(demo: Demo, watched: Watched, client: Client) -> None:
    page = watched.page
    begun = crew_run() | {"run_id": "deleted", "status": "running", "ended_at": None}
    client.ingest(begun)
    open_view(page, "/ui/runs/deleted")
    httpx.delete(f"{demo.stack.api_url}/agent-runs/deleted").raise_for_status()
    expect(page.get_by_role("heading", name="This run was deleted")).to_be_visible()
    watched.expect_problem("404")


def test_a_replay_shows_what_was_known_at_that_moment(page: Page, client: Client) -> None:
    client.ingest(crew_run() | {"run_id": "replayed"})
    open_view(page, "/ui/runs/replayed?at=8000")
    rows = page.get_by_role("treeitem")
    expect(rows.filter(has_text="Gather the figures")).to_be_visible()
    expect(rows.filter(has_text="Write the summary")).to_have_count(0)
    expect(rows.filter(has_text="Run under way")).to_be_visible()
    rows.filter(has_text="Gather the figures").click()
    pane = page.get_by_role("region", name="Event")
    expect(pane.get_by_text("it had not ended")).to_be_visible()
    expect(pane.get_by_text("No figures")).to_have_count(0)
    slider = page.get_by_role("slider", name="Moment of the run")
    slider.focus()
    page.keyboard.press("End")
    expect(rows.filter(has_text="Run failed")).to_be_visible()
    expect(rows.filter(has_text="Write the summary")).to_be_visible()
    expect(pane.get_by_text("No figures")).to_be_visible()
    expect(page).not_to_have_url(re.compile("at=8000"))
