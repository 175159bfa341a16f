"""From a claim to its proof: the event opens, and exactly the characters that carry the claim are marked."""

import json
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.demo.client import Client
from tests.browser.conftest import Demo, OpenContext
from tests.browser.looking import Look, open_view
from tests.support.template import ROOT

Json = dict[str, Any]
GROUPS = {"tool_call": "tool_calls", "step": "steps", "guardrail": "guardrail_events", "contrast": "tool_calls"}


def report_of(client: Client, run_id: str) -> Json:
    """Return the report of a run's last analysis."""
    rca = client.get(f"/agent-runs/{run_id}")["rca_runs"][-1]["rca_run_id"]
    while (found := client.rca_run(rca))["report"] is None:
        assert found["status"] != "error", found
        list(client.follow(found["stream_url"]))
    report: Json = found["report"]
    return report


def marked(client: Client, run_id: str, hypothesis: Json, evidence: Json) -> list[str]:
    """Return the pieces of text that a claim's highlights name in an event, by the API alone."""
    group = GROUPS.get(evidence["kind"])
    place = f"{group}/{evidence['ref_id']}" if group else ""
    fields = client.get(f"/agent-runs/{run_id}/fields?path={place}")["fields"]
    ranges: dict[str, list[tuple[int, int]]] = {}
    for each in hypothesis["highlights"]:
        if each["evidence_id"] == evidence["evidence_id"]:
            path = each["path"].removeprefix(place).removeprefix("/")
            ranges.setdefault(path, []).append((each["start"], each["end"]))
    return sorted(piece for path, found in ranges.items() for piece in pieces(value_at(fields, path), found))


def value_at(fields: Json, path: str) -> str:
    """Return the text at a path."""
    value: Any = fields
    for part in path.split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    assert isinstance(value, str), path
    return value


def pieces(text: str, ranges: list[tuple[int, int]]) -> list[str]:
    """Return what ranges of code points mark in a text; what touches is one."""
    points = sorted({at for start, end in ranges for at in range(start, end)})
    found = ""
    for before, at in zip([-2, *points], points, strict=False):
        found += ("\0" if at != before + 1 else "") + text[at]
    return found.split("\0")[1:]


@pytest.fixture(scope="module")
def other_run(demo: Demo) -> str:
    """A run whose texts hold characters beyond those that JavaScript counts as one."""
    run = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text()) | {"run_id": "run-beyond-the-plane"}
    for call in run["tool_calls"]:
        call["error_message"] = call["error_message"] and f"\U0001f9fe\U0001f9fe Größe \u0301: {call['error_message']}"
    with closing(Client(demo.stack.api_url)) as client:
        client.analyse(client.ingest(run)["run_id"])
    return str(run["run_id"])


@pytest.mark.parametrize("run_id", ["run-tool-schema-mismatch", "crew-quarterly-figures", "run-beyond-the-plane"])
def test_each_piece_of_evidence_opens_with_its_characters_marked(
    run_id: str, demo: Demo, page: Page, other_run: str
) -> None:
    assert run_id != "run-beyond-the-plane" or run_id == other_run
    with closing(Client(demo.stack.api_url)) as client:
        report = report_of(client, run_id)
        hypothesis = report["hypotheses"][0]
        index = {each["evidence_id"]: each for each in report["evidence_index"]}
        cited = [index[each] for each in hypothesis["evidence_ids"]]
        expected = {each["evidence_id"]: marked(client, run_id, hypothesis, each) for each in cited}
    assert any(expected.values())
    open_view(page, f"/ui/runs/{run_id}")
    chips = page.get_by_role("list", name=f"Evidence for {hypothesis['title']}").get_by_role("link")
    event = page.get_by_role("region", name="Event")
    for number, evidence in enumerate(cited):
        chips.nth(number).click()
        expect(chips.nth(number)).to_have_attribute("aria-current", "true")
        pieces_of_it = expected[evidence["evidence_id"]]
        if not pieces_of_it:
            continue
        expect(event.locator("mark")).to_have_count(len(pieces_of_it))
        expect(event.locator("mark").first).to_be_focused()
        expect(event.locator("mark").first).to_be_in_viewport()
        assert sorted(event.locator("mark").all_text_contents()) == pieces_of_it


def test_back_returns_to_the_claim(demo: Demo, page: Page) -> None:
    open_view(page, demo.address("run-mismatch"))
    chip = page.get_by_role("list", name="Evidence for").get_by_role("link").first
    chip.click()
    expect(page.get_by_role("button", name="Back to the claim")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Back to the claim")).to_have_count(0)
    expect(chip).to_be_focused()


def test_a_link_shows_someone_else_the_same(look: Look, demo: Demo, open_context: OpenContext) -> None:
    page = open_view(open_context().new_page(), demo.address("run"))
    page.get_by_role("button", name="Failure path only").click()
    page.get_by_role("list", name="Evidence for").get_by_role("link").nth(1).click()
    marks = page.get_by_role("region", name="Event").locator("mark")
    expect(marks.first).to_be_visible()
    told = marks.all_text_contents()
    colleague = open_context(look).new_page()
    open_view(colleague, page.url)
    theirs = colleague.get_by_role("region", name="Event").locator("mark")
    expect(theirs).to_have_count(len(told))
    assert theirs.all_text_contents() == told
    expect(theirs.first).to_be_in_viewport()
    expect(colleague.get_by_role("button", name="Failure path only")).to_have_attribute("aria-pressed", "true")


def test_the_causal_chain_stands_on_the_waterfall_numbered(demo: Demo, page: Page) -> None:
    with closing(Client(demo.stack.api_url)) as client:
        chain = report_of(client, "crew-quarterly-figures")["causal_chain"]
    assert len(chain) > 1
    open_view(page, demo.address("run"))
    tree = page.get_by_role("tree", name="Events of the run")
    for number in range(1, len(chain) + 1):
        expect(tree.get_by_role("treeitem", name=f"Number {number} on the way to the failure")).to_be_attached()
