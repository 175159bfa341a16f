"""Overview, runs and failures: numbers lead to their runs, filters hold in the address, new runs come by themselves."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo
from tests.browser.looking import open_view, settle


def _post(demo: Demo, run_id: str, **more: Any) -> None:
    run = {"run_id": run_id, "agent_name": "late-agent", "status": "success", "started_at": _now(), "ended_at": _now()}
    httpx.post(f"{demo.stack.api_url}/agent-runs", json={**run, **more}, timeout=60).raise_for_status()


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _rows(page: Page) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("gridcell"))


def _filter(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Filter or search")


# ---------------------------------------------------------------- overview
def test_a_number_of_the_overview_leads_to_its_runs(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("overview"))
    figure = page.locator(".figure", has_text="Failed").first
    failed = int(figure.get_by_role("link").inner_text())
    figure.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/ui/runs\?.*status=failure"))
    settle(page)
    # The samples began long ago: they came in within the period, and are not listed by it.
    assert 0 < _rows(page).count() <= failed
    expect(page.get_by_role("button", name="status failure")).to_be_visible()


def test_the_period_is_in_the_address_and_back_returns(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("overview"))
    page.get_by_role("link", name="7 d").click()
    expect(page).to_have_url(re.compile("hours=168"))
    settle(page)
    expect(page.get_by_role("link", name="7 d")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.get_by_role("link", name="24 h")).to_have_attribute("aria-current", "true")


def test_the_chart_is_read_and_opened_by_keyboard_and_is_there_as_a_table(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("overview"))
    chart = page.get_by_role("slider", name=re.compile("Success rate"))
    chart.focus()
    page.keyboard.press("End")
    # A minute before the hour the last runs may be in the bar before.
    while "0 runs" in str(chart.get_attribute("aria-valuetext")):
        page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"\d runs?, \d+ failed"))
    page.get_by_role("button", name="Show as table").click()
    expect(page.get_by_role("table", name=re.compile("Runs and failures"))).to_contain_text("tool schema mismatch")
    page.get_by_role("button", name="Show as chart").click()
    chart.focus()
    page.keyboard.press("End")
    while "0 runs" in str(chart.get_attribute("aria-valuetext")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ui/runs\?since=.*until="))


def test_the_version_that_got_worse_is_named_with_its_counts(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("overview"))
    section = page.get_by_role("region", name="Versions that got worse")
    expect(section).to_contain_text(re.compile(r"None, beyond chance|order-agent 2\.1\.0.*p [=<] 0"))


# ---------------------------------------------------------------- runs
def test_filters_are_suggested_typed_and_taken_away(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    page.keyboard.press("/")
    expect(_filter(page)).to_be_focused()
    page.keyboard.type("order")
    expect(page.get_by_role("option", name=re.compile("agent: order-agent"))).to_be_visible()
    page.get_by_role("option", name=re.compile("agent: order-agent")).click()
    expect(page).to_have_url(re.compile("agent_name=order-agent"))
    _filter(page).fill("status:failure")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("status=failure"))
    settle(page)
    assert _rows(page).count() > 0
    assert all("order-agent" in text for text in _rows(page).all_inner_texts())
    _filter(page).focus()
    page.keyboard.press("Backspace")
    expect(page).not_to_have_url(re.compile("status=failure"))
    page.get_by_role("button", name="Remove agent").click()
    expect(page).to_have_url(re.compile(r"/ui/runs$"))


def test_what_is_no_filter_is_said_so(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    _filter(page).fill("status:broken")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("status")
    expect(page).to_have_url(re.compile(r"/ui/runs$"))


def test_a_link_with_filters_shows_a_colleague_the_same(page: Page, demo: Demo) -> None:
    open_view(page, f"{demo.address('runs')}?text=crew-quarterly&status=failure")
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text("quarterly-report-crew")
    expect(page.get_by_role("button", name="contains crew-quarterly")).to_be_visible()


def test_a_run_is_found_by_its_id(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    _filter(page).fill("fleet-0000")
    page.get_by_role("option", name=re.compile("Open run fleet-0000")).click()
    expect(page).to_have_url(re.compile("/ui/runs/fleet-0000$"))


def test_rows_are_walked_and_opened_by_keyboard(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    expect(_rows(page).first).to_be_visible()
    for key in "jjk":
        page.keyboard.press(key)
    chosen = page.locator('[role="row"][aria-selected="true"]')
    expect(chosen).to_have_count(1)
    to = str(chosen.get_by_role("link").get_attribute("href"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(demo.stack.api_url + to)


def test_a_new_run_comes_by_itself(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    _post(demo, "late-at-the-top")
    expect(page.get_by_role("link", name="late-at-the-top")).to_be_visible()


def test_a_new_run_waits_while_another_is_looked_at(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    page.keyboard.press("j")
    chosen = page.locator('[role="row"][aria-selected="true"]')
    before = chosen.inner_text()
    _post(demo, "late-while-reading")
    waiting = page.get_by_role("button", name=re.compile("new run"))
    expect(waiting).to_be_visible()
    expect(page.get_by_role("link", name="late-while-reading")).to_have_count(0)
    assert chosen.inner_text() == before
    waiting.click()
    expect(page.get_by_role("link", name="late-while-reading")).to_be_visible()
    assert chosen.inner_text() == before


def test_failed_calls_of_a_success_are_shown(page: Page, demo: Demo) -> None:
    failed = {"call_id": "c", "tool_name": "pay", "status": "failure", "error_message": "refused"}
    _post(demo, "says-it-succeeded", tool_calls=[failed])
    open_view(page, f"{demo.address('runs')}?status=success&unrecovered_failures=true")
    row = _rows(page).filter(has_text="says-it-succeeded")
    expect(row).to_contain_text("1 call failed, not recovered")


# ---------------------------------------------------------------- failures
def test_a_failure_is_resolved_and_opened_again(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("failures"))
    # Not the one that the other tests look at.
    _rows(page).filter(has_not_text="missing argument").last.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/ui/failures/[0-9a-f]+$"))
    page.get_by_role("button", name="Mark as resolved").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    expect(page.get_by_role("list").filter(has_text="First seen")).to_contain_text("Resolved")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Mark as resolved")).to_be_visible()


def test_a_failure_leads_to_its_runs_and_their_reports(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("failure"))
    expect(page.get_by_role("slider", name=re.compile("7 days"))).to_have_attribute("aria-valuetext", re.compile("run"))
    row = _rows(page).first
    expect(row).to_contain_text("order-agent 2.1.0")
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/ui/runs/fleet-\d+\?analysis=rca-"))


def test_failures_are_filtered_by_state(page: Page, demo: Demo) -> None:
    open_view(page, f"{demo.address('failures')}?status=reopened")
    expect(page.get_by_text("No failure is like that")).to_be_visible()
    page.get_by_role("link", name="Take the filters away").click()
    settle(page)
    assert _rows(page).count() > 0
