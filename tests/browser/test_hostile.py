"""Texts of agents are texts: never markup, links, styles, or a turn of what stands beside them."""

import json

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Watched
from tests.browser.looking import open_view, settle
from tests.browser.runs import HOSTILE, hostile_run
from tests.browser.test_console import write

VIEWS = ("run-hostile", "runs", "failures", "overview")


def expect_inert(page: Page) -> None:
    """Check that nothing came of any hostile text in the page; what fails loudly is watched besides."""
    assert page.evaluate("typeof window.hostile") == "undefined"
    assert page.evaluate("typeof ({}).polluted") == "undefined"
    for made in (
        "img[src=x]",
        "main iframe",
        "main style",
        "main script",
        "[onerror], [onload]",
        "a[href^=javascript]",
    ):
        assert page.locator(made).count() == 0, made
    assert not turning(page)


def turning(page: Page) -> list[str]:
    """Return the texts that turn the direction of what stands beside them."""
    found: list[str] = page.evaluate(
        r"""() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [];
          while (walker.nextNode()) {
            if (!/[\u202a-\u202e\u2066-\u2069]/.test(walker.currentNode.data)) continue;
            let around = walker.currentNode.parentElement;
            let alone = walker.currentNode.parentElement.textContent === walker.currentNode.data;
            while (alone && getComputedStyle(around).display === "inline") {
              if (/isolate|plaintext/.test(getComputedStyle(around).unicodeBidi)) break;
              alone = around.parentElement.textContent === around.textContent;
              around = around.parentElement;
            }
            if (!alone) found.push(walker.currentNode.parentElement.outerHTML.slice(0, 160));
          }
          return found;
        }"""
    )
    return found


def test_a_hostile_run_is_shown_and_nothing_comes_of_it(page: Page, demo: Demo) -> None:
    for view in VIEWS:
        open_view(page, demo.address(view))
        expect_inert(page)
    open_view(page, demo.address("run-hostile"))
    expect(page.get_by_role("heading", name="hostile-run", level=1)).to_be_visible()
    chips = page.get_by_role("list", name="Evidence for").get_by_role("link")
    for number in range(chips.count()):
        chips.nth(number).click()
        expect(page.get_by_role("region", name="Event").get_by_text("<script>window.hostile").first).to_be_visible()
        expect_inert(page)


def test_a_hostile_run_goes_through_the_console_as_text(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("console"))
    write(page, json.dumps(hostile_run()))
    page.get_by_role("button", name="Run all").click()
    expect(page.get_by_role("link", name="Open the run")).to_be_visible()
    for each in page.get_by_role("log").locator("summary.log-line").all():
        each.click()
    expect(page.get_by_text("<script>window.hostile").first).to_be_visible()
    expect_inert(page)


def test_hostile_addresses_show_that_there_is_nothing(watched: Watched, demo: Demo) -> None:
    page = watched.page
    for address in ("/ui/runs?agent_name=", "/ui/runs?text=", "/ui/failures?category=", "/ui/?hours="):
        page.goto(demo.stack.api_url + address + page.evaluate("encodeURIComponent", HOSTILE[:250]))
        settle(page)
        expect_inert(page)
    # Some of them the API refuses.
    watched.expect_problem("the server responded with a status of 422")
