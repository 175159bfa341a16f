"""A stack without runs: it says how to send one, waits, and turns into it; and a stack that is closed."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from local.testing import running_stack
from tests.browser.axe import violations
from tests.browser.looking import new_context, open_view, watch
from tests.browser.test_views import overflowing


@pytest.fixture
def fresh(browser: Browser) -> Iterator[tuple[Page, str]]:
    """A page on a stack of its own, which nobody has sent anything."""
    with running_stack() as stack:
        context = new_context(browser, stack.api_url)
        page = context.new_page()
        problems = watch(page)
        yield page, stack.api_url
        context.close()
    assert not problems


def test_a_sample_is_sent_with_one_click_and_shown(fresh: tuple[Page, str]) -> None:
    page, url = fresh
    open_view(page, f"{url}/ui/")
    expect(page.get_by_role("heading", name="Send your first run")).to_be_visible()
    page.get_by_role("button", name=re.compile("A tool call without a required field")).click()
    expect(page).to_have_url(re.compile("/ui/runs/run-tool-schema-mismatch"))
    expect(page.get_by_role("main")).to_contain_text("customer_id")


def test_the_snippets_name_this_stack_and_the_wait_ends_at_the_first_run(fresh: tuple[Page, str]) -> None:
    page, url = fresh
    open_view(page, f"{url}/ui/runs")
    page.set_viewport_size({"width": 375, "height": 812})
    for way in ("Python", "smart-sre", "OpenTelemetry", "curl"):
        page.get_by_role("link", name=way).click()
        expect(page.locator("pre")).to_contain_text(url)
        wrong = [*overflowing(page), *violations(page)]
        assert not wrong, wrong
    expect(page.get_by_text("Waiting for your first run")).to_be_visible()
    sent = httpx.post(f"{url}/agent-runs", json={"run_id": "my-first", "agent_name": "my-agent"}, timeout=60)
    sent.raise_for_status()
    expect(page).to_have_url(re.compile("/ui/runs/my-first"))
