"""From a claim to its proof and back: the event opens, the characters are marked, and a link shows others the same."""

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


def _fields(demo: Demo, path: str) -> Json:
    with closing(Client(demo.stack.api_url)) as client:
        found: Json = client.get(f"/agent-runs/astral-figures/fields?path={path}")["fields"]
        return found


def _marked(demo: Demo, hypothesis: Json, evidence_id: str) -> list[str]:
    """Return what has to be marked, as the API counts characters; marks that touch run together."""
    found: dict[str, list[list[int]]] = {}
    for each in hypothesis["highlights"]:
        if each["evidence_id"] == evidence_id:
            found.setdefault(each["path"], []).append([each["start"], each["end"]])
    texts = []
    for path, ranges in found.items():
        place, _, field = path.rpartition("/")
        text = _fields(demo, place)[field]
        merged: list[list[int]] = []
        for start, end in sorted(ranges):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        texts += [text[start:end] for start, end in merged]
    return texts


def _chips(page: Page, hypothesis: Json) -> Any:
    return page.get_by_role("list", name=f"Evidence for {hypothesis['title']}", exact=True).get_by_role("link")


def test_each_chip_opens_its_event_and_marks_the_characters_that_the_api_names(
    page: Page, demo: Demo, report: Json
) -> None:
    first = report["hypotheses"][0]
    marked = {each: _marked(demo, first, each) for each in first["evidence_ids"]}
    assert any(_ASTRAL[:-1] not in text for texts in marked.values() for text in texts)
    open_view(page, "/ui/runs/astral-figures")
    for number, evidence_id in enumerate(first["evidence_ids"]):
        if not marked[evidence_id]:
            continue
        _chips(page, first).nth(number).click()
        pane = page.get_by_role("region", name="Event")
        expect(pane.locator("mark")).to_have_text(marked[evidence_id])
        expect(pane.locator("mark").first).to_be_in_viewport()
        expect(pane.locator("mark").first).to_be_focused()


def test_the_marks_that_are_checked_here_stand_behind_astral_characters(demo: Demo, report: Json) -> None:
    starts = [
        each["start"]
        for each in report["hypotheses"][0]["highlights"]
        if _fields(demo, each["path"].rpartition("/")[0]).get("error_message", "").startswith(_ASTRAL)
    ]
    assert starts
    assert max(starts) >= len(_ASTRAL)


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


def test_a_link_shows_someone_else_the_same_proof(page: Page, open_context: OpenContext, report: Json) -> None:
    open_view(page, "/ui/runs/astral-figures")
    _chips(page, report["hypotheses"][0]).first.click()
    expect(page.get_by_role("region", name="Event").locator("mark").first).to_be_focused()
    marks = page.locator("mark").all_text_contents()
    other = open_context("light").new_page()
    open_view(other, page.url)
    expect(other.locator("mark")).to_have_text(marks)
    expect(other.get_by_text("Back to the claim")).to_be_visible()
    # Nothing was opened here: Escape closes it all the same.
    other.keyboard.press("Escape")
    expect(other).not_to_have_url(_OPEN)


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


def test_the_chain_is_numbered_on_the_waterfall_from_root_to_end(page: Page, report: Json) -> None:
    open_view(page, "/ui/runs/astral-figures")
    numbers = (
        page.get_by_role("tree")
        .locator(".row-chain b")
        .evaluate_all("(each) => each.map((one) => Number(one.textContent.match(/\\d+/)[0]))")
    )
    assert sorted(numbers) == list(range(1, len(report["causal_chain"]) + 1))
    chain = page.get_by_role("region", name="Why it failed").locator("ol.chain li")
    expect(chain).to_have_count(len(report["causal_chain"]))


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
