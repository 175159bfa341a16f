"""A picture of every view, in both themes and on a phone: `python -m tests.browser.shots FOLDER`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from local.testing import running_stack
from tests.browser.chromium import find_chromium, running_chromium
from tests.browser.demo import NAMES, Places, load_demo
from tests.browser.looking import LOOKS, Look, new_context, open_view, settle


def main() -> int:
    """Load a stack and take the pictures; return the process's exit code."""
    options = _options()
    path = find_chromium()
    if path is None:
        sys.exit("Pictures need a Chromium: CHROMIUM=PATH names one.")
    options.folder.mkdir(parents=True, exist_ok=True)
    with running_stack() as stack, running_chromium(path) as browser:
        places = load_demo(stack.api_url, options.fleet)
        for look in LOOKS:
            _take(browser, stack.api_url, places, look, options)
    return 0


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--view", action="append", choices=(*NAMES, *_STATES), help="only this one; may be repeated")
    parser.add_argument("--fleet", type=int, default=500, help="runs of the fleet (%(default)s)")
    return parser.parse_args()


def _take(browser: Browser, origin: str, places: Places, look: Look, options: Any) -> None:
    context = new_context(browser, origin, look)
    wanted = options.view or (*NAMES, *_STATES)
    addresses = places.addresses()
    for name in [each for each in addresses if each in wanted]:
        page = open_view(context.new_page(), addresses[name])
        _shoot(page, options.folder, f"{name}-{look}")
    for name in [each for each in _STATES if each in wanted]:
        address, change = _STATES[name]
        page = open_view(context.new_page(), addresses[address])
        change(page)
        _shoot(page, options.folder, f"{name}-{look}")
    context.close()


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")
    page.close()


def _keys(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def _journey(page: Page) -> None:
    page.get_by_role("button", name="Run all").click()
    page.get_by_role("link", name="Open the run").wait_for()


def _evidence(page: Page) -> None:
    page.get_by_role("list", name="Evidence for").first.get_by_role("link").first.click()
    settle(page)


# States that a view has besides the one it opens with.
_STATES = {
    "keys": ("overview", _keys),
    "console-done": ("console", _journey),
    "run-evidence": ("run", _evidence),
}


if __name__ == "__main__":
    sys.exit(main())
