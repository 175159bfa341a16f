"""The Chromium of this machine, which the tests of the page drive: `python -m tests.browser.chromium` says which."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
# Nothing but what a test asks for goes over the network.
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the browser that CHROMIUM names, or else the machine's."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)


@contextlib.contextmanager
def running_chromium(path: str, *flags: str) -> Iterator[Browser]:
    """Start a browser without a window, and end it."""
    with sync_playwright() as playwright, contextlib.closing(_launch(playwright, path, flags)) as browser:
        yield browser


def _launch(playwright: Playwright, path: str, flags: tuple[str, ...]) -> Browser:
    # Chromium's sandbox refuses to serve root.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=path, args=[*_FLAGS, *sandbox, *flags])


if __name__ == "__main__":
    found = find_chromium()
    if found is None:
        sys.exit(f"The tests of the page need one of {', '.join(_NAMES)}, or CHROMIUM=PATH.")
    print(found)  # noqa: T201
