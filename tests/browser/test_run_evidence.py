"""From a claim to its proof and back: by keys, by Back and Escape, and on a phone."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.demo.client import Client
from tests.browser.conftest import Demo, OpenContext
from tests.browser.looking import open_view
from tests.browser.runs import crew_run

Json = dict[str, Any]
_OPEN = re.compile("[?&]evidence=")
# Each of these is one character to the API and two to JavaScript.
_ASTRAL = "🙈🙉 🧾 "


@pytest.fixture(scope="module")
def report(demo: Demo) -> Iterator[Json]:
    """The report on a run whose errors start beyond the basic plane."""
    run = crew_run() | {"run_id": "astral-figures"}
    run["tool_calls"] = [
        each | ({"error_message": _ASTRAL + each["error_message"]} if "error_message" in each else {})
        for each in run["tool_calls"]
    ]
    run["guardrail_events"] = []
    with closing(Client(demo.stack.api_url)) as client:
        posted = client.ingest(run)
        for _ in client.follow(client.rca_run(posted["rca_run_id"])["stream_url"]):
            pass
        found: Json = client.rca_run(posted["rca_run_id"])["report"]
        yield found


def _chips(page: Page, hypothesis: Json) -> Any:
    return page.get_by_role("list", name=f"Evidence for {hypothesis['title']}", exact=True).get_by_role("link")


@pytest.mark.parametrize("back", ["Escape", "browser"])
def test_back_returns_to_the_claim(page: Page, report: Json, back: str) -> None:
    open_view(page, "/ui/runs/astral-figures")
    chip = _chips(page, report["hypotheses"][0]).first
    chip.click()
    expect(page).to_have_url(_OPEN)
    if back == "Escape":
        page.keyboard.press("Escape")
    else:
        page.go_back()
    expect(page).not_to_have_url(_OPEN)
    expect(chip).to_be_focused()
    expect(chip).to_be_in_viewport()


def test_escape_closes_a_proof_that_a_link_opened(page: Page, report: Json) -> None:
    first = report["hypotheses"][0]
    open_view(page, f"/ui/runs/astral-figures?claim={first['hypothesis_id']}&evidence={first['evidence_ids'][0]}")
    expect(page.get_by_role("button", name="Back to the claim")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(_OPEN)
    expect(_chips(page, first).first).to_be_visible()


def test_keys_alone_go_from_claim_to_proof_and_through_the_events(page: Page, report: Json) -> None:
    first = report["hypotheses"][0]
    open_view(page, "/ui/runs/astral-figures")
    page.keyboard.press("e")
    chips = _chips(page, first)
    expect(chips.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("e")
    expect(chips.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(chips.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(chips.nth(1)).to_have_attribute("aria-current", "true")
    selected = page.get_by_role("treeitem", selected=True)
    before = selected.get_attribute("id")
    page.keyboard.press("j")
    expect(selected).not_to_have_attribute("id", before or "")
    page.keyboard.press("k")
    expect(selected).to_have_attribute("id", before or "")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Failure path only")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("treeitem", name="events").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("ledger_query")
    expect(page).to_have_url(re.compile("find=ledger_query"))
    rows = page.get_by_role("treeitem").filter(has_text="ledger_query")
    expect(rows.first).to_be_visible()


def test_on_a_phone_the_report_gives_way_to_the_proof_and_comes_back(open_context: OpenContext, report: Json) -> None:
    page = open_context("phone").new_page()
    open_view(page, "/ui/runs/astral-figures")
    first = report["hypotheses"][0]
    pane = page.get_by_role("region", name="Why it failed")
    expect(pane).not_to_be_visible()
    page.get_by_role("button", name=first["title"]).click()
    chip = _chips(page, first).first
    expect(chip).to_be_visible()
    chip.click()
    expect(pane).not_to_be_visible()
    expect(page.locator("mark").first).to_be_in_viewport()
    page.go_back()
    expect(chip).to_be_visible()


def test_what_a_hostile_run_says_is_text_in_the_waterfall_the_event_and_the_report(page: Page) -> None:
    open_view(page, "/ui/runs/hostile-run")
    main = page.get_by_role("main")
    expect(page.get_by_role("article")).to_contain_text("<script>")
    expect(page.get_by_role("treeitem").filter(has_text="<script>").first).to_be_visible()
    expect(page.get_by_role("region", name="Event").locator("mark").first).to_be_visible()
    assert page.evaluate("window.hostile") is None
    expect(main.locator("script, iframe, style, img, a[href^='javascript']")).to_have_count(0)
    # What would turn a text around is spelt out, and turns nothing.
    expect(page.get_by_role("region", name="Event")).to_contain_text("\\u202egnippihs")
    assert "\u202e" not in page.get_by_role("region", name="Event").inner_text()
