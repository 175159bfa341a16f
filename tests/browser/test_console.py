"""The console: the whole journey in one click, what is checked before it is sent, and what goes wrong explained."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from local.testing import Stack, running_stack
from tests.browser.axe import violations
from tests.browser.conftest import Demo, OpenContext, Watched
from tests.browser.looking import PATIENCE, new_context, open_view, settle
from tests.support.template import ROOT

ACCESS = "access-secret-of-the-test"
INGEST = "ingest-secret-of-the-test"
STAGES = ["Health", "Ingest", "Create", "Stream", "Poll", "Report"]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Stack]:
    """A stack with a secret on each side."""
    with running_stack("--parameter", f"AccessSecret={ACCESS}", "--parameter", f"IngestSecret={INGEST}") as stack:
        yield stack


def run_all(page: Page) -> None:
    """Start the journey and wait for its end."""
    page.get_by_role("button", name="Run all").click()
    expect(page.get_by_role("button", name="Run all")).to_be_visible(timeout=PATIENCE)


def stages(page: Page) -> list[str]:
    """Return the stages with how each went."""
    items = page.get_by_role("list", name="Journey").get_by_role("listitem").all()
    return [
        (item.text_content() or "").partition(":")[0] + " " + (item.get_attribute("data-state") or "") for item in items
    ]


def write(page: Page, text: str) -> None:
    """Put a text into the editor, once the sample is there that it takes the place of."""
    editor = page.get_by_role("textbox", name="Run as JSON")
    expect(editor).not_to_be_empty()
    editor.fill(text)


def sample(**changes: object) -> str:
    """Return the sample of a tool that refused its arguments, changed."""
    run = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text())
    return json.dumps(run | changes, indent=2)


def test_one_click_takes_a_run_through_the_whole_journey(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("console"))
    expect(page.get_by_text("In form,")).to_be_visible()
    run_all(page)
    assert stages(page) == [f"{stage} done" for stage in STAGES]
    log = page.get_by_role("log")
    for line in ("GET /", "POST /agent-runs", "Starting RCA", "Classifying failure", "RCA complete"):
        expect(log.get_by_text(line, exact=line.startswith("GET")).first).to_be_visible()
    told = page.get_by_role("paragraph").filter(has_text="was called without argument 'customer_id'")
    expect(told).to_be_visible()
    page.get_by_role("link", name="Open the run").click()
    expect(page.get_by_role("heading", name="run-tool-schema-mismatch", level=1)).to_be_visible()


def test_a_request_opens_to_its_headers_its_bodies_and_a_command(page: Page, demo: Demo) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_view(page, demo.address("console"))
    run_all(page)
    ingest = page.get_by_role("listitem").filter(has=page.get_by_text("POST /agent-runs", exact=True))
    ingest.locator("summary").first.click()
    expect(ingest.get_by_role("term").filter(has_text="x-request-id")).to_be_visible()
    expect(ingest.get_by_text("content-type").first).to_be_visible()
    expect(ingest.get_by_text("to the first byte")).to_be_visible()
    assert not violations(page)
    ingest.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert command.startswith(f"curl '{demo.stack.api_url}/agent-runs' -H 'Accept: application/json'")
    assert '"run_id": "run-tool-schema-mismatch"' in command


def test_a_mistake_is_shown_where_it_is_before_anything_is_sent(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("console"))
    write(page, '{\n  "agent_name": "a",\n  "status" "failure"\n}')
    mistakes = page.get_by_role("list", name="What is out of form")
    expect(mistakes.get_by_role("button")).to_have_text(["3:12JSON colon expected"])
    mistakes.get_by_role("button").click()
    editor = page.get_by_role("textbox", name="Run as JSON")
    expect(editor).to_be_focused()
    assert editor.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)") == '"failure"'
    page.get_by_role("button", name="Run all").click()
    expect(page.get_by_text("Not sent: the API would refuse it.")).to_be_visible()
    expect(page.get_by_role("log")).to_have_count(0)


def test_what_the_schema_does_not_know_is_told_as_refused_or_mended(watched: Watched, demo: Demo) -> None:
    page = watched.page
    open_view(page, demo.address("console"))
    run = {"run_id": "no blanks", "agent_name": "a", "status": "odd", "steps": [{"latency_ms": "long"}]}
    write(page, json.dumps(run, indent=1))
    mistakes = page.get_by_role("list", name="What is out of form").get_by_role("button")
    expect(mistakes).to_have_count(3)
    assert mistakes.evaluate_all("(all) => all.map((each) => each.dataset.severity)") == ["refused", "mended", "mended"]
    expect(mistakes.last).to_contain_text("steps[0].latency_ms")
    page.get_by_role("button", name="Run all").click()
    page.get_by_role("button", name="Send anyway").click()
    # The API's own word on it, by field.
    expect(page.get_by_role("alert").filter(has_text="The request was refused")).to_contain_text("run_id")
    assert not violations(page)
    watched.expect_problem("the server responded with a status of 422")


def test_a_missing_secret_is_explained_and_stays_in_the_tab(browser: Browser, guarded: Stack) -> None:
    context = new_context(browser, guarded.api_url)
    page = open_view(context.new_page(), "/ui/console")
    run_all(page)
    assert stages(page)[:2] == ["Health done", "Ingest failed"]
    expect(page.get_by_role("alert")).to_contain_text("The ingest secret is needed")
    page.get_by_role("textbox", name="Ingest secret").fill(INGEST)
    run_all(page)
    assert stages(page)[:3] == ["Health done", "Ingest done", "Create failed"]
    expect(page.get_by_role("alert")).to_contain_text("The access secret is needed")
    page.get_by_role("textbox", name="Access secret").fill("another one")
    run_all(page)
    expect(page.get_by_role("alert")).to_contain_text("That is not the access secret")
    page.get_by_role("textbox", name="Access secret").fill(ACCESS)
    run_all(page)
    assert stages(page) == [f"{stage} done" for stage in STAGES]
    # Neither in the log, nor in the address, nor where another tab or the next visit would find it.
    kept = page.evaluate("JSON.stringify([location.href, { ...localStorage }, document.body.innerText])")
    assert ACCESS not in kept
    assert INGEST not in kept
    other = context.new_page()
    other.goto("/ui/console")
    settle(other)
    expect(other.get_by_role("textbox", name="Access secret")).to_have_value("")
    context.close()


def test_another_stack_is_refused_by_the_policy_and_said_to_be(
    open_context: OpenContext, demo: Demo, guarded: Stack
) -> None:
    page = open_view(open_context().new_page(), demo.address("console"))
    page.get_by_role("textbox", name="API").fill(guarded.api_url)
    run_all(page)
    assert stages(page)[0] == "Health failed"
    expect(page.get_by_role("alert")).to_contain_text(f"This page may not speak to {guarded.api_url}")
    expect(page.get_by_role("alert")).to_contain_text(f"{guarded.api_url}/ui/console")
