"""A page as a test looks at it: how it is opened, when it has come to rest, and what went wrong meanwhile."""

from typing import Any, Final, Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect

Look = Literal["light", "dark", "phone"]
LOOKS: Final[tuple[Look, ...]] = ("light", "dark", "phone")
PATIENCE: Final = 60_000.0
"""Milliseconds to wait for what has to come: a busy machine is slow."""

_SHAPES: Final[dict[Look, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 375, "height": 812},
        "device_scale_factor": 2,
        "has_touch": True,
    },
}
# Told to the test by way of the console, which it watches anyway.
_TELL_VIOLATIONS: Final = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""


def new_context(browser: Browser, base_url: str, look: Look = "light", **options: Any) -> BrowserContext:
    """Return a context of its own: storage, theme, size; without motion, so that what is looked at stands still."""
    context = browser.new_context(base_url=base_url, reduced_motion="reduce", **{**_SHAPES[look], **options})
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(PATIENCE)
    context.add_init_script(_TELL_VIOLATIONS)
    return context


def watch(page: Page) -> list[str]:
    """Return the list of what goes wrong in a page: errors, refusals of the policy, dialogs."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"not caught: {error}"))
    page.on("popup", lambda popup: problems.append(f"a window: {popup.url}"))

    def dismiss(dialog: Any) -> None:
        problems.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    return problems


def settle(page: Page) -> None:
    """Wait until a view has drawn what it asked for."""
    expect(page.get_by_role("main").locator(":scope > *").first).to_be_attached(timeout=PATIENCE)
    expect(page.get_by_role("status", name="Loading")).to_have_count(0, timeout=PATIENCE)


def open_view(page: Page, address: str) -> Page:
    """Go to an address and wait for what it shows."""
    page.goto(address)
    settle(page)
    return page
