"""The page in a browser without a window, against running stacks."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.testing import Stack, running_stack
from tests.browser.chromium import find_chromium, running_chromium
from tests.browser.demo import Places, load_demo
from tests.browser.looking import LOOKS, PATIENCE, Look, new_context, watch

expect.set_options(timeout=PATIENCE)
# As many runs of the fleet as it takes for its faulty version to fail more than once.
_FLEET = 60


class Demo(NamedTuple):
    """A stack with something to look at in every view."""

    stack: Stack
    places: Places

    def address(self, name: str) -> str:
        """Return the address of a view by its name in `tests.browser.demo`."""
        return self.stack.api_url + self.places.addresses()[name]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The machine's browser; without one there is nothing to test here (`make test-ui` fails then)."""
    path = find_chromium()
    if path is None:
        pytest.skip("this machine has no Chromium")
    return path


# Not for the session: while Playwright runs, no other test in this process can run an event loop of its own.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser for the tests of a file."""
    with running_chromium(chromium) as browser:
        yield browser


@pytest.fixture(scope="session")
def demo(chromium: str) -> Iterator[Demo]:  # noqa: ARG001  no stack without a browser
    """A stack, open, with a fleet's runs and some that are hard to show. Tests add to it and change nothing."""
    with running_stack() as stack:
        yield Demo(stack, load_demo(stack.api_url, _FLEET))


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> Look:
    """Light, dark, and on a phone."""
    found: Look = request.param
    return found


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, demo: Demo) -> Iterator[OpenContext]:
    """Make contexts on the demo stack, closed behind the test."""
    opened: list[BrowserContext] = []

    def make(look: Look = "light", **options: object) -> BrowserContext:
        opened.append(new_context(browser, demo.stack.api_url, look, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


class Watched(NamedTuple):
    """A page, and what went wrong in it so far."""

    page: Page
    problems: list[str]

    def expect_problem(self, text: str) -> None:
        """Wait until something went wrong that says this, and take it out."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not (found := [each for each in self.problems if text in each]):
            assert time.monotonic() < deadline, f"{text!r} is not among {self.problems}"
            self.page.wait_for_timeout(20)
        for each in found:
            self.problems.remove(each)


@pytest.fixture
def watched(open_context: OpenContext) -> Iterator[Watched]:
    """A page of its own on a large screen; nothing may go wrong in it."""
    page = open_context().new_page()
    problems = watch(page)
    yield Watched(page, problems)
    # What the page has to tell comes in turn: after this, all of it is here.
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert not problems


@pytest.fixture
def page(watched: Watched) -> Page:
    """The page alone, for tests that expect nothing to go wrong."""
    return watched.page
