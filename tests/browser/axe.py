"""What axe-core finds wrong with a page for those who use it by ear, by keyboard or with weak eyes."""

from functools import cache

from playwright.sync_api import Page

from tests.support.template import ROOT


@cache
def _source() -> str:
    return (ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return each rule that is violated, with what violates it first."""
    # Through the debugger: the page's own policy stays as it is.
    page.evaluate(_source())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']} ({each['help']}): {node['html'][:200]}" for each in found for node in each["nodes"][:5]]
