"""Every view, in both themes and on a phone: it is drawn, nothing goes wrong, it fits, and axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, OpenContext
from tests.browser.demo import NAMES
from tests.browser.looking import Look, open_view, watch

# The browser says on its console that an answer was 404: the view that shows this is meant to be looked at.
_EXPECTED = {"run-missing": "the server responded with a status of 404"}


@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_drawn_accessible_and_no_wider_than_its_screen(
    name: str, look: Look, demo: Demo, open_context: OpenContext
) -> None:
    page = open_context(look).new_page()
    problems = watch(page)
    open_view(page, demo.address(name))
    expect(page.get_by_role("main")).not_to_be_empty()
    unexpected = [each for each in problems if _EXPECTED.get(name, "\0") not in each]
    wrong = "\n".join([*overflowing(page), *violations(page), *unexpected])
    assert not wrong, wrong


def overflowing(page: Page) -> list[str]:
    """Return what makes the page scroll sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          // A drawer that waits beside the page, and what is cut off or scrolls by itself.
          const aside = (each) => each && each !== document.body && (
            getComputedStyle(each).position === "fixed" ||
            (each.parentElement !== document.body && getComputedStyle(each.parentElement).overflowX !== "visible") ||
            aside(each.parentElement));
          const beyond = [...document.querySelectorAll("body *")].filter(
            (each) => each.getBoundingClientRect().right > wide + 0.5 && !aside(each));
          return ["the page", ...beyond.map((each) => each.outerHTML.slice(0, 120))];
        }"""
    )
    return found
