"""Progress as it comes, over connections that are held, cut and refused, and a stack that goes and comes back."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from local.demo.client import Client
from local.testing import running_stack
from tests.browser.chromium import running_chromium
from tests.browser.conftest import Demo, OpenContext
from tests.browser.looking import new_context, open_view
from tests.browser.test_console import run_all, stages
from tests.browser.wire import Wire, running_wire

PERCENTS = ["5%", "30%", "55%", "85%", "100%"]
# An analysis may be over before the page looks at it; then it is asked for again.
TRIES = 20


class Wired(NamedTuple):
    """A browser that reaches the demo stack's streams over a wire."""

    browser: Browser
    wire: Wire


@pytest.fixture(scope="module")
def wired(chromium: str, demo: Demo) -> Iterator[Wired]:
    """Reach the streams over a wire; the page and its policy know nothing of it."""
    address = urlsplit(demo.stack.stream_url)
    assert address.port
    with running_wire(address.port) as wire:
        rule = f"--host-resolver-rules=MAP {address.hostname}:{address.port} 127.0.0.1:{wire.port}"
        with running_chromium(chromium, rule) as browser:
            yield Wired(browser, wire)


@pytest.fixture(scope="module")
def browser(wired: Wired) -> Browser:
    """The browser of `open_context` here."""
    return wired.browser


@pytest.fixture
def wire(wired: Wired) -> Iterator[Wire]:
    """The wire, open again behind the test."""
    yield wired.wire
    wired.wire.allow(None)
    wired.wire.refuse(refuses=False)


def percents(page: Page) -> list[str]:
    """Return the progress that the console's log shows, without that of the queue."""
    found = page.get_by_role("log").locator("[data-kind=event] b").all_text_contents()
    return [each for each in found if each != "0%"]


def expect_percents(page: Page, expected: list[str]) -> None:
    """Wait until the log shows this progress and no other."""
    expect(page.get_by_role("log").get_by_text(expected[-1], exact=True)).to_be_visible()
    assert percents(page) == expected


def test_the_console_shows_each_step_as_it_comes(wire: Wire, demo: Demo, open_context: OpenContext) -> None:
    page = open_view(open_context().new_page(), demo.address("console"))
    wire.allow(0)
    page.get_by_role("button", name="Run all").click()
    for number in range(1, len(PERCENTS) + 1):
        wire.allow(1)
        # Where the job was still queued, that is an event of its own.
        if number == 1 and page.get_by_role("log").get_by_text("0%", exact=True).count():
            wire.allow(1)
        expect_percents(page, PERCENTS[:number])
    expect(page.get_by_role("link", name="Open the run")).to_be_visible()


def test_a_dropped_stream_goes_on_where_it_was(wire: Wire, demo: Demo, open_context: OpenContext) -> None:
    page = open_view(open_context().new_page(), demo.address("console"))
    wire.allow(0)
    page.get_by_role("button", name="Run all").click()
    wire.allow(2)
    expect(page.get_by_role("log").locator("[data-kind=event]")).to_have_count(2)
    opened = wire.connections
    wire.cut()
    wire.allow(None)
    expect(page.get_by_text("The stream dropped. Resuming behind 0001#000")).to_be_visible()
    expect(page.get_by_role("link", name="Open the run")).to_be_visible()
    assert percents(page) == PERCENTS
    assert wire.connections > opened
    assert stages(page)[3] == "Stream done"


def test_where_no_stream_gets_through_the_report_comes_by_asking(
    wire: Wire, demo: Demo, open_context: OpenContext
) -> None:
    page = open_view(open_context().new_page(), demo.address("console"))
    wire.refuse()
    wire.cut()
    run_all(page)
    assert stages(page)[3:] == ["Stream failed", "Poll done", "Report done"]


def analyse_again(page: Page, wire: Wire) -> None:
    """Have the run that is shown analysed, with its progress held back, until the page has to wait for it."""
    why = page.get_by_role("region", name="Why it failed")
    for _ in range(TRIES):
        wire.allow(0)
        page.get_by_role("button", name="Analyse again").click()
        expect(why.get_by_role("heading", name="Analysing").or_(why.get_by_role("article"))).to_be_visible()
        with contextlib.suppress(AssertionError):
            expect(why.get_by_role("heading", name="Analysing")).to_be_visible(timeout=2_000)
            return
        wire.allow(None)
    pytest.fail("each analysis was over before the page could wait for it")


def test_the_view_of_a_run_lights_each_step_and_goes_on_after_a_drop(
    wire: Wire, demo: Demo, open_context: OpenContext
) -> None:
    page = open_view(open_context().new_page(), demo.address("run-mismatch"))
    analyse_again(page, wire)
    why = page.get_by_role("region", name="Why it failed")
    reached = why.locator("li[data-reached=true]")
    # Two steps or three, by whether the job was still queued, which is an event of its own; the others are held back.
    wire.allow(3)
    expect(reached.nth(1)).to_be_visible()
    assert reached.count() < len(PERCENTS)
    wire.refuse()
    wire.cut()
    expect(why.get_by_text("The connection dropped. It goes on from the last step.")).to_be_visible()
    wire.refuse(refuses=False)
    wire.allow(None)
    expect(why.get_by_text("Analysed in five steps")).to_be_visible()
    expect(why.get_by_role("article")).to_be_visible()


def test_new_runs_appear_by_themselves(demo: Demo, open_context: OpenContext) -> None:
    page = open_view(open_context().new_page(), demo.address("runs"))
    with contextlib.closing(Client(demo.stack.api_url)) as client:
        client.ingest({"run_id": "came-later", "agent_name": "late-agent", "status": "success"})
    expect(page.get_by_role("link", name="came-later")).to_be_visible()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_stack_that_stops_is_said_to_and_its_return_is_noticed(wired: Wired, tmp_path: Path) -> None:
    ports = ("--api-port", str(free_port()), "--stream-port", str(free_port()))
    with contextlib.ExitStack() as first:
        stack = first.enter_context(running_stack(*ports, "--keep", str(tmp_path)))
        with contextlib.closing(Client(stack.api_url)) as client:
            client.ingest({"run_id": "kept-run", "agent_name": "agent", "status": "success"})
        context = new_context(wired.browser, stack.api_url)
        page = open_view(context.new_page(), "/ui/runs")
        expect(page.get_by_role("link", name="kept-run")).to_be_visible()
    expect(page.get_by_text("No connection. Trying again.")).to_be_visible()
    # What was loaded stays.
    expect(page.get_by_role("link", name="kept-run")).to_be_visible()
    page.get_by_role("link", name="Console").click()
    page.get_by_role("heading", name="Console").or_(page.get_by_text("The page failed")).wait_for()
    with running_stack(*ports, "--keep", str(tmp_path)):
        page.go_back()
        expect(page.get_by_role("link", name="kept-run")).to_be_visible()
        expect(page.get_by_text("No connection. Trying again.")).to_have_count(0)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        context.close()
