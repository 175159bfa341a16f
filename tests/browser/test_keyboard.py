"""The page without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.looking import open_view, settle


def test_the_way_from_the_overview_to_a_proof_and_back_needs_no_mouse(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("overview"))
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    settle(page)
    # Filters are written, not picked.
    page.keyboard.press("/")
    page.keyboard.type("agent:quarterly-report-crew")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove agent")).to_be_visible()
    expect(page.get_by_role("link", name="fleet-")).to_have_count(0)
    expect(page.get_by_role("link", name="crew-quarterly-figures")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("row", selected=True)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="crew-quarterly-figures", level=1)).to_be_visible()
    settle(page)
    page.keyboard.press("e")
    expect(page.get_by_role("region", name="Event").locator("mark").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Back to the claim")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.get_by_role("treeitem", selected=True)).to_have_count(1)
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Failures", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def test_the_keys_are_listed(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("runs"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("next row")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_the_journey_starts_by_key(page: Page, demo: Demo) -> None:
    open_view(page, demo.address("console"))
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="Run as JSON")).not_to_be_empty()
    page.keyboard.press("r")
    expect(page.get_by_role("link", name="Open the run")).to_be_visible()


def test_what_has_the_focus_shows_it_wherever_tab_goes(page: Page, demo: Demo) -> None:
    for view in ("overview", "runs", "run", "failures", "console"):
        open_view(page, demo.address(view))
        for _ in range(25):
            page.keyboard.press("Tab")
            unseen = page.evaluate(
                """() => {
                  const on = document.activeElement;
                  if (on === document.body) return null;
                  const rings = [on, on.parentElement, ...["::before", "::after"].map((part) => [on, part])].map(
                    (each) => (Array.isArray(each) ? getComputedStyle(...each) : getComputedStyle(each)));
                  const seen = rings.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
                  const around = [on.parentElement, on.parentElement?.parentElement, on.closest("[role=tree], search")];
                  const ringed = around.some((each) => each && getComputedStyle(each).boxShadow !== "none");
                  return seen || ringed ? null : on.outerHTML.slice(0, 200);
                }"""
            )
            assert unseen is None, f"{view}: {unseen}"
